"""A small seeded form of studies/feedback_trap.py, with the wrong answers as its negative controls."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told():
    """Thirty companies whose best source becomes the worst at period 5, by the same leads and outcomes."""
    from feedback_trap import worths

    return worths(30, swaps=True)


def gap(told, way):
    """Mean error of a way to answer, and its standard error, customers per 100 leads."""
    error = 100 * np.array([way(one) - one.truth for one in told])
    return error.mean(), error.std() / np.sqrt(len(error))


def test_the_hold_out_covers_the_truth_and_has_no_bias(told):
    """Nine intervals in ten; the mean error within two and a half standard errors of nothing."""
    inside = np.mean([one.holdout.lo <= one.truth <= one.holdout.hi for one in told])
    mean, error = gap(told, lambda one: one.holdout.estimate)

    assert 0.8 <= inside <= 1.0
    assert abs(mean) < 2.5 * error


def test_counting_the_unworked_as_lost_promises_too_much(told):
    """By a third of the truth and more: leads like those never worked seem worth nothing."""
    mean, error = gap(told, lambda one: one.lost)

    assert mean > 10 * error
    assert mean > 0.33 * 100 * np.mean([one.truth for one in told])


def test_leaving_out_the_exploration_share_promises_too_much(told):
    """The score still believes what it knew of sources it no longer works."""
    mean, error = gap(told, lambda one: one.unexplored)

    assert mean > 4 * error
    assert mean > 0.08 * 100 * np.mean([one.truth for one in told])


def test_a_difference_looked_at_weekly_needs_the_interval_for_all_looks():
    """A score worth nothing: one look's interval, peeked at, shows a difference in a fifth of years."""
    from feedback_trap import looked

    found = np.mean([looked(200, 0.04, 0.05, seed) for seed in range(30)], axis=0)

    assert found[0] > 0.2
    assert found[1] <= 0.1
