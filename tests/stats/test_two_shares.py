"""Two shares beside each other: the interval of statsmodels, the exact test of SciPy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

from quintet.kernel.errors import BadInput
from quintet.stats.two_shares import fisher, shares_apart


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (0, 20, 3, 25), (9, 10, 3, 10), (20, 20, 1, 30)])
def test_the_interval_is_that_of_statsmodels(counts):
    """Newcombe's method 10 at 90 %, as an independent library has it."""
    one = shares_apart(*counts)
    lo, hi = confint_proportions_2indep(*counts, method="newcomb", alpha=0.1)

    assert one.difference == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (one.lo, one.hi) == (pytest.approx(lo), pytest.approx(hi))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_exact_test_is_scipys(tried, other_tried, data):
    """The two-sided p-value of every table."""
    won, other = data.draw(st.integers(0, tried)), data.draw(st.integers(0, other_tried))
    table = [[won, tried - won], [other, other_tried - other]]

    assert fisher(won, tried, other, other_tried) == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_turned_round_it_says_the_opposite(tried, other_tried, data):
    """The second less the first is the first less the second, and the range holds the difference."""
    won, other = data.draw(st.integers(0, tried)), data.draw(st.integers(0, other_tried))
    one, back = shares_apart(won, tried, other, other_tried), shares_apart(other, other_tried, won, tried)

    assert (one.difference, one.lo) == (pytest.approx(-back.difference), pytest.approx(-back.hi))
    assert one.lo <= one.difference <= one.hi


@pytest.mark.parametrize("counts", [(3, 2, 1, 4), (-1, 2, 1, 4), (1, 2, 5, 4)])
def test_more_successes_than_trials_are_refused(counts):
    """The caller can fix it."""
    with pytest.raises(BadInput):
        fisher(*counts)
    with pytest.raises(BadInput):
        shares_apart(*counts)
