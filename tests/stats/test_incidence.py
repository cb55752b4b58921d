"""Curves of those who got there while others left, and the test of groups: against other libraries."""

import numpy as np
import pytest
from lifelines import AalenJohansenFitter
from lifelines.datasets import load_leukemia
from lifelines.statistics import multivariate_logrank_test
from statsmodels.duration.survfunc import CumIncidenceRight

from quintet.kernel.errors import BadInput
from quintet.stats.incidence import incidence_curve, log_rank
from quintet.stats.survival import kaplan_meier


def drawn(seed, *, whole):
    """Eighty people: got there, left, or still watched; in whole months, or untied."""
    rng = np.random.default_rng(seed)
    reach, leave, watched = (rng.integers(1, n, 80).astype(float) + rng.random(80) for n in (12, 20, 25))
    times = np.minimum(np.minimum(reach, leave), watched)
    cause = np.select([reach == times, leave == times], [1, 2], 0)
    return (np.ceil(times) if whole else times), cause


def test_curve_and_interval_agree_with_lifelines():
    """To a millionth, at every time; lifelines cannot take ties of two causes, so there are none."""
    times, cause = drawn(3, whole=False)

    ours = incidence_curve(times, cause, level=0.95)

    theirs = AalenJohansenFitter().fit(times, cause, event_of_interest=1)
    limits = theirs.confidence_interval_.loc[ours.times].to_numpy()
    seen = ours.share > 0
    assert ours.share == pytest.approx(
        theirs.cumulative_density_.loc[ours.times].to_numpy().ravel(), abs=1e-6
    )
    found = np.sort(np.column_stack([ours.lo, ours.hi])[seen], axis=1)
    assert found == pytest.approx(np.sort(limits[seen], axis=1), abs=1e-6)


@pytest.mark.parametrize("people", range(2, 40))
def test_where_everybody_got_there_the_share_is_one(people):
    """Whatever adding up loses: no interval around what is certain, and no warning."""
    found = incidence_curve(np.arange(1.0, people + 1), np.ones(people, dtype=np.int64))

    assert (found.share[-1], found.lo[-1], found.hi[-1]) == (1.0, 1.0, 1.0)


def test_whole_months_agree_with_statsmodels():
    """Many get there, or leave, in the same month: shares of both causes to a millionth."""
    times, cause = drawn(4, whole=True)

    ours = incidence_curve(times, cause)

    theirs = CumIncidenceRight(times, cause)
    place = np.searchsorted(theirs.times, ours.times)
    assert ours.share == pytest.approx(theirs.cinc[0][place], abs=1e-6)
    assert ours.gone == pytest.approx(theirs.cinc[1][place], abs=1e-6)
    wide = np.abs(np.log(-np.log(ours.lo)) - np.log(-np.log(ours.share)))[ours.share > 0] / 1.6448536
    error = wide * (ours.share * np.abs(np.log(ours.share)))[ours.share > 0]
    assert error == pytest.approx(theirs.cinc_se[0][place][ours.share > 0], abs=1e-6)


def test_who_left_is_not_taken_to_get_there_later():
    """One minus the survivor curve says more got there than did."""
    times, cause = drawn(5, whole=True)

    assert incidence_curve(times, cause).share[-1] < 1.0 - kaplan_meier(times, cause == 1).share[-1]


def test_a_median_comes_when_half_got_there():
    """Six of ten by month 4, one left: the median is 4, and its interval lies around it."""
    times = np.array([2, 3, 4, 4, 4, 4, 6, 7, 8, 8], dtype=float)
    cause = np.array([1, 1, 1, 1, 1, 1, 2, 0, 0, 0])
    curve = incidence_curve(times, cause)

    lo, hi = curve.median_range
    assert curve.median == 4
    assert lo <= 4
    assert hi is None or hi >= 4
    assert incidence_curve(times, np.zeros(10, dtype=np.int64)).median is None


def test_log_rank_of_the_leukaemia_trial():
    """16.79 as published, and as lifelines has it."""
    table = load_leukemia()
    ours = log_rank(
        table["t"].to_numpy(dtype=float),
        table["status"].to_numpy() == 1,
        table["Rx"].to_numpy(dtype=np.int64),
    )

    assert ours.statistic == pytest.approx(16.79, abs=0.005)
    assert (ours.degrees, ours.p_value < 1e-4) == (1, True)


def test_log_rank_of_four_groups_agrees_with_lifelines():
    """Statistic and p-value."""
    times, cause = drawn(6, whole=True)
    group = np.arange(80) % 4

    ours = log_rank(times, cause == 1, group)

    theirs = multivariate_logrank_test(times, group, cause == 1)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.test_statistic, theirs.p_value), abs=1e-6)
    assert ours.degrees == 3


def test_one_group_alone_is_not_compared():
    """Nothing to be told apart from."""
    assert log_rank(np.array([1.0, 2.0]), np.array([True, True]), np.zeros(2, dtype=np.int64)).p_value == 1.0


def test_lists_that_do_not_fit_are_refused():
    """A slip of the caller."""
    with pytest.raises(BadInput):
        incidence_curve(np.ones(2), np.ones(3, dtype=np.int64))
    with pytest.raises(BadInput):
        log_rank(np.ones(2), np.ones(3, dtype=bool), np.ones(2, dtype=np.int64))
