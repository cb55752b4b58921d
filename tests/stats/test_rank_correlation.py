"""Whether two things go together by rank."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.rank_correlation import disattenuated, rank_correlation


def test_another_implementation_agrees_with_ties():
    """Scipy finds the same correlation where many answers are equal."""
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 5, 60), rng.integers(0, 9, 60)

    assert rank_correlation(x, y).r == pytest.approx(spearmanr(x, y).statistic)


def test_the_interval_by_hand():
    """Ten pairs of which two neighbours are swapped: r = 1 - 6·2 / 990, and Bonett and Wright's error."""
    x = np.arange(10)
    y = np.array([1, 0, *range(2, 10)])
    r = 1 - 6 * 2 / 990
    reach = 1.6448536 * np.sqrt((1 + r**2 / 2) / 7)

    found = rank_correlation(x, y)

    assert found.r == pytest.approx(r)
    assert found.lo == pytest.approx(np.tanh(np.arctanh(r) - reach))
    assert found.hi == pytest.approx(np.tanh(np.arctanh(r) + reach))


def test_intervals_cover_a_planted_correlation():
    """Of 400 samples of 40 from normals with r = .5 about nine in ten cover Spearman's 6/π asin(r/2)."""
    rng = np.random.default_rng(5)
    truth = 6 / np.pi * np.arcsin(0.25)
    inside = 0
    for _ in range(400):
        x, e = rng.normal(size=(2, 40))
        found = rank_correlation(x, 0.5 * x + np.sqrt(0.75) * e)
        inside += found.lo <= truth <= found.hi

    assert 0.86 <= inside / 400 <= 0.94


def test_nothing_is_seldom_taken_for_something():
    """Five in a hundred pairs of strangers have p below 5 %."""
    rng = np.random.default_rng(6)
    low = [rank_correlation(*rng.normal(size=(2, 30))).p_value < 0.05 for _ in range(600)]

    assert 0.03 <= np.mean(low) <= 0.075


def test_an_order_of_the_values_is_all_that_counts():
    """One at 400 % of quota is the best, and not four ordinary ones."""
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(2, 25))

    assert rank_correlation(np.exp(3 * x), y) == rank_correlation(x, y)


def test_errors_of_measurement_hide_a_correlation():
    """.3 between two measures of reliability .5 and .72 is .5 between what they measure; never above 1."""
    assert disattenuated(0.3, 0.5, 0.72) == pytest.approx(0.5)
    assert disattenuated(0.9, 0.5, 0.5) == 1.0
    with pytest.raises(BadInput, match="above 0"):
        disattenuated(0.3, 0.0, 0.5)


def test_too_few_or_equal_values_are_refused():
    """Nine pairs say nothing, and neither does a question everybody gets right."""
    with pytest.raises(NotEnoughData, match="9 pairs"):
        rank_correlation(range(9), range(9))
    with pytest.raises(BadInput, match="equal"):
        rank_correlation([1] * 12, range(12))
    with pytest.raises(BadInput, match="one length"):
        rank_correlation(range(12), range(11))
