"""The spread of values: against a resampling interval, its coverage, and what it refuses."""

import numpy as np
import pytest
from scipy import stats

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.spread import fit_spread, probability_wider


def test_the_deviation_is_the_usual_one():
    """Of 2, 4, 4, 4, 5, 5, 7, 9 it is the root of 32/7."""
    found = fit_spread([2, 4, 4, 4, 5, 5, 7, 9])

    assert (found.n, found.mean) == (8, 5.0)
    assert found.deviation == pytest.approx((32 / 7) ** 0.5)
    assert found.lo < found.deviation < found.hi


def test_it_scales_with_the_unit_and_not_with_the_level():
    """In points of a hundred it is a hundred times as wide; ten points more for all change nothing."""
    values = np.array([0.5, 0.6, 0.62, 0.7, 0.71, 0.9, 0.4, 0.8])
    one, other = fit_spread(values), fit_spread(100 * values + 10)

    assert [other.deviation, other.lo, other.hi] == pytest.approx(
        [100 * one.deviation, 100 * one.lo, 100 * one.hi]
    )


def test_large_samples_agree_with_a_resampling_interval():
    """Of 400 skewed values the ends lie where those of scipy's bootstrap lie."""
    values = np.random.default_rng(1).beta(8, 2, 400)
    found = fit_spread(values)
    resampled = stats.bootstrap(
        (values,), lambda x, axis: x.std(axis=axis, ddof=1), confidence_level=0.9, rng=2, n_resamples=4000
    ).confidence_interval

    assert [found.lo, found.hi] == pytest.approx([resampled.low, resampled.high], rel=0.03)


@pytest.mark.parametrize("n", [6, 12, 30])
@pytest.mark.parametrize("shape", ["normal", "skewed", "ten questions"])
def test_nine_of_ten_intervals_hold_the_true_spread(n, shape):
    """Also of shares right, which are neither normal nor continuous."""
    rng = np.random.default_rng(n)
    draw, truth = {
        "normal": (lambda: rng.normal(size=n), 1.0),
        "skewed": (lambda: rng.beta(8, 2, n), stats.beta(8, 2).std()),
        "ten questions": (lambda: rng.binomial(10, 0.8, n) / 10, 0.16**0.5 / 10**0.5),
    }[shape]
    held = tried = 0
    for _ in range(600):
        try:
            found = fit_spread(draw())
        except NotEnoughData:
            continue
        tried, held = tried + 1, held + (found.lo <= truth <= found.hi)

    assert 0.84 <= held / tried <= 0.995


def test_equal_spreads_are_told_apart_one_time_in_ten():
    """Negative control: the probability of being wider is spread evenly where nothing differs."""
    rng = np.random.default_rng(7)
    told = [probability_wider(*(fit_spread(rng.normal(size=20)) for _ in range(2))) for _ in range(500)]

    assert np.mean((np.array(told) < 0.05) | (np.array(told) > 0.95)) < 0.13
    assert np.mean(told) == pytest.approx(0.5, abs=0.05)


def test_too_little_is_refused():
    """Five values, equal values, and means that were taken out say nothing of a spread."""
    with pytest.raises(NotEnoughData, match="6 are the least"):
        fit_spread([1, 2, 3, 4, 5])
    with pytest.raises(NotEnoughData, match="8 are the least"):
        fit_spread([1, -1, 2, -2, 3, -3, 4], groups=3)
    with pytest.raises(NotEnoughData, match="no spread"):
        fit_spread([4] * 9)
    with pytest.raises(BadInput, match="numbers only"):
        fit_spread([1, 2, 3, 4, 5, np.nan])
