"""A line through values that are known unequally well: by hand, beside scipy, and how often it holds."""

import numpy as np
import pytest
from scipy.stats import linregress

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.crossed_means import fit_crossed_means
from quintet.stats.weighted_slopes import weighted_slope


def test_with_no_errors_known_it_is_least_squares_on_a_standardised_score():
    """Slope, error and p-value as scipy tells them."""
    rng = np.random.default_rng(4)
    x = rng.normal(5, 2, 25)
    y = 0.3 * x + rng.normal(0, 1, 25)
    found, plain = weighted_slope(x, y, np.zeros(25)), linregress((x - x.mean()) / x.std(ddof=1), y)

    assert (found.slope, found.error) == pytest.approx((plain.slope, plain.stderr))
    assert found.p_value == pytest.approx(plain.pvalue)
    assert (found.n, found.freedom) == (25, 23)


def test_values_that_lie_as_their_errors_say_are_weighted_by_them_alone():
    """Six people at each of two scores, worked by hand: 0 or 2 with an error of 1, and one of 100 far off."""
    x = [0.0] * 6 + [1.0] * 6
    values, errors = [0.0, 0.0, 0.0, 0.0, 0.0, 900.0] + [2.0] * 6, [1.0] * 5 + [1e6] + [1.0] * 6

    found = weighted_slope(x, values, errors)

    assert found.slope == pytest.approx(2.0 * np.std(x, ddof=1), abs=1e-6)
    assert found.spread < 1e-2


def test_nine_of_ten_intervals_hold_the_slope_and_one_in_twenty_p_values_is_below_a_twentieth():
    """Fifteen people who differ beyond their errors, which are unequal; with a slope and without."""
    held, surprised = [], []
    for seed in range(200):
        rng = np.random.default_rng([seed, 2])
        x, errors = rng.normal(size=15), rng.uniform(0.05, 0.6, 15)
        noise = rng.normal(0, 0.3, 15) + rng.normal(0, errors)
        lo, hi = weighted_slope(x, 0.2 * x + noise, errors).interval()
        held.append(lo <= 0.2 * x.std(ddof=1) <= hi)
        surprised.append(weighted_slope(x, noise, errors).p_value < 0.05)

    assert 0.86 <= np.mean(held) <= 0.94
    assert np.mean(surprised) <= 0.08


def test_too_few_people_equal_scores_and_errors_below_nothing_are_refused():
    """Ten are the least; what all share goes with nothing."""
    with pytest.raises(NotEnoughData):
        weighted_slope(range(9), range(9), [0.1] * 9)
    for x, errors in (([1.0] * 12, [0.1] * 12), (range(12), [-0.1] * 12), (range(12), [0.1] * 11)):
        with pytest.raises(BadInput):
            weighted_slope(x, range(12), errors)


def test_prices_of_reps_agree_with_least_squares_on_rep_and_kind():
    """Two kinds at two prices, three reps who sell them in unequal shares; beside numpy's own solution."""
    rng = np.random.default_rng(3)
    rep, kind = rng.integers(0, 3, 60), rng.integers(0, 2, 60)
    values = 5.0 + np.array([0.0, 0.2, 0.5])[rep] + 1.5 * kind + rng.normal(0, 0.1, 60)
    design = np.column_stack([np.eye(3)[rep], kind])
    plain, squares, *_ = np.linalg.lstsq(design, values, rcond=None)
    share = np.bincount(rep) / 60
    beside = np.hstack([np.eye(3) - share, np.zeros((3, 1))])
    covariance = beside @ np.linalg.inv(design.T @ design) @ beside.T * squares[0] / 55

    found = fit_crossed_means(rep, (kind,), values)

    assert found.reps == pytest.approx(beside @ plain, abs=1e-5)
    assert found.errors == pytest.approx(np.sqrt(np.diag(covariance)), rel=0.02)
    with pytest.raises(NotEnoughData):
        fit_crossed_means(rep[:4], (kind[:4],), values[:4])
    with pytest.raises(BadInput):
        fit_crossed_means(rep, (kind,), values[:5])
