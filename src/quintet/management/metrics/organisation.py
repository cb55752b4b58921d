"""What the organisation's page is counted from: spells of people, months beside quotas, leads by segment."""

from datetime import UTC, date, datetime
from typing import Any

import ibis

from quintet.calendar.periods import local_day
from quintet.facts.asking import FactsTables
from quintet.management.terms.organisation import SegmentWork, Spell

_ALWAYS = 1971


def read_spells(facts: FactsTables, zone: str) -> tuple[Spell, ...]:
    """Everybody's spells of unchanged manager, team, segment and role, in the order of persons and days."""
    rows = facts.arrow(facts.table("reps").order_by(["rep_id", "valid_from"])).to_pylist()
    return tuple(_spell(row, zone) for row in rows)


def read_segment_work(facts: FactsTables, start: date, end: date) -> tuple[SegmentWork, ...]:
    """Leads first worked in a period by rep and segment, and customers among those won in it.

    Args:
        facts: a published version.
        start: first day, UTC as the months of the facts.
        end: the day after the last.
    """
    leads = facts.table("leads")
    since, until = (datetime(day.year, day.month, day.day) for day in (start, end))  # noqa: DTZ001 -- facts have no zone
    parts = []
    for stage in ("worked", "won"):
        at, who = leads[f"{stage}_at"], leads[f"{stage}_by"]
        rows = leads.filter(who.notnull() & (at >= since) & (at < until))
        parts.append(
            rows.select(
                rep_id=rows[f"{stage}_by"],
                segment=rows.segment,
                is_worked=ibis.literal(stage == "worked"),
            )
        )
    both = ibis.union(*parts)
    counted = both.group_by(["rep_id", "segment"]).agg(
        worked=both.is_worked.sum(), won=(~both.is_worked).sum()
    )
    rows = facts.arrow(counted.order_by(["rep_id", "segment"])).to_pylist()
    return tuple(SegmentWork(row["rep_id"], row["segment"], row["worked"], row["won"]) for row in rows)


def _spell(row: dict[str, Any], zone: str) -> Spell:
    return Spell(
        rep_id=row["rep_id"],
        name=row["name"] or str(row["rep_id"]),
        role=row["role"],
        manager_id=row["manager_id"],
        team=row["team"],
        segment=row["segment"],
        since=None if row["valid_from"].year < _ALWAYS else _day(row["valid_from"], zone),
        until=None if row["valid_to"] is None else _day(row["valid_to"], zone),
        joined_on=row["joined_on"],
        left_on=row["left_on"],
    )


def _day(instant: datetime, zone: str) -> date:
    return local_day(instant.replace(tzinfo=UTC), zone)
