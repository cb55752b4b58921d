"""What the month's points will come to: earlier months, this month so far, and what is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from quintet.calendar.periods import Period, month_after
from quintet.calendar.working_time import WorkingCalendar
from quintet.calendar.zones import midnight
from quintet.demand.formula.contract_month import delivered, due_by_day, points_by_day, version_on
from quintet.demand.terms.contract import HandOvers, Version
from quintet.demand.terms.examples import F8, I8
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Finding, Status
from quintet.stats.pace import FEWEST_DAYS, PaceFit, PaceForecast, fit_pace, forecast_pace

METHOD = "gamma level x kind of day, quasi-Poisson"
MOST_MONTHS = 12
FEW_MONTHS = 3
LEVEL = 0.8
_WEEK = 7
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class FanDay:
    """Where the points of the month will stand at the end of a day to come, with an 80 % interval."""

    day: date
    total: float
    lo: float
    hi: float


@dataclass(frozen=True)
class MonthPace:
    """What the month will come to.

    Args:
        answer: points at the month's end with interval and P(target reached); silent without history.
        fan: the days to come.
        fit: what a usual month looks like; None while silent.
    """

    answer: Finding
    fan: tuple[FanDay, ...]
    fit: PaceFit | None


def month_pace(
    found: HandOvers, versions: Sequence[Version], month: Period, on: date, until: datetime
) -> MonthPace:
    """What the month will come to, seen from the end of a day.

    Args:
        found: every hand-over; those of earlier months teach the usual one, judged by the version of the day.
        versions: accepted by both, oldest first.
        month: the month.
        on: the day counted to.
        until: the instant counted to; when the day is not over, its part counts.
    """
    held = version_on(versions, on) or versions[0]
    judge = versions.index(held)
    calendar = held.clauses.calendar
    target = float(due_by_day(versions, month)[-1])
    try:
        fit = _fitted(found, judge, calendar, month)
    except NotEnoughData as error:
        return MonthPace(_silent(error), (), None)
    so_far = float(points_by_day(found, judge, month.start, month.last_day, until).sum())
    # What counts already was judged by the version of its own day; only what is to come is like the level.
    other = float(found.points[delivered(found, month, until)].sum()) - so_far
    weights = np.array(fit.profile)[_kinds(calendar, month.start, month.last_day)]
    gone = _gone(calendar.zone, month, on, until)
    past = float(weights @ gone)
    left = np.cumsum(weights * (1 - gone))
    told = [
        _moved(forecast_pace(fit, so_far, past, float(one), target - other, level=LEVEL), other)
        for one in left
    ]
    first = (on - month.start).days
    fan = tuple(
        FanDay(month.start + _ONE * at, told[at].total, told[at].lo, told[at].hi)
        for at in range(first, month.days)
    )
    return MonthPace(_answer(fit, told[-1], target, until), fan, fit)


def _moved(told: PaceForecast, other: float) -> PaceForecast:
    return replace(told, total=told.total + other, lo=told.lo + other, hi=told.hi + other)


def _fitted(found: HandOvers, judge: int, calendar: WorkingCalendar, month: Period) -> PaceFit:
    """The usual month, from at most twelve whole months before."""
    if not len(found):
        raise NotEnoughData("no lead has a date yet", have=0, need=FEWEST_DAYS, unit="days")
    oldest: date = found.day.min().item()
    first = max(_next_month(oldest), month_after(month.start, -MOST_MONTHS))
    last = month.start - _ONE
    if first > last:
        msg = "no whole month lies before this one, so nothing says what is usual"
        raise NotEnoughData(msg, have=0, need=FEWEST_DAYS, unit="days")
    before = datetime.combine(month.start + _ONE, datetime.min.time())
    points = np.maximum(points_by_day(found, judge, first, last, before), 0.0)
    days = np.datetime64(first, "D") + np.arange(len(points))
    works = np.array([bool(calendar.hours.shifts[day]) for day in range(_WEEK)] + [False] * _WEEK)
    months: I8 = days.astype("datetime64[M]").astype(np.int64)
    return fit_pace(points, _kinds(calendar, first, last), months, works)


def _kinds(calendar: WorkingCalendar, first: date, last: date) -> I8:
    """The day of the week, 0 … 6; 7 more for a holiday."""
    days = [first + _ONE * at for at in range((last - first).days + 1)]
    return np.array([day.weekday() + _WEEK * _is_holiday(calendar, day) for day in days])


def _is_holiday(calendar: WorkingCalendar, day: date) -> bool:
    return bool(calendar.hours.shifts[day.weekday()]) and not calendar.is_working_day(day)


def _gone(zone: str, month: Period, on: date, until: datetime) -> F8:
    """[days] which share of each day is over."""
    gone = np.zeros(month.days)
    place = (on - month.start).days
    gone[:place] = 1.0
    start, end = (midnight(zone, day.year, day.month, day.day) for day in (on, on + _ONE))
    over = (until.replace(tzinfo=UTC) - start) / (end - start)
    gone[place] = 1.0 if over > 0.9999 else max(over, 0.0)  # noqa: PLR2004 -- the last instants of a day
    return gone


def _answer(fit: PaceFit, told: PaceForecast, target: float, until: datetime) -> Finding:
    is_short = fit.months < FEW_MONTHS
    return Finding(
        question="Points at the end of the month",
        subject="marketing",
        unit="points",
        status=Status.HEDGED if is_short else Status.SPEAKS,
        n=fit.months,
        n_required=FEW_MONTHS,
        method=METHOD,
        estimate=told.total,
        lo=told.lo,
        hi=told.hi,
        level=LEVEL,
        probability=told.p_hit,
        baseline=target,
        reason=f"only {fit.months} whole months lie before" if is_short else "",
        as_of=until.date(),
    )


def _silent(error: NotEnoughData) -> Finding:
    return Finding(
        question="Points at the end of the month",
        subject="marketing",
        unit="points",
        status=Status.SILENT,
        n=error.have,
        n_required=error.need,
        method=METHOD,
        level=LEVEL,
        reason=str(error),
    )


def _next_month(day: date) -> date:
    """The first day of the first whole month from a day on."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=32)).replace(day=1)
