"""A mean watched while it grows: looking after every observation must not cost the promise."""

import numpy as np
import pytest

from quintet.kernel.errors import BadInput
from quintet.stats.confidence_sequences import FEWEST, mean_sequence, restarted

RUNS, LONG = 600, 480


def _first_above(mean, seed):
    rng = np.random.default_rng(seed)
    return [mean_sequence(rng.standard_t(5, LONG) + mean).first_above for _ in range(RUNS)]


def _peeked(seed):
    """The control: a one-sided t test after every observation from the thirtieth on."""
    rng = np.random.default_rng(seed)
    values = rng.standard_t(5, (RUNS, LONG))
    number = np.arange(1, LONG + 1)[FEWEST:]
    mean = np.cumsum(values, axis=1)[:, FEWEST:] / number
    spread = np.sqrt(np.cumsum(values**2, axis=1)[:, FEWEST:] / number - mean**2)
    return float((mean * np.sqrt(number) / spread > 1.645).any(axis=1).mean())


def test_nothing_is_found_where_there_is_nothing():
    """At most 5 % of the sequences ever rise above 0, looked at 480 times; a plain test does so often."""
    assert np.mean([one is not None for one in _first_above(0.0, 1)]) <= 0.05
    assert _peeked(1) > 0.2


def test_a_clear_mean_is_found_soon():
    """A mean of 0.3 standard deviations is shown within 200 observations, nearly always."""
    found = _first_above(0.3 * np.sqrt(5 / 3), 2)

    assert np.mean([one is not None and one <= 200 for one in found]) > 0.9


def test_all_starts_together_keep_the_promise():
    """Sixteen starts, each watched to the end: still at most 5 % ever rise above 0."""
    rng = np.random.default_rng(5)
    found = [
        any(one.first_above for one in restarted(rng.standard_t(5, LONG), range(0, LONG, 30)))
        for _ in range(RUNS)
    ]

    assert np.mean(found) <= 0.05


def test_what_changed_for_the_better_is_seen_from_a_later_start():
    """Worse by a spread for sixty, then better by half of one for ninety: the whole mean does not show it."""
    rng = np.random.default_rng(6)
    whole, later = 0, 0
    for _ in range(100):
        values = rng.normal(0.0, 1.0, 150) + np.repeat([-1.0, 0.5], [60, 90])
        sequences = restarted(values, range(0, 150, 30))
        whole += sequences[0].first_above is not None
        later += sequences[2].first_above is not None

    assert whole == 0
    assert later >= 70


def test_it_says_nothing_before_there_are_enough():
    """The sequence is asymptotic: 29 observations of a certainty are still too few."""
    told = mean_sequence(np.full(FEWEST, 1.0) + np.arange(FEWEST) * 1e-3)

    assert np.isinf(told.lo[: FEWEST - 1]).all()
    assert told.first_above == FEWEST


def test_the_width_follows_the_formula():
    """Worked by hand for 100 values of spread 1 at 5 %."""
    values = np.tile([1.0, -1.0], 50)
    told = mean_sequence(values, alpha=0.05)
    level = -2 * np.log(0.1)
    rho2 = (level + np.log(level) + 1) / 60
    scaled = 100 * rho2 + 1
    width = np.sqrt(2 * scaled / (100**2 * rho2) * np.log(1 + np.sqrt(scaled) / 0.1))

    assert told.hi[-1] == pytest.approx(width)


def test_a_promise_outside_chance_is_refused():
    """A chance of 0 or 1 is no promise."""
    with pytest.raises(BadInput, match="alpha"):
        mean_sequence([1.0], alpha=0.0)
