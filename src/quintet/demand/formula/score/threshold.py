"""From how many points on a lead is sales-ready: as many as the team can work in four weeks of five."""

import numpy as np

from quintet.demand.terms.examples import F8, I8
from quintet.demand.terms.score import Interval, ReadyThreshold, ValuePoint
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Status

FITS = 0.8
SILENT_BELOW_WEEKS = 8
SPEAKS_FROM_WEEKS = 26
CURVE_POINTS = 20
_TAIL = 0.05


def ready_threshold(
    points: F8 | I8, week: I8, capacity: float, *, customers: F8, value: F8 | None = None
) -> ReadyThreshold:
    """The lowest cut at which a coming week's ready leads stay within capacity with 80 % probability.

    The probability is that of a week like those in the history (Jeffreys: half a week more on either
    side), so bad weeks count, not the mean week alone.

    Args:
        points: [n] points (or expected value) of the leads that came in the history.
        week: [n] whole number of the week each came in; a week between the first and the last in which no
            lead came counts as an empty one.
        capacity: leads the team can work a week.
        customers: [n] P, or 1 for each who became a customer.
        value: [n] value of each if it becomes a customer; all alike when left out.

    Raises:
        BadInput: when the capacity is not above 0 or lengths differ.
        NotEnoughData: under 8 weeks.

    Source: docs/formulas/demand/score.md#sales-ready
    """
    said = np.asarray(points, dtype=np.float64)
    _check(said, week, capacity, customers)
    weeks = int(week.max() - week.min() + 1) if len(week) else 0
    if weeks < SILENT_BELOW_WEEKS:
        message = f"a threshold needs {SILENT_BELOW_WEEKS} weeks of leads, got {weeks}"
        raise NotEnoughData(message, have=weeks, need=SILENT_BELOW_WEEKS, unit="weeks")
    cuts = np.unique(said)
    cut, counts = _lowest_that_fits(said, week - week.min(), cuts, (weeks, capacity))
    fit = int((counts <= capacity).sum())
    return ReadyThreshold(
        points=cut,
        weekly_ready=float(counts.mean()),
        capacity=float(capacity),
        weeks=weeks,
        fits=fit / weeks,
        p_fits=share_of_weeks(fit, weeks),
        utilisation=float(counts.mean() / capacity),
        curve=value_curve(said, customers, value),
        status=Status.SPEAKS if weeks >= SPEAKS_FROM_WEEKS else Status.HEDGED,
    )


def value_curve(points: F8, customers: F8, value: F8 | None = None) -> tuple[ValuePoint, ...]:
    """What working only the best leads would have caught, from few to all.

    Args:
        points: [n] of each lead.
        customers: [n] P, or 1 for each who became a customer.
        value: [n] of each if it becomes a customer; all alike when left out.

    Returns:
        At most 20 points by share of leads, the last with all; leads of equal points are never split.
    """
    order = np.argsort(-points, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(points[order]) != 0, True))
    wanted = np.searchsorted(ends + 1, np.linspace(0, len(points), CURVE_POINTS + 1)[1:] - 1e-9)
    kept = ends[np.unique(np.minimum(wanted, len(ends) - 1))]
    bought = _cumulated(customers[order])
    worth = _cumulated((customers if value is None else customers * value)[order])
    return tuple(
        ValuePoint((end + 1) / len(points), float(bought[end]), float(worth[end]), float(points[order[end]]))
        for end in kept
    )


def _check(points: F8, week: I8, capacity: float, customers: F8) -> None:
    if not capacity > 0:
        raise BadInput(f"capacity must be above 0 leads a week, got {capacity}")
    if not len(points) == len(week) == len(customers):
        got = f"{len(points)}, {len(week)}, {len(customers)}"
        raise BadInput(f"points, week and customers must be of one length, got {got}")


def _lowest_that_fits(points: F8, week: I8, cuts: F8, room: tuple[int, float]) -> tuple[float, F8]:
    """Bisection: a higher cut never has more ready leads."""
    weeks, capacity = room

    def ready(cut: float) -> F8:
        return np.bincount(week[points >= cut], minlength=weeks).astype(np.float64)

    low, high = 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        fits = (float((ready(cuts[middle]) <= capacity).sum()) + 0.5) / (weeks + 1.0) >= FITS
        low, high = (low, middle) if fits else (middle + 1, high)
    cut = float(cuts[low]) if low < len(cuts) else float("inf")
    return cut, ready(cut)


def share_of_weeks(fit: int, weeks: int) -> Interval:
    """The share of weeks like these that stay within capacity, with its 90 % interval (Jeffreys)."""
    from scipy.special import betaincinv

    lo, hi = (float(betaincinv(fit + 0.5, weeks - fit + 0.5, level)) for level in (_TAIL, 1.0 - _TAIL))
    return Interval((fit + 0.5) / (weeks + 1.0), lo, hi)


def _cumulated(values: F8) -> F8:
    total = float(values.sum())
    return np.asarray(np.cumsum(values) / total) if total > 0 else np.zeros(len(values))
