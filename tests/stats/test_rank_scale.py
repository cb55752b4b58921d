"""Outcomes by rank."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from quintet.kernel.errors import BadInput
from quintet.stats.rank_scale import rank_scale


def test_scipy_gives_the_same_normal_scores():
    """The quantiles of (rank - 3/8) / (n + 1/4), equal outcomes sharing the mean of their ranks."""
    y = np.array([80.0, 120.0, 95.0, 95.0, 300.0])
    expected = stats.norm.ppf((stats.rankdata(y) - 0.375) / 5.25)

    assert rank_scale(y).normal == pytest.approx(expected - expected.mean())


def test_one_giant_is_no_more_than_the_best():
    """A rep at 4,000 % moves no score beside one at 400 %."""
    assert np.array_equal(rank_scale([80, 90, 100, 400]).normal, rank_scale([80, 90, 100, 4000]).normal)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=40, unique=True), st.floats(-3, 3))
def test_the_way_back_undoes_the_way_there(outcomes, normal):
    """An outcome's score leads back to it, and a score beyond all seen is further out."""
    values = np.round(outcomes, 3)
    if np.unique(values).size < 3:
        return
    scale = rank_scale(values)

    assert scale.back(scale.normal) == pytest.approx(values)
    assert scale.forth(float(scale.back(normal))) == pytest.approx(normal, abs=1e-6)
    assert scale.back(scale.knots[-1] + 1.0) > values.max()


def test_equal_outcomes_cannot_be_ranked():
    """Where everybody reached the same there is nothing to explain."""
    with pytest.raises(BadInput, match="differ"):
        rank_scale([100.0, 100.0, 100.0])
