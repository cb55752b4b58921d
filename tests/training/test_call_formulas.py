"""Conversations measured, topics heard, questions judged: by hand, with planted truth, and with none."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

import written_calls as written
from quintet.kernel.errors import NotEnoughData
from quintet.training.formula.call_reviews import question_evidence, raters_agree
from quintet.training.formula.conversation import measure
from quintet.training.formula.speakers import ours, plain_name, the_rep
from quintet.training.formula.topics import Listener, moved_topics, quarter_of, topic_outcomes, words
from quintet.training.terms.calls import Person, Said, ScoredCall, TopicCall, TopicWords

FIRST = tuple(Said(*one) for one in written.FIRST_CALL)
INES, OMAR = "Ines Falk", "Omar Reyes"

# ---------------------------------------------------------------- measures


def test_the_measures_of_a_call_by_hand():
    """Ines speaks 4.2 + 3.25 of 27.8 seconds, asks twice, waits 1.5 s once; three changes in 31 seconds."""
    one = measure(FIRST, INES)

    assert one.minutes == pytest.approx(31 / 60)
    assert one.talk_ratio == pytest.approx(7.45 / 27.8)
    assert one.longest_monologue_seconds == pytest.approx(4.2)
    assert one.questions == 2
    assert (one.patience_seconds, one.answers) == (pytest.approx(1.5), 1)
    assert one.switches_a_minute == pytest.approx(3 / (31 / 60))


def test_a_monologue_is_over_when_anybody_speaks_and_holds_no_silence():
    """Two cues in a row are one monologue of their speech; a word of the buyer ends it."""
    cues = [Said(0, 10_000, INES, "a."), Said(15_000, 25_000, INES, "b."), Said(26_000, 26_500, OMAR, "ok."),
            Said(27_000, 40_000, INES, "c.")]  # fmt: skip

    assert measure(cues, INES).longest_monologue_seconds == pytest.approx(20)


def test_cutting_in_is_no_patience_and_a_colleague_between_is_no_answer():
    """Interrupted, the silence is 0; after a colleague, or somebody unnamed, nobody was waited for."""
    cues = [
        Said(0, 5_000, OMAR, "well."), Said(4_000, 6_000, INES, "but."),
        Said(7_000, 8_000, OMAR, "so."), Said(9_000, 9_500, "Kim", "hm."), Said(12_000, 13_000, INES, "yes."),
        Said(14_000, 15_000, OMAR, "no."), Said(17_000, 18_000, INES, "oh."),
        Said(19_000, 20_000, "", "?"), Said(21_000, 22_000, INES, "ah."),
    ]  # fmt: skip

    assert measure(cues, INES, colleagues=["Kim"]).answers == 2
    assert measure(cues, INES, colleagues=["Kim"]).patience_seconds == pytest.approx(1.0)
    assert measure(cues, INES).answers == 3


def test_what_cannot_be_measured_is_not():
    """No ends, no silences; no punctuation, no questions; no rep or no length, no measures."""
    bare = [Said(0, 1000, INES, "how much"), Said(1000, 2000, OMAR, "a lot")]

    assert measure(FIRST, INES, ends_known=False).patience_seconds is None
    assert measure(bare, INES).questions is None
    with pytest.raises(NotEnoughData, match="Pat says nothing"):
        measure(FIRST, "Pat")
    with pytest.raises(NotEnoughData, match="which speaker is the rep"):
        measure([Said(0, 5, "", "a")], "")
    with pytest.raises(NotEnoughData, match="no length"):
        measure([Said(5, 5, INES, "a")], INES)


@pytest.mark.parametrize(("text", "count"), [("Why? How??", 2), ("Really?!", 1), ("Hm.", 0), ("¿Cuánto?", 1)])
def test_a_question_ends_in_a_question_mark(text, count):
    """However many marks."""
    assert measure([Said(0, 1, INES, text)], INES).questions == count


# ---------------------------------------------------------------- who is who


@pytest.mark.parametrize(
    ("written_as", "plain"),
    [
        ("Falk, Inès (Quayside)", "ines falk"),
        ("INES  FALK | Quayside", "ines falk"),
        ("Ines O'Falk", "ines o'falk"),
    ],
)
def test_a_name_is_known_however_a_meeting_writes_it(written_as, plain):
    """Case, accents, order and asides tell nobody apart."""
    assert plain_name(written_as) == plain


def test_an_address_tells_before_a_name_and_a_shared_name_tells_nobody():
    """Two reps called Kim Ray: only an address knows which."""
    people = [Person(1, "Kim Ray", "kim@q.example"), Person(2, "Kim Ray", "ray@q.example"), Person(3, INES)]
    speakers = [("Kim", "RAY@q.example"), ("Kim Ray", ""), ("Falk, Ines", ""), (OMAR, "omar@b.example")]

    assert ours(speakers, people) == {"Kim": 2, "Falk, Ines": 3}


def test_the_rep_is_whom_one_asks_for_else_who_talks_most():
    """Of two colleagues the one whose call it is said to be; nobody when that one does not speak."""
    known, spoken = {INES: 3, "Kim": 2}, {INES: 10, "Kim": 20, OMAR: 90}

    assert the_rep(known, spoken, None) == "Kim"
    assert the_rep(known, spoken, 3) == INES
    assert the_rep(known, spoken, 9) == ""
    assert the_rep({}, spoken, None) == ""


# ---------------------------------------------------------------- topics

PRICE = TopicWords("price", "Price", "objection", ("too expensive", "your pric*"))
RIVAL = TopicWords("rival", "Brightpath", "topic", ("Brightpath", "bright path"))


def test_phrases_are_whole_words_in_any_case_and_spacing():
    """`price` is not in `priceless` unless the phrase ends in a star."""
    heard = Listener([PRICE, RIVAL]).hear("That is TOO  expensive; your pricing, BrightPath!")

    assert [(one.topic, one.start, one.end) for one in heard] == [
        ("price", 8, 22), ("price", 24, 36), ("rival", 38, 48),
    ]  # fmt: skip
    assert Listener([TopicWords("p", "P", "topic", ("price",))]).hear("priceless prices") == ()
    assert Listener([TopicWords("d", "D", "topic", ("don't need",))]).count(["I don’t need it"]) == {"d": 1}
    assert Listener([TopicWords("none", "None", "topic", ())]).hear("anything") == ()


def test_words_are_found_without_case_and_accents():
    """As a search types them."""
    assert words("Café, CAFE & naïve 2x!") == ("cafe", "naive", "2x")


def calls(day, count, share, *, key="price", start=0):
    """So many buyers with one call each, the first of whom bring the topic up."""
    return [
        TopicCall(str(start + at), day, frozenset({key} if at < share else ()), frozenset({key}))
        for at in range(count)
    ]


def test_a_topic_that_rises_is_told_with_both_counts():
    """8 of 40 buyers in the year before, 24 of 40 in the quarter: up 40 points, and not by chance."""
    before, now = date(2025, 8, 1), date(2026, 2, 1)
    told = moved_topics([*calls(before, 40, 8), *calls(now, 40, 24, start=100)], ["price"], date(2026, 1, 1))

    (one,) = told
    assert (one.before_with, one.before_n, one.now_with, one.now_n) == (8, 40, 24, 40)
    assert one.difference == pytest.approx(0.4)
    assert one.is_reported
    assert 0 < one.lo < one.difference < one.hi


def test_a_buyer_counts_once_and_only_calls_that_were_listened_to():
    """Five calls of one buyer are one; calls counted by older phrases, or of other times, are left out."""
    day, quarter = date(2026, 2, 1), date(2026, 1, 1)
    many = [TopicCall("0", day, frozenset({"price"}), frozenset({"price"}))] * 5
    unheard = [TopicCall("x", day, frozenset(), frozenset())]
    old = calls(date(2024, 12, 31), 30, 30, start=500)
    told = moved_topics(
        [*many, *unheard, *old, *calls(day, 20, 1), *calls(date(2025, 1, 1), 20, 0, start=100)],
        ["price"],
        quarter,
    )

    assert [(one.now_with, one.now_n, one.before_n) for one in told] == [(1, 20, 20)]
    assert moved_topics(calls(day, 40, 9), ["price"], quarter) == ()


@pytest.mark.parametrize(
    ("day", "first"), [(date(2026, 3, 31), date(2026, 1, 1)), (date(2026, 12, 1), date(2026, 10, 1))]
)
def test_a_quarter_begins_with_its_first_month(day, first):
    """Calendar quarters."""
    assert quarter_of(day) == first


def test_when_nothing_moves_at_most_one_company_in_ten_is_told_so():
    """300 companies, 8 topics each, the same share all the time: false alarms stay below what is stated."""
    draws, keys = np.random.default_rng(11), [f"t{at}" for at in range(8)]
    day = [date(2025, 6, 1), date(2026, 2, 1)]
    alarms = 0
    for _ in range(300):
        told = [
            TopicCall(
                f"{when}{at}", day[when], frozenset(k for k in keys if draws.random() < 0.3), frozenset(keys)
            )
            for when, at in product((0, 1), range(60))
        ]
        alarms += any(one.is_reported for one in moved_topics(told, keys, date(2026, 1, 1)))

    assert alarms / 300 <= 0.10


def test_a_topic_that_goes_with_the_next_step_is_told_as_such():
    """Of 30 leads with it 9 go on, of 30 without 24: fewer by half; a lead counts once, by its first call."""
    day = date(2026, 1, 5)
    told = [TopicCall(f"w{at}", day, frozenset({"price"}), frozenset({"price"}), at < 9) for at in range(30)]
    told += [TopicCall(f"o{at}", day, frozenset(), frozenset({"price"}), at < 24) for at in range(30)]
    told += [TopicCall("w0", day + timedelta(days=1), frozenset(), frozenset({"price"}), reached_next=False)]
    told += [TopicCall(f"open{at}", day, frozenset({"price"}), frozenset({"price"}), None) for at in range(9)]

    (one,) = topic_outcomes(told, ["price"])

    assert (one.with_reached, one.with_n, one.without_reached, one.without_n) == (9, 30, 24, 30)
    assert one.difference == pytest.approx(-0.5)
    assert one.is_reported
    assert one.hi < 0
    (thin,) = topic_outcomes(told[:40], ["price"])
    assert thin.reason == "10 leads without it, 20 are needed"
    assert (thin.difference, thin.is_reported) == (None, False)


# ---------------------------------------------------------------- reviews


def test_a_planted_question_is_found_and_the_others_are_not():
    """Ten questions, one of which moves its step: 40 companies find it, and almost no other."""
    draws, keys = np.random.default_rng(2), [f"q{at}" for at in range(10)]
    found = false = 0
    for _ in range(40):
        scores = draws.integers(1, 6, (120, 10))
        reached = draws.random(120) < 0.1 + 0.14 * scores[:, 0]
        rows = [
            ScoredCall(str(lead), key, float(scores[lead, at]), bool(reached[lead]))
            for lead in range(120)
            for at, key in enumerate(keys)
        ]
        told = question_evidence(rows, keys)
        found += told[0].is_reported
        false += any(one.is_reported for one in told[1:])

    assert found >= 38
    assert false / 40 <= 0.2


def test_open_leads_are_left_out_and_calls_of_one_lead_are_one():
    """Unknown outcomes tell nothing; two calls of a lead are their mean."""
    rows = [ScoredCall(str(at), "q", 1.0 + at % 5, at % 3 == 0) for at in range(36)]
    more = [ScoredCall("0", "q", 5.0, reached=True), ScoredCall("open", "q", 5.0, None)]

    (one,) = question_evidence([*rows, *more], ["q"])
    (thin,) = question_evidence(rows[:20], ["q"])

    assert (one.n, one.reached, one.reason) == (36, 12, "")
    assert (thin.correlation, thin.n) == (None, 20)
    assert "20 scores" in thin.reason


def test_raters_agree_as_far_as_their_scores_do():
    """The same scores agree wholly, scores by lot not at all; ten calls are the least."""
    draws = np.random.default_rng(7)
    same = [(str(call), rater, float(1 + call % 5)) for call in range(20) for rater in "ab"]
    lot = [(str(call), rater, float(draws.integers(1, 6))) for call in range(40) for rater in "ab"]

    assert raters_agree("q", same).single == pytest.approx(1.0)
    loose = raters_agree("q", lot)
    assert loose.lo < 0.1
    assert loose.calls == 40
    assert raters_agree("q", same[:18]).reason == "9 calls have two raters, 10 are needed"
    assert raters_agree("q", [(str(c), r, 3.0) for c in range(12) for r in "ab"]).reason != ""
