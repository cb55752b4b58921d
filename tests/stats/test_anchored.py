"""A weighted sum of scores that starts from adding them up."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from quintet.kernel.errors import BadInput
from quintet.stats import anchored
from quintet.stats.anchored import ANCHOR, fit_anchored


def company(rng, hired, size, effects, halo=0.2):
    """Scores of three applicants to a hire, and the outcomes of the hired, of variance 1 in all."""
    applicants = 5.5 + 1.4 * (
        np.sqrt(halo) * rng.normal(size=(3 * hired, 1))
        + np.sqrt(1 - halo) * rng.normal(size=(3 * hired, size))
    )
    scores = applicants[:hired]
    part = (applicants - 5.5) @ effects
    part /= max(float(part.std()), 1e-9)
    outcome = np.sqrt(0.3) * part[:hired] + np.sqrt(0.7) * rng.normal(size=hired)
    return scores, (outcome - outcome.mean()) / outcome.std(), applicants, part


def test_with_nobody_hired_it_is_adding_up():
    """All weights alike, a deviation of the sum worth the published .30 at most, and nothing sure."""
    applicants = np.random.default_rng(1).normal(5, 1.2, size=(300, 10))
    found = fit_anchored(np.zeros((0, 10)), np.zeros(0), applicants)

    assert np.ptp(found.weights.weight) < 1e-9
    spread = float(found.predict(applicants)[0].std())
    assert 0.5 * ANCHOR < spread < 1.2 * ANCHOR
    assert found.people == 0


def test_with_nobody_hired_written_weights_are_the_index():
    """A criterion written down at 3 weighs three times one at 1, and one at 0 nothing."""
    applicants = np.random.default_rng(1).normal(5, 1.2, size=(300, 3))
    weights = fit_anchored(np.zeros((0, 3)), np.zeros(0), applicants, written=[3, 1, 0]).weights.weight

    assert weights[0] == pytest.approx(3 * weights[1])
    assert weights[2] == pytest.approx(0.0, abs=1e-9)


def test_many_outcomes_overrule_the_start():
    """Two thousand hires and one criterion that matters: the index is that criterion."""
    scores, outcome, applicants, _ = company(np.random.default_rng(2), 2000, 8, np.eye(8)[0])
    found = fit_anchored(scores, outcome, applicants)

    exact, *_ = np.linalg.lstsq(scores - scores.mean(axis=0), outcome, rcond=None)
    assert found.weights.weight == pytest.approx(exact, abs=0.04)
    assert np.abs(found.weights.weight[1:]).max() < 0.05 * found.weights.weight[0]
    assert found.added_up < 0.01


def test_a_criterion_that_harms_is_found_against_what_was_written():
    """Nobody wrote a negative weight; two hundred outcomes show one."""
    effects = np.array([1.0, 1.0, 1.0, 1.0, -1.5, 0, 0, 0])
    scores, outcome, applicants, _ = company(np.random.default_rng(3), 200, 8, effects)
    found = fit_anchored(scores, outcome, applicants).weights

    assert found.weight[4] < -0.05
    assert found.p_positive[4] < 0.05


def test_outcomes_that_have_nothing_to_do_with_scores_make_no_weight_sure():
    """Of forty weights, hardly one is said to help where nothing does."""
    rng, claims = np.random.default_rng(4), 0
    for _ in range(20):
        scores, _, applicants, _ = company(rng, 60, 40, np.ones(40))
        found = fit_anchored(scores, rng.normal(size=60), applicants)
        claims += int((found.weights.p_positive > 0.95).sum())
    assert claims / 20 < 2.0


@pytest.mark.parametrize(("hired", "some"), [(30, 5), (100, 5), (100, 40)])
def test_intervals_of_weights_and_of_people_cover(hired, some):
    """Nine in ten weights and eight in ten new people lie where they are said to."""
    rng, inside, people = np.random.default_rng(hired + some), [], []
    for _ in range(25):
        effects = np.zeros(40)
        effects[:some] = rng.uniform(0.5, 1.5, some)
        scores, outcome, applicants, part = company(rng, hired, 40, effects)
        found = fit_anchored(scores, outcome, applicants)
        true = np.sqrt(0.3) * effects / float(((applicants - 5.5) @ effects).std())
        inside.append(np.mean((found.weights.lo <= true) & (true <= found.weights.hi)))
        new = np.sqrt(0.3) * part[hired:] + np.sqrt(0.7) * rng.normal(size=2 * hired)
        mean, deviation = found.predict(applicants[hired:])
        people.append(np.mean(np.abs(new - mean) < 1.2816 * deviation))
    assert np.mean(inside) >= 0.85
    assert 0.75 <= np.mean(people) <= 0.86


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 30), shift=st.floats(-3, 3))
def test_shifting_a_scale_moves_no_weight(seed, shift):
    """Scores from 0 to 9 instead of 1 to 10 give the same weights; so does another order of criteria."""
    rng = np.random.default_rng(seed)
    scores, outcome, applicants, _ = company(rng, 25, 6, np.ones(6))
    order = rng.permutation(6)
    plain = fit_anchored(scores, outcome, applicants).weights.weight

    assert fit_anchored(scores + shift, outcome, applicants + shift).weights.weight == pytest.approx(
        plain, abs=1e-6
    )
    mixed = fit_anchored(scores[:, order], outcome, applicants[:, order]).weights.weight
    assert mixed == pytest.approx(plain[order], abs=1e-6)


def test_tables_that_disagree_are_an_error():
    """As many outcomes as people, as many criteria before as after, and a weight for each."""
    with pytest.raises(BadInput, match="must agree"):
        fit_anchored(np.ones((3, 2)), np.zeros(4), np.ones((9, 2)))
    with pytest.raises(BadInput, match="written weight"):
        fit_anchored(np.ones((3, 2)), np.zeros(3), np.ones((9, 2)), written=[0.0, 0.0])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_adding_up_all_worlds_one_by_one_agrees(seed):
    """Two criteria: every subset of every world by scipy's normal density, and the mean of all of them."""
    rng = np.random.default_rng(seed)
    scores, outcome, applicants, _ = company(rng, 40, 2, np.array([1.0, 0.0]))
    outcome = outcome * (1.0, 0.3, 1.5)[seed - 1]
    scale = anchored._scale(applicants)
    x = scores - scores.mean(axis=0)
    asked = anchored._Question.of(x, outcome, applicants, (scale, np.ones(2)))
    prior, noise, log_prior = anchored._priors(asked)
    design, total, mean, added = x @ asked.ties, 0.0, np.zeros(2), 0.0
    for world, (left, log) in enumerate(zip(noise, log_prior, strict=True)):
        for parts in product((0, 1), repeat=3):
            share = np.prod([prior.share[world, part, at] for at, part in enumerate(parts)])
            if share == 0.0:
                continue
            middle, variance = (
                np.array([one[world, part, at] for at, part in enumerate(parts)])
                for one in (prior.mean, prior.variance)
            )
            covariance = left * np.eye(40) + (design * variance) @ design.T
            off = outcome - design @ middle
            density = multivariate_normal(np.zeros(40), covariance).logpdf(off)
            weight = share * np.exp(log + density)
            effects = middle + variance * (design.T @ np.linalg.solve(covariance, off))
            total, mean = total + weight, mean + weight * (asked.ties @ effects)
            added += weight if world == 0 else 0.0

    found = fit_anchored(scores, outcome, applicants)

    assert found.weights.weight == pytest.approx(mean / total, abs=0.01)
    assert found.added_up == pytest.approx(added / total, abs=0.03)
