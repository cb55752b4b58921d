import csv
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2, chi2_contingency
from statsmodels.stats.multitest import multipletests

from quintet.kernel.errors import BadInput
from quintet.stats.homogeneity import (
    benjamini_hochberg,
    chi_square_tail,
    fit_homogeneity,
    holm,
    supports_ranking,
)


def test_statistic_is_pearsons_chi_square():
    """With plenty of leads the answer is the one every textbook gives."""
    won, tried = np.array([40, 55, 71, 30]), np.array([120, 130, 150, 110])
    test = fit_homogeneity(won, tried)
    oracle = chi2_contingency(np.stack([won, tried - won]), correction=False)
    assert test.statistic == pytest.approx(oracle.statistic)
    assert test.p_value == pytest.approx(oracle.pvalue, rel=1e-9)
    assert (test.degrees, test.is_exact) == (3, False)


@pytest.mark.parametrize("degrees", [1, 2, 7, 29, 400])
@pytest.mark.parametrize("ratio", [0.01, 0.5, 1.0, 1.3, 3.0])
def test_tail_agrees_with_scipy(degrees, ratio):
    """Our chi-square tail needs no scipy and gives scipy's digits."""
    assert chi_square_tail(ratio * degrees, degrees) == pytest.approx(
        chi2.sf(ratio * degrees, degrees), rel=1e-8, abs=1e-13
    )


def test_tail_of_nothing_is_certain():
    """No spread at all is what identical reps always reach."""
    assert chi_square_tail(0.0, 5) == 1.0


def test_few_leads_are_shuffled_instead():
    """Where the curve would mislead, shuffling the leads between the reps gives the p-value."""
    test = fit_homogeneity([3, 1], [4, 4])
    assert test.is_exact
    assert test.p_value == pytest.approx(34 / 70, abs=0.03)  # two-sided Fisher exact test of the tea tasting


def test_identical_reps_are_called_different_at_the_stated_rate():
    """One team in twenty of identical reps fails the test at 5 %, with small samples too."""
    rng = np.random.default_rng(0)
    tried = np.full(8, 12)
    low = [fit_homogeneity(rng.binomial(12, 0.2, 8), tried, seed=k).p_value < 0.05 for k in range(300)]
    assert 0.01 < np.mean(low) < 0.09


@pytest.mark.parametrize("is_adjusted", [False, True])
def test_many_identical_reps_with_few_leads_are_called_different_at_the_stated_rate(is_adjusted):
    """Three hundred reps with some six leads each: the stretched curve gives p-values spread evenly."""
    rng = np.random.default_rng(2)
    tried, shift = rng.poisson(6, 300) + 1, rng.normal(0, 0.3, 300) * is_adjusted
    rate = 1 / (1 + np.exp(2.2 - shift))
    found = [fit_homogeneity(rng.binomial(tried, rate), tried, offset=shift).p_value for _ in range(300)]
    assert np.quantile(found, [0.05, 0.25, 0.5, 0.75, 0.95]) == pytest.approx(
        [0.05, 0.25, 0.5, 0.75, 0.95], abs=0.08
    )


@pytest.mark.parametrize("offset", [None, [0.1, -0.1, 0.0, 0.05]])
def test_a_rep_with_a_sliver_of_a_lead_changes_nothing(offset):
    """A lead three tenths known is no evidence: the same p as without that rep, never a difference."""
    few = None if offset is None else offset[:3]

    with_sliver = fit_homogeneity([3, 4, 3, 0], [20.0, 20.0, 20.0, 0.3], offset=offset)
    without = fit_homogeneity([3, 4, 3], [20.0, 20.0, 20.0], offset=few)

    assert with_sliver == without
    assert with_sliver.p_value > 0.5


def test_one_rep_or_one_outcome_shows_no_difference():
    """Nothing can differ when there is one rep, or nobody converts."""
    assert fit_homogeneity([3], [9]).p_value == 1.0
    assert fit_homogeneity([0, 0], [9, 9]).p_value == 1.0


def test_more_wins_than_leads_are_refused():
    """A rep cannot win more leads than there were."""
    with pytest.raises(BadInput, match="count each lead once"):
        fit_homogeneity([6, 1], [4, 4])


def test_corrections_for_many_looks_agree_with_statsmodels():
    """Holm and Benjamini-Hochberg give the published procedure's numbers, in the order asked."""
    p = [0.04, 0.001, 0.03, 0.2, 0.011]
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_benjamini_hochberg_rejects_four_of_their_fifteen():
    """The example of the 1995 paper: four of fifteen at 5 %."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert (benjamini_hochberg(p) <= 0.05).sum() == 4


def test_ranking_needs_two_reps_kept_apart():
    """Ranks that all overlap rank nobody."""
    assert supports_ranking([1, 4], [2, 6])
    assert not supports_ranking([1, 2, 3], [6, 6, 6])


@pytest.mark.shared_data
def test_thirty_fictional_reps_do_not_differ(shared_data):
    """The public CRM example: 33.35 on 29 degrees, p = 0.26; a ranking of these reps is wrong."""
    won, closed = Counter(), Counter()
    with (shared_data / "crm_sales_opportunities" / "sales_pipeline.csv").open() as rows:
        for row in csv.DictReader(rows):
            if row["deal_stage"] in {"Won", "Lost"}:
                closed[row["sales_agent"]] += 1
                won[row["sales_agent"]] += row["deal_stage"] == "Won"
    test = fit_homogeneity([won[rep] for rep in closed], list(closed.values()))
    assert (round(test.statistic, 2), test.degrees, round(test.p_value, 2)) == (33.35, 29, 0.26)


def test_where_in_whole_leads_everybody_converted_nothing_differs():
    """Three conversions of 3.9 leads known so far: no way to spread them is any farther."""
    assert fit_homogeneity([1, 1, 1], [1.3, 1.2, 1.4]).p_value == 1.0
