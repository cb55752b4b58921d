"""Does what somebody was like go with what he gives? A line through values that are known unequally well."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, NotEnoughData

FloatArray = NDArray[np.float64]

#: Fewer people, and the interval would hold nearly everything.
FEWEST = 10
LEVEL = 0.90
_HALVINGS = 60


@dataclass(frozen=True)
class WeightedSlope:
    """How far a value changes with one standard deviation of x.

    Args:
        slope: in the unit of the values.
        error: its standard error.
        p_value: two-sided, of no slope.
        freedom: degrees of freedom of its t distribution.
        spread: standard deviation of the people's true values around the line.
        n: people.
    """

    slope: float
    error: float
    p_value: float
    freedom: int
    spread: float
    n: int

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Where the slope lies."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.freedom, 0.5 + level / 2.0)) * self.error
        return self.slope - reach, self.slope + reach


def weighted_slope(x: ArrayLike, values: ArrayLike, errors: ArrayLike) -> WeightedSlope:
    """A line through values with errors of their own, around which people differ besides.

    How far they do is found by the moments of the residuals (Paule and Mandel), and the slope's error is what
    the residuals really show, with a t distribution (Knapp and Hartung): few people do not look like many.

    Args:
        x: of each person, on any scale, shape (N,).
        values: shape (N,).
        errors: standard error of each value; 0 where it is not known, shape (N,).

    Raises:
        BadInput: when the lists differ in length, an error is negative, or all x are the same.
        NotEnoughData: with fewer than ten people.

    Source: Knapp & Hartung, Statistics in Medicine 22 (2003) 2693-2710; Paule & Mandel, J. Research NBS 87
        (1982) 377-385.
    """
    given, y, doubt = (np.asarray(one, dtype=np.float64) for one in (x, values, errors))
    if not given.shape == y.shape == doubt.shape or np.any(doubt < 0):
        raise BadInput("each person needs an x, a value and its error of 0 or more")
    if given.size < FEWEST:
        msg = f"{given.size} people: {FEWEST} are the least to see whether two things go together"
        raise NotEnoughData(msg, have=given.size, need=FEWEST, unit="people")
    spread = float(given.std(ddof=1))
    if spread <= 0.0:
        raise BadInput("all people are alike in this: nothing can go with it")
    score = (given - given.mean()) / spread
    between = _between(score, y, doubt**2)
    weight = 1.0 / (doubt**2 + between)
    slope, squares, inverse = _line(score, y, weight)
    freedom = given.size - 2
    error = math.sqrt(squares / freedom * inverse)
    return WeightedSlope(
        slope, error, _two_sided(slope / error, freedom), freedom, math.sqrt(between), given.size
    )


def _line(x: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[float, float, float]:
    """The slope, the weighted squares of the residuals, and the slope's variance where the weights hold."""
    total = float(weight.sum())
    off, beside = x - weight @ x / total, y - weight @ y / total
    squares = float(weight @ off**2)
    slope = float(weight @ (off * beside)) / squares
    return slope, float(weight @ (beside - slope * off) ** 2), 1.0 / squares


def _between(x: FloatArray, y: FloatArray, variance: FloatArray) -> float:
    """Variance of true values around the line: with it the residuals are as large as they should be."""
    wanted = y.size - 2
    least = 1e-9 * max(float(y.var()), 1e-12)
    low, high = least, float(y.var()) * y.size + least

    def squares(between: float) -> float:
        return _line(x, y, 1.0 / (variance + between))[1]

    if squares(low) <= wanted:
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if squares(middle) > wanted else (low, middle)
    return (low + high) / 2.0


def _two_sided(t: float, freedom: int) -> float:
    from scipy.special import stdtr

    return 2.0 * float(stdtr(freedom, -abs(t)))
