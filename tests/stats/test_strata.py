"""With against without, within strata."""

import numpy as np
import pytest
from scipy.stats import hypergeom, norm
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

    assert found.ratio[0] == pytest.approx(StratifiedTable(tables).riskratio_pooled, rel=1e-12)


@pytest.mark.parametrize("more", [0, 4, 8])
def test_the_p_value_is_that_of_the_exact_conditional_test(more):
    """Twice the smaller tail of the sum of three hypergeometric counts, convolved; here few beside many."""
    with_won, with_n = np.array([2, 1, 3]) + np.array([more, 0, 0]), np.array([30, 20, 25])
    all_won, all_n = np.array([60, 25, 40]), np.array([600, 400, 500])
    exact = np.ones(1)
    for won, tried, whole in zip(all_won, with_n, all_n, strict=True):
        exact = np.convolve(exact, hypergeom(whole, won, tried).pmf(np.arange(tried + 1)))
    seen = with_won.sum()
    wanted = min(1.0, 2.0 * min(exact[seen:].sum(), exact[: seen + 1].sum()))

    found = fit_rate_ratios([with_won], [with_n], [all_won - with_won], [all_n - with_n])
    assert found.p_value[0] == pytest.approx(wanted, rel=0.15)


def test_p_values_of_speed_hold_far_in_the_tail():
    """Fifteen of 750 converters: as many p-values below .002 as promised; normal tails give twice as many."""
    rng = np.random.default_rng(4)
    exact, normal = [], []
    for _ in range(20):
        days = np.minimum((rng.weibull(0.8, 750) * 8).astype(np.int64), 89)
        picked = rng.permuted(np.tile(np.arange(750), (500, 1)), axis=1)[:, :15]
        with_it = np.stack([np.bincount(days[one], minlength=90) for one in picked])[:, None, :]
        found = fit_speed_ratios(with_it, np.bincount(days, minlength=90) - with_it)
        exact.append(found.p_value)
        normal.append(2.0 * norm.sf(np.abs(np.log(found.ratio)) / found.log_error))

    assert np.mean(np.concatenate(exact) < 0.002) < 0.0028
    assert np.mean(np.concatenate(exact) < 0.1) == pytest.approx(0.1, abs=0.015)
    assert np.mean(np.concatenate(normal) < 0.002) > 0.0035


def test_a_source_that_explains_it_all_leaves_nothing():
    """Leads with it come from the better source; source for source there is no difference."""
    found = fit_rate_ratios([[80, 5]], [[200, 50]], [[20, 40]], [[50, 400]])

    assert found.ratio[0] == pytest.approx(1.0)
    assert (80 + 5) / 250 > 2 * (20 + 40) / 450 * 0.9
    assert found.p_value[0] > 0.99


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
