import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from quintet.kernel.errors import BadInput
from quintet.stats.delay import fit_delay


def _histograms(lag, age):
    """Counts by day of who converted (lag before today) and who has not."""
    converted = lag < age
    days = int(age.max()) + 1
    return np.bincount(lag[converted].astype(int), minlength=days), np.bincount(
        age[~converted].astype(int), minlength=days
    )


def _team(seed, entered=4000, rate=0.3, mean_lag=20.0, span=180):
    rng = np.random.default_rng(seed)
    lag = np.where(rng.random(entered) < rate, rng.exponential(mean_lag, entered), np.inf)
    return lag, rng.uniform(0, span, entered)


def test_everybody_old_enough_gives_the_plain_share():
    """With every lead followed for long, the curve is the plain share converted by each day."""
    curve = fit_delay([10, 20, 10, 0, 0], [0, 0, 0, 0, 60])
    assert curve.share.tolist() == pytest.approx([0.25, 0.75, 1.0, 1.0, 1.0])
    assert (curve.events, curve.is_fitted, curve.still_rising, curve.reason) == (40, True, False, "")


def test_staggered_entry_recovers_the_planted_delay():
    """Half of the leads are younger than three months, and the delay planted is found all the same."""
    lag, age = _team(1)
    curve = fit_delay(*_histograms(lag, age))
    day = np.array([5, 20, 40, 80])
    np.testing.assert_allclose(curve.share[day], 1 - np.exp(-(day + 1) / 20.0), atol=0.03)


def test_naive_share_of_the_converters_seen_is_too_fast():
    """Looking only at those who converted so far makes conversions look quicker than they are."""
    lag, age = _team(2, mean_lag=60.0)
    converted, waiting = _histograms(lag, age)
    naive = np.cumsum(converted) / converted.sum()
    assert naive[40] > fit_delay(converted, waiting).share[40] + 0.05


def test_agrees_with_kaplan_meier():
    """The estimate of lifelines on the same leads, with censoring in mid-day, gives the same curve."""
    lag, age = _team(3, entered=1500)
    curve = fit_delay(*_histograms(lag, age))
    converted = lag < age
    oracle = KaplanMeierFitter().fit(np.minimum(lag, age), converted)
    day = np.arange(5, curve.horizon_days, 10)
    expected = 1 - oracle.survival_function_at_times(day + 1).to_numpy()
    np.testing.assert_allclose(curve.share[day], expected / expected[-1] * curve.share[day[-1]], atol=0.01)


def test_curve_stops_where_few_are_still_followed():
    """Beyond the age that thirty leads have reached nothing is said."""
    curve = fit_delay([30, 5], np.concatenate([np.zeros(50), [400], np.zeros(49), [10]]))
    assert curve.horizon_days == 50


def test_curve_that_still_rises_says_so():
    """When conversions keep coming at the horizon, rates will grow further."""
    lag, age = _team(4, mean_lag=150.0)
    assert fit_delay(*_histograms(lag, age)).still_rising
    lag, age = _team(4, mean_lag=10.0)
    assert not fit_delay(*_histograms(lag, age)).still_rising


def test_few_events_correct_nothing_and_say_so():
    """Below twenty dated conversions every outcome counts as known, with the reason."""
    curve = fit_delay([12, 3], [0, 40], undated=7)
    assert not curve.is_fitted
    assert curve.known_by([0, 5, 900]).tolist() == [0.5, 1.0, 1.0]
    assert (
        curve.reason == "only 15 dated conversions of 20 needed to learn how long they take; 7 carry no date"
    )


def test_undated_conversions_are_reported():
    """Conversions without a date shape no curve, and the curve says how many there were."""
    assert fit_delay([30], [30], undated=4).reason == "4 conversions carry no date"


def test_running_day_counts_half():
    """A lead that entered this morning has had half a day."""
    curve = fit_delay([20, 20], [0, 0, 0, 60])
    assert curve.known_by([0, 1, 2, 99]).tolist() == pytest.approx([0.25, 0.75, 1.0, 1.0])


def test_days_until_reads_the_curve_backwards():
    """Half of those who convert have done so by the second day."""
    curve = fit_delay([20, 20, 40], [0, 0, 0, 60])
    assert [curve.days_until(s) for s in (0.25, 0.5, 1.0)] == [0, 1, 2]


def test_few_conversions_draw_curves_as_uncertain_as_the_data():
    """The drawn curves spread about as much as curves of other samples would, around the one fitted."""
    others = []
    for seed in range(200):
        lag, age = _team(seed, entered=180)
        others.append(fit_delay(*_histograms(lag, age)).known_by([10, 20, 40]))
    drawn = [fit_delay(*_histograms(*_team(seed, entered=180))).drawn_by([10, 20, 40]) for seed in range(20)]
    assert drawn[0].shape == (10, 3)
    spread = np.sqrt(np.mean([one.var(axis=0, ddof=1) for one in drawn], axis=0))
    np.testing.assert_allclose(spread, np.std(others, axis=0), rtol=0.3)


def test_drawn_curves_are_the_same_each_time_and_end_where_the_fitted_one_does():
    """Same input, same bytes; at the horizon all of the outcome is known by every curve."""
    one, two = (fit_delay(*_histograms(*_team(7, entered=150))) for _ in range(2))
    ages = np.arange(one.horizon_days + 3)
    assert one.drawn_by(ages).tobytes() == two.drawn_by(ages).tobytes()
    assert np.all(one.drawn_by(ages)[:, -2:] == 1.0)
    assert np.all(np.diff(one.drawn_by(ages), axis=1) >= -1e-12)


def test_many_conversions_or_none_leave_one_curve():
    """From a hundred dated conversions on, and where nothing is corrected, the curve stands alone."""
    for curve in (fit_delay([40, 60], [0, 0, 30]), fit_delay([5], [40])):
        np.testing.assert_array_equal(curve.drawn_by([0, 1, 2]), curve.known_by([0, 1, 2])[None, :])
    assert fit_delay([40, 59], [0, 0, 30]).drawn_by([0, 1, 2]).shape == (10, 3)


def test_negative_counts_are_refused():
    """A conversion dated before the entry belongs to lag 0, and the message says so."""
    with pytest.raises(BadInput, match="lag 0"):
        fit_delay([-1], [3])


def test_leads_of_the_running_day_are_half_at_risk():
    """By hand: 20 of 90 - 40 / 2 convert on day 0, then 10 of 30 - 20 / 2: shares 4 / 9 and 1."""
    curve = fit_delay([20, 10], [40, 20], min_at_risk=1)
    assert curve.share.tolist() == pytest.approx([4 / 9, 1.0])
