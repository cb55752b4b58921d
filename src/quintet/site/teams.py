"""Who reports to whom on a day, from the effective-dated rows of facts.REPS."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any


@dataclass(frozen=True)
class Spell:
    """One person's stay under one manager; `until` is open while it lasts."""

    rep_id: int
    manager_id: int | None
    since: datetime
    until: datetime | None

    def covers(self, on: date) -> bool:
        """Was it so at the end of that day? A new manager counts from the day itself."""
        end = datetime.combine(on, time.max)
        return self.since <= end and (self.until is None or end < self.until)


def reps_under(spells: Iterable[Spell], manager_id: int, on: date) -> frozenset[int]:
    """Everybody a manager leads on a day, through every level below.

    Args:
        spells: one per person and stay under a manager.
        manager_id: the manager's own rep_id; not part of the answer.
        on: the day.
    """
    reports = defaultdict(set)
    for spell in spells:
        if spell.manager_id is not None and spell.covers(on):
            reports[spell.manager_id].add(spell.rep_id)
    found: set[int] = set()
    waiting = [manager_id]
    while waiting:
        new = reports[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return frozenset(found - {manager_id})


def team_of(facts: Any, manager_id: int, on: date) -> frozenset[int]:  # noqa: ANN401
    """Everybody a manager leads on a day, by the published facts."""
    reps = facts.table("reps").select("rep_id", "manager_id", "valid_from", "valid_to")
    spells = [
        Spell(row["rep_id"], row["manager_id"], row["valid_from"], row["valid_to"])
        for row in facts.arrow(reps).to_pylist()
    ]
    return reps_under(spells, manager_id, on)
