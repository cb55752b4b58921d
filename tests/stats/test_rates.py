import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import special

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats import grids
from quintet.stats.draws import below_mean, cumulated, quantile, rank_interval
from quintet.stats.grids import LeadCounts, RateGrid, hyper_posterior, likelihoods, rate_grid
from quintet.stats.rates import fit_rates, shrink_means

# Efron & Morris 1975, table 1: hits in 45 at-bats of early 1970, and the average of the rest of the season.
BASEBALL_HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
BASEBALL_REST = np.array(
    [
        0.346,
        0.298,
        0.276,
        0.222,
        0.273,
        0.270,
        0.263,
        0.210,
        0.269,
        0.230,
        0.264,
        0.256,
        0.303,
        0.264,
        0.226,
        0.285,
        0.316,
        0.200,
    ]
)
# Tarone 1982, in BDA3 table 5.1: rats with tumours of rats, 70 earlier groups and the current one.
RATS = """0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19 1/19
1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49 7/47 3/20
3/20 2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20 5/20
6/23 5/19 6/22 6/20 6/20 6/20 16/52 15/47 15/46 9/24 4/14"""
RATS_Y, RATS_N = np.array([group.split("/") for group in RATS.split()], dtype=int).T
# BUGS Examples volume 1, Surgical: deaths and operations in twelve hospitals.
SURGICAL_DEATHS = np.array([0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24])
SURGICAL_OPERATIONS = np.array([47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360])
SURGICAL_MEANS = np.array(
    [0.053, 0.103, 0.071, 0.059, 0.052, 0.069, 0.067, 0.123, 0.070, 0.079, 0.102, 0.069]
)


def _closed_form(y, n, points=300):
    """Posterior means by the textbook beta-binomial marginal likelihood on a fine fixed grid."""
    pooled = y.sum() / n.sum()
    logit = np.linspace(np.log(pooled / (1 - pooled)) - 2.5, np.log(pooled / (1 - pooled)) + 2.5, points)
    log_size = np.linspace(0, np.log(100 * max(10, np.median(n))), points)
    m = (1 / (1 + np.exp(-logit)))[:, None]
    k = np.exp(log_size)[None, :]
    a, b = m * k, (1 - m) * k
    log_post = np.log(m * (1 - m)) - 0.5 * np.log(k)
    for yj, nj in zip(y, n, strict=True):
        log_post = log_post + special.betaln(a + yj, b + nj - yj) - special.betaln(a, b)
    weight = np.exp(log_post - log_post.max())
    weight[:, [0, -1]] /= 2
    weight /= weight.sum()
    return np.array([(weight * (a + yj) / (k + nj)).sum() for yj, nj in zip(y, n, strict=True)]), (
        weight * m
    ).sum()


@pytest.mark.parametrize(
    ("y", "n"),
    [
        ([9, 25, 31, 18, 22], [71, 80, 95, 60, 77]),
        ([0, 1, 4, 0, 2, 3, 1, 1], [20, 22, 19, 25, 14, 30, 8, 40]),
        (BASEBALL_HITS, [45] * 18),
        ([50, 480, 90, 300], [100, 900, 200, 700]),
    ],
)
def test_grid_equals_the_closed_form_when_every_outcome_is_known(y, n):
    """With mature leads the answer is the beta-binomial of the textbook."""
    y, n = np.array(y), np.array(n)
    fit = fit_rates(y, n - y)
    means, centre = _closed_form(y, n)
    np.testing.assert_allclose(fit.mean, means, atol=4e-4)
    assert fit.team_mean == pytest.approx(centre, abs=1e-3)


def test_rat_tumours_of_bayesian_data_analysis():
    """BDA3 section 5.3: (a, b) average (2.4, 14.3); the current experiment's rate is 0.211."""
    assert (RATS_Y.sum(), RATS_N.sum(), RATS_Y.size) == (267, 1739, 71)
    fit = fit_rates(RATS_Y, RATS_N - RATS_Y)
    assert fit.concentration == (pytest.approx(2.4, abs=0.06), pytest.approx(14.3, abs=0.3))
    assert fit.mean[-1] == pytest.approx(0.211, abs=0.005)


def test_baseball_of_efron_and_morris():
    """Their estimator: c = .212, Clemente .294, and squared error 3.5 times smaller than the raw averages."""
    raw = BASEBALL_HITS / 45
    error = np.full(18, np.sqrt(raw.mean() * (1 - raw.mean()) / 45))
    pulled, _, kept = shrink_means(raw, error)
    assert kept == pytest.approx(0.212, abs=0.012)
    assert pulled[0] == pytest.approx(0.294, abs=0.002)
    gain = ((raw - BASEBALL_REST) ** 2).sum() / ((pulled - BASEBALL_REST) ** 2).sum()
    assert gain == pytest.approx(3.5, abs=0.1)


def test_pooled_rates_beat_raw_averages_on_baseball():
    """The exact fit predicts the rest of the season at least three times better than the raw averages."""
    fit = fit_rates(BASEBALL_HITS, 45 - BASEBALL_HITS)
    assert fit.mean[0] == pytest.approx(0.294, abs=0.012)
    gain = ((fit.raw - BASEBALL_REST) ** 2).sum() / ((fit.mean - BASEBALL_REST) ** 2).sum()
    assert gain > 3.0


def test_surgical_hospitals_of_bugs():
    """A log-odds-normal population (BUGS) and our Beta agree on every hospital to within 0.7 points."""
    fit = fit_rates(SURGICAL_DEATHS, SURGICAL_OPERATIONS - SURGICAL_DEATHS)
    np.testing.assert_allclose(fit.mean, SURGICAL_MEANS, atol=0.007)
    assert np.abs(fit.mean - SURGICAL_MEANS).mean() < 0.003


def test_young_leads_count_for_what_they_show():
    """Leads of known share F enter as (1 - p F): the same as integrating its binomial expansion exactly."""
    converted, waiting, known = np.array([3, 9, 5]), np.array([[7, 2], [11, 20], [1, 30]]), [0.4, 1.0]
    logit, log_size = np.meshgrid(
        np.linspace(-5.2, 3.0, 250), np.linspace(0, np.log(3340), 250), indexing="ij"
    )
    m, k = 1 / (1 + np.exp(-logit)), np.exp(log_size)
    powers = np.arange(12)

    def moment(y, half, full, extra):
        terms = special.binom(half, powers) * (-0.4) ** powers
        prior = special.betaln(m * k, (1 - m) * k)
        beta = [np.exp(special.betaln(m * k + y + extra + i, (1 - m) * k + full) - prior) for i in powers]
        return np.tensordot(terms, beta, 1)

    rows = [(y, *w) for y, w in zip(converted, waiting, strict=True)]
    weight = m * (1 - m) / np.sqrt(k) * np.prod([moment(*row, 0) for row in rows], axis=0)
    weight[:, [0, -1]] /= 2
    by_hand = [(weight * moment(*row, 1) / moment(*row, 0)).sum() / weight.sum() for row in rows]
    fit = fit_rates(converted, waiting, known)
    np.testing.assert_allclose(fit.mean, by_hand, atol=5e-4)
    assert fit.effective_n.tolist() == pytest.approx([7.8, 33.4, 35.4])


def test_a_doubtful_delay_averages_the_likelihood_over_its_curves():
    """Each rep's likelihood is the mean of those of the curves, and what is known is their mean."""
    converted, waiting = np.array([3.0, 9, 5]), np.array([[7.0, 2], [11, 20], [1, 30]])
    curves = np.array([[0.2, 0.9], [0.7, 1.0]])
    offset = np.array([0.0, 0.3, -0.3])
    grid = RateGrid.at(np.linspace(-2, 2, 80), centre=-0.5, scale=1.0)
    told = []
    for known in curves:
        rate = 1 / (1 + np.exp(-grid.x - offset[:, None]))
        missed = np.prod(
            [(1 - rate * f) ** w[:, None] for f, w in zip(known, waiting.T, strict=True)], axis=0
        )
        told.append(rate ** converted[:, None] * missed)
    by_hand = np.mean(told, axis=0)
    found = likelihoods(LeadCounts(converted, waiting, curves, 0.0, offset), grid)
    np.testing.assert_allclose(found, by_hand / by_hand.max(axis=1, keepdims=True), atol=1e-7)
    exactly = likelihoods(LeadCounts(converted, waiting, curves, 0.0, np.zeros(3)), grid)
    np.testing.assert_allclose(exactly[0], by_hand[0] / by_hand[0].max(), atol=1e-12)
    fit = fit_rates(converted, waiting, curves)
    assert fit.effective_n.tolist() == pytest.approx([3 + 0.45 * 7 + 1.9, 9 + 4.95 + 19, 5 + 0.45 + 28.5])


def test_many_leads_and_offsets_far_apart_are_shifted_as_exactly():
    """Five thousand leads of a rep, leads up to four log-odds easier or harder: as at his own log-odds."""
    converted, waiting = np.array([900.0, 40, 3000]), np.array([[3000.0, 1100], [700, 20], [1000, 900]])
    known, offset = np.array([0.4, 1.0]), np.array([-4.0, 0.1, 4.0])
    grid = RateGrid.at(np.linspace(-2, 2, 80), centre=-0.5, scale=1.0)
    rate = 1 / (1 + np.exp(-grid.x - offset[:, None]))
    by_hand = converted[:, None] * np.log(rate)
    for share, count in zip(known, waiting.T, strict=True):
        by_hand += count[:, None] * np.log1p(-rate * share)
    found = likelihoods(LeadCounts(converted, waiting, known[None, :], 0.0, offset), grid)
    exactly = np.exp(np.maximum(by_hand - by_hand.max(axis=1, keepdims=True), -200))
    np.testing.assert_allclose(found, exactly, atol=1e-6)


def test_a_doubtful_delay_widens_the_interval():
    """The rate of young leads is less sure when half or all of their outcome may be known."""
    sure, doubtful = (
        fit_rates([60] * 6, np.full((6, 1), 140), known) for known in ([[0.75]], [[0.5], [1.0]])
    )
    assert np.all(doubtful.hi - doubtful.lo > 1.3 * (sure.hi - sure.lo))


def test_many_maturity_bins_of_several_curves_are_merged_alike():
    """The same bins for each curve: equal curves give what one gives."""
    rng = np.random.default_rng(5)
    known, waiting = np.linspace(0.0, 1.0, 400), rng.poisson(0.4, (6, 400))
    one, three = (fit_rates([20] * 6, waiting, k) for k in (known, np.tile(known, (3, 1))))
    np.testing.assert_allclose(one.mean, three.mean, atol=1e-12)


def test_unripe_half_counted_fully_would_halve_the_rate():
    """A team whose leads have shown half of their outcome has twice the rate it seems to have."""
    young = fit_rates([100] * 12, np.full((12, 1), 900), [0.5])
    assert young.team_mean == pytest.approx(0.2, abs=0.003)
    assert fit_rates([100] * 12, [900] * 12).team_mean == pytest.approx(0.1, abs=0.003)


def test_many_maturity_bins_change_nothing():
    """Merging bins of equal maturity is exact, and merging near ones is not visible."""
    rng = np.random.default_rng(5)
    known = np.linspace(0.0, 1.0, 400)
    waiting = rng.poisson(0.4, (6, 400))
    converted = rng.poisson(20, 6)
    fine = fit_rates(converted, waiting, known)
    coarse = fit_rates(converted, (waiting @ known)[:, None], [1.0])
    split = fit_rates(converted, np.repeat(waiting, 2, axis=1) / 2, np.repeat(known, 2))
    np.testing.assert_allclose(fine.mean, split.mean, atol=1e-9)
    np.testing.assert_allclose(fine.effective_n, coarse.effective_n, rtol=2e-3)


def test_draws_agree_with_the_exact_numbers():
    """The joint draws carry the same means, intervals and probabilities as the exact integration."""
    fit = fit_rates([9, 25, 31, 18, 40, 12], np.array([71, 80, 95, 60, 77, 90]) - [9, 25, 31, 18, 40, 12])
    np.testing.assert_allclose(fit.draws.mean(axis=1), fit.mean, atol=0.003)
    np.testing.assert_allclose(np.quantile(fit.draws, 0.05, axis=1), fit.lo, atol=0.01)
    np.testing.assert_allclose(np.quantile(fit.draws, 0.95, axis=1), fit.hi, atol=0.01)
    np.testing.assert_allclose((fit.draws < fit.team_draws).mean(axis=1), fit.p_below, atol=0.02)
    assert fit.team_draws.mean() == pytest.approx(fit.team_mean, abs=0.003)


def test_same_input_gives_the_same_bytes():
    """Nothing depends on chance: two fits are equal to the last bit."""
    one, two = (fit_rates([9, 25, 31], [62, 55, 64]) for _ in range(2))
    assert one.draws.tobytes() == two.draws.tobytes()
    assert one.mean.tobytes() == two.mean.tobytes()


@settings(deadline=None, max_examples=25)
@example([(0, 0), (29, 0)])
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 200)), min_size=2, max_size=9))
def test_every_rate_lies_in_its_interval_between_nothing_and_everything(rows):
    """Whatever the counts, even nobody or everybody: 0 < lo < mean < hi < 1 and probabilities add to 1."""
    converted, rest = np.array(rows).T
    if converted.sum() + rest.sum() == 0:
        return
    fit = fit_rates(converted, rest)
    assert np.all((fit.lo > 0) & (fit.lo < fit.mean) & (fit.mean < fit.hi) & (fit.hi < 1))
    assert np.all((fit.shrinkage > 0) & (fit.shrinkage <= 1 + 1e-9))
    np.testing.assert_allclose(fit.p_below + fit.p_above, 1.0)
    assert np.all((fit.rank_lo >= 1) & (fit.rank_lo <= fit.rank_hi) & (fit.rank_hi <= len(rows)))


def test_order_of_the_reps_does_not_matter():
    """A rep's rate is the same wherever the rep stands in the list."""
    y, rest = np.array([9, 25, 31, 4]), np.array([62, 55, 64, 90])
    there, back = fit_rates(y, rest), fit_rates(y[::-1], rest[::-1])
    np.testing.assert_allclose(there.mean, back.mean[::-1], atol=1e-9)
    np.testing.assert_allclose(there.p_below, back.p_below[::-1], atol=1e-9)


def test_lone_weak_rep_is_pulled_less_where_outliers_are_expected():
    """One rep far below 29 equals is hidden by the plain Beta and seen when reps may stand apart."""
    y = np.array([13] + [30] * 29)
    plain, apart = (fit_rates(y, 90 - y, outliers=share) for share in (0.0, 0.1))
    assert apart.p_below[0] > 0.95 > plain.p_below[0] - 0.04
    assert abs(apart.mean[0] - 13 / 90) < 0.7 * abs(plain.mean[0] - 13 / 90)
    np.testing.assert_allclose(apart.mean[1:], plain.mean[1:], atol=0.01)


def test_top_quartile_comes_from_draws_not_from_luck():
    """Of identical reps the top quartile is barely above the mean, though the best raw rate is far above."""
    rng = np.random.default_rng(7)
    y = rng.binomial(30, 0.3, 40)
    fit = fit_rates(y, 30 - y)
    best = fit.top_quartile_draws().mean()
    assert np.quantile(fit.raw, 0.75) - fit.team_mean > 1.5 * (best - fit.team_mean)


def test_three_thousand_reps_fit():
    """Large teams get the same answer; the population planted is found."""
    rng = np.random.default_rng(8)
    rate = rng.beta(5, 15, 3000)
    n = rng.poisson(60, 3000)
    y = rng.binomial(n, rate)
    fit = fit_rates(y, n - y)
    assert fit.team_mean == pytest.approx(0.25, abs=0.01)
    assert 0.88 < np.mean((fit.lo < rate) & (rate < fit.hi)) < 0.92


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [[1], [2], [3]]), "shape"),
        (([1, -2], [3, 4]), "0 or more"),
        (([1, 2], [[3], [4]], [1.2]), "maturity must lie in"),
    ],
)
def test_impossible_counts_are_refused(arguments, message):
    """The message names the rule that the counts break."""
    with pytest.raises(BadInput, match=message):
        fit_rates(*arguments)


def test_one_rep_cannot_be_pooled():
    """There is no team of one."""
    with pytest.raises(NotEnoughData):
        fit_rates([3], [4])
    with pytest.raises(NotEnoughData):
        fit_rates([0, 0], [0, 0])


def test_means_that_do_not_differ_are_pulled_together_fully():
    """Where luck explains all of the spread, everybody gets the common mean and its error."""
    pulled, error, kept = shrink_means([1.0, 1.1, 0.9, 1.0], [0.5] * 4)
    assert kept == 0.0
    assert pulled == pytest.approx([1.0] * 4)
    assert error == pytest.approx([0.25] * 4)


def test_a_grid_that_widens_says_the_same_as_a_fine_even_one():
    """One lead, one rep far off, two with many: rates agree to 4 digits, ends of intervals to 0.002."""
    counts = LeadCounts(
        np.array([0.0, 9, 45, 60, 1]),
        np.array([[1.0], [11], [255], [700], [40]]),
        np.ones((1, 1)),
        0.1,
        np.array([0.0, 0.1, -0.1, 0.0, 0.2]),
    )
    wide = rate_grid(counts)
    even = RateGrid.at(np.linspace(*np.arcsinh(wide.x[[0, -1]] / 100), 4000), 0.0, 100.0)
    told = [_exactly(counts, grid) for grid in (wide, even)]
    assert wide.x.size < 250
    np.testing.assert_allclose(told[0][0], told[1][0], atol=1e-5)
    np.testing.assert_allclose(told[0], told[1], atol=2e-3)


def _exactly(counts, grid):
    """Mean, ends of the interval and probability of being below the mean, of each rep."""
    likelihood = likelihoods(counts, grid)
    hyper = hyper_posterior(counts, likelihood, grid)
    pulled = (hyper.weight[:, None] / hyper.marginal).T
    posterior = likelihood * (pulled @ hyper.density)
    rate = 1 / (1 + np.exp(-grid.x))
    cdf, density = cumulated(posterior), posterior / grid.width
    ends = [1 / (1 + np.exp(-quantile(cdf, grid.x, level, density))) for level in (0.05, 0.95)]
    return [posterior @ rate / posterior.sum(axis=1), *ends, below_mean(hyper, pulled, likelihood, grid)]


def test_nobody_draws_what_nobody_asks_for():
    """Draws and ranks are made when asked for, once, and cost a fit nothing before."""
    fit = fit_rates([9, 25, 24, 18], [62, 55, 56, 42])
    assert not {"_both_draws", "_ranks"} & set(vars(fit))
    assert fit.draws is fit.draws
    assert fit.rank_hi.max() <= 4


def test_the_draws_of_one_rep_are_those_of_the_team():
    """Drawn alone or with all the others, a rep and the mean of such reps get the same draws."""
    hits = np.array([9, 25, 24, 18, 40, 12, 7, 8, 30, 11])
    alone, together = (fit_rates(hits, 80 - hits, outliers=0.1, seed=3) for _ in range(2))
    for place in (0, 8, 9):
        np.testing.assert_allclose(alone.draws_of(place), together.draws[place], rtol=1e-9)
    assert "_both_draws" not in vars(alone)
    assert alone.team_draws.tobytes() == together.team_draws.tobytes()


@pytest.fixture(scope="module")
def crowd():
    """Four hundred reps, some of them without leads; enough that nobody draws them all for a rank."""
    rng = np.random.default_rng(11)
    entered = rng.integers(0, 300, 400) * (rng.random(400) > 0.1)
    return fit_rates(hits := rng.binomial(entered, rng.beta(12, 28, 400)), entered - hits, outliers=0.1)


def test_ranks_of_a_crowd_are_those_of_its_draws(crowd):
    """Above 200 reps ranks come from what is known of each alone; drawing everybody says the same."""
    drawn_lo, drawn_hi = rank_interval(crowd.draws, 0.05)
    assert np.abs(crowd.rank_lo - drawn_lo).mean() < 0.01 * crowd.n.size
    assert np.abs(crowd.rank_hi - drawn_hi).mean() < 0.01 * crowd.n.size
    assert abs((crowd.rank_hi - crowd.rank_lo).mean() - (drawn_hi - drawn_lo).mean()) < 0.01 * crowd.n.size


def test_the_best_quarter_of_a_crowd_is_that_of_its_draws(crowd):
    """The rate that the best quarter exceeds: same mean, same spread, of the reps with leads alone."""
    found, drawn = crowd.top_quartile_draws(), np.quantile(crowd.draws[crowd.n > 0], 0.75, axis=0)
    assert found.mean() == pytest.approx(drawn.mean(), abs=0.001)
    assert found.std() == pytest.approx(drawn.std(), rel=0.2)


def test_one_of_a_crowd_is_compared_with_its_mean(crowd):
    """P(below the mean of such reps) without the reps who move that mean: the draws agree to their noise."""
    drawn = (crowd.draws < crowd.team_draws).mean(axis=1)
    assert np.abs(drawn - crowd.p_below).max() < 0.04
    assert np.abs(drawn - crowd.p_below).mean() < 0.006


def test_one_of_a_crowd_draws_the_same_alone(crowd):
    """Whoever else is drawn, a rep's draws are his own."""
    np.testing.assert_allclose(crowd.draws_of(17), crowd.draws[17], rtol=1e-9)


@pytest.mark.parametrize("reps", [30, 150, 400])
def test_reps_alike_are_found_alike(reps):
    """Reps who hardly differ: their concentration lies far out, and the same sums over a wide grid find it.

    The oracle is beta-binomial in closed form (BDA3, section 5.3) on 200 means and 200 concentrations.
    """
    rng = np.random.default_rng(reps)
    entered = rng.integers(50, 400, reps)
    hits = rng.binomial(entered, rng.beta(90, 210, reps))
    fit = fit_rates(hits, entered - hits)
    mean = np.linspace(0.2, 0.4, 200)[:, None, None]
    size = np.exp(np.linspace(0.0, math.log(100 * np.median(entered)), 200))[:, None]
    a, b = mean * size, (1.0 - mean) * size
    seen = special.betaln(a + hits, b + entered - hits) - special.betaln(a, b)
    log_weight = seen.sum(axis=2) - 0.5 * np.log(size[:, 0])  # (a + b)^(-5/2) on mean and log size
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    assert fit.team_mean == pytest.approx((weight * mean[:, :, 0]).sum(), abs=2e-4)
    assert sum(fit.concentration) == pytest.approx((weight * size[:, 0]).sum(), rel=0.02)
    expected = (weight[:, :, None] * (a + hits) / (a + b + entered)).sum(axis=(0, 1))
    np.testing.assert_allclose(fit.mean, expected, atol=5e-4)


@given(st.lists(st.floats(1e-300, 1.0), min_size=1, max_size=40))
def test_logarithms_of_products_are_those_of_each(marginals):
    """Several reps' marginals are multiplied first, unless their product would run out of numbers."""
    several = np.array([marginals, marginals[::-1]])

    assert grids._log_of_all(several) == pytest.approx(np.log(several).sum(axis=1), rel=1e-12, abs=1e-12)
