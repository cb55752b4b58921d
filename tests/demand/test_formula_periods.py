"""Columns that tell the calendar and not the lead are found by themselves, and a person may let them in."""

from dataclasses import replace

import numpy as np
import pytest

from quintet.demand.formula.leaks.guard import find_leaks, without
from quintet.demand.formula.leaks.periods import alike, period_evidence
from quintet.demand.terms.examples import Doings, Examples, Numbers, Words
from quintet.demand.terms.leaks import Judgement, Sign

N = 3000
RNG = np.random.default_rng(5)
DAY = np.sort(RNG.uniform(0, 540, N))
HANDED = np.datetime64("2024-01-01", "us") + (DAY * 86_400e6).astype("timedelta64[us]")
MONTH = HANDED.astype("datetime64[M]").astype(int)


def words(values):
    """A field of words."""
    levels, codes = np.unique(np.asarray(values, dtype=str), return_inverse=True)
    return Words(codes.astype(np.int64), tuple(levels.tolist()))


MONTHS = np.array(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
OF_THE_PERIOD = {
    "call month": words(MONTHS[MONTH % 12]),
    "quarter": words(np.char.add("Q", (MONTH % 12 // 3 + 1).astype(str))),
    "season": words(np.array(["low", "high"])[(MONTH % 12 > 5).astype(int)]),
    "interest": Numbers(np.round(4 - DAY / 300 + RNG.normal(0, 0.02, N), 2)),
    "confidence": Numbers(RNG.normal(0, 1, 40)[MONTH - MONTH.min()]),
    "known on": words(HANDED.astype("datetime64[D]")),
}
OF_THE_LEAD = {
    "source": words(RNG.choice(["ad", "fair", "web"], N)),
    "mostly no": words(np.where(RNG.random(N) < 0.03, "yes", "no")),
    "employees": Numbers(RNG.lognormal(3, 1, N)),
    "shifting": words(np.where(RNG.random(N) < DAY / 540, "web", "fair")),
    "weekday": words(HANDED.astype("datetime64[D]").astype(int) % 7),
    "campaign": words(np.where(RNG.random(N) < 0.5, "none", MONTHS[MONTH % 12])),
    "rising": Numbers(RNG.normal(0, 1, N) + DAY / 270),
}


@pytest.fixture(scope="module")
def examples():
    """Leads of a year and a half, one in ten a customer, whatever any column says."""
    won = RNG.random(N) < 0.1
    nothing = np.zeros(0, dtype=np.int64)
    return Examples(
        lead_ids=np.arange(N),
        handed_at=HANDED,
        fields=OF_THE_PERIOD | OF_THE_LEAD,
        doings=Doings(nothing, nothing, nothing.astype(float), ()),
        won_days=np.where(won, 10.0, np.nan),
        is_closed=np.ones(N, dtype=bool),
        is_worked=np.ones(N, dtype=bool),
        observed_days=700 - DAY,
        until=np.datetime64("2025-12-01", "us"),
    )


def test_what_the_day_says_is_left_out_and_named(examples):
    """Month, quarter, season, two states of the economy, a date; nothing that says something of a lead."""
    report = find_leaks(examples)
    found = {one.name for one in report.columns if one.belongs_to_the_period}

    assert found == set(OF_THE_PERIOD)
    assert report.names_left_out == found
    assert set(without(examples, report).fields) == set(OF_THE_LEAD)
    assert {sign.sign for one in report.left_out for sign in one.evidence if sign.weight == 3} == {
        Sign.PERIOD
    }


def test_a_person_may_let_it_in(examples):
    """As with any column of the guard."""
    kept = Judgement("season", keep=True, reason="it is the season the customer asked for")
    report = find_leaks(examples, judgements={"season": kept})

    assert "season" not in report.names_left_out
    assert [one.name for one in report.overruled] == ["season"]


def test_months_in_words_stay_where_no_lead_has_a_date(examples):
    """No level can follow then: the month of the call is all that tells the period."""
    undated = replace(examples, handed_at=np.full(N, np.datetime64("NaT", "us")))

    assert "“apr”" in period_evidence(examples, OF_THE_PERIOD["call month"]).sentence
    assert "call month" not in find_leaks(undated).names_left_out
    assert period_evidence(undated, OF_THE_PERIOD["season"]) is None
    assert period_evidence(examples, words(["may", "june"] * 750 + ["ann", "bob"] * 750)) is None


def test_shares_are_what_a_plain_count_says(examples):
    """Two halves of a year tell all, a coin nothing, one word cannot be told."""
    assert alike(examples, OF_THE_PERIOD["season"]) == pytest.approx(1.0)
    assert alike(examples, OF_THE_LEAD["source"]) == pytest.approx(0.0, abs=0.02)
    assert alike(examples, words(["same"] * N)) is None
    assert alike(examples, Numbers(np.full(N, np.nan))) is None


def test_two_months_are_too_few(examples):
    """A new company: nothing can be said yet."""
    young = replace(examples, handed_at=np.datetime64("2024-01-01", "us") + (HANDED - HANDED[0]) // 10)

    assert alike(young, words(np.where(DAY > 270, "a", "b"))) is None
