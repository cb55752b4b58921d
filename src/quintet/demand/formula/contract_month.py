"""A month of the contract as it stood at the end of a day: what was delivered, what was owed, what broke."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from quintet.calendar.periods import Period
from quintet.demand.terms.contract import ClauseCount, Day, HandOvers, MonthCounts, Version
from quintet.demand.terms.examples import B1, F8, M8
from quintet.kernel.errors import BadInput

_ONE = timedelta(days=1)


def handed(found: HandOvers, month: Period, until: datetime) -> B1:
    """Handed over in the month, under a contract."""
    first, after = np.datetime64(month.start, "D"), np.datetime64(month.end, "D")
    return (found.version > 0) & (found.day >= first) & (found.day < after) & _by(found.handed_at, until)


def unready(found: HandOvers, month: Period, until: datetime) -> B1:
    """Of these, did not meet marketing's rule by what was known at hand-over."""
    return handed(found, month, until) & ~found.is_ready


def rejected(found: HandOvers, month: Period, until: datetime) -> B1:
    """Of these, sent back by sales so far."""
    return handed(found, month, until) & _by(found.rejected_at, until)


def delivered(found: HandOvers, month: Period, until: datetime) -> B1:
    """Of these, met the rule and were not sent back so far: the leads whose points count."""
    return handed(found, month, until) & found.is_ready & ~_by(found.rejected_at, until)


def late(found: HandOvers, month: Period, until: datetime) -> B1:
    """The first attempt became overdue in the month, whether it was made later or not."""
    return (found.version > 0) & _broke(found.late_at, found.late_day, month, until)


def untouched(found: HandOvers, month: Period, until: datetime) -> B1:  # noqa: ARG001 -- one signature
    """The first attempt is overdue and still not made."""
    return (found.version > 0) & _by(found.late_at, until) & ~_ended(found, until)


def running(found: HandOvers, month: Period, until: datetime) -> B1:  # noqa: ARG001 -- one signature
    """Handed over, not attempted yet, and still within the hours."""
    begun = (found.version > 0) & _by(found.handed_at, until) & ~_by(found.due_at, until)
    return begun & ~_ended(found, until)


def given_up(found: HandOvers, month: Period, until: datetime) -> B1:
    """The agreed attempts were not made in time, or the lead was closed before; it broke in the month."""
    return (found.version > 0) & _broke(found.given_up_at, found.given_up_day, month, until)


#: Every number of the page: the same function counts it and opens its leads.
SELECTIONS: dict[str, Callable[[HandOvers, Period, datetime], B1]] = {
    "handed": handed,
    "unready": unready,
    "rejected": rejected,
    "delivered": delivered,
    "late": late,
    "untouched": untouched,
    "running": running,
    "given_up": given_up,
}
MARKETINGS = ("handed", "unready", "rejected", "delivered")


def select(found: HandOvers, name: str, month: Period, until: datetime, day: date | None = None) -> B1:
    """Which leads a number counts.

    Args:
        found: every hand-over.
        name: of SELECTIONS.
        month: of the page.
        until: the instant counted to, UTC without a zone.
        day: only what was handed over, or broke, on this day of the team's calendar.

    Raises:
        BadInput: when there is no such number.
    """
    if name not in SELECTIONS:
        raise BadInput(f"the number must be one of {', '.join(SELECTIONS)}, got {name!r}")
    found_there = SELECTIONS[name](found, month, until)
    return found_there if day is None else found_there & (_days_of(found, name) == np.datetime64(day, "D"))


def count_month(
    found: HandOvers, versions: Sequence[Version], month: Period, on: date, until: datetime
) -> MonthCounts:
    """The month as it stood at the end of a day.

    Args:
        found: every hand-over.
        versions: accepted by both, oldest first.
        month: the month.
        on: the day counted to, within the month.
        until: the end of that day, or the newest instant known if that is earlier; UTC without a zone.
    """
    owed = due_by_day(versions, month)
    chosen = {name: select(found, name, month, until) for name in SELECTIONS}
    place = (on - month.start).days
    return MonthCounts(
        start=month.start,
        end=month.end,
        on=on,
        until=until,
        target=float(owed[-1]),
        due=float(owed[place]),
        counts={name: int(mask.sum()) for name, mask in chosen.items()},
        points={name: float(found.points[chosen[name]].sum()) for name in MARKETINGS},
        days=_days(found, chosen, versions, month, owed, place),
    )


def due_by_day(versions: Sequence[Version], month: Period) -> F8:
    """[days] points due in the month by the end of each day: spread evenly over the working days.

    A day before the first version owes nothing; a day under another version owes by that one.
    """
    shares = np.zeros(month.days)
    for at in range(month.days):
        day = month.start + _ONE * at
        held = version_on(versions, day)
        if held is not None and held.clauses.calendar.is_working_day(day):
            working = held.clauses.calendar.working_days_between(month.start, month.end)
            shares[at] = held.clauses.points_per_month / working
    return np.asarray(np.round(np.cumsum(shares), 6), dtype=np.float64)


def version_on(versions: Sequence[Version], day: date) -> Version | None:
    """The version that holds on a day; None before the first."""
    return next((one for one in reversed(versions) if one.valid_from <= day), None)


def points_by_day(found: HandOvers, judge: int, first: date, last: date, until: datetime) -> F8:
    """[days] points of ready leads by day of hand-over, also before the contract: for the forecast.

    Every day is judged by the version at the position `judge`, so that months under another rule or another
    points table can be compared with it.
    """
    worth = found.worth[:, judge]
    ready = ~np.isnan(worth) & ~_by(found.rejected_at, until) & _by(found.handed_at, until)
    place = (found.day - np.datetime64(first, "D")).astype(np.int64)
    inside = ready & (place >= 0) & (place <= (last - first).days)
    return np.bincount(place[inside], worth[inside], minlength=(last - first).days + 1).astype(float)


def count_clauses(
    found: HandOvers, version: int, words: Sequence[str], month: Period, until: datetime
) -> tuple[ClauseCount, ...]:
    """What sales sent back, by whether each clause of the rule was met.

    Args:
        found: every hand-over.
        version: whose clauses; hand-overs of that version alone.
        words: its clauses in words.
        month: handed over within.
        until: the instant counted to.
    """
    own = handed(found, month, until) & (found.version == version)
    back = own & _by(found.rejected_at, until)
    return tuple(_clause(found.failed >> at & 1 == 0, own, back, said) for at, said in enumerate(words))


def _clause(met: B1, own: B1, back: B1, words: str) -> ClauseCount:
    counts = (met & own, met & back, ~met & own, ~met & back)
    return ClauseCount(words, *(int(one.sum()) for one in counts))


def _days(
    found: HandOvers,
    chosen: dict[str, B1],
    versions: Sequence[Version],
    month: Period,
    owed: F8,
    place: int,
) -> tuple[Day, ...]:
    per_day = {name: _per_day(found, name, chosen[name], month) for name in ("handed", "late", "given_up")}
    points = _per_day(found, "delivered", chosen["delivered"], month, found.points)
    total = np.cumsum(points)
    return tuple(
        Day(
            day=(day := month.start + _ONE * at),
            is_working=_works(versions, day),
            handed=int(per_day["handed"][at]),
            points=float(points[at]),
            total=float(total[at]) if at <= place else None,
            due=float(owed[at]),
            late=int(per_day["late"][at]),
            given_up=int(per_day["given_up"][at]),
        )
        for at in range(month.days)
    )


def _works(versions: Sequence[Version], day: date) -> bool:
    return (version_on(versions, day) or versions[0]).clauses.calendar.is_working_day(day)


def _per_day(found: HandOvers, name: str, mask: B1, month: Period, weights: F8 | None = None) -> F8:
    place = (_days_of(found, name)[mask] - np.datetime64(month.start, "D")).astype(np.int64)
    own = None if weights is None else weights[mask]
    return np.bincount(place, own, minlength=month.days).astype(float)


def _days_of(found: HandOvers, name: str) -> M8:
    """[n] the day of the team's calendar on which what a number counts took place."""
    broken = {"late": found.late_day, "untouched": found.late_day, "given_up": found.given_up_day}
    return broken.get(name, found.day)


def _broke(at: M8, day: M8, month: Period, until: datetime) -> B1:
    first, after = np.datetime64(month.start, "D"), np.datetime64(month.end, "D")
    return _by(at, until) & (day >= first) & (day < after)


def _ended(found: HandOvers, until: datetime) -> B1:
    """Attempted, sent back or set aside by then."""
    return _by(found.first_attempt_at, until) | _by(found.stopped_at, until)


def _by(instants: M8, until: datetime) -> B1:
    return ~np.isnat(instants) & (instants <= np.datetime64(until, "us"))
