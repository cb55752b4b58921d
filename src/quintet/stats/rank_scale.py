"""Outcomes by rank: a rep at 400 % of quota is the best one, and not four ordinary ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

_LEAST = 2


@dataclass(frozen=True, eq=False)
class RankScale:
    """Outcomes and the normal scores of their ranks, and the way back.

    Args:
        normal: the normal score of each outcome, in the order given, shape (n,).
        knots: distinct normal scores in order, shape (m,).
        values: the outcomes at the knots, shape (m,).
        middle: mean outcome.
        slope: outcome per unit of normal score, by least squares.
    """

    normal: FloatArray
    knots: FloatArray
    values: FloatArray
    middle: float
    slope: float

    def back(self, normal: ArrayLike) -> FloatArray:
        """The outcomes at these normal scores; beyond the best and the worst seen, on by the slope."""
        wanted = np.asarray(normal, dtype=np.float64)
        inside = np.interp(wanted, self.knots, self.values)
        beyond = wanted - np.clip(wanted, self.knots[0], self.knots[-1])
        return np.asarray(inside + self.slope * beyond)

    def forth(self, value: float) -> float:
        """The normal score of an outcome; the way back undone."""
        if value > self.values[-1]:
            return float(self.knots[-1] + (value - self.values[-1]) / self.slope)
        if value < self.values[0]:
            return float(self.knots[0] + (value - self.values[0]) / self.slope)
        return float(np.interp(value, self.values, self.knots))


def rank_scale(outcomes: ArrayLike) -> RankScale:
    """Ranks as normal scores; equal outcomes share the mean of their ranks.

    Args:
        outcomes: shape (n,).

    Raises:
        BadInput: with fewer than two different outcomes.

    Source: Blom, Statistical Estimates and Transformed Beta-Variables (1958).
    """
    y = np.asarray(outcomes, dtype=np.float64)
    values, place, count = np.unique(y, return_inverse=True, return_counts=True)
    if values.size < _LEAST:
        raise BadInput(f"outcomes must differ to be ranked, got {y.size} that are the same")
    from scipy.special import ndtri

    rank = np.cumsum(count) - (count - 1) / 2.0
    knots = np.asarray(ndtri((rank - 0.375) / (y.size + 0.25)))
    knots -= knots[place].mean()
    normal = knots[place]
    slope = float(normal @ (y - y.mean()) / (normal @ normal))
    return RankScale(normal, knots, values, float(y.mean()), slope)
