"""The leads behind a number of the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np

from quintet.calendar.zones import zone
from quintet.demand.asks.contract import Asked
from quintet.demand.formula.contract_month import select
from quintet.demand.formula.contract_rule import parse_rule
from quintet.demand.metrics.contract_store import Counted
from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope

#: Roles that read leads as marketing's own: which lead, but not whose.
SEES_LEADS_NOT_REPS = frozenset({"marketer"})
_INSTANTS = ("handed_at", "due_at", "first_attempt_at", "attempts_due_at", "rejected_at")


@dataclass(frozen=True)
class Number:
    """A number of the page.

    Args:
        name: of formula/contract_month.py SELECTIONS.
        day: only what took place on this day.
        reason: only leads sent back for this.
    """

    name: str
    day: date | None = None
    reason: str = ""


def records(
    facts: Facts, scope: Scope, counted: Counted, asked: Asked, number: Number
) -> list[dict[str, Any]]:
    """The leads behind a number, newest hand-over first, of those the reader may see.

    A marketer reads every lead that marketing handed over, but not whose it is.

    Args:
        facts: a published version.
        scope: of the reader.
        counted: the count.
        asked: the day of the page.
        number: which.

    Returns:
        One row a lead; instants are on the team's clock, without a zone.

    Raises:
        BadInput: when there is no such number.
    """
    found = counted.found
    mask = select(found, number.name, asked.month, asked.until, number.day)
    if number.reason:
        wanted = counted.reasons.index(number.reason) if number.reason in counted.reasons else -2
        mask = mask & (found.reason == wanted)
    rows = np.flatnonzero(mask)[::-1]
    by_marketing = scope.role in SEES_LEADS_NOT_REPS
    seen = [int(at) for at in rows if by_marketing or _sees(scope, int(found.rep_id[at]))]
    named = _named(facts, [int(found.lead_ids[at]) for at in seen])
    return [_row(counted, at, named, asked, with_rep=not by_marketing) for at in seen]


def _sees(scope: Scope, rep_id: int) -> bool:
    return scope.rep_ids is None or (rep_id != 0 and scope.sees(rep_id))


def _row(
    counted: Counted, at: int, named: dict[int, dict[str, Any]], asked: Asked, *, with_rep: bool
) -> dict[str, Any]:
    found = counted.found
    lead_id = int(found.lead_ids[at])
    own = next((one for one in counted.versions if one.version == found.version[at]), counted.versions[0])
    clock = zone(own.clauses.zone)
    words = [part.words for part in parse_rule(own.clauses.rule).parts]
    row = {
        "lead_id": lead_id,
        **{name: _local(getattr(found, name)[at], clock, asked.until, name) for name in _INSTANTS},
        "points": float(found.points[at]),
        "attempts": int(found.attempts[at]),
        "unmet": "; ".join(said for bit, said in enumerate(words) if int(found.failed[at]) >> bit & 1),
        "rep_id": int(found.rep_id[at]),
        **named.get(lead_id, {"label": str(lead_id), "rep": None, "source": None, "segment": None}),
    }
    back = row["rejected_at"]
    row["reason"] = counted.reasons[found.reason[at]] if back is not None and found.reason[at] >= 0 else None
    return row if with_rep else row | {"rep": None, "rep_id": 0}


def _local(instant: np.datetime64, clock: ZoneInfo, until: datetime, name: str) -> datetime | None:
    """On the team's clock; what happened after the day asked about is not told, what is due then is."""
    if np.isnat(instant):
        return None
    moment: datetime = instant.astype("datetime64[us]").item()
    if moment > until and not name.endswith("due_at"):
        return None
    return moment.replace(tzinfo=UTC).astimezone(clock).replace(tzinfo=None)


def _named(facts: Facts, lead_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Label, source, segment and rep of leads."""
    if not lead_ids:
        return {}
    leads = facts.table("leads")
    wanted = ibis.memtable({"wanted_id": list(lead_ids)}, schema={"wanted_id": "int64"})
    chosen = leads.inner_join(wanted, leads.lead_id == wanted.wanted_id)
    told = facts.arrow(chosen.select("lead_id", "label", "source", "segment", "rep_id")).to_pylist()
    names = names_of_reps(facts)
    return {
        row["lead_id"]: {
            "label": row["label"] or str(row["lead_id"]),
            "source": row["source"],
            "segment": row["segment"],
            "rep": names.get(row["rep_id"]),
        }
        for row in told
    }
