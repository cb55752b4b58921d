"""Scores of forecasts: agreement with closed forms and another implementation; honesty pays."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import norm

from quintet.kernel.errors import BadInput
from quintet.stats.scores import crps_normal, crps_quantiles, crps_sample, interval_score, pinball


def test_the_standard_normal_at_its_mean():
    """Gneiting & Raftery's closed form: .23370 for N(0, 1) when 0 happens."""
    assert crps_normal(0, 1, 0) == pytest.approx(0.233695, abs=1e-6)


def test_a_sample_comes_to_the_closed_form():
    """Ten thousand even quantiles of a normal are the normal, near and far."""
    sample = 3 + 2 * ndtri((np.arange(10_000) + 0.5) / 10_000)

    for happened in (-4.0, 2.5, 3.0, 9.0):
        assert crps_sample(sample, happened) == pytest.approx(crps_normal(3, 2, happened), abs=1e-3)


def test_a_sample_agrees_with_the_integral_of_its_steps():
    """CRPS is the area between the two distribution functions, squared: by brute force on a small sample."""
    sample = np.asarray([1.0, 4.0, 4.0, 9.0])
    grid = np.linspace(-5, 15, 2_000_001)
    steps = np.searchsorted(sample, grid, side="right") / 4 - (grid >= 6.0)

    assert crps_sample(sample, 6.0) == pytest.approx(np.trapezoid(steps**2, grid), abs=1e-4)


def test_a_single_number_costs_its_distance():
    """So that a point forecast and a distribution can be compared."""
    assert crps_sample([120.0], 100.0) == 20.0


def test_quantiles_come_to_the_sample():
    """A forecast kept as 99 quantiles scores as the forecast itself."""
    levels = np.arange(1, 100) / 100

    for happened in (-1.0, 0.3, 2.0):
        told = crps_quantiles(levels, norm.ppf(levels), happened)
        assert told == pytest.approx(crps_normal(0, 1, happened), abs=0.003)


@pytest.mark.parametrize("said", [-0.4, 0.4])
def test_saying_what_one_believes_scores_best(said):
    """Too low and too high, too wide and too narrow all cost, on average over what happens."""
    happened = ndtri((np.arange(400) + 0.5) / 400)

    def cost(mean, sd):
        return np.mean([crps_normal(mean, sd, one) for one in happened])

    assert cost(0, 1) < cost(said, 1)
    assert cost(0, 1) < cost(0, 1 + said)


def test_pinball_by_hand():
    """Beyond the 90th percentile by 10: 9; short of it by 10: 1."""
    assert pinball(0.9, 100, 110) == pytest.approx(9)
    assert pinball(0.9, 100, 90) == pytest.approx(1)


def test_a_range_that_misses_pays_five_times_what_it_misses():
    """An 80 % range: width 20, and 10 for each unit outside."""
    assert interval_score(90, 110, 100) == 20
    assert interval_score(90, 110, 113) == pytest.approx(20 + 10 * 3)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: crps_sample([], 1.0), "at least one value"),
        (lambda: pinball(1.0, 1, 1), "between 0 and 1"),
        (lambda: crps_quantiles([0.5], [1.0], 1.0), "two levels or more"),
        (lambda: interval_score(2, 1, 1), "must not end before it starts"),
    ],
)
def test_what_is_no_forecast_is_refused(call, rule):
    """With the rule it breaks."""
    with pytest.raises(BadInput, match=rule):
        call()
