"""Where a mixture of normal distributions lies."""

import numpy as np
import pytest
from scipy import stats

from quintet.stats.normal_mixtures import above, moments, normalised, quantile


def test_one_distribution_is_the_normal_one():
    """Quantile and tail are those scipy has."""
    one = np.ones(1), np.array([[2.0, -1.0]]), np.array([[0.5, 3.0]])

    assert quantile(*one, 0.9) == pytest.approx(stats.norm.ppf(0.9, [2.0, -1.0], [0.5, 3.0]))
    assert above(*one, 0.0) == pytest.approx(stats.norm.sf(0.0, [2.0, -1.0], [0.5, 3.0]))


def test_two_far_apart_share_the_probability():
    """Three quarters at 0 and a quarter around 10: the upper quarter begins between them."""
    mixture = np.array([0.75, 0.25]), np.array([[0.0], [10.0]]), np.array([[0.0], [1.0]])

    assert above(*mixture, 5.0) == pytest.approx([0.25], abs=1e-6)
    assert quantile(*mixture, 0.875) == pytest.approx([10.0], abs=1e-6)


def test_moments_are_those_of_many_draws():
    """Means average, and what they differ by adds to the variance."""
    mean, covariance = moments(np.array([0.5, 0.5]), np.array([[0.0], [2.0]]), np.ones((2, 1, 1)))

    assert (mean, covariance) == (pytest.approx([1.0]), pytest.approx(np.array([[2.0]])))
    assert normalised(np.array([-1000.0, -1000.0])) == pytest.approx([0.5, 0.5])
