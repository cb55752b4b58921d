"""Calls are kept with a consent, seen by whom they concern, searched, and forgotten in time."""

from datetime import date, timedelta

import pytest

import written_calls as written
from imported_calls import BOSS, DAY, INES, KIM, NOW, TEAM, desk, told
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.training.actions.call_words import (
    TIME_IS_OVER,
    erase_words,
    forget_due,
    index_again,
    stale_indexes,
)
from quintet.training.actions.calls import comment, link, say_rep
from quintet.training.asks.call_people import Buyer
from quintet.training.asks.call_search import search
from quintet.training.asks.calls import Filters, lines, visible, wanted
from quintet.training.models.calls import Call, CallWord, Cue

__all__ = ["desk"]

OWN = Scope(frozenset({INES}), INES, "rep")


def test_a_call_is_kept_with_its_measures_and_told_to_the_ledger(desk):
    """Who, when, how everybody agreed, and the numbers; the words stay here."""
    call = desk.call(consent_on=date(2026, 2, 1), consent_note="on the invitation")

    assert (call.rep_id, call.rep_speaker, call.questions, call.answers) == (INES, "Ines Falk", 2, 1)
    assert (call.consent_how, call.consent_on) == ("asked", date(2026, 2, 1))
    assert call.kept_until == date(2027, 2, 3)
    (row,) = told("call.transcribed")
    assert (row["rep_id"], row["detail"]["call"], row["detail"]["questions"]) == (INES, str(call.pk), 2)
    assert row["occurred_at"].startswith("2026-02-03T14:00")
    assert row["recorded_at"].startswith("2026-03-02T12:00")
    assert "Omar" not in str(row)
    assert [cue.text for cue in call.cues.all()] == [text for *_, text in written.FIRST_CALL]


def test_without_a_consent_nothing_is_even_read(desk):
    """Also for months out of range, a consent in the future, and no file."""
    good = ("a.vtt", written.zoom(written.FIRST_CALL))
    for terms, why in (
        ({"consent_how": ""}, "without consent no call is kept"),
        ({"months": 0}, "1 to 36 months"),
        ({"months": 37}, "1 to 36 months"),
        ({"consent_on": date(2027, 1, 1)}, "in the future"),
    ):
        with pytest.raises(BadInput, match=why):
            desk.bring(good, **terms)
    with pytest.raises(BadInput, match="no file"):
        desk.bring()
    assert Call.objects.count() == 0


def test_good_files_are_kept_and_each_fault_is_named(desk):
    """Three files, one broken, one twice."""
    good = written.zoom(written.FIRST_CALL)
    found = desk.bring(("good.vtt", good), ("bad.vtt", "WEBVTT\n\nlost words\n"), ("again.vtt", good))

    assert [one.file for one in found.calls] == ["good.vtt"]
    assert [one.file for one in found.refused] == ["bad.vtt", "again.vtt"]
    assert "line 3" in found.refused[0].reason
    assert "was imported on 2 Mar 2026 already" in found.refused[1].reason
    assert len(told("call.transcribed")) == 1


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"started_at": None}, "does not say when the call was"),
        ({"started_at": NOW + timedelta(days=1)}, "has not been held yet"),
        ({"started_at": NOW - timedelta(days=500)}, "which is over"),
    ],
)
def test_a_call_without_a_day_or_with_an_impossible_one_is_refused(desk, terms, why):
    """Each file by itself, with what to do."""
    found = desk.bring(("a.vtt", written.zoom(written.FIRST_CALL)), **terms)

    assert found.calls == ()
    assert why in found.refused[0].reason


def test_a_rep_imports_own_calls_and_a_manager_those_of_the_team(desk):
    """Whoever else speaks: a rep's import is the rep's; another team's rep is refused."""
    mine = desk.bring(
        ("a.vtt", written.zoom([(0, 900, "Kim Ray", "Hi."), (1000, 2000, "Omar Reyes", "Hm.")])),
        by=desk.importer(desk.ines, OWN),
    )
    assert [(one.rep_id, one.rep_speaker, one.talk_ratio) for one in mine.calls] == [(INES, "", None)]
    alone = desk.importer(desk.boss, Scope(frozenset({BOSS}), BOSS, "manager"))
    assert (
        "not of your team"
        in desk.bring(("b.vtt", written.zoom(written.FIRST_CALL)), by=alone).refused[0].reason
    )


def test_gong_says_who_is_ours_when_the_crm_does_not_know_them(desk):
    """One speaker of the company, and somebody says whose call it is."""
    said = [(0, 4000, "Pat Unknown", "Hello?"), (5000, 9000, "Omar Reyes", "Yes.")]
    calls = written.gong_calls(said, ours=["Pat Unknown"])
    found = desk.bring(("t.json", written.gong_transcripts(said)), ("c.json", calls), rep_id=KIM)

    (one,) = found.calls
    assert (one.rep_id, one.rep_speaker, one.title) == (KIM, "Pat Unknown", "First call")


def test_when_nobody_is_recognised_somebody_says_who_the_rep_is(desk):
    """Then the measures come, and the ledger is told anew."""
    call = desk.call([(0, 4000, "Speaker 1", "How?"), (5000, 9000, "Speaker 2", "So.")], rep_id=None)
    assert (call.rep_speaker, call.talk_ratio) == ("", None)

    say_rep(call, "Speaker 1", KIM, desk.importer())

    call.refresh_from_db()
    assert (call.rep_id, call.questions, call.talk_ratio) == (KIM, 1, 0.5)
    assert [row["detail"].get("questions") for row in told("call.transcribed")] == [None, 1]
    with pytest.raises(BadInput, match="does not speak"):
        say_rep(call, "Speaker 3", KIM, desk.importer())
    with pytest.raises(BadInput, match="not of your team"):
        say_rep(call, "Speaker 1", 999, desk.importer())


def test_a_rep_cannot_make_the_own_call_anybody_elses(desk):
    """Else a bad call would be hidden from the manager; which speaker it is, a rep may say."""
    call = desk.call()
    say_rep(call, "Omar Reyes", None, desk.importer(desk.ines, OWN))

    call.refresh_from_db()
    assert (call.rep_id, call.rep_speaker) == (INES, "Omar Reyes")


def test_a_call_is_linked_to_whom_it_is_about(desk):
    """The ledger is told of the lead."""
    call = desk.call()
    link(call, Buyer(5_000_000_000_000_000_001, None), now=NOW)

    assert told("call.transcribed")[-1]["lead_id"] == 5_000_000_000_000_000_001


def test_everybody_sees_the_calls_that_concern_them(desk):
    """A rep the own, a manager the team's, those who teach all; what nobody owns, who brought it."""
    mine = desk.call()
    kims = desk.call([(0, 900, "Kim Ray", "Hi."), (1000, 2000, "Omar Reyes", "Hm.")])
    nobodys = desk.call([(0, 800, "Somebody", "Hi."), (1000, 2000, "Else", "Hm.")])
    stranger = Scope(frozenset({7}), 7, "manager")
    seen = {
        who: {one.pk for one in visible(user, scope)}
        for who, user, scope in (
            ("rep", desk.ines, OWN),
            ("manager", desk.boss, TEAM),
            ("teacher", desk.teacher, Scope(role="enablement")),
            ("stranger", desk.kim, stranger),
        )
    }

    assert seen["rep"] == {mine.pk}
    assert seen["manager"] == seen["teacher"] == {mine.pk, kims.pk, nobodys.pk}
    assert seen["stranger"] == set()


def test_calls_are_filtered_by_rep_topic_day_and_state(desk):
    """Each filter by itself."""
    desk.topic()
    mine = desk.call(started_at=DAY - timedelta(days=9))
    kims = desk.call([(0, 900, "Kim Ray", "Hi."), (1000, 2000, "Omar Reyes", "Hm.")])
    calls = visible(desk.boss, TEAM)

    def fits(**told):
        return [one.pk for one in wanted(calls, Filters(**told))]

    assert fits() == [kims.pk, mine.pk]
    assert fits(rep_id=KIM) == [kims.pk]
    assert fits(topic="price") == [mine.pk]
    assert fits(since=date(2026, 2, 1)) == [kims.pk]
    assert fits(until=date(2026, 2, 1)) == [mine.pk]
    assert fits(state="unreviewed") == fits(state="unlinked") == [kims.pk, mine.pk]
    assert fits(state="unmeasured") == []


def test_the_words_show_who_is_the_rep_and_mark_what_came_up(desk):
    """A topic is marked where it is said, in the words as they were said."""
    desk.topic("Price", "your price")
    call = desk.call()

    shown = lines(call)

    assert [one.is_rep for one in shown] == [True, False, True, False]
    assert [part for part in shown[1].parts if part[1]] == [("your price", "Price")]
    assert "".join(text for text, _ in shown[1].parts) == written.FIRST_CALL[1][3]


# ---------------------------------------------------------------- search


def heard(desk, text):
    """(call's title, marked words) of each quote that a search finds."""
    found = search(visible(desk.boss, TEAM), text)
    return [
        (call.file, [piece for piece, is_marked in quote.parts if is_marked])
        for call, quotes in found.calls
        for quote in quotes
    ]


@pytest.fixture
def talks(desk):
    """Two calls."""
    desk.call(name="first.vtt")
    kim, omar = "A café visit? Pricing is later.", "One list, yes."
    desk.call([(0, 900, "Kim Ray", kim), (1000, 2000, "Omar Reyes", omar)], name="kim.vtt")


def test_a_search_finds_words_without_case_and_accents_and_says_when(desk, talks):
    """`CAFE` finds café; a word is a whole word."""
    assert heard(desk, "CAFE") == [("kim.vtt", ["café"])]
    assert heard(desk, "price") == [("first.vtt", ["price"])]
    assert sorted(heard(desk, "pric*")) == [("first.vtt", ["price"]), ("kim.vtt", ["Pricing"])]
    ((call, quotes),) = search(visible(desk.boss, TEAM), "spreadsheets").calls
    assert (call.file, quotes[0].at_ms, quotes[0].speaker) == ("first.vtt", 5000, "Omar Reyes")


def test_every_word_must_be_said_and_a_phrase_in_one_breath(desk, talks):
    """Words may be apart; in quotes they stand together."""
    assert {name for name, _ in heard(desk, "one list")} == {"first.vtt", "kim.vtt"}
    assert {name for name, _ in heard(desk, '"yes" list')} == {"kim.vtt"}
    assert {name for name, _ in heard(desk, '"list one"')} == set()
    assert heard(desk, "list brightpath") != []
    assert heard(desk, "list brightpath café") == []
    assert heard(desk, '"your price"') == [("first.vtt", ["your price"])]


@pytest.mark.parametrize(
    ("text", "why"), [("", "no word"), ("?!", "no word"), ("a b c d e f g h i", "9 words")]
)
def test_a_search_without_words_or_with_too_many_is_refused(desk, text, why):
    """With what to do."""
    with pytest.raises(BadInput, match=why):
        search(visible(desk.boss, TEAM), text)


def test_a_search_agrees_with_a_plain_reading(desk, talks):
    """Every word of every call finds exactly the calls that say it."""
    said = {}
    for cue in Cue.objects.all():
        for word in (
            cue.text.lower()
            .replace("café", "cafe")
            .replace("?", " ")
            .replace(".", " ")
            .replace(",", " ")
            .split()
        ):
            said.setdefault(word, set()).add(cue.call_id)

    for word, calls in said.items():
        assert {call.pk for call, _ in search(Call.objects.all(), word).calls} == calls, word


# ---------------------------------------------------------------- forgetting


def test_words_are_erased_when_their_time_is_over_and_measures_stay(desk):
    """What was said, who said it and the title go; on the last day they are still there."""
    call = desk.call(months=1)
    last = NOW.replace(month=3, day=3)

    assert forget_due(last) == 0
    assert forget_due(last + timedelta(days=1)) == 1
    assert forget_due(last + timedelta(days=2)) == 0

    call.refresh_from_db()
    assert (call.cues.count(), CallWord.objects.count(), call.title, call.file) == (0, 0, "", "")
    assert [one["name"] for one in call.speakers] == ["Ines Falk"]
    assert (call.questions, call.erased_because) == (2, TIME_IS_OVER)
    with pytest.raises(BadInput, match="erased"):
        say_rep(call, "Ines Falk", INES, desk.importer())


def test_words_are_erased_at_once_when_somebody_takes_consent_back(desk):
    """With a reason, and once."""
    call = desk.call()
    with pytest.raises(BadInput, match="say why"):
        erase_words(call, " ", now=NOW)
    erase_words(call, "Omar took his consent back", now=NOW)
    with pytest.raises(BadInput, match="were erased on 2 Mar 2026"):
        erase_words(call, "again", now=NOW)

    assert search(Call.objects.all(), "price").calls == ()


def test_who_is_cut_from_the_words_is_cut_from_the_index(desk):
    """A name that is erased is found no more."""
    call = desk.call()
    Cue.objects.filter(call=call, number=1).update(text="Hello [erased], how do you track your leads today?")

    assert [one.pk for one in stale_indexes("[erased]")] == [call.pk]
    index_again(call)
    assert stale_indexes("[erased]") == []
    assert search(Call.objects.all(), "Omar").calls == ()


def test_a_comment_needs_a_word_and_keeps_its_moment(desk):
    """Remarks on a call."""
    call = desk.call()
    comment(call, " Good question ", 16_750, by=desk.boss, now=NOW)

    assert [(one.text, one.at_ms) for one in call.comments.all()] == [("Good question", 16_750)]
    with pytest.raises(BadInput, match="needs a word"):
        comment(call, "  ", None, by=desk.boss, now=NOW)


def test_a_speaker_with_an_endless_name_is_refused(desk):
    """It would not fit, and it is no name."""
    long = [(0, 900, "A" * 201, "Hi."), (1000, 2000, "Omar", "Hm.")]

    found = desk.bring(("t.vtt", written.teams(long)))

    assert "longer than 200 letters" in found.refused[0].reason
