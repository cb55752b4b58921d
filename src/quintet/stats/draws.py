"""Joint draws of all reps' rates by inverse CDF on the grids: seeded, evenly spread, no sampler."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from quintet.stats.grids import HyperGrid, RateGrid

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Hyper-points, and draws at each: 1,200 in all; above 200 reps, where the team is sharply known, 400.
_DRAWN = (60, 20)
_DRAWN_MANY = (10, 40)
_MANY_REPS = 200
#: Reps whose draws are looked up together: more would not fit a processor's cache.
_REPS_AT_ONCE = 8
_TINY = 1e-150
_STANDARD = NormalDist()


@dataclass(frozen=True, eq=False)
class JointPosterior:
    """What joint draws are made of: reps' likelihoods (J, G), and some hyper-points' densities and means.

    `cdf` (J, G) is what is known of each rep alone, cumulated.
    """

    likelihood: FloatArray
    cdf: FloatArray
    density: FloatArray
    mean: FloatArray
    x: FloatArray
    seed: int
    per_point: int

    @property
    def is_crowd(self) -> bool:
        """Are there so many reps that their team is sharply known, and each of them alone tells his rank?"""
        return self.likelihood.shape[0] > _MANY_REPS


def joint_posterior(
    hyper: HyperGrid, likelihood: FloatArray, cdf: FloatArray, x: FloatArray, seed: int
) -> JointPosterior:
    """Hyper-points evenly spread over their posterior, and what they leave to draw."""
    wanted, per_point = _DRAWN if likelihood.shape[0] <= _MANY_REPS else _DRAWN_MANY
    picked = _spread_points(hyper, wanted)
    return JointPosterior(likelihood, cdf, hyper.density[picked], hyper.mean[picked], x, seed, per_point)


def joint_draws(joint: JointPosterior, wanted: Sequence[int] | None = None) -> tuple[FloatArray, FloatArray]:
    """1,200 or 400 draws of log-odds of each rep, shape (J, D), and of the mean of such reps, shape (D,).

    Each rep's draws are strata in his own seeded order; which reps are wanted does not change anybody's.

    Args:
        joint: what to draw from.
        wanted: places of the reps to draw; all when left out.
    """
    picked, per_point = joint.mean.size, joint.per_point
    wanted = range(joint.likelihood.shape[0]) if wanted is None else wanted
    number = picked * per_point
    strata, mixed = (np.arange(number) + 0.5) / number, np.empty((len(wanted), number))
    for start in range(0, len(wanted), _REPS_AT_ONCE):
        places = wanted[start : start + _REPS_AT_ONCE]
        own = [np.random.default_rng((joint.seed, place)) for place in places]
        uniform = np.stack([rng.permutation(strata) for rng in own]).reshape(-1, per_point)
        uniform.sort(axis=1)  # within one hyper-point order is free, and sorted look-ups are quick
        cdf = cumulated(joint.likelihood[list(places), None, :] * joint.density).reshape(-1, joint.x.size)
        found = interpolated(cdf, uniform, joint.x).reshape(-1, picked, per_point)
        for at, rng in enumerate(own, start):
            mixed[at] = rng.permuted(found[at - start], axis=1).ravel()
    order = np.random.default_rng(joint.seed).permutation(number)
    log_odds = np.repeat(np.log(joint.mean / (1.0 - joint.mean)), per_point)
    return mixed[:, order], log_odds[order]


def crowd_ranks(joint: JointPosterior, tail: float) -> tuple[IntArray, IntArray]:
    """The ranks each of many reps may hold; 1 is the highest rate.

    How many of the others lie above a rate is a sum of independent chances, and so nearly normal; its
    spread joins, by squares, that of the ranks which the ends of the rep's own interval would hold.
    """
    reps = joint.cdf.shape[0]
    levels = np.array([1.0 - tail, 0.5, tail])
    rates = interpolated(joint.cdf, np.tile(levels[::-1], (reps, 1)), joint.x)[:, ::-1]
    below = np.interp(rates, joint.x, joint.cdf.sum(axis=0)) - levels
    chance = np.interp(rates, joint.x, (joint.cdf * (1.0 - joint.cdf)).sum(axis=0)) - levels * (1.0 - levels)
    luck = _STANDARD.inv_cdf(1.0 - tail) ** 2 * np.maximum(chance, 0.0)
    best, _, worst = np.sqrt((below - below[:, 1:2]) ** 2 + luck).T
    middle = reps - below[:, 1]
    ends = (middle - best, middle + worst)
    rank_lo, rank_hi = (np.clip(np.rint(end), 1, reps).astype(np.int64) for end in ends)
    return rank_lo, rank_hi


def crowd_quantile(joint: JointPosterior, some: NDArray[np.bool_], level: float) -> FloatArray:
    """Draws of the log-odds that a share of many reps lies below, shape (D,)."""
    cdf = joint.cdf[some]
    below, number = cdf.sum(axis=0), joint.mean.size * joint.per_point
    wanted = level * (cdf.shape[0] - 1) + 0.5
    chance = np.interp(wanted, below, (cdf * (1.0 - cdf)).sum(axis=0))
    strata = np.random.default_rng((joint.seed, joint.cdf.shape[0])).permutation(number)
    luck = _normal((strata + 0.5) / number)
    return np.asarray(np.interp(wanted + math.sqrt(chance) * luck, below, joint.x))


def _normal(level: FloatArray) -> FloatArray:
    """Quantiles of the standard normal distribution."""
    return np.array([_STANDARD.inv_cdf(one) for one in level.tolist()])


def cumulated(posterior: FloatArray) -> FloatArray:
    """Cumulative probability at each grid point, each cell's mass centred on its point."""
    summed = np.cumsum(posterior, axis=-1)
    total = summed[..., -1:].copy()
    summed -= posterior / 2.0
    summed /= total
    return summed


def quantile(cdf: FloatArray, x: FloatArray, level: float, density: FloatArray) -> FloatArray:
    """Where each row of cumulative probabilities reaches a level, the density being straight in between."""
    rows = np.arange(cdf.shape[0])
    right = np.clip((cdf < level).sum(axis=1), 1, x.size - 1)
    low, high = cdf[rows, right - 1], cdf[rows, right]
    part = np.clip((level - low) / np.maximum(high - low, _TINY), 0.0, 1.0)
    left, end = density[rows, right - 1] + _TINY, density[rows, right] + _TINY
    way = part * (left + end) / (left + np.sqrt(left**2 + (end**2 - left**2) * part))
    return np.asarray(x[right - 1] + way * (x[right] - x[right - 1]))


def interpolated(cdf: FloatArray, wanted: FloatArray, x: FloatArray) -> FloatArray:
    """Where each row of cumulative probabilities reaches the heights wanted of it, shape as `wanted`."""
    size, rows = x.size, np.arange(cdf.shape[0])[:, None]
    flat = (cdf + 2.0 * rows).ravel()
    right = np.searchsorted(flat, (wanted + 2.0 * rows).ravel()).reshape(wanted.shape)
    right = np.minimum(np.maximum(right, rows * size + 1), (rows + 1) * size - 1)
    stacked = cdf.ravel()
    low, high = stacked[right - 1], stacked[right]
    part = np.divide(wanted - low, high - low, out=np.zeros_like(wanted), where=high > low)
    at = right - rows * size - 1
    return np.asarray(x[at] + np.minimum(np.maximum(part, 0.0), 1.0) * np.diff(x)[at])


def crowd_below_mean(hyper: HyperGrid, cdf: FloatArray, x: FloatArray) -> FloatArray:
    """P(the rep's rate < the mean of such reps) of many reps, shape (J,): none of them moves the mean."""
    weight = hyper.weight.reshape(-1, hyper.sizes).sum(axis=1)
    odds = np.log(hyper.means / (1.0 - hyper.means))
    right = np.clip(np.searchsorted(x, odds), 1, x.size - 1)
    part = np.clip((odds - x[right - 1]) / (x[right] - x[right - 1]), 0.0, 1.0)
    return np.asarray(np.clip((cdf[:, right - 1] * (1.0 - part) + cdf[:, right] * part) @ weight, 0.0, 1.0))


def below_mean(hyper: HyperGrid, pulled: FloatArray, likelihood: FloatArray, grid: RateGrid) -> FloatArray:
    """P(the rep's rate < the mean of such reps), integrated over both on the grids, shape (J,)."""
    mean = hyper.means
    odds = np.log(mean / (1.0 - mean))
    share = np.clip((odds[:, None] - grid.x) / grid.width + 0.5, 0.0, 1.0)
    weighted = share[:, :, None] * likelihood.T
    mass = hyper.density.reshape(mean.size, hyper.sizes, -1) @ weighted
    below = np.einsum("jk,kj->j", pulled, mass.reshape(hyper.mean.size, -1))
    return np.asarray(np.clip(below, 0.0, 1.0))


def rank_interval(draws: FloatArray, tail: float) -> tuple[IntArray, IntArray]:
    """The ranks each rep may hold; 1 is the highest rate."""
    reps, last = draws.shape[0], draws.shape[1] - 1
    order = np.argsort(-draws.T, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, reps + 1)[None, :], axis=1)
    ranks = np.sort(ranks.T, axis=1)
    return ranks[:, math.floor(tail * last)], ranks[:, math.ceil((1.0 - tail) * last)]


def _spread_points(hyper: HyperGrid, wanted: int) -> IntArray:
    """Hyper-points at even steps of their cumulated weight, walked like a snake through the grid."""
    order = np.arange(hyper.mean.size).reshape(-1, hyper.sizes)
    order = order.T.copy()
    order[1::2] = order[1::2, ::-1]
    walk = order.ravel()
    steps = (np.arange(wanted) + 0.5) / wanted
    found = np.searchsorted(np.cumsum(hyper.weight[walk]), steps)
    return np.asarray(walk[np.minimum(found, walk.size - 1)])
