"""Many effects at once, few of them large perhaps."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.stats.effects import Mixtures, fit_effects


def something_or_nothing(share, variance, size, mean=0.0):
    """One prior: an effect is 0, or drawn from one normal distribution."""
    return Mixtures(
        np.stack([np.full((1, size), 1 - share), np.full((1, size), share)], axis=1),
        np.stack([np.zeros((1, size)), np.full((1, size), mean)], axis=1),
        np.stack([np.zeros((1, size)), np.full((1, size), variance)], axis=1),
    )


def enumerated(information, right, share, variance):
    """Means, deviations and log evidence by summing over all subsets of effects, one by one."""
    size, total, mean, square = right.size, 0.0, np.zeros(right.size), np.zeros((right.size,) * 2)
    for subset in product([False, True], repeat=size):
        some = np.flatnonzero(subset)
        inner = information[np.ix_(some, some)] + np.eye(some.size) / variance
        covariance = np.linalg.inv(inner)
        half = right[some]
        log = 0.5 * half @ covariance @ half - 0.5 * np.linalg.slogdet(inner)[1]
        log += some.size * np.log(share / np.sqrt(variance)) + (size - some.size) * np.log(1 - share)
        middle, spread = np.zeros(size), np.zeros((size, size))
        middle[some], spread[np.ix_(some, some)] = covariance @ half, covariance
        total, mean = total + np.exp(log), mean + np.exp(log) * middle
        square += np.exp(log) * (spread + np.outer(middle, middle))
    mean /= total
    return mean, np.sqrt(np.diag(square / total) - mean**2), np.log(total)


@pytest.mark.parametrize("seed", range(5))
def test_summing_over_all_subsets_agrees(seed):
    """Six effects, 64 subsets: the exact answer."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 6)) + 0.5 * rng.normal(size=(60, 1))
    y = x @ np.array([0.6, 0, 0, -0.4, 0, 0.2]) + rng.normal(size=60)
    mean, deviation, log_evidence = enumerated(x.T @ x, x.T @ y, 0.3, 0.25)

    found = fit_effects(x.T @ x, x.T @ y, something_or_nothing(0.3, 0.25, 6))

    assert found.mean[0] == pytest.approx(mean, abs=0.02)
    assert np.sqrt(np.diag(found.covariance[0])) == pytest.approx(deviation, abs=0.05)
    assert found.log_evidence[0] == pytest.approx(log_evidence, abs=0.1)


def test_a_single_normal_prior_is_ridge_regression():
    """Where every effect is something, the posterior and the evidence have a closed form."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(30, 4)), rng.normal(size=30)

    found = fit_effects(x.T @ x, x.T @ y, something_or_nothing(1.0, 0.5, 4))

    inner = x.T @ x + np.eye(4) / 0.5
    exact = np.linalg.solve(inner, x.T @ y)
    assert found.mean[0] == pytest.approx(exact, abs=1e-6)
    evidence = 0.5 * (x.T @ y) @ exact - 0.5 * np.linalg.slogdet(inner)[1] - 2.0 * np.log(0.5)
    assert found.log_evidence[0] == pytest.approx(evidence, abs=1e-6)


def test_without_data_the_prior_stands():
    """Nothing seen: means and variances are those believed, and every prior is as good as another."""
    prior = something_or_nothing(0.3, 0.5, 3, mean=0.2)

    found = fit_effects(np.zeros((3, 3)), np.zeros(3), prior)

    assert found.mean[0] == pytest.approx(0.06)
    assert np.diag(found.covariance[0]) == pytest.approx(0.3 * (0.5 + 0.04) - 0.06**2)
    assert found.log_evidence[0] == pytest.approx(0.0, abs=1e-6)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 50))
def test_the_order_of_effects_does_not_matter(seed):
    """Effects are found by what they are, not by where they stand."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(25, 5)) + rng.normal(size=(25, 1))
    y, order = x[:, 0] + rng.normal(size=25), rng.permutation(5)
    prior = something_or_nothing(0.2, 0.5, 5)

    plain = fit_effects(x.T @ x, x.T @ y, prior)
    mixed = fit_effects(x[:, order].T @ x[:, order], x[:, order].T @ y, prior)

    assert mixed.mean[0] == pytest.approx(plain.mean[0][order], abs=1e-8)
    assert mixed.log_evidence == pytest.approx(plain.log_evidence)


def test_the_better_prior_wins():
    """Of forty effects two are real: a prior of few foresees the data better than one of many."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(200, 40))
    y = x[:, 0] + x[:, 1] + rng.normal(size=200)
    few, many = something_or_nothing(0.05, 0.5, 40), something_or_nothing(0.999, 0.5, 40)
    both = Mixtures(
        np.concatenate([few.share, many.share]),
        np.concatenate([few.mean, many.mean]),
        np.concatenate([few.variance, many.variance]),
    )

    found = fit_effects(x.T @ x, x.T @ y, both)

    assert found.log_evidence[0] > found.log_evidence[1] + 10
    assert np.abs(found.mean[0][2:]).max() < 0.1
