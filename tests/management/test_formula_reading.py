from dataclasses import replace
from datetime import date

import pytest

from quintet.kernel.finding import Status
from quintet.management.formula.reading import reading, share_text
from quintet.management.terms.funnel import WIN_RATE, Gain, RateEstimate, StageCount, Step, Verdict

PLAIN = RateEstimate(
    Step("qualified", "demo"), Status.SPEAKS, 130, 71, rate=0.54, peer_rate=0.5, known_share=1.0,
    p_below=0.3, p_above=0.7, verdict=Verdict.ORDINARY,
)  # fmt: skip
STRONG = replace(PLAIN, verdict=Verdict.STRONG, p_above=0.97)
WEAK = RateEstimate(
    Step("demo", "won"), Status.SPEAKS, 71, 9, rate=0.15, peer_rate=0.25, known_share=1.0,
    p_below=0.97, p_above=0.03, verdict=Verdict.WEAK, to_peers=Gain("peers", 1.4, 0.2, 2.9, 0.4),
)  # fmt: skip


def test_strong_and_weak_in_one_sentence():
    """The chart of the orange rep, read aloud."""
    assert reading((STRONG, WEAK), None) == (
        "Good on the phone, weak in the demo: 9 of 71 demos closed where peers close 1 in 4 (P = 0.97); "
        "about 1.4 customers a month."
    )


def test_weak_alone():
    """One weak step is named with its evidence and its price."""
    assert reading((PLAIN, WEAK), None).startswith("Weak in the demo: 9 of 71 demos closed where")


def test_several_weak_steps_name_the_dearest_first():
    """The step that costs most leads; the others are named after it."""
    phone = replace(
        PLAIN, verdict=Verdict.WEAK, rate=0.3, p_below=0.999, to_peers=Gain("peers", 3.0, 2.0, 4.0, 0.5)
    )
    text = reading((phone, WEAK), None)
    assert text.startswith(
        "Weak on the phone: 71 of 130 qualifying calls led to a demo where peers get 1 in 2"
    )
    assert text.endswith("(P > 0.99); about 3.0 customers a month. Also weak in the demo.")


def test_strong_alone():
    """The green rep: what is good is said too."""
    assert reading((STRONG,), None) == (
        "Strong on the phone: 71 of 130 qualifying calls led to a demo where peers get 1 in 2 (P = 0.97); "
        "no step is weak."
    )


def test_nothing_stands_out():
    """An ordinary rep is left in peace."""
    assert reading((PLAIN,), None).startswith("Nothing stands out")


def test_young_leads_say_what_to_expect():
    """Where outcomes are missing the sentence gives the expected rate beside the count so far."""
    young = replace(WEAK, known_share=0.6)
    assert "9 of 71 demos closed so far, 15% to be expected, where peers close 1 in 4" in reading(
        (young,), None
    )
    ordinary = replace(PLAIN, known_share=0.31, is_young=True)
    assert reading((ordinary,), None) == ("Too early to say: only 31% of the outcomes of these leads are in.")


def test_silent_rep_says_what_is_missing_and_when():
    """Too little data: the reason and the day."""
    silent = RateEstimate(
        Step("worked", "demo"),
        Status.SILENT,
        9,
        2,
        reason="the median rep has 9 leads",
        expected_on=date(2026, 9, 1),
    )
    assert reading((silent,), None) == (
        "Not enough data yet: the median rep has 9 leads, expected by 2026-09-01."
    )
    assert reading((), None) == "No leads in this period."


def test_a_rep_with_next_to_nothing_is_told_so():
    """One demo is no funnel: the sentence counts it and says that it is too little."""
    silent = RateEstimate(Step("demo", "won"), Status.SILENT, 1, 0, reason="1 of the 10 leads it takes")
    counts = (StageCount("connected", 0), StageCount("demo", 1))
    told = reading((silent,), None, counts)
    assert told == "1 demo and nothing else in this period: too little to say anything."
    several = reading((silent,), None, (StageCount("demo", 2), StageCount("won", 1)))
    assert several == "2 demos, 1 customer won in this period: too little to say anything."


def test_a_rep_without_a_rate_is_told_why():
    """Where a rate per rep does not exist, the count stands with the reason."""
    text = reading((), None, (StageCount("won", 14),), "The rep is known for the won leads only.")
    assert text == "14 customers won; no rate, because the rep is known for the won leads only."


def test_win_rate_is_read_where_there_are_no_steps():
    """A company that records only won and lost still gets a sentence."""
    closed = replace(WEAK, step=WIN_RATE)
    text = reading((), closed)
    assert text.startswith("Weak at closing: 9 of 71 closed opportunities were won where peers win 1 in 4")


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0.25, "1 in 4"),
        (0.335, "1 in 3"),
        (0.5, "1 in 2"),
        (0.667, "2 in 3"),
        (0.38, "38%"),
        (0.021, "2.1%"),
        (0.0, "0.0%"),
    ],
)
def test_rates_are_said_as_people_say_them(rate, text):
    """Small fractions where they fit, else a percentage."""
    assert share_text(rate) == text
