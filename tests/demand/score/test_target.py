import numpy as np
import pytest

from quintet.demand.formula.score.target import fit_target, later_target


def steady(make, ages, lags, **more):
    """Leads of each age; those with a lag bought, if they had the time."""
    won = [lag if lag is not None and lag <= age else None for age, lag in zip(ages, lags, strict=True)]
    return make(list(ages), won, **more)


def test_horizon_is_the_age_by_which_nearly_all_who_buy_have_bought(make):
    """Of 100 sales the 95th takes 95 days; leads are old enough to have shown it."""
    lags = list(range(1, 101)) + [None] * 300
    target = fit_target(make([400.0] * 400, lags))

    assert target.ground.horizon_days == pytest.approx(95, abs=1)
    assert target.ground.customers == target.won.sum() == pytest.approx(95, abs=1)


def test_young_leads_are_left_out_even_when_they_bought(make):
    """A young customer without the young non-customers would flatter the rate."""
    ages = np.linspace(500, 1, 1000)
    lags = [20.0 if place % 4 == 0 else None for place in range(1000)]
    target = fit_target(steady(make, ages, lags))
    young = ages < target.ground.horizon_days

    assert not target.taken[young].any()
    assert target.ground.young == young.sum()
    assert target.ground.base_rate == pytest.approx(0.25, abs=0.01)


def test_a_lead_nobody_worked_is_not_a_lost_one(make):
    """Half of the leads was never worked: the rate is that of the worked ones."""
    lags = [5.0 if place % 4 == 0 else None for place in range(400)]
    worked = [place % 4 in {0, 1} for place in range(400)]
    target = fit_target(make([300.0] * 400, lags, worked=worked))

    assert target.ground.unworked == 200
    assert target.ground.base_rate == pytest.approx(0.5)


def test_young_leads_count_in_part_where_most_are_young(make):
    """A company that grew lately: its young leads count for what they have shown, and it is said."""
    rng = np.random.default_rng(1)
    ages = np.sort(np.concatenate((rng.uniform(0, 60, 3000), rng.uniform(60, 200, 800))))[::-1]
    lags = [float(rng.exponential(40)) if rng.random() < 0.4 else None for _ in ages]
    target = fit_target(steady(make, ages, lags))

    assert target.ground.young_count_in_part
    assert any("too young" in warning for warning in target.warnings)
    assert target.taken.sum() > 3000
    assert 0 < target.known[target.taken].min() < 0.3


def test_leads_without_dates_are_all_old_enough_and_it_is_said(market):
    """No dates: no horizon, every lead counts, and a warning says so."""
    from lead_examples import undated

    target = fit_target(undated(market[0]))

    assert target.ground.horizon_days is None
    assert target.ground.leads == target.ground.offered - target.ground.unworked
    assert "no dates" in target.warnings[0]


def test_later_leads_count_once_they_are_as_old_as_the_horizon(make):
    """Of three later leads one is too young and one bought too late."""
    later = make([200.0, 150.0, 10.0], [120.0, 20.0, 5.0])
    target = later_target(later, 100)

    assert target.taken.tolist() == [True, True, False]
    assert target.won.tolist() == [False, True, False]


def test_no_leads_is_no_error(make):
    """Nothing to learn from: nothing learned."""
    assert fit_target(make([], [])).ground.leads == 0
