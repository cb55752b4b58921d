"""All rules side by side, with intervals from resampled paths."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.stats.chains import fit_chain
from quintet.stats.credits import RULES, fit_credits
from quintet.stats.paths import COUNTED, Paths, credit, merged, paths_of

ROUTES = st.lists(
    st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=5), st.booleans()), min_size=1, max_size=20
)


def made(drawn) -> Paths:
    """One path a lead, converted or not, and one that names every channel."""
    routes, won = zip(*drawn, ([0, 1, 2, 3], True), strict=True)
    paths = paths_of(list(routes), [float(one) for one in won], [float(not one) for one in won])
    return replace(paths, age_days=np.arange(len(paths.channel))[::-1].astype(float))


@settings(deadline=None, max_examples=30)
@given(ROUTES)
def test_merging_lost_paths_changes_no_answer(drawn):
    """Paths that came to nothing are taken together by their route; every rule says the same."""
    paths = made(drawn)
    fewer = merged(paths)

    for rule in COUNTED:
        np.testing.assert_allclose(credit(fewer, rule), credit(paths, rule))
    for order in (1, 3):
        np.testing.assert_allclose(fit_chain(fewer, order).credit, fit_chain(paths, order).credit, atol=1e-9)
    assert len(fewer) <= len(paths)
    assert fewer.nulls.sum() == paths.nulls.sum()


def test_every_rule_is_fitted_and_gives_everything_away():
    """Each draw shares out what its own resample converted."""
    fit = fit_credits(made([([0, 1], True), ([1, 1, 2], True), ([2], False), ([3], False)]), draws=50)

    assert fit.credit.shape == (len(RULES), 4)
    np.testing.assert_allclose(fit.credit.sum(axis=1), 3)
    np.testing.assert_allclose(fit.draws.sum(axis=2) - fit.draws.sum(axis=2)[:, :1], 0, atol=1e-9)
    assert (fit.lo <= fit.hi).all()


@pytest.mark.parametrize("rule", ["first", "markov"])
def test_intervals_hold_the_planted_share(rule):
    """Companies drawn from known chances: nine intervals in ten hold the credit of endless data."""
    rng = np.random.default_rng(5)
    routes = [[0], [1], [0, 1], [1, 0], [2, 0], [2]]
    weight, chance = np.array([0.3, 0.2, 0.2, 0.1, 0.1, 0.1]), np.array([0.3, 0.1, 0.4, 0.2, 0.3, 0.05])
    endless = paths_of(routes, list(1e6 * weight * chance), list(1e6 * weight * (1 - chance)))
    at = RULES.index(rule)
    truth = (fit_chain(endless).credit if rule == "markov" else credit(endless, rule)) / endless.amount.sum()
    inside = []
    for seed in range(60):
        walked = rng.multinomial(800, weight)
        won = rng.binomial(walked, chance)
        fit = fit_credits(paths_of(routes, list(won), list(walked - won)), seed=seed)
        expected = truth * 800 * (weight @ chance)
        inside.append((fit.lo[at] <= expected) & (expected <= fit.hi[at]))
    assert 0.82 <= np.mean(inside) <= 0.97


def test_the_same_paths_give_the_same_intervals():
    """Resampling is seeded."""
    paths = made([([0, 1], True), ([2], False)])

    np.testing.assert_array_equal(fit_credits(paths, draws=20).lo, fit_credits(paths, draws=20).lo)
