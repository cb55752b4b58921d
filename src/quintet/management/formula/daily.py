"""Yesterday and the month so far, beside target or what is usual here: the daily mail's figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quintet.calendar.periods import Period
from quintet.calendar.working_time import WorkingCalendar
from quintet.management.formula.targets import paces
from quintet.management.metrics.daily import DayCounts
from quintet.management.terms.daily import ActivityLine, Amount, Person
from quintet.management.terms.targets import Aims

#: What is usual is learnt from so many weeks before the day.
WEEKS = 12
#: Working days here that say what is usual of a rep, and reps that say what is usual of such reps.
ENOUGH_DAYS, ENOUGH_PEERS = 20, 3

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DailyInputs:
    """What the figures of one day are made from.

    Args:
        day: the working day reported.
        month: the month it lies in.
        calendar: the team's.
        found: counts from `WEEKS` before the day, or the month's first, on; the whole month as far as known.
        people: who is who.
        names: how each is called.
    """

    day: date
    month: Period
    calendar: WorkingCalendar
    found: DayCounts
    people: Mapping[int, Person]
    names: Mapping[int, str] = field(repr=False)

    @cached_property
    def window(self) -> Flags:
        """The columns of the weeks before the day."""
        return np.array([self.since <= one < self.day for one in self.found.days], dtype=bool)

    @property
    def since(self) -> date:
        """First day of those weeks."""
        return self.day - timedelta(weeks=WEEKS)

    @cached_property
    def works(self) -> Flags:
        """The columns that are working days."""
        return np.array([self.calendar.is_working_day(one) for one in self.found.days], dtype=bool)

    @cached_property
    def here(self) -> Flags:
        """Reps × days: was he here on that day of those weeks?"""
        people = [self.people.get(rep, Person("")) for rep in self.found.rep_ids]
        days = self.found.days
        present = [[one.is_here(day) for day in days] for one in people]
        return np.array(present, dtype=bool).reshape(len(people), len(days)) & self.window

    @property
    def workdays(self) -> int:
        """Working days of the month up to and with the day."""
        return self.calendar.working_days_between(self.month.start, self.day + timedelta(days=1))


def first_day(day: date, month: Period) -> date:
    """Where the counts have to begin."""
    return min(day - timedelta(weeks=WEEKS), month.start)


def team_line(inputs: DailyInputs, name: str) -> ActivityLine:
    """Everybody together, beside a usual week of theirs: the median of the weeks, per working day."""
    usual = {stage: _usual_week(inputs, counts.sum(axis=0)) for stage, counts in inputs.found.counts.items()}
    amounts = tuple(
        _amount(inputs, stage, counts.sum(axis=0), usual[stage])
        for stage, counts in inputs.found.counts.items()
    )
    return ActivityLine(None, name, amounts)


def _usual_week(inputs: DailyInputs, counts: NDArray[np.int64]) -> float | None:
    at, weeks = np.flatnonzero(inputs.window), []
    for columns in at.reshape(-1, 7):
        days = int(inputs.works[columns].sum())
        if days:
            weeks.append(counts[columns].sum() / days)
    return float(np.median(weeks)) if weeks and counts[at].any() else None


def rep_lines(inputs: DailyInputs) -> dict[int, ActivityLine]:
    """Each rep with anything in the month or the weeks before, beside the median of reps of his role.

    What is usual of a rep is his mean per working day he was here for, in the weeks before the day; leads
    brought on a day off count, too. The line's usual is the median of such means over the reps of the same
    role, himself among them; there is none where they are fewer than three.
    """
    means, enough = own_means(inputs)
    busy = _busy(inputs)
    roles = np.array([inputs.people.get(rep, Person("")).role for rep in inputs.found.rep_ids])
    here = np.array([inputs.people.get(rep, Person("")).is_here(inputs.day) for rep in inputs.found.rep_ids])
    lines = {}
    for at, rep in enumerate(inputs.found.rep_ids):
        if not busy[at] or not (here[at] or _in_month(inputs, at)):
            continue
        peers = enough & (roles == roles[at])
        usual = {
            stage: float(np.median(mean[peers])) if peers.sum() >= ENOUGH_PEERS else None
            for stage, mean in means.items()
        }
        amounts = tuple(
            _amount(inputs, stage, counts[at], usual[stage]) for stage, counts in inputs.found.counts.items()
        )
        count = int(peers.sum()) if peers.sum() >= ENOUGH_PEERS else 0
        lines[rep] = ActivityLine(rep, inputs.names.get(rep, f"rep {rep}"), amounts, count)
    return lines


def held_to(line: ActivityLine, aims: Aims) -> ActivityLine:
    """The line beside its targets; what has none keeps what is usual, and the reason.

    Args:
        line: of one rep, or of a team.
        aims: what the month asks of the same, by the day reported.
    """
    standings = {one.stage: one for one in paces(aims, {one.stage: one.month for one in line.amounts})}
    amounts = tuple(
        replace(
            one,
            target_day=aims.a_day(one.stage),
            target_month=aims.by_now(one.stage),
            standing=standings[one.stage].standing if one.stage in standings else "",
            chance=standings[one.stage].chance if one.stage in standings else None,
            reason=aims.reasons.get(one.stage, ""),
        )
        for one in line.amounts
    )
    return replace(line, amounts=amounts)


def own_means(inputs: DailyInputs) -> tuple[dict[str, Floats], Flags]:
    """Each rep's mean per working day of the weeks before, by stage; and for whom that can be said."""
    days = (inputs.here & inputs.works).sum(axis=1)
    enough = (days >= ENOUGH_DAYS) & _busy(inputs)
    means = {
        stage: (counts * inputs.here).sum(axis=1) / np.maximum(days, 1)
        for stage, counts in inputs.found.counts.items()
    }
    return means, enough


def _busy(inputs: DailyInputs) -> Flags:
    every = [counts.sum(axis=1) for counts in inputs.found.counts.values()]
    return np.sum(every, axis=0) > 0 if every else np.zeros(len(inputs.found.rep_ids), dtype=bool)


def _in_month(inputs: DailyInputs, at: int) -> bool:
    first = inputs.found.column(inputs.month.start)
    return any(counts[at, first:].any() for counts in inputs.found.counts.values())


def _amount(inputs: DailyInputs, stage: str, counts: NDArray[np.int64], usual: float | None) -> Amount:
    begin, end = inputs.found.column(inputs.month.start), inputs.found.column(inputs.month.end)
    return Amount(
        stage=stage,
        day=int(counts[inputs.found.column(inputs.day)]),
        month=int(counts[begin:end].sum()),
        usual_day=usual,
        usual_month=None if usual is None else usual * inputs.workdays,
    )
