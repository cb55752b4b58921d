"""Which of hundreds of looks are findings, so that at most a stated share of those shown is chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput
from quintet.stats.homogeneity import benjamini_hochberg

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FALSE_SHARE = 0.10
MIN_LEADS = 10


@dataclass(frozen=True, eq=False)
class Discoveries:
    """The findings among many looks.

    Args:
        p_value: of each look, two-sided; 1 where it was not looked at, shape (J,).
        q_value: the same corrected for the number of looks, shape (J,).
        is_tested: had enough leads to be looked at, shape (J,).
        is_reported: q is at most `false_share`, shape (J,).
        false_share: the expected share of false ones among those reported is at most this.
    """

    p_value: FloatArray
    q_value: FloatArray
    is_tested: BoolArray
    is_reported: BoolArray
    false_share: float


def fit_discoveries(
    p_values: ArrayLike, *, tested: ArrayLike | None = None, false_share: float = FALSE_SHARE
) -> Discoveries:
    """The looks that stand after correcting for how many there were.

    Args:
        p_values: two-sided, each uniform or larger when there is nothing, shape (J,).
        tested: which to look at, chosen by size alone and never by outcome; all when left out.
        false_share: expected share of false ones among those reported that is acceptable, 0..1.

    Raises:
        BadInput: when a p-value lies outside 0..1.

    Source: Benjamini & Hochberg, JRSS B 57 (1995) 289-300; filtering by size, Bourgon, Gentleman & Huber,
        PNAS 107 (2010) 9546-9551.
    """
    given = np.asarray(p_values, dtype=np.float64)
    if given.size and not (given.min() >= 0 and given.max() <= 1):
        raise BadInput(f"p-values must lie in 0..1, got {given.min():g}..{given.max():g}")
    looked = np.ones(given.size, dtype=bool) if tested is None else np.asarray(tested, dtype=bool)
    p_value, q_value = np.where(looked, given, 1.0), np.ones(given.size)
    if looked.any():
        q_value[looked] = benjamini_hochberg(given[looked])
    return Discoveries(p_value, q_value, looked, looked & (q_value <= false_share), false_share)


def count_p_values(converted: ArrayLike, tried: ArrayLike, expected: ArrayLike) -> FloatArray:
    """How surprising each count is if the group converted like everybody else; never too small.

    A group's leads have chances of their own (source, age); with the same mean a binomial has the longer
    tails (Hoeffding 1956), so its tail probability is on the safe side.

    Args:
        converted: per group, whole numbers, shape (J,).
        tried: leads per group, shape (J,).
        expected: conversions expected of these leads if the group were like the rest, 0..tried, shape (J,).

    Returns:
        Two-sided p-values: twice the smaller tail, at most 1.

    Raises:
        BadInput: unless 0 <= converted <= tried and 0 <= expected <= tried.
    """
    from scipy.special import bdtr, bdtrc

    won, n = np.asarray(converted, dtype=np.float64), np.asarray(tried, dtype=np.float64)
    mean = np.asarray(expected, dtype=np.float64)
    if np.any((won < 0) | (won > n) | (mean < 0) | (mean > n + 1e-9)):
        raise BadInput("converted and expected must lie in 0..tried for every group")
    chance = np.divide(np.minimum(mean, n), n, out=np.zeros_like(mean), where=n > 0)
    at_most = bdtr(won, n.astype(np.int64), chance)
    at_least = np.where(won > 0, bdtrc(np.maximum(won - 1, 0), n.astype(np.int64), chance), 1.0)
    return np.asarray(np.where(n > 0, np.minimum(2.0 * np.minimum(at_most, at_least), 1.0), 1.0))
