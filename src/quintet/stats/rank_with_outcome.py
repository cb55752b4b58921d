"""Does a higher score go with a success? The rank correlation of scores with an outcome of yes or no."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, NotEnoughData

FloatArray = NDArray[np.float64]

#: Fewer scores tell nothing, and neither do fewer of the rarer outcome.
MIN_SCORES = 30
MIN_OF_EACH = 8
_EDGE = 0.999999


@dataclass(frozen=True)
class RankWithOutcome:
    """How scores rank beside an outcome.

    Args:
        correlation: Spearman's, -1..1; with an outcome of two values it cannot reach 1.
        lo, hi: ends of its 90 % interval.
        p_value: two-sided, of no relation.
        n: scores.
        successes: of them.
    """

    correlation: float
    lo: float
    hi: float
    p_value: float
    n: int
    successes: int


def rank_with_outcome(scores: ArrayLike, happened: ArrayLike) -> RankWithOutcome:
    """Spearman's correlation of scores with an outcome; equal scores share the mean of their ranks.

    The p-value is that of the Wilcoxon-Mann-Whitney test with ties: under chance the variance of the
    correlation is 1 / (n - 1) exactly, whatever the ties.

    Args:
        scores: shape (n,).
        happened: of each, shape (n,).

    Raises:
        BadInput: when the shapes disagree.
        NotEnoughData: below 30 scores or 8 of either outcome, or when all scores are the same.

    Source: Bonett & Wright, Psychometrika 65 (2000) 23-28 (interval); Hajek, Sidak & Sen, Theory of Rank
        Tests (1999), section 3.3 (variance under chance).
    """
    x, y = np.asarray(scores, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if x.shape != y.shape:
        raise BadInput(f"each score needs an outcome, got {x.size} and {y.size}")
    _require_enough(x, int(y.sum()))
    ranks = mid_ranks(x)
    r = float(np.corrcoef(ranks, y)[0, 1])
    reach = 1.6448536269514722 * math.sqrt((1.0 + r * r / 2.0) / (x.size - 3))
    middle = math.atanh(max(-_EDGE, min(_EDGE, r)))
    p_value = math.erfc(abs(r) * math.sqrt((x.size - 1) / 2.0))
    return RankWithOutcome(
        r, math.tanh(middle - reach), math.tanh(middle + reach), p_value, x.size, int(y.sum())
    )


def mid_ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2.0)[place])


def _require_enough(x: FloatArray, successes: int) -> None:
    rarer = min(successes, x.size - successes)
    if x.size < MIN_SCORES:
        raise NotEnoughData(
            f"{x.size} scores have a known outcome, a relation needs {MIN_SCORES}",
            have=x.size,
            need=MIN_SCORES,
            unit="scores with an outcome",
        )
    if rarer < MIN_OF_EACH:
        raise NotEnoughData(
            f"{successes} of {x.size} reached the step: {MIN_OF_EACH} that did and {MIN_OF_EACH} that did not"
            " are the least",
            have=rarer,
            need=MIN_OF_EACH,
            unit="of the rarer outcome",
        )
    if np.ptp(x) == 0:
        raise NotEnoughData("all got the same score: nothing tells them apart", have=1, need=2, unit="scores")
