"""Where a mixture of normal distributions lies: quantiles, and the probability of lying above a value."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_HALVINGS = 60
_FAR = 9.0
_LEAST = 1e-12


def above(
    weight: FloatArray, mean: FloatArray, deviation: FloatArray, value: FloatArray | float
) -> FloatArray:
    """Probability that each of K mixtures exceeds a value, shape (K,).

    Args:
        weight: of each of B distributions, summing to 1, shape (B,).
        mean: shape (B, K).
        deviation: standard deviations; 0 is a value known exactly, shape (B, K).
        value: one for all, or one each.
    """
    from scipy.special import ndtr

    return np.asarray(weight @ ndtr((mean - value) / np.maximum(deviation, _LEAST)))


def quantile(weight: FloatArray, mean: FloatArray, deviation: FloatArray, level: float) -> FloatArray:
    """The value each of K mixtures stays below with a probability of `level`, shape (K,).

    Args:
        weight: as in `above`.
        mean: as in `above`.
        deviation: as in `above`.
        level: 0..1, exclusive.
    """
    low = (mean - _FAR * deviation).min(axis=0) - _LEAST
    high = (mean + _FAR * deviation).max(axis=0) + _LEAST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        is_below = 1.0 - above(weight, mean, deviation, middle) < level
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2.0)


def moments(weight: FloatArray, mean: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean (D,) and covariance (D, D) of a mixture of B normal distributions of D variables.

    Args:
        weight: shape (B,).
        mean: shape (B, D).
        covariance: shape (B, D, D).
    """
    middle = weight @ mean
    off = mean - middle
    within = np.einsum("b,bij->ij", weight, covariance)
    return np.asarray(middle), np.asarray(within + (off * weight[:, None]).T @ off)


def normalised(log_weight: FloatArray) -> FloatArray:
    """Weights that sum to 1 from their logarithms."""
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())
