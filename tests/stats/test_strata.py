"""With against without, within strata."""

import numpy as np
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.stats.contingency_tables import StratifiedTable

from quintet.kernel.errors import BadInput
from quintet.stats.strata import fit_means, fit_rate_ratios, fit_speed_ratios


def test_the_rate_ratio_equals_statsmodels():
    """Mantel-Haenszel risk ratio of three strata, as statsmodels has it."""
    with_won, with_n = np.array([[12, 30, 7]]), np.array([[80, 90, 60]])
    other_won, other_n = np.array([[20, 25, 5]]), np.array([[200, 110, 90]])
    tables = [
        np.array([[a, n - a], [c, m - c]])
        for a, n, c, m in zip(with_won[0], with_n[0], other_won[0], other_n[0], strict=True)
    ]

    found = fit_rate_ratios(with_won, with_n, other_won, other_n)

    oracle = StratifiedTable(tables)
    assert found.ratio[0] == pytest.approx(oracle.riskratio_pooled, rel=1e-12)
    assert found.p_value[0] == pytest.approx(oracle.test_null_odds(correction=False).pvalue, rel=1e-9)


def test_a_source_that_explains_it_all_leaves_nothing():
    """Leads with it come from the better source; source for source there is no difference."""
    found = fit_rate_ratios([[80, 5]], [[200, 50]], [[20, 40]], [[50, 400]])

    assert found.ratio[0] == pytest.approx(1.0)
    assert (80 + 5) / 250 > 2 * (20 + 40) / 450 * 0.9
    assert found.p_value[0] == pytest.approx(1.0)


def test_intervals_of_the_rate_ratio_hold():
    """Nine in ten 90 % intervals hold the true ratio of 1.5."""
    rng = np.random.default_rng(2)
    n, base = np.array([120, 80, 150]), np.array([0.1, 0.25, 0.4])
    hits, others = rng.binomial(n, 1.5 * base, (1500, 3)), rng.binomial(2 * n, base, (1500, 3))

    found = fit_rate_ratios(hits, np.tile(n, (1500, 1)), others, np.tile(2 * n, (1500, 1)))

    assert ((found.lo <= 1.5) & (found.hi >= 1.5)).mean() == pytest.approx(0.90, abs=0.025)


def test_speed_equals_the_score_test_of_cox():
    """Near a ratio of 1 Peto's step is Cox's estimate, stratified by source."""
    rng = np.random.default_rng(3)
    stratum, flag = rng.integers(0, 3, 900), rng.integers(0, 2, 900)
    day = np.floor(rng.exponential(20.0 + 10 * stratum) / (1.0 + 0.15 * flag)).astype(int)
    counts = np.zeros((2, 1, 3, day.max() + 1))
    np.add.at(counts, (flag, 0, stratum, day), 1)

    found = fit_speed_ratios(counts[1], counts[0])
    cox = PHReg(day + 1.0, flag[:, None], strata=stratum, ties="efron").fit()

    assert np.log(found.ratio[0]) == pytest.approx(cox.params[0], abs=0.01)
    assert found.log_error[0] == pytest.approx(cox.bse[0], rel=0.05)


def test_where_nobody_converts_nothing_is_said():
    """No conversions on one side: ratio 1, an interval without ends, p = 1."""
    rate = fit_rate_ratios([[0]], [[10]], [[3]], [[40]])
    speed = fit_speed_ratios(np.zeros((1, 1, 5)), np.ones((1, 1, 5)))

    for found in (rate, speed):
        assert (found.ratio[0], found.lo[0], found.hi[0]) == (1.0, 0.0, np.inf)
    assert rate.p_value[0] > 0.3
    assert speed.p_value[0] == 1.0


def test_eight_schools():
    """Bayesian Data Analysis, section 5.5: effects 11, 8, 6, 8, 5, 6, 11, 8; between schools about 6.5."""
    found = fit_means([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])

    assert np.round(found.mean).tolist() == pytest.approx([11, 8, 6, 8, 5, 6, 11, 8], abs=0.5)
    assert found.centre == pytest.approx(8, abs=0.3)
    assert found.spread == pytest.approx(6.5, abs=0.6)


def test_one_mean_cannot_be_pulled():
    """Pulling needs two looks; counts need one shape."""
    with pytest.raises(BadInput, match="two or more"):
        fit_means([1.0], [0.5])
    with pytest.raises(BadInput, match="one shape"):
        fit_rate_ratios([[1]], [[2]], [[1, 1]], [[2, 2]])
    with pytest.raises(BadInput, match="one shape"):
        fit_speed_ratios(np.zeros((1, 2, 3)), np.zeros((1, 2, 4)))
