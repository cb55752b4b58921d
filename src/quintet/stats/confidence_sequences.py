"""A mean watched while it grows: an interval that stays valid however often one looks, for large numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

#: The sequence is asymptotic: below so many observations it says nothing.
FEWEST = 30
#: The number of observations at which the interval is tightest.
TIGHTEST_AT = 60


@dataclass(frozen=True)
class MeanSequence:
    """The mean after each observation, and how far it may really lie away.

    Args:
        mean: after each observation, shape (n,).
        lo: lower end; minus infinity before FEWEST observations.
        hi: upper end.
        alpha: chance allowed that the truth ever leaves the intervals, for each side.
    """

    mean: FloatArray
    lo: FloatArray
    hi: FloatArray
    alpha: float

    @property
    def first_above(self) -> int | None:
        """Number of observations after which the mean was first shown to be above 0; None if never."""
        above = self.lo > 0
        return int(above.argmax()) + 1 if above.any() else None


def mean_sequence(values: ArrayLike, *, alpha: float = 0.05, fewest: int = FEWEST) -> MeanSequence:
    """Is the mean of these values above nothing, judged after every one of them?

    One-sided at alpha on either side: `lo` alone, watched for ever, is wrong in at most alpha of all cases.

    Args:
        values: independent observations in the order they came, shape (n,).
        alpha: chance allowed, for each side.
        fewest: say nothing before so many.

    Raises:
        BadInput: unless alpha lies in (0, 1).

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Time-uniform central limit theory and
        asymptotic confidence sequences, one-sided boundary (section B.1) and choice of rho (section B.2).
    """
    if not 0 < alpha < 1:
        msg = f"alpha must lie between 0 and 1, got {alpha}"
        raise BadInput(msg)
    given = np.asarray(values, dtype=np.float64)
    number = np.arange(1, len(given) + 1)
    mean = np.cumsum(given) / number
    spread = np.sqrt(np.maximum(np.cumsum(given**2) / number - mean**2, 0.0))
    margin = spread * _boundary(number, alpha)
    silent = number < fewest
    return MeanSequence(
        mean, np.where(silent, -np.inf, mean - margin), np.where(silent, np.inf, mean + margin), alpha
    )


def restarted(
    values: ArrayLike, starts: Sequence[int], *, alpha: float = 0.05, fewest: int = FEWEST
) -> tuple[MeanSequence, ...]:
    """The same values watched from several starts, so that what changed for the better is seen soon.

    A mean over everything remembers a bad beginning for as long as it lasted. The starts share alpha: half
    of it is the first one's, the k-th further one has half of 1 / (k (k + 1)). That adds up to alpha however
    many starts come, so all of them together, watched for ever, are wrong in at most alpha of all cases.

    Args:
        values: independent observations in the order they came, shape (n,).
        starts: place of the first value of each sequence, rising from 0; fixed before the values were seen.
        alpha: chance allowed to all sequences together, for each side.
        fewest: a sequence says nothing before so many.

    Returns:
        One sequence a start.

    Raises:
        BadInput: unless alpha lies in (0, 1).
    """
    given = np.asarray(values, dtype=np.float64)
    shares = [0.5, *(0.5 / (k * (k + 1)) for k in range(1, len(starts)))]
    return tuple(
        mean_sequence(given[start:], alpha=alpha * share, fewest=fewest)
        for start, share in zip(starts, shares, strict=True)
    )


def _boundary(number: NDArray[np.int64], alpha: float) -> FloatArray:
    """Half width of the one-sided sequence, in standard deviations."""
    rho2 = _tightest(alpha)
    scaled = number * rho2 + 1
    return np.asarray(np.sqrt(2 * scaled / (number**2 * rho2) * np.log(1 + np.sqrt(scaled) / (2 * alpha))))


def _tightest(alpha: float) -> float:
    """Rho squared that makes the interval tightest at TIGHTEST_AT observations."""
    level = -2 * math.log(2 * alpha) + math.log(max(-2 * math.log(2 * alpha), 1.0)) + 1
    return level / TIGHTEST_AT
