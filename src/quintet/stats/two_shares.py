"""Two shares beside each other: how far they differ, the range of that, and whether chance explains it."""

import math
from dataclasses import dataclass

from quintet.kernel.errors import BadInput
from quintet.stats.shares import wilson

_SLACK = 1e-7


@dataclass(frozen=True)
class SharesApart:
    """The first share less the second.

    Args:
        difference: -1..1.
        lo, hi: ends of its 90 % interval.
        p_value: two-sided, of no difference.
    """

    difference: float
    lo: float
    hi: float
    p_value: float


def shares_apart(won: int, tried: int, other_won: int, other_tried: int) -> SharesApart:
    """How far two shares of different people lie apart.

    Args:
        won: successes of the first.
        tried: trials of the first, at least 1.
        other_won: successes of the second.
        other_tried: trials of the second, at least 1.

    Raises:
        BadInput: unless 0 <= won <= tried and tried >= 1, of both.

    Source: Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10; Fisher, JRSS 98 (1935) 39-82.
    """
    first, second = wilson(won, tried), wilson(other_won, other_tried)
    p, q = won / tried, other_won / other_tried
    below = math.hypot(p - first[0], second[1] - q)
    above = math.hypot(first[1] - p, q - second[0])
    lo, hi = max(-1.0, p - q - below), min(1.0, p - q + above)
    return SharesApart(p - q, lo, hi, fisher(won, tried, other_won, other_tried))


def fisher(won: int, tried: int, other_won: int, other_tried: int) -> float:
    """Fisher's exact test: how often chance alone parts the successes as unevenly as this, or more.

    Args:
        won: successes of the first of two groups; the others as in `shares_apart`.
        tried: its size.
        other_won: successes of the second.
        other_tried: its size.

    Raises:
        BadInput: unless 0 <= won <= tried, of both.
    """
    if not (0 <= won <= tried and 0 <= other_won <= other_tried):
        raise BadInput(f"won must lie in 0..tried, got {won} of {tried} and {other_won} of {other_tried}")
    total, marked = tried + other_tried, won + other_won
    least, most = max(0, marked - other_tried), min(tried, marked)
    logs = [_log_chosen(tried, k) + _log_chosen(other_tried, marked - k) for k in range(least, most + 1)]
    all_ways, seen = _log_chosen(total, marked), logs[won - least]
    return min(1.0, sum(math.exp(one - all_ways) for one in logs if one <= seen + _SLACK))


def _log_chosen(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
