"""Joint draws of all reps' rates by inverse CDF on the grids: seeded, evenly spread, no sampler."""

import math

import numpy as np
from numpy.typing import NDArray

from quintet.stats.grids import HyperGrid

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DRAWS = 1200
_MANY_REPS = 200
_HYPER_DRAWS = 60
_HYPER_DRAWS_MANY = 30


def joint_draws(
    hyper: HyperGrid, likelihood: FloatArray, x: FloatArray, seed: int
) -> tuple[FloatArray, FloatArray]:
    """1,200 draws of log-odds of each rep, shape (J, D), and of the mean of such reps, shape (D,).

    Hyper-points are evenly spread over their posterior; each rep's draws are strata in a seeded order.
    """
    reps = likelihood.shape[0]
    picked = _spread_points(hyper, _HYPER_DRAWS if reps <= _MANY_REPS else _HYPER_DRAWS_MANY)
    per_point = DRAWS // picked.size
    rng = np.random.default_rng(seed)
    strata = np.tile((np.arange(DRAWS) + 0.5) / DRAWS, (reps, 1))
    uniform = rng.permuted(strata, axis=1).reshape(reps, picked.size, per_point)
    uniform.sort(axis=2)  # within one hyper-point order is free, and sorted look-ups are quick
    draws = np.empty((reps, picked.size, per_point))
    for rep in range(reps):
        cdf = cumulated(likelihood[rep] * hyper.density[picked])
        draws[rep] = interpolated(cdf, uniform[rep], x)
    order = rng.permutation(DRAWS)
    mean = hyper.mean[picked]
    log_odds = np.repeat(np.log(mean / (1.0 - mean)), per_point)
    for rep in range(reps):
        draws[rep] = rng.permuted(draws[rep], axis=1)
    return draws.reshape(reps, DRAWS)[:, order], log_odds[order]


def cumulated(posterior: FloatArray) -> FloatArray:
    """Cumulative probability at each grid point, each cell's mass centred on its point."""
    summed = np.cumsum(posterior, axis=-1)
    total = summed[..., -1:].copy()
    summed -= posterior / 2.0
    summed /= total
    return summed


def quantile(cdf: FloatArray, x: FloatArray, level: float) -> FloatArray:
    """Where each row of cumulative probabilities reaches a level."""
    return interpolated(cdf, np.full((cdf.shape[0], 1), level), x)[:, 0]


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
    return np.asarray(x[at] + np.minimum(np.maximum(part, 0.0), 1.0) * (x[1] - x[0]))


def below_mean(
    hyper: HyperGrid, pulled: FloatArray, likelihood: FloatArray, x: FloatArray, step: float
) -> FloatArray:
    """P(the rep's rate < the mean of such reps), integrated over both on the grids, shape (J,)."""
    below = np.zeros(likelihood.shape[0])
    for start in range(0, hyper.mean.size, hyper.points):
        rows = slice(start, start + hyper.points)
        mean = float(hyper.mean[start])
        share = np.clip((math.log(mean / (1.0 - mean)) - x) / step + 0.5, 0.0, 1.0)
        cells = int(np.count_nonzero(share))
        mass = hyper.density[rows, :cells] @ (share[:cells, None] * likelihood[:, :cells].T)
        below += (pulled[:, rows].T * mass).sum(axis=0)
    return np.asarray(np.clip(below, 0.0, 1.0))


def rank_interval(draws: FloatArray, tail: float) -> tuple[IntArray, IntArray]:
    """The ranks each rep may hold; 1 is the highest rate."""
    ranks = np.argsort(np.argsort(-draws, axis=0, kind="stable"), axis=0, kind="stable") + 1
    lo = np.quantile(ranks, tail, axis=1, method="lower")
    hi = np.quantile(ranks, 1.0 - tail, axis=1, method="higher")
    return lo.astype(np.int64), hi.astype(np.int64)


def _spread_points(hyper: HyperGrid, wanted: int) -> IntArray:
    """Hyper-points at even steps of their cumulated weight, walked like a snake through the grid."""
    order = np.arange(hyper.mean.size).reshape(-1, hyper.points)
    order = order.T.copy()
    order[1::2] = order[1::2, ::-1]
    walk = order.ravel()
    steps = (np.arange(wanted) + 0.5) / wanted
    found = np.searchsorted(np.cumsum(hyper.weight[walk]), steps)
    return np.asarray(walk[np.minimum(found, walk.size - 1)])
