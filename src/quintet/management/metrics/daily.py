"""Who brought how many leads to which stage on each day, and who was there to do it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.asking import FactsTables
from quintet.facts.schema import STAGES
from quintet.management.metrics.entries import Entries, Names, day_number
from quintet.management.metrics.inputs import CompanyInputs
from quintet.management.terms.daily import Person

_WEEK = 7


@dataclass(frozen=True, eq=False)
class DayCounts:
    """Leads brought to each stage, by rep and day; a day is one of the facts, by UTC as on the page.

    Args:
        first: the day of the first column.
        rep_ids: the rep of each row.
        counts: stage → reps × days.
    """

    first: date
    rep_ids: tuple[int, ...]
    counts: dict[str, NDArray[np.int64]] = field(repr=False)

    @property
    def days(self) -> tuple[date, ...]:
        """The day of each column."""
        columns = next(iter(self.counts.values())).shape[1] if self.counts else 0
        return tuple(self.first + timedelta(days=at) for at in range(columns))

    def column(self, day: date) -> int:
        """Where a day stands."""
        return (day - self.first).days


def day_counts(
    company: CompanyInputs, rep_ids: tuple[int, ...] | None, first: date, until: date
) -> DayCounts:
    """The counts of some reps, or of everybody, from `first` up to, and without, `until`.

    Args:
        company: `metrics.inputs.read_company`.
        rep_ids: whose; None for all that the facts name.
        first: the first day.
        until: the day after the last.
    """
    known = company.known
    wanted = tuple(rep for rep in known.reps if rep is not None and (rep_ids is None or rep in set(rep_ids)))
    row = np.full(len(known.reps) + 1, -1, dtype=np.int64)
    row[[known.reps[rep] for rep in wanted]] = np.arange(len(wanted))
    size = len(wanted), max((until - first).days, 0)
    counts = {stage: _table(company.entered[stage], row, first, size) for stage in company.stages}
    return DayCounts(first, wanted, counts)


@dataclass(frozen=True, eq=False)
class Presence:
    """When each rep of some counts could have done something, and in which weeks he did.

    Args:
        works: reps × days, a working day on which he was one of the team.
        busy: reps × whole weeks, did he bring any lead to any stage?
    """

    works: NDArray[np.bool_]
    busy: NDArray[np.bool_]


def presence(facts: FactsTables, found: DayCounts, calendar: WorkingCalendar) -> Presence:
    """Who was there on which days of some counts.

    Args:
        facts: the published version.
        found: counts of whole weeks.
        calendar: the company's working days.
    """
    people, days = roster(facts), found.days
    works = np.tile([calendar.is_working_day(day) for day in days], (len(found.rep_ids), 1))
    for at, rep in enumerate(found.rep_ids):
        one = people.get(rep, Person(""))
        if one.joined_on:
            works[at, : max((one.joined_on - found.first).days, 0)] = False
        if one.left_on:
            works[at, max((one.left_on - found.first).days, 0) :] = False
    every = sum(found.counts.values(), np.zeros(works.shape, dtype=np.int64))
    return Presence(works, every.reshape(len(every), -1, _WEEK).sum(axis=2) > 0)


def _table(entered: Entries, row: NDArray[np.int64], first: date, size: tuple[int, int]) -> NDArray[np.int64]:
    some = entered.within(first, first + timedelta(days=size[1]))
    rows, columns = row[some.rep], some.day - day_number(first)
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, (rows[rows >= 0], columns[rows >= 0]), 1)
    return found


def never_reached(
    company: CompanyInputs, rep_ids: Iterable[int], first: date, until: date
) -> dict[int, tuple[int, int]]:
    """Of each rep: leads worked in those days, and how many of them are open and were never connected.

    Args:
        company: `metrics.inputs.read_company`.
        rep_ids: whose.
        first: first day.
        until: the day after the last.
    """
    worked, known = company.entered["worked"], company.known
    rows = worked.within(first, until)
    connected = rows.told["reached"] >> STAGES.index("connected") & 1 > 0
    still = ~connected & ~rows.told["is_lost"]
    return {rep: _of(rep, rows, still, known) for rep in rep_ids}


def _of(rep: int, rows: Entries, still: NDArray[Any], known: Names) -> tuple[int, int]:
    mine = rows.rep == known.reps.get(rep, -1)
    return int(mine.sum()), int((mine & still).sum())


def roster(facts: FactsTables) -> Mapping[int, Person]:
    """Everybody by his newest spell: role, first and last day."""
    reps = facts.table("reps")
    rows = facts.arrow(reps.select("rep_id", "role", "joined_on", "left_on", "valid_from")).to_pylist()
    newest = {row["rep_id"]: row for row in sorted(rows, key=lambda row: row["valid_from"])}
    return {rep: Person(row["role"] or "", row["joined_on"], row["left_on"]) for rep, row in newest.items()}
