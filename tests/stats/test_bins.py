import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.stats.bins import Bins, fit_bins, merged_edges


def test_a_few_different_values_are_ranges_of_their_own():
    """Whole numbers from 0 to 3 need no cutting but between them."""
    bins = fit_bins(np.repeat([0.0, 1.0, 2.0, 3.0], 30))

    assert bins.edges == (1.0, 2.0, 3.0)
    assert bins.labels(whole=True) == ("up to 0", "1", "2", "3 or more", "not known")


def test_ranges_hold_about_the_same_count():
    """Ten ranges of 1,000 even values hold about 100 each."""
    bins = fit_bins(np.arange(1000.0), most=10)
    count = np.bincount(bins.codes(np.arange(1000.0)))

    assert bins.ranges == 10
    assert count.min() >= 90
    assert count.max() <= 110


def test_a_value_that_fills_a_range_alone_is_kept_apart():
    """A third of all leads has no visit: that is a range of its own."""
    values = np.concatenate((np.zeros(300), np.arange(1.0, 601.0)))
    codes = fit_bins(values, most=6).codes([0.0, 1.0])

    assert codes[0] != codes[1]


def test_unknown_values_get_the_last_code():
    """NaN is no number and no range, but it is something."""
    bins = Bins((5.0,))

    assert bins.codes([1.0, 5.0, np.nan]).tolist() == [0, 1, 2]
    assert bins.labels() == ("under 5", "5 or more", "not known")


def test_one_value_or_none_needs_no_cut():
    """Nothing to cut: one range."""
    assert fit_bins([]).edges == ()
    assert fit_bins([7.0, 7.0, np.nan]).edges == ()


def test_thin_ranges_join_their_smaller_neighbour():
    """Two values beyond 100 are too few for a range of their own."""
    values = np.concatenate((np.full(50, 1.0), np.full(30, 11.0), [101.0, 102.0]))

    assert merged_edges([10.0, 100.0], values, least=5) == [10.0]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.one_of(st.floats(-1e6, 1e6), st.integers(-5, 5).map(float)), max_size=200), st.integers(2, 12)
)
def test_no_range_is_thin_and_order_is_kept(values, most):
    """Whatever the numbers, ranges follow their order and hold at least what was asked."""
    bins = fit_bins(values, most=most, least=5)
    codes = bins.codes(np.sort(values))

    assert (np.diff(codes) >= 0).all()
    if bins.edges:
        assert np.bincount(codes, minlength=bins.ranges).min() >= 5


@pytest.mark.parametrize(("edge", "label"), [((1.5,), "under 1.5"), ((1000.0,), "under 1,000")])
def test_labels_read_as_people_write_numbers(edge, label):
    """1.5 and 1,000, not 1.5000 and 1e3."""
    assert Bins(edge).labels()[0] == label
