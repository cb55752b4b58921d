import numpy as np
import pytest
import statsmodels.api as sm

from quintet.kernel.errors import BadInput
from quintet.stats.logistic import (
    ROUGH,
    Blocks,
    LogisticFit,
    column_sums,
    cross_counts,
    fit_logistic,
    fit_spreads,
    minus_log_likelihood,
    penalty,
    scores,
    structure,
    with_doubt_of_spreads,
)

BLOCKS = Blocks((3, 4), (0, 3))


def leads(n=400, seed=1):
    """Codes of two features and outcomes that follow the first."""
    rng = np.random.default_rng(seed)
    codes = np.column_stack((rng.integers(0, 3, n), rng.integers(0, 4, n))).astype(np.int16)
    chance = 1 / (1 + np.exp(1.0 - 0.9 * codes[:, 0]))
    return codes, (rng.random(n) < chance).astype(float)


def one_hot(codes, blocks=BLOCKS):
    """The same design as a matrix of ones and zeros, intercept first."""
    whole = np.zeros((len(codes), 1 + blocks.width))
    whole[:, 0] = 1
    for feature, start in enumerate(blocks.starts):
        whole[np.arange(len(codes)), 1 + start + codes[:, feature]] = 1
    return whole


def test_sums_and_crossings_are_those_of_the_one_hot_matrix():
    """Counting pairs of levels is the matrix product, without the matrix."""
    codes, won = leads()
    weight = np.random.default_rng(2).random(len(won))
    matrix = one_hot(codes)

    assert np.allclose(column_sums(codes, BLOCKS, weight), matrix.T @ weight)
    assert np.allclose(cross_counts(codes, BLOCKS, weight), (matrix.T * weight) @ matrix)


def test_loose_shrinkage_gives_the_maximum_likelihood_of_statsmodels():
    """With spreads so wide that they say nothing, the odds are those of an ordinary logistic regression."""
    codes, won = leads(2000)
    wide = LogisticFit(0.0, np.zeros(BLOCKS.width), np.zeros((0, 0)), np.full(2, 1000.0))
    fit = fit_logistic(codes, BLOCKS, won, start=wide)
    dummies = np.delete(one_hot(codes), [1, 4], axis=1)
    other = sm.Logit(won, dummies).fit(disp=0)

    assert np.allclose(fit.log_odds(codes, BLOCKS), dummies @ other.params, atol=1e-3)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", dummies, other.cov_params(), dummies))
    assert np.allclose(fit.deviations(codes, BLOCKS), spread, rtol=1e-2)


def test_the_maximum_has_no_slope():
    """At the fit the penalised likelihood is flat in every direction."""
    codes, won = leads()
    fit = fit_spreads(codes, BLOCKS, won)
    score, _ = scores(fit.log_odds(codes, BLOCKS), won, None)
    away = np.concatenate(([fit.base + 2.0], fit.effects))
    slope = column_sums(codes, BLOCKS, score) - penalty(BLOCKS, fit.spreads) @ away

    assert np.abs(slope).max() < 1e-2


def test_levels_that_differ_by_luck_alone_are_pulled_together():
    """The first feature tells leads apart, the second does not, and the spreads say so."""
    codes, won = leads(4000)
    fit = fit_spreads(codes, BLOCKS, won)

    assert fit.spreads[0] > 0.5
    assert fit.spreads[1] < 0.25
    assert np.ptp(fit.effects[3:6]) < 0.2 < np.ptp(fit.effects[:3])


def test_spreads_are_recovered():
    """Levels drawn with a spread of .6 are said to have a spread of about .6."""
    rng = np.random.default_rng(3)
    effect = rng.normal(0, 0.6, 60)
    codes = rng.integers(0, 60, (30_000, 1)).astype(np.int16)
    won = (rng.random(30_000) < 1 / (1 + np.exp(1.5 - effect[codes[:, 0]]))).astype(float)
    fit = fit_spreads(codes, Blocks((60,), (0,)), won)

    assert fit.spreads[0] == pytest.approx(np.std(effect), rel=0.15)


def test_young_leads_count_for_what_they_have_shown():
    """Half of the outcomes of every second lead is in: counted so the rate is right, else too low."""
    rng = np.random.default_rng(4)
    codes = np.zeros((20_000, 1), dtype=np.int16)
    known = np.where(np.arange(20_000) % 2, 0.5, 1.0)
    won = (rng.random(20_000) < 0.3 * known).astype(float)
    alone = Blocks((1,), (0,))
    fair = fit_spreads(codes, alone, won, known).log_odds(codes[:1], alone)
    unfair = fit_spreads(codes, alone, won).log_odds(codes[:1], alone)

    assert 1 / (1 + np.exp(-fair[0])) == pytest.approx(0.3, abs=0.012)
    assert 1 / (1 + np.exp(-unfair[0])) == pytest.approx(0.225, abs=0.012)


@pytest.mark.parametrize("known", [None, np.array([1.0, 0.4, 0.9])])
def test_derivatives_are_those_of_the_likelihood(known):
    """The score is the slope of the likelihood, by small steps."""
    eta, won, step = np.array([-1.0, 0.3, 2.0]), np.array([1.0, 0.0, 0.0]), 1e-6
    up, down = (minus_log_likelihood(eta + side * step, won, known) for side in (1, -1))

    assert np.allclose(scores(eta, won, known)[0], -(up - down) / (2 * step), atol=1e-6)


def test_ranges_lean_on_their_neighbours():
    """A range nobody was seen in lies between its neighbours, not at the average."""
    assert structure(4, 3)[0, 1] < 0
    assert structure(4, 3)[0, 3] == 0
    codes = np.repeat([0, 2], 500)[:, None].astype(np.int16)
    won = np.tile([1.0, 1.0, 1.0, 0.0], 250)
    won[:500] = 0
    fit = fit_spreads(codes, Blocks((3,), (3,)), won)
    assert fit.effects[0] < fit.effects[1] < fit.effects[2]


def test_codes_that_are_no_level_are_refused():
    """A code beyond the levels is a mistake of the caller, and is named."""
    with pytest.raises(BadInput, match="code"):
        fit_spreads(np.array([[3]], dtype=np.int16), Blocks((3,), (0,)), np.array([1.0]))
    with pytest.raises(BadInput, match="shape"):
        fit_spreads(np.array([[1]], dtype=np.int16), BLOCKS, np.array([1.0]))


def test_intervals_that_count_the_doubt_of_the_spreads_hold_the_truth():
    """Twelve features of three levels: nine in ten 90 % intervals hold, fewer if spreads are certain."""
    rng, blocks = np.random.default_rng(6), Blocks((3,) * 12, (0,) * 12)
    held = []
    for _ in range(40):
        effect = rng.normal(0, 0.3, 36)
        codes = rng.integers(0, 3, (300, 12)).astype(np.int16)
        truth = effect[codes + blocks.starts].sum(axis=1) - 1.0
        won = (rng.random(300) < 1 / (1 + np.exp(-truth))).astype(float)
        certain = fit_spreads(codes, blocks, won)
        away = np.abs(certain.log_odds(codes, blocks) - truth)
        doubted = with_doubt_of_spreads(certain, blocks)
        held.append([(away < 1.645 * fit.deviations(codes, blocks)).mean() for fit in (certain, doubted)])
    before, after = np.mean(held, axis=0)

    assert 0.87 < after < 0.93
    assert before < after - 0.01


@pytest.mark.parametrize("young", [False, True])
def test_a_row_that_counts_twice_is_two_rows(young):
    """Weights and repeated rows give the same fit, spreads and doubts; a weight of 0 is no row at all."""
    codes, won = leads()
    known = np.random.default_rng(3).uniform(0.3, 1.0, len(won)) if young else None
    weight = np.random.default_rng(4).integers(0, 4, len(won))
    told = np.repeat(np.arange(len(won)), weight)
    once = fit_spreads(codes, BLOCKS, won, known, weight=weight.astype(float))
    often = fit_spreads(codes[told], BLOCKS, won[told], None if known is None else known[told])

    assert once.base == pytest.approx(often.base, abs=1e-6)
    assert np.allclose(once.effects, often.effects, atol=1e-6)
    assert np.allclose(once.covariance, often.covariance, rtol=1e-5)
    again = fit_logistic(codes, BLOCKS, won, known, weight=weight.astype(float), start=once)
    assert np.allclose(again.effects, once.effects, atol=1e-4)  # it takes one step more


@pytest.mark.parametrize("weight", [np.full(400, -1.0), np.full(400, np.nan), np.ones(3)])
def test_a_weight_that_is_none_is_refused(weight):
    """Negative, missing or of another length: the message says what a weight is."""
    codes, won = leads()

    with pytest.raises(BadInput, match="finite weight of 0 or more"):
        fit_spreads(codes, BLOCKS, won, weight=weight)


def test_a_rough_trial_ends_where_the_exact_fit_does():
    """A trial stops a step earlier and leaves the covariance out; its answer is the same."""
    codes, won = leads(4000)
    exact = fit_spreads(codes, BLOCKS, won)
    trial = fit_logistic(codes, BLOCKS, won, start=exact, strength=3.0, tolerance=ROUGH, doubt=False)
    whole = fit_logistic(codes, BLOCKS, won, start=exact, strength=3.0)

    assert trial.covariance.size == 0
    assert np.allclose(trial.effects, whole.effects, atol=1e-4)


def test_the_covariance_is_the_inverse_of_the_information():
    """Cholesky gives the inverse that numpy gives."""
    codes, won = leads(4000)
    fit = fit_spreads(codes, BLOCKS, won)
    _, weight = scores(fit.log_odds(codes, BLOCKS), won, None)
    information = cross_counts(codes, BLOCKS, weight) + penalty(BLOCKS, fit.spreads)

    assert np.allclose(fit.covariance, np.linalg.inv(information), rtol=1e-4)
