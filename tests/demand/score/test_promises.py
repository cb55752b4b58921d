"""What a score promises each day: kept on average from the first day on, however early customers buy."""

import numpy as np
import pytest

from quintet.demand.formula.score.promises import NEVER, Course, Pace, accrued, fit_pace, settled
from quintet.kernel.errors import NotEnoughData
from quintet.stats.cusum import cusum

HORIZON, FITTED, END = 90, 365, 547


def course_of(seed, factor=1.0, worked_after=0.0, leads=20_000):
    """Leads over 560 days, chances around 10 %, sales 25 days after the first work, as known at END."""
    rng = np.random.default_rng(seed)
    handed = np.sort(rng.integers(0, 560, leads))
    p = 1 / (1 + np.exp(2.2 - rng.normal(0, 1, leads)))
    lag = rng.exponential(25, leads)
    waited = rng.exponential(worked_after, leads) if worked_after else np.zeros(leads)
    won = rng.random(leads) < p * np.where(handed >= FITTED, factor, 1)
    started = handed + waited.astype(int)
    sold = np.where(won, started + lag.astype(int), NEVER)
    known = handed < END
    course = Course(
        handed[known],
        np.where(started < END, started, NEVER)[known],
        np.where(sold < END, sold, NEVER)[known],
    )
    return course, (p * np.mean(waited + lag <= HORIZON))[known]


def watched(seed, **world):
    """Promised and happened since the fit."""
    course, p = course_of(seed, **world)
    return accrued(course, p, fit_pace(course, FITTED, HORIZON), FITTED, END)


def test_one_lead_worked_by_hand():
    """Half of the customers buy on the first day, half on the second: .2 first, then .2 of the .8 left."""
    pace = Pace(np.array([0.5, 1.0]), 1.0)
    lead = Course(np.array([10]), np.array([10]), np.array([NEVER]))
    promised, happened = accrued(lead, np.array([0.4]), pace, 10, 13)

    assert promised == pytest.approx([0.2, 0.25, 0.0])
    assert happened.sum() == 0


def test_one_who_bought_is_expected_no_more():
    """Sold on the first day: counted, and nothing is expected afterwards."""
    pace = Pace(np.array([0.5, 1.0]), 1.0)
    lead = Course(np.array([10]), np.array([10]), np.array([10]))
    promised, happened = accrued(lead, np.array([0.4]), pace, 10, 12)

    assert promised == pytest.approx([0.2, 0.0])
    assert happened == pytest.approx([1, 0])


def test_a_lead_that_was_open_before_the_fit_goes_on():
    """What was left of it is expected after the fit; what it did before is not counted."""
    pace = Pace(np.array([0.5, 1.0]), 1.0)
    leads = Course(np.array([9, 9]), np.array([9, 9]), np.array([NEVER, 9]))
    promised, happened = accrued(leads, np.array([0.4, 0.4]), pace, 10, 11)

    assert promised == pytest.approx([0.25])
    assert happened == pytest.approx([0])


@pytest.mark.parametrize("worked_after", [0.0, 20.0])
def test_promises_that_hold_are_kept_from_the_first_weeks(worked_after):
    """Most leads are young: what came of them stands to what was promised as one to one, week by week."""
    parts = [watched(seed, worked_after=worked_after) for seed in range(12)]
    promised, happened = (np.mean([one[side] for one in parts], axis=0) for side in (0, 1))

    assert happened.sum() / promised.sum() == pytest.approx(1, abs=0.03)
    for first in range(0, 182, 26):
        weeks = slice(first, first + 26)
        assert happened[weeks].sum() / promised[weeks].sum() == pytest.approx(1, abs=0.08)


def test_counting_only_who_is_decided_would_promise_a_half_more():
    """The negative control: of the leads won or past their horizon, early customers are too many."""
    course, p = course_of(5)
    fresh = course.handed >= FITTED
    decided = fresh & ((course.won < NEVER) | (course.handed + HORIZON < END))

    assert (course.won[decided] < NEVER).mean() / p[decided].mean() > 1.3


def test_no_false_alarm_comes_from_early_customers():
    """Fifteen stable companies: two alarms at most; three in ten fewer are always found."""
    stable = [cusum(*watched(seed, leads=10_000)) for seed in range(15)]
    worse = [cusum(*watched(seed, factor=0.7)) for seed in range(4)]

    assert sum(one.first_too_much is not None or one.first_too_little is not None for one in stable) <= 2
    assert all(one.first_too_much is not None for one in worse)


def test_below_twenty_dated_sales_there_is_no_pace():
    """Too few to know how long a sale takes."""
    few = Course(np.arange(50), np.arange(50), np.where(np.arange(50) < 10, np.arange(50) + 3, NEVER))

    with pytest.raises(NotEnoughData, match="20"):
        fit_pace(few, 100, 30)


def test_settled_are_those_whose_horizon_ended_since():
    """Ended before the fit, since, not yet; not worked."""
    course = Course(np.array([0, 20, 60, 20]), np.array([0, 20, 60, NEVER]), np.full(4, NEVER))

    assert settled(course, np.array([True, True, True, False]), 30, 40, 80).tolist() == [
        False, True, False, False,
    ]  # fmt: skip
