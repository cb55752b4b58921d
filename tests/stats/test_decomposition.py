import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quintet.kernel.errors import BadInput
from quintet.stats.decomposition import gap_parts, shapley_parts

REP = np.array([[4.0], [0.10], [11.0]])  # attempts per lead, connects per attempt, demos per 100 connects
PEERS = np.array([[6.0], [0.11], [10.0]])
FACTORS = arrays(np.float64, (3, 2, 4), elements=st.floats(0.01, 20.0))


def test_parts_of_the_worked_example():
    """A rep with too few attempts loses 2.2 demos per 100 leads by just that."""
    assert gap_parts(REP, PEERS).round(3).tolist() == [-2.200, -0.517, 0.517]
    assert shapley_parts(REP, PEERS).round(3).tolist() == [-2.203, -0.523, 0.527]


@settings(deadline=None, max_examples=40)
@given(FACTORS, FACTORS)
def test_parts_add_up_to_the_gap(value, reference):
    """Nothing of the gap is left over and nothing is counted twice, with several channels and draws."""
    gap = value.prod(axis=0).sum(axis=0) - reference.prod(axis=0).sum(axis=0)
    for parts in (gap_parts(value, reference), shapley_parts(value, reference)):
        np.testing.assert_allclose(parts.sum(axis=0), gap, rtol=1e-7, atol=1e-7)


def test_parts_agree_with_the_average_over_orders():
    """Two independent ways to split a modest gap tell the same story."""
    rng = np.random.default_rng(3)
    peers = rng.uniform(0.2, 2.0, (4, 3))
    rep = peers * rng.uniform(0.8, 1.25, (4, 3))
    np.testing.assert_allclose(gap_parts(rep, peers), shapley_parts(rep, peers), atol=0.01)


def test_equal_factors_explain_nothing():
    """Where rep and peers are the same there is no part to blame."""
    assert gap_parts(PEERS, PEERS).tolist() == [0.0, 0.0, 0.0]


def test_zero_factors_are_refused():
    """A rate of exactly zero is luck: the message says to pool first."""
    with pytest.raises(BadInput, match="pool the rates first"):
        gap_parts([[0.0], [1.0]], [[1.0], [1.0]])


def test_shapley_refuses_too_many_factors():
    """Beyond ten factors the average over orders is not affordable, and says what is."""
    with pytest.raises(BadInput, match="use gap_parts"):
        shapley_parts(np.ones((11, 1)), np.ones((11, 1)))
