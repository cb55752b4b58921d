"""Companies that hire on noisy interviews, with what really matters planted: what studies of hiring draw."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from quintet.stats.raters import Scores, adjusted, fit_raters

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CRITERIA = 40
RATERS = 8
PANEL = 3
RELIABILITY = 0.40
LENIENCY = 0.7
POINTS = 1.2
OUTCOME_RELIABILITY = 0.7
MANY = 7500


@dataclass(frozen=True)
class World:
    """What matters in it.

    Args:
        halo: part of a candidate's true scores that all criteria share, 0..1.
        common: part of a rater's error that all his scores of one candidate share, 0..1.
        uneven: how far criteria differ in what they matter, standard deviation of its logarithm; None
            where five matter alike and the others do not.
        explained: share of true success that the true scores explain.
    """

    halo: float
    common: float
    uneven: float | None
    explained: float


WORLDS = {
    "dense": World(0.30, 0.2, 1.0, 0.60),
    "dense, strong halo": World(0.45, 0.2, 0.7, 0.60),
    "sparse": World(0.08, 0.0, None, 0.55),
    "nothing matters": World(0.30, 0.2, 1.0, 0.0),
}


@dataclass(frozen=True, eq=False)
class Company:
    """One company: what it knows, and what only we know.

    Args:
        applicants: their scores, leniency taken out, (N, K); plain_applicants are as given.
        hired: places of those hired.
        outcome: of those hired.
        new: scores of new applicants by the same raters, leniency taken out by what was learned of it.
        promise: what the true scores of new applicants promise, the outcome's part that can be known.
        spread: standard deviation of the outcome among applicants.
        matters: weight of each true score.
        correlation: of each criterion with the outcome among people hired like this, without luck.
        slope: outcome for a point more of each, the other scores being the same, without luck.
    """

    applicants: FloatArray
    plain_applicants: FloatArray
    hired: IntArray
    outcome: FloatArray
    new: FloatArray
    plain_new: FloatArray
    promise: FloatArray
    new_outcome: FloatArray
    spread: float
    matters: FloatArray
    correlation: FloatArray
    slope: FloatArray

    def validity(self, index: FloatArray) -> float:
        """Correlation of an index with the outcome of new applicants, luck in outcomes taken out by hand."""
        if index.std() == 0:
            return 0.0
        return float(np.cov(index, self.promise)[0, 1] / (index.std() * self.spread))


@dataclass(frozen=True, eq=False)
class _People:
    true: FloatArray
    scores: FloatArray  # people by raters of the panel by criteria
    panel: IntArray
    promise: FloatArray
    outcome: FloatArray


def company(rng: np.random.Generator, hires: int, world: World) -> Company:
    """A company that hires the best third of its applicants by a noisy impression of raw scores.

    Args:
        rng: the generator.
        hires: how many.
        world: what matters.
    """
    matters = _matters(rng, world)
    leniency, ease = LENIENCY * rng.standard_normal(RATERS), rng.normal(0.0, 0.5, CRITERIA)
    old, new = (_people(rng, count, world, (matters, leniency, ease)) for count in (3 * hires, MANY))
    found = fit_raters(_rows(old)).leniency
    scored, told = adjusted(_rows(old), found).mean, new.scores - found[new.panel][:, :, None]
    hired = np.argsort(-_impression(old.scores) - rng.standard_normal(3 * hires))[:hires]
    fair = told.mean(axis=1)
    made = Company(scored, old.scores.mean(axis=1), hired, old.outcome[hired], fair, new.scores.mean(axis=1),
                   new.promise, new.outcome, 1.0, matters, matters, matters)  # fmt: skip
    return _with_truth(made, _chance(_impression(new.scores)), OUTCOME_RELIABILITY * world.explained)


def _matters(rng: np.random.Generator, world: World) -> FloatArray:
    weight = np.zeros(CRITERIA)
    if world.uneven is None:
        weight[rng.choice(CRITERIA, 5, replace=False)] = rng.uniform(0.7, 1.3, 5)
    else:
        weight[:] = rng.lognormal(0.0, world.uneven, CRITERIA)
    alike = (1.0 - world.halo) * np.eye(CRITERIA) + world.halo
    return np.asarray(weight * np.sqrt(world.explained / (weight @ alike @ weight)))


def _people(
    rng: np.random.Generator, count: int, world: World, planted: tuple[FloatArray, FloatArray, FloatArray]
) -> _People:
    matters, leniency, ease = planted
    own = rng.standard_normal((count, CRITERIA))
    true = np.sqrt(world.halo) * rng.standard_normal((count, 1)) + np.sqrt(1.0 - world.halo) * own
    panel = np.argsort(rng.random((count, RATERS)), axis=1)[:, :PANEL]
    noise = (1.0 - RELIABILITY) / RELIABILITY
    error = np.sqrt(noise * (1.0 - world.common)) * rng.standard_normal((count, PANEL, CRITERIA))
    error += np.sqrt(noise * world.common) * rng.standard_normal((count, PANEL, 1))
    plain = 5.5 + ease + leniency[panel][:, :, None] + POINTS * (true[:, None, :] + error)
    promise = np.sqrt(OUTCOME_RELIABILITY) * (true @ matters)
    luck = np.sqrt(1.0 - OUTCOME_RELIABILITY * world.explained) * rng.standard_normal(count)
    return _People(true, np.clip(np.rint(plain), 1, 10), panel, promise, promise + luck)


def _rows(people: _People) -> Scores:
    count = people.panel.shape[0]
    who = np.repeat(np.arange(count), PANEL * CRITERIA)
    by = np.repeat(people.panel.ravel(), CRITERIA)
    what = np.tile(np.arange(CRITERIA), count * PANEL)
    return Scores(who, by, what, people.scores.ravel())


def _impression(scores: FloatArray) -> FloatArray:
    """What raters make of the sum of their raw scores; as much again is something else."""
    total = scores.sum(axis=(1, 2))
    return np.asarray((total - total.mean()) / total.std())


def _chance(impression: FloatArray) -> FloatArray:
    """How probably each is among the best third by an impression and as much of something else."""
    bar = float(np.quantile(np.add.outer(impression[:400], ndtri((np.arange(99) + 1) / 100)), 2.0 / 3.0))
    return np.asarray(ndtr(impression - bar))


def _with_truth(made: Company, chance: FloatArray, explained: float) -> Company:
    """What criteria show among many people hired the same way; only the promise varies, luck does not."""
    weight = chance / chance.sum()
    off = made.new - weight @ made.new
    promise = made.promise - weight @ made.promise
    spread = np.sqrt(weight @ promise**2 + 1.0 - explained)
    together = (weight * promise) @ off / (np.sqrt(weight @ off**2) * spread)
    everybody = made.new - made.new.mean(axis=0)
    slope, *_ = np.linalg.lstsq(everybody, made.promise - made.promise.mean(), rcond=None)
    whole = float(np.sqrt(made.promise.var() + 1.0 - explained))
    return replace(made, spread=whole, correlation=together, slope=slope)
