"""The level that moves from period to period: told from chance, and where it stands now."""

import numpy as np
import pytest

from quintet.kernel.errors import BadInput
from quintet.stats.levels import STILL, _filtered, fit_level


def told(rng, levels, error):
    """Levels as seen, beside their mean."""
    seen = levels + rng.normal(0, error, len(levels))
    return seen - seen.mean(), np.full(len(levels), error**2)


def test_a_level_that_rests_is_seldom_said_to_move():
    """400 stable worlds of 18 months: at most 5 %."""
    rng = np.random.default_rng(0)

    assert np.mean([fit_level(*told(rng, np.zeros(18), 0.15)).moves for _ in range(400)]) <= 0.05


def test_a_level_that_fell_is_followed():
    """Half a log-odds lower since six of 24 months: found, and by far nearer than the average."""
    rng = np.random.default_rng(1)
    levels = np.where(np.arange(24) >= 18, -0.5, 0.0)
    found = [fit_level(*told(rng, levels, 0.15)) for _ in range(60)]
    truth = -0.5 - levels.mean()

    assert np.mean([one.moves for one in found]) > 0.9
    assert np.sqrt(np.mean([(one.shift - truth) ** 2 for one in found])) < 0.5 * abs(truth)


def test_the_variance_holds_the_truth():
    """A level that wanders: the interval of 90 % holds the next month's level in about 90 %."""
    rng = np.random.default_rng(2)
    inside = []
    for _ in range(200):
        levels = np.cumsum(rng.normal(0, 0.2, 31))
        seen, variance = told(rng, levels[:30], 0.15)
        found = fit_level(seen, variance)
        if found.moves:
            off = found.shift - (levels[30] - levels[:30].mean())
            inside.append(abs(off) <= 1.645 * np.sqrt(found.variance))
    assert len(inside) > 150
    assert 0.82 <= np.mean(inside) <= 0.96


def test_periods_that_tell_nothing_are_passed_over():
    """A month without leads changes nothing but how much can have happened since."""
    seen, doubt = np.array([0.5, 0.5, 0.5, 0.5, -0.6, -0.6, -0.6]), np.full(7, 0.01)
    gap = np.insert(seen, 5, 9.0), np.insert(doubt, 5, np.inf)

    assert fit_level(seen, doubt).moves
    assert fit_level(*gap).shift == pytest.approx(fit_level(seen, doubt).shift, abs=0.1)
    assert fit_level(seen, doubt, ahead=6).variance >= fit_level(seen, doubt, ahead=1).variance


def test_few_periods_say_nothing_and_bad_input_is_refused():
    """Five months; a variance of 0."""
    assert fit_level([1, -1, 1, -1, 1], [0.01] * 5) is STILL
    with pytest.raises(BadInput):
        fit_level([1.0], [0.0])


def test_the_filter_agrees_with_the_whole_normal_distribution():
    """Log likelihood and last level, from the covariance of all periods at once."""
    rng = np.random.default_rng(3)
    seen, variance = told(rng, np.cumsum(rng.normal(0, 0.2, 20)), 0.3)
    steps = np.minimum.outer(np.arange(20), np.arange(20)) * 0.2**2 + 20 * 0.2**2
    whole = steps + np.diag(variance)
    density = -0.5 * (np.linalg.slogdet(whole)[1] + seen @ np.linalg.solve(whole, seen))
    total, at, spread = _filtered(seen, variance, 1.0, 0.2)

    assert total == pytest.approx(density)
    assert at == pytest.approx(steps[-1] @ np.linalg.solve(whole, seen))
    assert spread == pytest.approx(steps[-1, -1] - steps[-1] @ np.linalg.solve(whole, steps[-1]))
