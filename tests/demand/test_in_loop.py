"""The lead score in the loop: the naive answer it is held against."""

import numpy as np
import pytest

from quintet.demand.in_loop import base_rate
from quintet.demand.terms.examples import Doings, Examples

NO_DEEDS = Doings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), ())


def young_company(rate=0.4, leads=4000, days=80, delay=30.0):
    """Leads of the last days alone; those who buy take a month on average, the others stay open."""
    rng = np.random.default_rng(5)
    age = np.sort(rng.uniform(0, days, leads))[::-1]
    lag = np.where(rng.random(leads) < rate, rng.exponential(delay, leads), np.inf)
    won = lag <= age
    until = np.datetime64("2026-01-01", "us")
    return Examples(
        lead_ids=np.arange(leads),
        handed_at=until - (age * 86_400_000_000).astype("timedelta64[us]"),
        fields={},
        doings=NO_DEEDS,
        won_days=np.where(won, lag, np.nan),
        is_closed=won,
        is_worked=np.ones(leads, dtype=bool),
        observed_days=age,
        until=until,
    )


def test_the_naive_answer_counts_young_leads_as_the_score_does():
    """Counted as lost they would halve it, and every recipe would beat it by that alone."""
    examples = young_company()
    found = base_rate(examples, 80)

    assert examples.is_won.mean() < 0.27
    assert found.rate == pytest.approx(0.4 * (1 - np.exp(-80 / 30)), abs=0.06)
    assert found.customers == examples.is_won.sum()
