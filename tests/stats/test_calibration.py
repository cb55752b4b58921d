import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import mannwhitneyu

from quintet.stats.calibration import (
    brier,
    calibration_line,
    groups,
    log_losses,
    mean_with_error,
    ranking,
    ranking_gain,
    wilson,
)


def said_and_done(n=500, seed=1):
    """What was said, in log-odds, and what happened: too sure by a quarter."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return x, rng.random(n) < 1 / (1 + np.exp(0.5 - 0.8 * x))


def test_scores_of_three_leads_by_hand():
    """Said .9 and won, .2 and lost, .6 and lost."""
    p, won = [0.9, 0.2, 0.6], [True, False, False]

    assert log_losses(p, won).tolist() == pytest.approx([-np.log(0.9), -np.log(0.8), -np.log(0.4)])
    assert brier(p, won) == pytest.approx((0.01 + 0.04 + 0.36) / 3)


def test_auc_counts_pairs_and_ties_half():
    """Of four pairs two are right, one is a tie and one is wrong: .625; the Mann-Whitney statistic agrees."""
    x, won = np.array([3.0, 1.0, 1.0, 2.0]), np.array([True, True, False, False])
    assert ranking(x, won).auc == pytest.approx(0.625)

    many, did = said_and_done()
    u = mannwhitneyu(many[did], many[~did]).statistic
    assert ranking(many, did).auc == pytest.approx(u / (did.sum() * (~did).sum()))


def test_delong_error_matches_repeated_samples():
    """The standard error of one sample is the spread of the AUC over many."""
    found = [ranking(*said_and_done(seed=seed)) for seed in range(300)]

    spread = np.std([one.auc for one in found])
    assert np.mean([one.deviation for one in found]) == pytest.approx(spread, rel=0.12)


def test_paired_gain_knows_that_both_saw_the_same_leads():
    """Two scores that are almost the same differ by less than their own errors."""
    x, won = said_and_done()
    other = x + np.random.default_rng(9).normal(0, 0.1, len(x))
    gain, error = ranking_gain(ranking(x, won), ranking(other, won))

    assert gain == pytest.approx(ranking(x, won).auc - ranking(other, won).auc)
    assert 0 < error < 0.3 * ranking(x, won).deviation


def test_nobody_to_compare_with_has_no_ranking():
    """All won: no pair, no AUC."""
    assert ranking([0.1, 0.2], [True, True]) is None


def test_calibration_line_is_that_of_statsmodels():
    """Slope and intercept are those of a logistic regression on what was said."""
    x, won = said_and_done()
    other = sm.Logit(won.astype(float), sm.add_constant(x)).fit(disp=0)
    line = calibration_line(x, won)

    assert (line.intercept, line.slope) == pytest.approx(tuple(other.params), abs=1e-3)


def test_a_kept_slope_moves_the_level_only():
    """With the slope at 1 the mean of what is said becomes the mean of what happened."""
    x, won = said_and_done()
    line = calibration_line(x, won, slope=1.0)

    assert line.slope == 1.0
    assert np.mean(1 / (1 + np.exp(-(line.intercept + x)))) == pytest.approx(won.mean(), abs=1e-4)


def test_an_expected_slope_holds_where_nothing_was_seen():
    """Before any lead the slope is what was expected of it."""
    assert calibration_line([], [], around=(0.2, 0.1)).slope == pytest.approx(0.2)


def test_tenths_hold_every_lead_once():
    """Ten parts, lowest first, and all leads in them."""
    x, won = said_and_done(503)
    p = 1 / (1 + np.exp(-x))
    parts = groups(p, won)

    assert len(parts) == 10
    assert sum(one.cases for one in parts) == 503
    assert [one.said for one in parts] == sorted(one.said for one in parts)
    assert sum(one.cases * one.happened for one in parts) == pytest.approx(won.sum())


def test_wilson_interval_by_hand():
    """3 of 10 at 90 %: .3426 ± .2157, worked by hand."""
    assert wilson(0.3, 10) == pytest.approx((0.1269, 0.5583), abs=1e-4)


def test_one_value_has_no_error_to_speak_of():
    """A single difference proves nothing."""
    assert mean_with_error([0.3]) == (0.3, np.inf)
