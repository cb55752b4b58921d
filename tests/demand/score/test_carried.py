"""A fit as the place to begin the next: it saves steps and changes nothing."""

import numpy as np

from quintet.demand.formula.score.features import Feature, blocks
from quintet.demand.formula.score.tuning import carried
from quintet.demand.terms.score import FeatureKind
from quintet.stats.logistic import EVEN, LogisticFit, fit_spreads


def feature(name, levels):
    """A field of so many levels."""
    said = tuple(f"{name}{k}" for k in range(levels))
    return Feature(name, FeatureKind.WORDS, said, levels=said)


def test_what_both_have_is_kept_and_the_rest_is_even():
    """The same feature keeps effects and spread; one cut anew keeps its spread; a new one begins even."""
    before = (feature("source", 2), feature("pages", 3))
    fit = LogisticFit(-2.0, np.array([0.1, 0.2, 0.3, 0.4, 0.5]), np.zeros((0, 0)), np.array([0.7, 0.9]))
    start = carried(fit, before, (feature("term", 1), feature("pages", 3), feature("source", 4)))

    assert start.base == -2.0
    assert start.effects.tolist() == [0, 0.3, 0.4, 0.5, 0, 0, 0, 0]
    assert start.spreads.tolist() == [EVEN, 0.9, 0.7]


def test_where_a_fit_begins_makes_no_odds():
    """From nothing or from another fit, the same log-odds within a hundredth."""
    rng = np.random.default_rng(5)
    features = (feature("source", 4), feature("term", 6))
    codes = np.column_stack((rng.integers(0, 4, 5000), rng.integers(0, 6, 5000))).astype(np.int16)
    won = (rng.random(5000) < 1 / (1 + np.exp(2 - 0.6 * codes[:, 0]))).astype(float)
    alone = fit_spreads(codes[:, :1], blocks(features[:1]), won)
    cold = fit_spreads(codes, blocks(features), won)
    warm = fit_spreads(codes, blocks(features), won, start=carried(alone, features[:1], features))

    apart = cold.log_odds(codes, blocks(features)) - warm.log_odds(codes, blocks(features))
    assert np.abs(apart).max() < 0.01
