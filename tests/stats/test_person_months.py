"""Discrete-time proportional hazards: against other libraries, published numbers and planted truth."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi

from quintet.kernel.errors import BadInput
from quintet.stats.person_months import PersonMonths, fit_hazard

FREE = {"prior_sd": np.inf, "steps": (np.inf,), "small_sample": False}


def rows(times, happened, covariates):
    """One row a person and month from how long each was watched."""
    times = np.asarray(times, dtype=np.int64)
    person = np.repeat(np.arange(len(times)), times)
    month = np.arange(len(person)) - np.repeat(np.cumsum(times) - times, times)
    last = month == times[person] - 1
    return PersonMonths(person, month, last & np.asarray(happened, dtype=bool)[person], covariates[person])


def without_quiet_months(given):
    """Months in which it happened to nobody say nothing where each month has a level of its own."""
    loud = np.isin(given.month, given.month[given.happened])
    month = np.unique(given.month[loud], return_inverse=True)[1]
    return PersonMonths(given.person[loud], month, given.happened[loud], given.covariates[loud])


def test_without_priors_it_is_the_regression_statsmodels_fits():
    """Estimates and standard errors of a binomial model with that link, to a hundred-thousandth."""
    rng = np.random.default_rng(1)
    given = rows(rng.integers(1, 7, 150), rng.random(150) < 0.7, rng.normal(size=(150, 2)))

    ours = fit_hazard(given, **FREE)

    x = np.column_stack([np.eye(6)[given.month], given.covariates])
    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    theirs = sm.GLM(given.happened.astype(float), x, family=family).fit(tol=1e-12)
    assert np.concatenate([ours.baseline, ours.effects]) == pytest.approx(theirs.params, abs=1e-5)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)
    assert ours.errors == pytest.approx(
        np.abs(theirs.bse[6:]), rel=0.03
    )  # expected, not observed, information


def test_arrests_after_release_read_like_cox():
    """Rossi's 432 convicts by week: fin -.379, age -.057, prio .092 as published, within a hundredth."""
    table = load_rossi()
    names = [name for name in table.columns if name not in {"week", "arrest"}]
    given = rows(table["week"], table["arrest"], table[names].to_numpy(dtype=float))

    ours = fit_hazard(without_quiet_months(given), longest=60, **FREE)

    cox = CoxPHFitter().fit(table, "week", "arrest")
    assert ours.effects == pytest.approx(cox.params_.to_numpy(), abs=0.01)
    assert ours.errors == pytest.approx(cox.standard_errors_.to_numpy(), rel=0.05)
    published = dict(zip(names, ours.effects, strict=True))
    assert [published[name] for name in ("fin", "age", "prio")] == pytest.approx(
        [-0.379, -0.057, 0.092], abs=0.01
    )


def test_leukaemia_weeks():
    """6-MP and placebo: 1.51 or 1.57 by how Cox treats ties (Breslow, Efron); in weeks, a little above."""
    treated = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    arm = np.array([[0.0]] * 21 + [[1.0]] * 21)
    given = rows(treated + placebo, relapsed + [1] * 21, arm)

    ours = fit_hazard(without_quiet_months(given), longest=60, **FREE)

    assert ours.effects[0] == pytest.approx(1.60, abs=0.1)
    assert ours.errors[0] == pytest.approx(0.41, abs=0.03)


def test_the_life_table_of_singer_and_willett():
    """15, 7, 24, 29, 25, 26 of 180, 165, 158, 134, 105, 80: hazards as counted, and a deviance of 651.96."""
    events, at_risk = np.array([15, 7, 24, 29, 25, 26]), np.array([180, 165, 158, 134, 105, 80])
    gone = at_risk - events - np.append(at_risk[1:], 54)
    assert (gone[:5] == 0).all()
    times = np.repeat(np.arange(1, 7), events)
    given = rows(np.append(times, np.full(54, 6)), np.arange(180) < 126, np.zeros((180, 0)))

    ours = fit_hazard(given, **FREE)

    chance = 1.0 - np.exp(-np.exp(ours.baseline))
    assert chance == pytest.approx(events / at_risk)
    logit = np.log(chance / (1.0 - chance))
    assert logit == pytest.approx([-2.398, -3.117, -1.720, -1.287, -1.163, -0.731], abs=5e-4)
    assert -2.0 * ours.log_likelihood == pytest.approx(651.96, abs=0.01)


def test_an_effect_that_settles_everything_stays_finite():
    """Everybody with it, nobody without: the prior keeps the answer within reason, and wide."""
    x = np.repeat([[1.0], [0.0]], 15, axis=0)
    fit = fit_hazard(rows(np.full(30, 4), x[:, 0] > 0, x))

    assert 1.0 < fit.effects[0] < 6.0
    assert fit.errors[0] > 0.5


def test_intervals_hold_what_was_planted():
    """A covariate that switches on in some month, hazard ratio 1.8: 90 % intervals hold it 9 times in 10."""
    inside = []
    for seed in range(120):
        rng = np.random.default_rng([seed, 5])
        on = rng.integers(1, 12, 80)
        times, happened = np.full(80, 12), np.zeros(80, dtype=bool)
        for month in reversed(range(12)):
            chance = 1.0 - np.exp(-0.06 * (1 + month / 4) * np.where(month >= on, 1.8, 1.0))
            hit = rng.random(80) < chance
            times[hit], happened[hit] = month + 1, True
        given = rows(times, happened, np.zeros((80, 1)))
        flag = (given.month >= on[given.person]).astype(float)[:, None]
        fit = fit_hazard(PersonMonths(given.person, given.month, given.happened, flag))
        inside.append(abs(fit.effects[0] - np.log(1.8)) < 1.645 * fit.errors[0])

    assert 0.83 <= np.mean(inside) <= 0.96


def test_rows_after_the_event_are_refused():
    """Whoever is there already cannot get there again."""
    with pytest.raises(BadInput, match="last row"):
        PersonMonths(np.zeros(2, dtype=np.int64), np.arange(2), np.array([True, False]), np.zeros((2, 1)))


def test_nobody_yet_is_no_fit():
    """Nothing happened, nothing is fitted."""
    with pytest.raises(BadInput, match="not happened"):
        fit_hazard(rows([3, 4], [0, 0], np.zeros((2, 1))))


def test_months_past_the_longest_share_its_level():
    """A curve can be asked for any month."""
    fit = fit_hazard(rows(np.full(20, 30), np.arange(20) < 10, np.zeros((20, 0))), longest=12)

    assert len(fit.baseline) == 12
    assert fit.hazards(np.zeros((40, 0)))[-1] == fit.hazards(np.zeros((40, 0)))[11]
    assert pd.Series(fit.baseline).notna().all()
