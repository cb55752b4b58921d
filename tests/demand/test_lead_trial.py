"""The trial of a lead score: on later leads, at a horizon they are old enough for."""

from datetime import datetime

import numpy as np
import pytest

from quintet.demand.formula.lead_trial import SHORTER, try_score
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import fit_target
from quintet.demand.terms.examples import Doings, Examples, Words
from quintet.kernel.errors import NotEnoughData

NO_DEEDS = Doings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), ())
DAY = np.timedelta64(86_400_000_000, "us")


def leads(*, first_year_sells_after=300.0, count=3000, days=500):
    """Referrals buy three times as often; those of the first 200 days bought only after the stated time."""
    rng = np.random.default_rng(7)
    age = np.sort(rng.uniform(90, 90 + days, count))[::-1]
    source = rng.integers(0, 2, count)
    buys = rng.random(count) < np.where(source == 1, 0.3, 0.1)
    late = np.where(age > 90 + days - 200, first_year_sells_after, 0.0)
    lag = np.where(buys, late + rng.exponential(15.0, count), np.inf)
    until = np.datetime64("2026-01-01", "us")
    handed = until - (age * 86_400_000_000).astype("timedelta64[us]")
    return known_by(handed, source, lag, until)


def known_by(handed, source, lag, until):
    """The leads as they were known at an instant."""
    age = (until - handed) / DAY
    won = lag <= age
    return Examples(
        lead_ids=np.arange(len(handed)),
        handed_at=handed,
        fields={"source": Words(source, ("ad", "referral"))},
        doings=NO_DEEDS,
        won_days=np.where(won, lag, np.nan),
        is_closed=won,
        is_worked=np.ones(len(handed), dtype=bool),
        observed_days=age,
        until=until,
    )


def reader(examples):
    """What was known of them by a day."""

    def read_until(moment: datetime) -> Examples:
        then = np.datetime64(moment, "us")
        rows = np.flatnonzero(examples.handed_at <= then)
        some = subset(examples, rows)
        lag = np.where(some.is_won, np.nan_to_num(some.won_days, nan=np.inf), np.inf)
        return known_by(some.handed_at, some.fields["source"].codes, lag, then)

    return read_until


def test_it_is_tried_at_its_own_horizon_where_later_leads_are_old_enough():
    """Sales take weeks, the leads are months old: nothing is shortened."""
    examples = leads(first_year_sells_after=0.0)
    trial = try_score(examples, reader(examples), ("source",), None)

    assert trial.horizon_days == pytest.approx(fit_target(examples).ground.horizon_days, abs=15)
    assert trial.skill.auc.lo > 0.5


def test_a_horizon_that_leaves_nothing_to_try_on_is_shortened():
    """Old leads that bought after a year make the horizon long; the trial says which shorter one it took."""
    examples = leads()
    trial = try_score(examples, reader(examples), ("source",), None)

    assert fit_target(examples).ground.horizon_days > 250
    assert trial.horizon_days in SHORTER
    assert trial.skill.customers >= 10
    assert trial.skill.auc.lo > 0.5


def test_what_cannot_be_tried_at_any_horizon_says_so():
    """Too few bought to learn from and to try it on."""
    few = leads(count=60)

    with pytest.raises(NotEnoughData, match="customers"):
        try_score(few, reader(few), ("source",), None)
