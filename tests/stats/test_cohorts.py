"""What young cohorts will come to."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from quintet.kernel.errors import BadInput
from quintet.stats.cohorts import Cells, fit_half_time, fit_paces, forecast_cohorts
from quintet.stats.delay import fit_delay

HORIZON = 90


def cohorts(seed, months=8, leads=300, rate=0.2, drift=0.0, kinds=2):
    """Leads of several months, 30 days apart, with rates and paces of their own; as known at the end."""
    rng = np.random.default_rng(seed)
    month = np.repeat(np.arange(months), leads)
    kind = rng.integers(0, kinds, month.size)
    age = 30.0 * (months - 1 - month) + rng.uniform(0, 30, month.size)
    odds = np.log(rate / (1 - rate)) + rng.normal(0, 0.3, months)[month] + 0.4 * kind
    lag = rng.exponential(18.0, month.size) * np.exp(drift * rng.standard_normal(months))[month]
    buys = (rng.random(month.size) < 1 / (1 + np.exp(-odds))) & (lag <= HORIZON)
    return month, kind, age, np.where(buys, lag, np.inf)


def fitted(month, kind, age, lag):
    """Curve, paces, forecast and what became of each cell."""
    seen = lag <= age
    late = np.minimum(np.floor(age[~seen]), HORIZON + 1).astype(int)
    curve = fit_delay(
        np.bincount(np.floor(lag[seen]).astype(int)), np.bincount(late, minlength=HORIZON + 2), min_at_risk=1
    )
    day = np.minimum(np.floor(lag[seen]), curve.horizon_days)
    paces = fit_paces(curve, month[seen], day, np.maximum(np.floor(age[seen]), day), month.max() + 1)
    cell = month * (kind.max() + 1) + kind
    waiting = np.zeros((cell.max() + 1, HORIZON + 2))
    np.add.at(waiting, (cell[~seen], late), 1)
    names = np.arange(cell.max() + 1)
    cells = Cells(names // (kind.max() + 1), names % (kind.max() + 1), np.bincount(cell, seen), waiting)
    return curve, paces, cells, forecast_cohorts(cells, curve, paces), np.bincount(cell, lag <= HORIZON)


def test_young_cohorts_come_to_what_was_said_nine_times_in_ten():
    """Also when each month has a pace of its own; of thirty histories with sixteen cells each."""
    held, expected, final = [], 0.0, 0.0
    for seed in range(30):
        _, _, cells, forecast, became = fitted(*cohorts(seed, drift=0.2))
        young = cells.month >= 5
        held += ((became >= forecast.lo) & (became <= forecast.hi))[young].tolist()
        expected += forecast.expected[young].sum()
        final += became[young].sum()

    assert 0.86 <= np.mean(held) <= 0.97
    assert expected / final == pytest.approx(1.0, abs=0.07)


def test_what_has_happened_is_the_least_that_will_be():
    """A forecast never falls below what was seen, and a month that is old enough is what it is."""
    _, _, cells, forecast, became = fitted(*cohorts(3))

    assert (forecast.lo >= cells.converted).all()
    old = cells.month < 4
    assert (forecast.drawn[old] == became[old][:, None]).all()


def test_drift_of_earlier_months_widens_the_forecast():
    """Where months differed in pace, less is promised of the youngest."""
    _, steady, _, narrow, _ = fitted(*cohorts(5, leads=2000, drift=0.0))
    _, drifting, _, wide, _ = fitted(*cohorts(5, leads=2000, drift=0.8))

    assert drifting.spread > 2 * steady.spread
    assert (wide.hi - wide.lo)[-2:].sum() > 1.1 * (narrow.hi - narrow.lo)[-2:].sum()


def test_a_slow_cohort_is_found_slow():
    """Paces order the cohorts as planted, although young ones show only their fast conversions."""
    rng = np.random.default_rng(6)
    cohort = np.repeat([0, 1, 2], 400)
    lag = rng.exponential(np.array([10.0, 20.0, 40.0])[cohort])
    age = rng.uniform(5, 90, cohort.size)
    seen = (lag <= age) & (lag <= HORIZON)
    curve = fit_delay(
        np.bincount(np.floor(lag[seen]).astype(int)),
        np.bincount(np.floor(age[~seen]).astype(int)),
        min_at_risk=1,
    )

    found = fit_paces(curve, cohort[seen], np.floor(lag[seen]), np.floor(age[seen]), 4)

    assert found.pace[0] > found.pace[1] > found.pace[2]
    assert found.events.tolist() == [*np.bincount(cohort[seen]).tolist(), 0]
    assert found.weight.sum(axis=1) == pytest.approx(1.0)


def test_half_time_is_lifelines_curve_cut_at_the_horizon():
    """Half of the last value of Kaplan-Meier, to within the day that both know."""
    rng = np.random.default_rng(7)
    lag, age = rng.exponential(25.0, 4000), rng.uniform(0, 200, 4000)
    buys = rng.random(4000) < 0.3
    day = np.where(buys, np.floor(lag), np.inf)
    event = day <= np.minimum(np.floor(age), HORIZON)
    events = np.bincount(day[event].astype(int), minlength=HORIZON + 1)
    waiting = np.bincount(np.minimum(np.floor(age[~event]), HORIZON).astype(int), minlength=HORIZON + 1)
    known = np.where(event, day, np.minimum(np.floor(age), HORIZON) + 0.5)
    curve = KaplanMeierFitter().fit(known, event).cumulative_density_at_times(np.arange(HORIZON + 1))

    found = fit_half_time(events, waiting)

    half = float(np.searchsorted(curve.to_numpy(), curve.to_numpy()[-1] / 2))
    assert found.days == pytest.approx(half, abs=1.0)
    assert found.lo < 25 * np.log(2) < found.hi
    assert found.events == event.sum()


def test_nothing_to_time_is_refused():
    """No conversion, no time; a lag beyond its age is a mistake."""
    with pytest.raises(BadInput, match="nobody converted"):
        fit_half_time([0, 0], [3, 3])
    curve = fit_delay([30], [10])
    with pytest.raises(BadInput, match="exceed"):
        fit_paces(curve, [0], [5.0], [3.0], 1)
