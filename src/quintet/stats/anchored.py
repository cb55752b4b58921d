"""A weighted sum of scores that starts from adding them up and leaves it only as far as outcomes tell."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput
from quintet.stats.effects import Effects, Mixtures, fit_effects
from quintet.stats.normal_mixtures import above, moments, normalised, quantile

FloatArray = NDArray[np.float64]

#: What the sum of all scores is worth before any outcome: outcome, in standard deviations, per deviation of
#: the sum. Published: structured interviews show .27 (docs/formulas/hiring_index.md#what-is-believed-before).
ANCHOR = 0.30
ANCHOR_DEVIATION = 0.20
#: How probable each kind of world is beforehand: scores are best added up; each matters somewhat more or
#: less than that, either way; a share of them matters, the others do not.
_ADDED, _EACH, _SOME = 0.4, 0.1, 0.5
#: Variance of the outcome that goes beyond the sum when each matters somewhat more or less.
_BEYOND = (0.01, 0.04, 0.12)
#: Which share may matter, with how probable that is, and the variance of the outcome they explain.
_MATTERS = {0.999: 0.1, 0.7: 0.2, 0.4: 0.4, 0.2: 0.2, 0.1: 0.1}
_EXPLAINED = (0.06, 0.15, 0.30)
#: In a world where some matter: how far these differ, by their mean, and how sure it is that the sum of all
#: adds nothing.
_DIFFER = 0.5
_SUM_DEVIATION = 0.10
_LEAST_NOISE = 0.25
#: Those written down with a small weight or none may matter as much as one of this weight, either way.
_LEAST_WEIGHT = 0.5
#: Applicants' scores differ by this many points until some are there, and it counts as so many of them.
_USUAL_SPREAD = 1.5
_USUAL_COUNT = 5.0
_NOTHING = 1e-9

#: Outcome, in standard deviations, for a deviation more of one criterion, below which it hardly matters.
MATERIAL = 0.05


@dataclass(frozen=True, eq=False)
class Weights:
    """What one point on each criterion adds to the outcome, in its standard deviations; shape (K,) all.

    Args:
        weight: mean of what is known.
        lo, hi: ends of its interval.
        p_positive: probability that more of it goes with more success, the other scores being the same.
        p_material: the same by an amount worth the trouble: 0.05 standard deviations of the outcome for a
            standard deviation of the scores.
    """

    weight: FloatArray
    lo: FloatArray
    hi: FloatArray
    p_positive: FloatArray
    p_material: FloatArray


@dataclass(frozen=True, eq=False)
class AnchoredFit:
    """The index: a sum of weighted scores, and how sure it is of anybody.

    Args:
        weights: of each criterion.
        center: mean score of each criterion among the people it was fitted on, shape (K,).
        level_at_center: outcome of somebody with these scores, in standard deviations.
        covariance: of the weights, shape (K, K).
        noise: variance of the outcome around the index.
        people: how many were followed.
        added_up: probability that the plain sum is best, after the data.
    """

    weights: Weights
    center: FloatArray
    level_at_center: float
    covariance: FloatArray
    noise: float
    people: int
    added_up: float

    def predict(self, scores: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Outcome to expect of each candidate and its standard deviation, shape (m,) each.

        Args:
            scores: shape (m, K).
        """
        off = np.asarray(scores, dtype=np.float64) - self.center
        doubt = np.einsum("ij,jk,ik->i", off, self.covariance, off)
        level = self.noise / max(self.people, 1)
        mean = self.level_at_center + off @ self.weights.weight
        return mean, np.sqrt(doubt + self.noise + level)


def fit_anchored(
    scores: ArrayLike,
    outcome: ArrayLike,
    applicants: ArrayLike,
    *,
    written: ArrayLike | None = None,
    level: float = 0.90,
) -> AnchoredFit:
    """Weights of the criteria, from scores before hire and outcomes after.

    Several worlds are weighed by how well they foresaw the outcomes: the scores are best added up; each
    criterion matters somewhat more or less than that; a share of the criteria matters and the others do
    not. With nobody hired the index is the written weights' sum; with many it is what outcomes say.

    Args:
        scores: of those hired, leniency taken out, shape (n, K); n may be 0.
        outcome: in standard deviations around the mean, e.g. `rank_scale(...).normal`, shape (n,).
        applicants: scores of all who applied, hired or not, shape (N, K): how far scores differ before
            anybody was chosen.
        written: how much each was written down to matter; all alike when left out, shape (K,).
        level: of the intervals.

    Raises:
        BadInput: when shapes disagree, or all written weights are 0.

    Source: docs/formulas/hiring_index.md#the-index; O'Hagan, JRSS B 40 (1978) 1-42 (a regression that
        falls back on a simple one); Dawes, American Psychologist 34 (1979) 571-582 (why on adding up).
    """
    x, y, everybody = (np.asarray(one, dtype=np.float64) for one in (scores, outcome, applicants))
    if x.ndim != 2 or everybody.ndim != 2 or x.shape != (y.size, everybody.shape[1]):  # noqa: PLR2004
        raise BadInput(f"scores {x.shape}, outcomes {y.shape} and applicants {everybody.shape} must agree")
    wished = np.ones(x.shape[1]) if written is None else np.asarray(written, dtype=np.float64)
    if wished.shape != (x.shape[1],) or not np.abs(wished).sum() > 0:
        raise BadInput(f"each of {x.shape[1]} criteria needs a written weight, and one of them above 0")
    scale = _scale(everybody)
    center = x.mean(axis=0) if y.size else _center(everybody)
    return _fitted(
        _Question.of(x - center, y - y.mean() if y.size else y, everybody, (scale, wished)), center, y, level
    )


@dataclass(frozen=True, eq=False)
class _Question:
    """What is asked of the data: sums of squares of scaled scores and of their sum, the last column."""

    ties: FloatArray  # each weight in points, from each effect and that of the sum, shape (K, K + 1)
    anchor: FloatArray  # written weights on the scale of standard deviations, mean size 1
    halo: float
    information: FloatArray
    right: FloatArray
    squares: float
    people: int

    @staticmethod
    def of(
        x: FloatArray, y: FloatArray, everybody: FloatArray, scales: tuple[FloatArray, FloatArray]
    ) -> "_Question":
        """From centred scores and outcomes."""
        scale, wished = scales
        anchor = wished * scale
        anchor = anchor / np.abs(anchor).mean()
        alike = _alike(everybody, scale)
        size = scale.size
        shared = (1.0 - alike) * np.eye(size) + alike
        total = anchor / np.sqrt(anchor @ shared @ anchor)
        ties = np.column_stack([np.eye(size), total]) / scale[:, None]
        design = x @ ties
        return _Question(ties, anchor, alike, design.T @ design, design.T @ y, float(y @ y), y.size)


def _fitted(asked: _Question, center: FloatArray, y: FloatArray, level: float) -> AnchoredFit:
    prior, noise, log_prior = _priors(asked)
    found = fit_effects(asked.information / noise[:, None, None], asked.right / noise[:, None], prior)
    log_fit = -0.5 * (asked.people * np.log(noise) + asked.squares / noise)
    world = normalised(found.log_evidence + log_fit + log_prior)
    _, covariance = moments(world, found.mean, found.covariance)
    weights = _weights(asked.ties, world, found, level)
    at_center = float(y.mean()) if y.size else 0.0
    spread = asked.ties @ covariance @ asked.ties.T
    return AnchoredFit(weights, center, at_center, spread, float(world @ noise), y.size, float(world[0]))


def _weights(ties: FloatArray, world: FloatArray, found: Effects, level: float) -> Weights:
    mean = found.mean @ ties.T
    variance = np.einsum("ki,bij,kj->bk", ties, found.covariance, ties, optimize=True)
    deviation, tail = np.sqrt(np.maximum(variance, 0.0)), (1.0 - level) / 2.0
    lo, hi = (quantile(world, mean, deviation, one) for one in (tail, 1.0 - tail))
    worth = MATERIAL * np.diagonal(ties)
    positive, material = (above(world, mean, deviation, value) for value in (0.0, worth))
    return Weights(world @ mean, lo, hi, positive, material)


def _priors(asked: _Question) -> tuple[Mixtures, FloatArray, FloatArray]:
    """Every world's prior, the noise it leaves, and the logarithm of how probable it is beforehand."""
    sure = ANCHOR**2 + ANCHOR_DEVIATION**2
    worlds = [(_world(asked, 0.0), 1.0 - sure, _ADDED)]
    worlds += [(_world(asked, one), 1.0 - sure - one, _EACH / len(_BEYOND)) for one in _BEYOND]
    worlds += [
        (_sparse_world(asked, some, one), 1.0 - one, _SOME * probable / len(_EXPLAINED))
        for (some, probable), one in product(_MATTERS.items(), _EXPLAINED)
    ]
    made, noise, probability = (list(one) for one in zip(*worlds, strict=True))
    share, mean, variance = (np.stack([world[part] for world in made]) for part in range(3))
    return Mixtures(share, mean, variance), np.maximum(noise, _LEAST_NOISE), np.log(probability)


def _world(asked: _Question, beyond: float) -> FloatArray:
    """The sum is worth something, and each criterion somewhat more or less: share, mean and variance."""
    size = asked.anchor.size
    made = np.zeros((3, 2, size + 1))
    made[0, 1] = 1.0
    made[2, 1, :size] = max(beyond / size, _NOTHING)
    made[1, 1, size], made[2, 1, size] = ANCHOR, ANCHOR_DEVIATION**2
    return made


def _sparse_world(asked: _Question, share: float, explained: float) -> FloatArray:
    """A share of the criteria matters, as much as was written; the others do not."""
    size, anchor = asked.anchor.size, asked.anchor
    least = np.maximum(np.abs(anchor), _LEAST_WEIGHT)
    own = share * (anchor**2 + (_DIFFER * least) ** 2)
    both = share**2 * (anchor.sum() ** 2 - (anchor**2).sum()) * asked.halo
    each = float(np.sqrt(explained / (own.sum() + max(both, 0.0))))
    made = np.zeros((3, 2, size + 1))
    made[0, 0, :size], made[0, 1, :size] = 1.0 - share, share
    made[1, 1, :size], made[2, 1, :size] = each * anchor, (each * _DIFFER * least) ** 2
    made[0, 1, size], made[2, 1, size] = 1.0, _SUM_DEVIATION**2
    return made


def _center(everybody: FloatArray) -> FloatArray:
    return np.asarray(everybody.mean(axis=0)) if len(everybody) else np.zeros(everybody.shape[1])


def _scale(everybody: FloatArray) -> FloatArray:
    """Standard deviation of each criterion's scores among applicants, pulled to that of all criteria."""
    count = len(everybody)
    squares = ((everybody - _center(everybody)) ** 2).sum(axis=0)
    whole = _USUAL_COUNT * _USUAL_SPREAD**2 + squares.mean()
    usual = whole / (_USUAL_COUNT + max(count - 1, 0))
    return np.asarray(np.sqrt((_USUAL_COUNT * usual + squares) / (_USUAL_COUNT + max(count - 1, 0))))


def _alike(everybody: FloatArray, scale: FloatArray) -> float:
    """Mean correlation between two criteria's scores among applicants: the halo, 0..0.95."""
    count, size = everybody.shape
    if size < 2 or count <= 2:  # noqa: PLR2004
        return 0.0
    scaled = (everybody - everybody.mean(axis=0)) / scale
    own = (scaled**2).sum()
    return float(
        np.clip((((scaled.sum(axis=1)) ** 2).sum() - own) / max(own * (size - 1), _NOTHING), 0.0, 0.95)
    )
