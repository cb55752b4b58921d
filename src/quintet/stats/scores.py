"""Proper scores of a forecast that is a distribution: who says what he believes scores best, on average.

Smaller is better, and each is in the unit of what was forecast. Of a single number the CRPS is the absolute
error, so a point and a distribution can be compared.

Source: Gneiting & Raftery (2007), Strictly Proper Scoring Rules, Prediction, and Estimation, JASA 102,
sections 4.2 (CRPS) and 6 (quantile and interval scores).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]


def crps_sample(sample: ArrayLike, happened: float) -> float:
    """How far a forecast, given as equally likely values, was from what happened.

    Args:
        sample: [n] values drawn from the forecast; one value is a point forecast.
        happened: the outcome.

    Raises:
        BadInput: for an empty sample.
    """
    values = np.sort(np.asarray(sample, dtype=float).ravel())
    if not len(values):
        raise BadInput("a forecast needs at least one value to be scored, got none")
    n = len(values)
    # mean |x - y| less half the mean distance between two draws, by the order of the values
    weight = 2.0 * np.arange(1, n + 1) - n - 1
    return float(np.mean(np.abs(values - happened)) - weight @ values / n**2)


def crps_normal(mean: float, sd: float, happened: float) -> float:
    """The same for a normal forecast, in closed form; .23370 for N(0, 1) and an outcome of 0."""
    z = (happened - mean) / sd
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return sd * (z * math.erf(z / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi))


def pinball(level: float, quantile: float, happened: float) -> float:
    """How far a stated quantile was off: beyond it each unit costs `level`, short of it `1 - level`.

    Raises:
        BadInput: unless 0 < level < 1.
    """
    if not 0 < level < 1:
        msg = f"the level of a quantile must lie between 0 and 1, got {level}"
        raise BadInput(msg)
    miss = happened - quantile
    return max(level * miss, (level - 1) * miss)


def crps_quantiles(levels: ArrayLike, quantiles: ArrayLike, happened: float) -> float:
    """The CRPS of a forecast kept as quantiles: twice the mean pinball score, by trapezes over the levels.

    Args:
        levels: [k] rising, between 0 and 1.
        quantiles: [k] of the forecast at those.
        happened: the outcome.

    Raises:
        BadInput: for fewer than two levels, or as many quantiles as levels are not given.
    """
    at, values = np.asarray(levels, dtype=float), np.asarray(quantiles, dtype=float)
    if len(at) < 2 or at.shape != values.shape:  # noqa: PLR2004 -- a trapeze has two ends
        msg = f"a quantile for each of two levels or more, got {len(values)} for {len(at)}"
        raise BadInput(msg)
    costs = np.array([pinball(one, value, happened) for one, value in zip(at, values, strict=True)])
    # below the first level and above the last one the score falls to nothing at 0 and 1
    ends = np.concatenate([[0.0], at, [1.0]])
    return float(2 * np.trapezoid(np.concatenate([[0.0], costs, [0.0]]), ends))


def interval_score(lo: float, hi: float, happened: float, level: float = 0.8) -> float:
    """What a stated range costs: its width, and a fine for each unit the outcome lies outside.

    Args:
        lo: lower end.
        hi: upper end.
        happened: the outcome.
        level: in how many of all cases the range is meant to hold, 0..1.

    Raises:
        BadInput: for a range that ends before it starts.
    """
    if lo > hi:
        msg = f"a range must not end before it starts, got {lo} to {hi}"
        raise BadInput(msg)
    outside = max(lo - happened, 0.0, happened - hi)
    return hi - lo + 2 / (1 - level) * outside
