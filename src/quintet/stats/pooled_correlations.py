"""What many studies say of one correlation together, though their truths differ: a random-effects mean."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

_LEAST_SIZE = 4


@dataclass(frozen=True)
class PooledCorrelation:
    """The mean correlation of many studies.

    Args:
        correlation: the mean of the studies' truths, -1..1.
        lo, hi: ends of its interval.
        spread: standard deviation of the truths themselves, on Fisher's scale.
        studies: how many.
        people: in all of them.
    """

    correlation: float
    lo: float
    hi: float
    spread: float
    studies: int
    people: int


def pooled_correlation(
    correlations: ArrayLike, sizes: ArrayLike, *, level: float = 0.95
) -> PooledCorrelation:
    """The mean of the studies' correlations on Fisher's scale, each weighted by what it tells.

    Args:
        correlations: of each study, shape (S,).
        sizes: people in each, shape (S,); a study of fewer than four tells nothing and is an error.
        level: of the interval.

    Raises:
        BadInput: when shapes disagree, a correlation is not within -1..1, or a study is too small.

    Source: DerSimonian & Laird, Controlled Clinical Trials 7 (1986) 177-188; Fisher, Metron 1 (1921) 3-32.
    """
    r, n = np.asarray(correlations, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    if r.shape != n.shape or r.size == 0:
        raise BadInput(f"each study needs a correlation and a size, got {r.size} and {n.size}")
    if not (np.abs(r).max() < 1.0 and n.min() >= _LEAST_SIZE):
        raise BadInput(f"correlations must lie within -1..1 and sizes be {_LEAST_SIZE} or more")
    z, weight = np.arctanh(r), n - 3.0
    truths = _truths_variance(z, weight)
    pooled = 1.0 / (1.0 / weight + truths)
    mean, doubt = float(pooled @ z / pooled.sum()), float(1.0 / np.sqrt(pooled.sum()))
    reach = doubt * _normal_quantile(0.5 + level / 2.0)
    lo, middle, hi = np.tanh([mean - reach, mean, mean + reach]).tolist()
    return PooledCorrelation(middle, lo, hi, float(np.sqrt(truths)), r.size, int(n.sum()))


def _truths_variance(z: FloatArray, weight: FloatArray) -> float:
    """How far the studies' truths vary: what they differ by more than their sizes explain."""
    mean = weight @ z / weight.sum()
    beyond = float(weight @ (z - mean) ** 2) - (z.size - 1)
    scale = float(weight.sum() - weight @ weight / weight.sum())
    return max(0.0, beyond / scale) if scale > 0 else 0.0


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(level))
