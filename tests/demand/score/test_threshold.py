from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.demand.formula.score.threshold import ready_threshold, value_curve
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Status


def history(weeks=52, mean=100, seed=1):
    """Points and week of leads that come as they come."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(mean, weeks)
    return rng.integers(0, 30, count.sum()), np.repeat(np.arange(weeks), count)


def test_a_coming_year_stays_within_capacity_about_four_weeks_of_five():
    """The cut of one year, tried on another: about 80 % of weeks fit; the mean rule fails half."""
    held, mean_rule = [], []
    for seed in range(20):
        points, week = history(seed=seed)
        found = ready_threshold(points, week, 40, customers=points / 100)
        later, when = history(seed=100 + seed)
        ready = np.bincount(when[later >= found.points], minlength=52)
        held.append((ready <= 40).mean())
        loose = np.sort(points)[-(40 * 52)]
        mean_rule.append((np.bincount(when[later >= loose], minlength=52) <= 40).mean())

    assert np.mean(held) >= 0.78
    assert np.mean(mean_rule) < 0.65


def test_the_cut_is_the_lowest_that_fits():
    """One point lower, and too many weeks would overflow."""
    points, week = history()
    found = ready_threshold(points, week, 40, customers=points / 100)
    lower = np.bincount(week[points >= found.points - 1], minlength=52)

    assert found.fits >= 0.79
    assert ((lower <= 40).sum() + 0.5) / 53 < 0.8
    assert found.p_fits.lo < found.p_fits.estimate < found.p_fits.hi
    assert found.utilisation == pytest.approx(found.weekly_ready / 40)
    assert found.status is Status.SPEAKS


def test_a_team_with_room_for_all_takes_all():
    """Capacity beyond the busiest week: every lead is ready."""
    points, week = history()

    assert ready_threshold(points, week, 1e6, customers=points / 100).points == points.min()


def test_a_team_with_no_room_has_no_cut():
    """A hundred leads of equal points a week and room for one: no cut keeps within capacity."""
    points, week = np.full(1000, 7), np.repeat(np.arange(10), 100)
    found = ready_threshold(points, week, 1, customers=np.ones(1000))

    assert found.points == np.inf
    assert found.weekly_ready == 0
    assert found.status is Status.HEDGED


def test_few_weeks_are_silent():
    """Seven weeks are no history."""
    with pytest.raises(NotEnoughData) as raised:
        ready_threshold(np.arange(7), np.arange(7), 3, customers=np.ones(7))
    assert (raised.value.have, raised.value.need) == (7, 8)


def test_capacity_must_be_above_nought():
    """Nobody to work leads is no capacity."""
    with pytest.raises(BadInput, match="capacity"):
        ready_threshold(np.arange(7), np.arange(7), 0, customers=np.ones(7))


def test_value_curve_by_hand():
    """Four leads, the best of them half of the customers and most of the money."""
    curve = value_curve(
        np.array([1.0, 9.0, 5.0, 1.0]), np.array([0, 1, 1, 0]), np.array([1.0, 30.0, 10.0, 1.0])
    )

    assert [(one.leads, one.customers, one.value, one.points) for one in curve] == [
        (0.25, 0.5, 0.75, 9.0),
        (0.5, 1.0, 1.0, 5.0),
        (1.0, 1.0, 1.0, 1.0),
    ]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), min_size=1, max_size=80))
def test_the_curve_rises_to_all(leads):
    """Working more leads never loses a customer, and all leads hold all of them."""
    points, chance = (np.array(kind, dtype=float) for kind in zip(*leads, strict=True))
    curve = value_curve(points, chance)

    assert curve[-1].leads == 1.0
    assert all(a.customers <= b.customers + 1e-12 for a, b in pairwise(curve))
    assert curve[-1].customers == pytest.approx(1.0 if chance.sum() > 0 else 0.0)
