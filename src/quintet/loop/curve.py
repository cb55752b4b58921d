"""The compounding curve: skill of each period on what nobody had seen, and what refitting was worth."""

import math
from collections.abc import Sequence
from itertools import dropwhile
from typing import TypeVar

import numpy as np

from quintet.loop.terms import BASELINE, FROZEN, IN_USE, Cluster, Curve, CurvePoint, Turn

_Z90 = 1.6448536269514722
_FEWEST = 3
#: Periods on each side of the comparison "earlier against later".
_ENDS = 2
Period = TypeVar("Period", Turn, CurvePoint)


def curve(formula: str, turns: Sequence[Turn]) -> Curve:
    """The curve of one formula.

    Args:
        formula: its name.
        turns: oldest first.
    """
    points = tuple(_point(turn) for turn in turns if turn.units)
    clusters = [cluster for turn in turns for cluster in turn.clusters]
    gain, lo, hi = gain_over(clusters, BASELINE)
    used = [cluster for turn in since_used(turns) for cluster in turn.clusters]
    frozen, frozen_lo, frozen_hi = gain_over(used, FROZEN)
    return Curve(
        formula=formula,
        points=points,
        gain=gain,
        lo=lo,
        hi=hi,
        over_frozen=frozen,
        over_frozen_lo=frozen_lo,
        over_frozen_hi=frozen_hi,
        reading=_reading(turns, points, (lo, hi)),
    )


def since_used(periods: Sequence[Period]) -> tuple[Period, ...]:
    """The periods from the first on in which something other than the naive answer was in use."""
    return tuple(dropwhile(lambda one: one.in_use == BASELINE, periods))


def _point(turn: Turn) -> CurvePoint:
    gain, lo, hi = gain_over(turn.clusters, BASELINE)
    frozen, frozen_lo, frozen_hi = gain_over(turn.clusters, FROZEN)
    return CurvePoint(
        period=turn.period,
        units=turn.units,
        clusters=len(turn.clusters),
        loss=_mean(turn.clusters, IN_USE),
        baseline=_mean(turn.clusters, BASELINE),
        gain=gain if gain is not None else 0.0,
        lo=lo,
        hi=hi,
        over_frozen=frozen,
        over_frozen_lo=frozen_lo,
        over_frozen_hi=frozen_hi,
        in_use=turn.in_use,
    )


def _mean(clusters: Sequence[Cluster], name: str) -> float:
    units = sum(cluster.units for cluster in clusters)
    return math.fsum(cluster.units * cluster.losses[name] for cluster in clusters) / max(units, 1)


def gain_over(clusters: Sequence[Cluster], against: str) -> tuple[float | None, float | None, float | None]:
    """Loss of `against` minus loss in use per unit, with a 90 % interval over clusters (ratio estimator)."""
    told = [one for one in clusters if against in one.losses]
    if not told:
        return None, None, None
    units = np.array([one.units for one in told], dtype=np.float64)
    sums = units * np.array([one.losses[against] - one.losses[IN_USE] for one in told])
    gain = float(sums.sum() / units.sum())
    if len(told) < _FEWEST:
        return gain, None, None
    rest = sums - gain * units
    error = math.sqrt(len(told) / (len(told) - 1) * float((rest**2).sum())) / float(units.sum())
    return gain, gain - _Z90 * error, gain + _Z90 * error


def _reading(
    turns: Sequence[Turn], points: Sequence[CurvePoint], whole: tuple[float | None, float | None]
) -> str:
    lo, hi = whole
    if not points:
        return "No period has been scored yet: an outcome must become known after a version was fitted."
    if lo is None or hi is None:
        return "Too little to tell: too few clusters became known."
    if lo <= 0 and (points[-1].lo or 0.0) > 0:
        return _again(points)
    if hi < 0:
        return "Worse than the naive answer: look at drift, and at what changed."
    if lo <= 0:
        return "Flat: nothing is learned that the naive answer does not know."
    return f"Better than the naive answer{_course(_trend([turn for turn in turns if turn.units]))}"


def _again(points: Sequence[CurvePoint]) -> str:
    """The newest period is better than the naive answer, all of them together are not."""
    worst = min(points, key=lambda point: point.gain)
    if (worst.hi or 0.0) >= 0:
        return f"Better than the naive answer in {points[-1].period}; over all periods that is not sure yet."
    fell = f"the fall of {worst.period} is not made up for yet"
    return f"Better than the naive answer again in {points[-1].period}; {fell}."


def _course(trend: tuple[float, float] | None) -> str:
    if trend is None:
        return "; too few periods to say whether it still rises."
    low, high = trend
    if low > 0:
        return ", and still rising."
    return ", but falling: see drift." if high < 0 else ", and flat by now: what can be learned is learned."


def _trend(turns: Sequence[Turn]) -> tuple[float, float] | None:
    """90 % interval of the newest periods' gain minus the oldest periods'."""
    if len(turns) < 2 * _ENDS:
        return None
    early = [cluster for turn in turns[:_ENDS] for cluster in turn.clusters]
    late = [cluster for turn in turns[-_ENDS:] for cluster in turn.clusters]
    first, second = gain_over(early, BASELINE), gain_over(late, BASELINE)
    if first[1] is None or second[1] is None or first[0] is None or second[0] is None:
        return None
    spread = math.hypot(first[0] - first[1], second[0] - second[1])
    rise = second[0] - first[0]
    return rise - spread, rise + spread
