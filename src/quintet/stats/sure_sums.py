"""Sums of numbers that are each known with an interval: what the sum is, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import t as student

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

LEVEL = 0.90
#: A number is told as so many draws, evenly spread over what it may be.
DRAWS = 4000
_STRATA = (np.arange(DRAWS) + 0.5) / DRAWS
_Z: FloatArray = ndtri(_STRATA)
_Z90 = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class Sure:
    """A number, and how sure it is.

    Args:
        value: the estimate.
        draws: [DRAWS] what it may be, smallest first.
    """

    value: float
    draws: FloatArray

    @property
    def ends(self) -> tuple[float, float]:
        """Its 90 % interval."""
        lo, hi = np.quantile(self.draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(lo), float(hi)

    def times(self, factor: float) -> "Sure":
        """So many times the number."""
        draws = self.draws * factor
        return Sure(self.value * factor, draws if factor >= 0 else draws[::-1])


def of_ends(value: float, lo: float, hi: float) -> Sure:
    """A number told with a 90 % interval, normal on either side of it.

    Raises:
        BadInput: unless lo <= value <= hi.
    """
    if not lo <= value <= hi:
        raise BadInput(f"an interval holds its number: got {value:g} in {lo:g} to {hi:g}")
    side = np.where(_Z < 0, value - lo, hi - value) / _Z90
    return Sure(value, value + side * _Z)


def of_levels(value: float, z: Sequence[float], lo: Sequence[float], hi: Sequence[float]) -> Sure:
    """A number told with several intervals, each so many standard errors to either side; straight in between.

    Args:
        value: the estimate.
        z: standard errors of the intervals, smallest first.
        lo: their lower ends.
        hi: their upper ends.
    """
    at = np.array([*(-one for one in reversed(z)), 0.0, *z])
    told = np.array([*reversed(lo), value, *hi])
    draws = np.interp(_Z, at, told)
    below, above = at[0] > _Z, at[-1] < _Z
    draws[below] = told[0] + (_Z[below] - at[0]) * (told[1] - told[0]) / (at[1] - at[0])
    draws[above] = told[-1] + (_Z[above] - at[-1]) * (told[-1] - told[-2]) / (at[-1] - at[-2])
    return Sure(value, draws)


def of_error(value: float, error: float, freedom: float) -> Sure:
    """A number told with a standard error from few cases: Student's t with so many degrees of freedom."""
    return Sure(value, value + error * student.ppf(_STRATA, freedom))


def together(several: Sequence[Sure], shared: float, seed: int = 0) -> Sure:
    """The sum of numbers that err partly together, as those do that are held against the same people.

    Args:
        several: the numbers.
        shared: how far any two of their errors go together: 0 not at all, 1 fully; then ends add up.
        seed: of the order in which draws meet.

    Raises:
        BadInput: when there is nothing to add, or `shared` lies outside 0..1.
    """
    if not 0.0 <= shared <= 1.0:
        raise BadInput(f"errors go together by 0 to 1, got {shared:g}")
    off = [Sure(0.0, one.draws - one.value) for one in several]
    apart = added([one.times(math.sqrt(1.0 - shared)) for one in off], seed)
    common = Sure(0.0, math.sqrt(shared) * np.sum([one.draws for one in off], axis=0))
    told, value = added([common, apart], seed + 1), sum(one.value for one in several)
    return Sure(value, value + told.draws)


def added(several: Sequence[Sure], seed: int = 0) -> Sure:
    """The sum of numbers that err each by itself: draws are joined at random.

    Raises:
        BadInput: when there is nothing to add: a sum of nothing is not 0 but unknown.
    """
    if not several:
        raise BadInput("nothing to add up: a sum of no answer is unknown, not 0")
    rng = np.random.default_rng(seed)
    first, *rest = several
    draws = first.draws + sum((rng.permutation(one.draws) for one in rest), np.zeros(DRAWS))
    return Sure(sum(one.value for one in several), np.sort(draws))


def multiplied(one: Sure, other: Sure, seed: int = 0) -> Sure:
    """The product of two numbers that err each by itself."""
    mixed = np.random.default_rng(seed).permutation(other.draws)
    return Sure(one.value * other.value, np.sort(one.draws * mixed))
