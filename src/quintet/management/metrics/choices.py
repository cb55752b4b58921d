"""What can be picked on the funnel page: teams, segments, sources, and where the data begins."""

from datetime import date, datetime
from typing import cast

import ibis

from quintet.facts.asking import FactsTables

_MOST = 200


def teams(facts: FactsTables) -> dict[str, frozenset[int]]:
    """Team name → the people in it now, managers of the team not counted; by name."""
    reps = facts.table("reps")
    now = reps.filter(reps.valid_to.isnull() & reps.team.notnull() & (reps.role != "manager").fill_null(True))  # noqa: FBT003
    members: dict[str, set[int]] = {}
    for row in facts.arrow(now.select("team", "rep_id")).to_pylist():
        members.setdefault(row["team"], set()).add(row["rep_id"])
    return {name: frozenset(members[name]) for name in sorted(members)}


def values_of(facts: FactsTables, column: str) -> tuple[str, ...]:
    """The values of a lead's segment or source, the most frequent 200 of them, by name."""
    leads = facts.table("leads")
    known = leads.filter(leads[column].notnull())
    counted = known.group_by(column).agg(n=known.count())
    rows = facts.arrow(counted.order_by(ibis.desc("n"), column).limit(_MOST)).to_pylist()
    return tuple(sorted(row[column] for row in rows))


def first_day(facts: FactsTables) -> date:
    """The first day a lead was worked or became known; the newest day where none has a date."""
    leads = facts.table("leads")
    found = facts.arrow(leads.agg(first=ibis.least(leads.worked_at.min(), leads.created_at.min())))["first"][
        0
    ].as_py()
    return cast("datetime", found or facts.as_of).date()
