"""Do two things go together, by rank: who is high in the one is high in the other, however far."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, NotEnoughData

FloatArray = NDArray[np.float64]

LEVEL = 0.90
#: Fewer pairs, and the interval would hold nearly everything.
MIN_PAIRS = 10
_NOTHING = 1e-12


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's correlation.

    Args:
        r: -1..1.
        lo, hi: ends of its interval.
        p_value: two-sided, of no correlation.
        n: pairs.
    """

    r: float
    lo: float
    hi: float
    p_value: float
    n: int


def rank_correlation(x: ArrayLike, y: ArrayLike, *, level: float = LEVEL) -> RankCorrelation:
    """How far who ranks high in one thing ranks high in the other; equal values share their mean rank.

    Args:
        x: shape (n,).
        y: shape (n,).
        level: of the interval.

    Raises:
        BadInput: when the two differ in length, or all values of one are equal.
        NotEnoughData: with fewer than 10 pairs.

    Source: Spearman, American Journal of Psychology 15 (1904) 72-101; Bonett & Wright, Psychometrika 65
        (2000) 23-28 (standard error on Fisher's scale).
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise BadInput(f"pairs need two lists of one length, got {first.shape} and {second.shape}")
    if first.size < MIN_PAIRS:
        msg = f"{first.size} pairs: {MIN_PAIRS} are the least to see whether two things go together"
        raise NotEnoughData(msg, have=first.size, need=MIN_PAIRS, unit="pairs")
    if min(np.ptp(first), np.ptp(second)) < _NOTHING:
        raise BadInput("all values of one of the two are equal: nothing can go together with it")
    r = float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])
    z = math.atanh(min(max(r, -1.0 + _NOTHING), 1.0 - _NOTHING))
    reach = _normal_quantile(0.5 + level / 2.0) * math.sqrt((1.0 + r * r / 2.0) / (first.size - 3.0))
    p_value = math.erfc(abs(z) * math.sqrt(first.size - 3.0) / math.sqrt(2.0))
    return RankCorrelation(r, math.tanh(z - reach), math.tanh(z + reach), p_value, first.size)


def disattenuated(r: float, reliability_x: float, reliability_y: float) -> float:
    """The correlation two things would have if both were measured without error: an upper reading, at most 1.

    Args:
        r: of the two as they are measured, -1..1.
        reliability_x: of the one, above 0 and at most 1.
        reliability_y: of the other.

    Raises:
        BadInput: when a reliability is not within 0..1, or 0.

    Source: Spearman, American Journal of Psychology 15 (1904) 72-101.
    """
    if not (0.0 < reliability_x <= 1.0 and 0.0 < reliability_y <= 1.0):
        raise BadInput(
            f"reliabilities must lie above 0 and up to 1, got {reliability_x:g}, {reliability_y:g}"
        )
    return max(-1.0, min(1.0, r / math.sqrt(reliability_x * reliability_y)))


def _ranks(values: FloatArray) -> FloatArray:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    mean = np.cumsum(count) - (count - 1) / 2.0
    return np.asarray(mean[place], dtype=np.float64)


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(level))
