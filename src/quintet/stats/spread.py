"""How far values lie apart, with an interval that does not ask them to be normal."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from quintet.kernel.errors import BadInput, NotEnoughData

LEVEL = 0.90
#: Fewer values say too little of their spread for an interval to be worth reading.
FEWEST = 6


@dataclass(frozen=True)
class Spread:
    """The standard deviation of some values.

    Args:
        n: how many values.
        mean: their mean.
        deviation: their standard deviation, in the unit of the values.
        lo: lower end of its interval.
        hi: upper end.
        log_variance: of the population, corrected for small samples.
        standard_error: of log_variance.
    """

    n: int
    mean: float
    deviation: float
    lo: float
    hi: float
    log_variance: float
    standard_error: float


def fit_spread(values: ArrayLike, *, groups: int = 1, level: float = LEVEL) -> Spread:
    """The spread of values, with its interval.

    Args:
        values: shape (N,); of several groups, each less the mean of its group.
        groups: how many means were taken out; 1 for values as they are.
        level: of the interval.

    Raises:
        NotEnoughData: with fewer than 6 values beyond the groups, or all alike.
        BadInput: for a value that is no number.

    Source: Bonett, Computational Statistics & Data Analysis 50 (2006) 775-782: the interval of a standard
        deviation of values that are not normal.
    """
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        raise BadInput("spread takes numbers only, got NaN or infinity: leave such values out")
    free = x.size - (groups - 1)
    if free < FEWEST:
        msg = f"{x.size} values say too little of their spread: {FEWEST + groups - 1} are the least"
        raise NotEnoughData(msg, have=int(x.size), need=FEWEST + groups - 1, unit="values")
    squares = float(((x - x.mean()) ** 2).sum())
    if squares <= 0.0:
        raise NotEnoughData(f"{x.size} equal values show no spread", have=0, need=1, unit="differences")
    z = float(ndtri(0.5 + level / 2.0))
    correction = free / (free - z)
    variance = squares / (free - 1)
    error = correction * math.sqrt(max(_kurtosis(x, squares) - (free - 3) / free, 0.0) / (free - 1))
    middle = math.log(correction * variance)
    lo, hi = (math.exp(0.5 * (middle + sign * z * error)) for sign in (-1, 1))
    return Spread(int(x.size), float(x.mean()), math.sqrt(variance), lo, hi, middle, error)


def probability_wider(one: Spread, other: Spread) -> float:
    """How probable it is that the first really lies further apart than the second."""
    apart = math.hypot(one.standard_error, other.standard_error)
    return float(ndtr((one.log_variance - other.log_variance) / apart))


def _kurtosis(x: np.ndarray, squares: float) -> float:
    """Fourth moment about a trimmed mean: one far value does not hide itself by pulling the mean."""
    trimmed = np.sort(x)
    cut = int(trimmed.size / (2.0 * math.sqrt(max(trimmed.size - 4, 1))))
    cut = min(cut, (trimmed.size - 1) // 2)
    middle = trimmed[cut : trimmed.size - cut].mean() if cut else trimmed.mean()
    return float(trimmed.size * ((x - middle) ** 4).sum() / squares**2)
