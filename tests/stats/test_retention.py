"""How long customers stay: published fits, an independent implementation, and planted truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from quintet.kernel.errors import BadInput, DidNotConverge
from quintet.stats.retention import (
    Tenures,
    discounted_months,
    fit_sbg,
    kaplan_meier,
    most_likely_sbg,
    pooled_means,
    pooled_multipliers,
    revenue_kept,
    sbg_survival,
    tenures,
)

LEFT = np.array([1000, 631, 468, 382, 326, 289, 262, 241])
REGULAR = Tenures(-np.diff(LEFT).astype(float), np.array([0, 0, 0, 0, 0, 0, 0, 241.0]))


def company(seed: int, customers: int, a: float = 0.9, b: float = 20.0) -> tuple[np.ndarray, np.ndarray]:
    """Whole months seen and whether lost, of customers that started over the last three years."""
    rng = np.random.default_rng(seed)
    life = rng.geometric(rng.beta(a, b, customers)) - 1
    watched = rng.integers(0, 36, customers)
    return np.minimum(life, watched), life < watched


def test_published_retention_of_regular_customers():
    """Fader & Hardie (2007): a .704, b 1.182, log-likelihood -1680.3, year 12 at 17.0 %."""
    peak = most_likely_sbg(REGULAR)

    assert (round(peak.a, 3), round(peak.b, 3)) == (0.704, 1.182)
    assert peak.log_likelihood == pytest.approx(-1680.27, abs=0.01)
    projected = sbg_survival(np.array(peak.a), np.array(peak.b), 12)[8:]
    np.testing.assert_allclose(projected, [0.220, 0.204, 0.191, 0.180, 0.170], atol=0.0005)


def test_the_grid_agrees_with_the_published_fit():
    """With a thousand customers the priors hardly matter; year 12 holds what happened, 17.3 %."""
    year12 = fit_sbg(REGULAR).survival(12)[:, 12]

    assert year12.mean() == pytest.approx(0.17, abs=0.01)
    lo, hi = np.quantile(year12, [0.05, 0.95])
    assert lo < 0.173 < hi


def test_a_few_customers_are_enough_for_the_grid_not_for_the_peak():
    """Twenty customers, one lost: the likelihood has no peak, the grid answers with a wide interval."""
    few = Tenures(np.array([0.0, 0, 1]), np.array([5.0, 5, 5, 4]))

    with pytest.raises(DidNotConverge, match="fit_sbg"):
        most_likely_sbg(few)
    months = discounted_months(fit_sbg(few).survival(36))
    lo, hi = np.quantile(months, [0.05, 0.95])
    assert hi - lo > 6


@pytest.mark.parametrize("customers", [40, 300])
def test_intervals_hold_the_planted_value(customers):
    """At least 85 of 100 intervals of 90 % hold the months of revenue of the planted company."""
    truth = float(discounted_months(sbg_survival(np.array(0.9), np.array(20.0), 36)))
    inside = 0
    for seed in range(40):
        months = discounted_months(fit_sbg(tenures(*company(seed, customers)), draws=400).survival(36))
        lo, hi = np.quantile(months, [0.05, 0.95])
        inside += lo <= truth <= hi
    assert inside >= 34


def test_kaplan_meier_equals_lifelines():
    """The same curve and the same interval as an independent implementation."""
    months, lost = company(3, 200)
    ours = kaplan_meier(tenures(months, lost))
    # a customer lost in his first month leaves at 1; one seen for 5 whole months is known to be there at 5
    theirs = KaplanMeierFitter(alpha=0.1).fit(np.where(lost, months + 1, months), lost)

    at = np.arange(1, len(ours.share))
    np.testing.assert_allclose(ours.share[1:], theirs.survival_function_at_times(at), rtol=1e-9)
    bounds = theirs.confidence_interval_survival_function_
    lo = bounds.iloc[:, 0].reindex(at, method="ffill")
    hi = bounds.iloc[:, 1].reindex(at, method="ffill")
    some = ours.share[1:] < 1
    np.testing.assert_allclose(ours.lo[1:][some], lo[some], rtol=1e-6)
    np.testing.assert_allclose(ours.hi[1:][some], hi[some], rtol=1e-6)


def test_worked_number_of_months():
    """Half the customers stay one month, nobody longer: 1 + 0.5 / 1.01 months of revenue."""
    assert discounted_months(np.array([1.0, 0.5, 0.0])) == pytest.approx(1 + 0.5 / 1.01)


def test_revenue_kept_by_hand():
    """One stays at 100, one grows from 100 to 150 and leaves; one too young to tell is left out."""
    monthly = np.array([[100.0, 100, 100], [100, 150, 0], [100, np.nan, np.nan]])

    np.testing.assert_allclose(revenue_kept(monthly), [1.0, 1.25, 1.25 * 100 / 250])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60))
def test_nobody_is_forgotten(customers):
    """Every customer is counted once, and the curve never rises."""
    months, lost = (np.array(column) for column in zip(*customers, strict=True))
    seen = tenures(months, lost)

    assert seen.lost.sum() + seen.kept.sum() == len(customers)
    assert seen.at_risk[0] == len(customers) - (~lost & (months == 0)).sum()
    assert (np.diff(kaplan_meier(seen).share) <= 0).all()


def test_multipliers_are_pulled_to_one_by_what_is_not_known():
    """Twice the expected losses: believed of 200 lost, hardly of two; unseen groups are like any."""
    drawn = pooled_multipliers(np.array([2.0, 200, 100, 0]), np.array([1.0, 100, 200, 0]))
    middle = drawn.mean(axis=1)

    assert 1.0 < middle[0] < middle[1]
    assert middle[1] == pytest.approx(2.0, abs=0.2)
    assert middle[2] == pytest.approx(0.5, abs=0.1)
    assert drawn[3].std() > drawn[0].std() > drawn[1].std()


def test_multipliers_cover_the_planted_ones():
    """Sixteen groups of a planted gamma: nine intervals in ten hold the truth."""
    inside = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        truth, expected = rng.gamma(8, 1 / 8, 16), rng.uniform(2, 40, 16)
        drawn = pooled_multipliers(rng.poisson(truth * expected).astype(float), expected, draws=1000)
        lo, hi = np.quantile(drawn, [0.05, 0.95], axis=1)
        inside.append(((lo <= truth) & (truth <= hi)).mean())
    assert 0.85 <= np.mean(inside) <= 0.96


def test_means_cover_the_planted_ones_and_beat_raw_means():
    """Groups of few values: intervals hold, and pulled means are nearer to the truth than raw ones."""
    inside, pulled, raw = [], [], []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        truth = rng.normal(5, 0.3, 12)
        group = rng.integers(0, 12, 90)
        value = truth[group] + rng.normal(0, 0.8, 90)
        drawn = pooled_means(value, group, 12, draws=1000, seed=seed)
        lo, hi = np.quantile(drawn, [0.05, 0.95], axis=1)
        seen = np.bincount(group, minlength=12) > 0
        inside.append(((lo <= truth) & (truth <= hi)).mean())
        means = np.bincount(group, value, 12)[seen] / np.bincount(group, minlength=12)[seen]
        pulled.append(((drawn.mean(axis=1) - truth)[seen] ** 2).mean())
        raw.append(((means - truth[seen]) ** 2).mean())
    assert 0.84 <= np.mean(inside) <= 0.97
    assert np.mean(pulled) < 0.8 * np.mean(raw)


def test_the_same_data_gives_the_same_draws():
    """No number depends on chance that is not seeded."""
    np.testing.assert_array_equal(fit_sbg(REGULAR, seed=4).a, fit_sbg(REGULAR, seed=4).a)


def test_counts_that_do_not_fit_are_refused():
    """Lost and kept belong to the same months."""
    with pytest.raises(BadInput, match="one entry more"):
        Tenures(np.zeros(3), np.zeros(3))
