"""The leads behind a number: which leads, for whom, and as a list that can be downloaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import ibis
import ibis.expr.types as ir

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.schema import STAGES
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput

#: Columns of a lead that may be asked for by value.
NAMED = ("source", "campaign", "term", "landing", "segment")
OUTCOMES = ("won", "lost", "open")
#: Rows a list holds; more are counted, not shown.
MOST_ROWS = 5000
#: Roles that read every lead, but not whose it is: leads are marketing's work.
SEES_LEADS_WITHOUT_REPS = frozenset({"marketer"})
_SHOWN = (
    "lead_id", "label", "source", "campaign", "term", "landing", "segment", "created_at", "assigned_at",
    *(f"{stage}_at" for stage in STAGES), "lost_at", "mrr", "rep_id", "is_won", "is_lost",
)  # fmt: skip
_LABELS = {
    "label": ("Lead", "text"),
    "source": ("Source", "text"),
    "campaign": ("Campaign", "text"),
    "term": ("Search term", "text"),
    "landing": ("Landing page", "text"),
    "segment": ("Segment", "text"),
    "rep": ("Rep", "text"),
    "created_at": ("Known since", "date"),
    "assigned_at": ("Handed over", "date"),
    **{f"{stage}_at": (stage.capitalize(), "date") for stage in STAGES},
    "lost_at": ("Lost", "date"),
    "mrr": ("MRR", "number"),
}


@dataclass(frozen=True)
class Selection:
    """Which leads: everything that is given must hold.

    Args:
        named: column of NAMED → its value; "" means that it is not recorded.
        stage: a stage they reached; empty for any.
        outcome: won, lost or open; empty for any.
        since: known from this day on.
        until: known before this day.
        lead_ids: only these; empty for all.
    """

    named: tuple[tuple[str, str], ...] = ()
    stage: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None
    lead_ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Selection":
        """The selection in a query string.

        Raises:
            BadInput: on a stage, outcome or day that does not exist.
        """
        stage, outcome = query.get("stage", ""), query.get("outcome", "")
        if stage and stage not in STAGES:
            raise BadInput(f"stage must be one of {', '.join(STAGES)}, got {stage!r}")
        if outcome and outcome not in OUTCOMES:
            raise BadInput(f"outcome must be one of {', '.join(OUTCOMES)}, got {outcome!r}")
        named = tuple((name, query[name]) for name in NAMED if name in query)
        return cls(named, stage, outcome, _day(query, "since"), _day(query, "until"))

    @property
    def query(self) -> dict[str, str]:
        """The query string; a list of ids has none."""
        told = {"stage": self.stage, "outcome": self.outcome, "since": self.since, "until": self.until}
        return dict(self.named) | {name: str(value) for name, value in told.items() if value}

    def url(self, page: str) -> str:
        """The address of the list at `page`, e.g. reverse("demand:records")."""
        return f"{page}?{urlencode(self.query)}" if self.query else page


def _day(query: Mapping[str, str], name: str) -> date | None:
    given = query.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise BadInput(f"{name} must be a day such as 2026-03-31, got {given!r}") from None


def seen_by(scope: Scope, leads: ir.Table) -> ir.Table:
    """The leads a person may see: those of their reps; all of them, without reps, for marketing."""
    if scope.rep_ids is None or scope.role in SEES_LEADS_WITHOUT_REPS:
        return leads
    return leads.filter(leads.rep_id.isin(sorted(scope.rep_ids))) if scope.rep_ids else leads.limit(0)


def selected(leads: ir.Table, selection: Selection) -> ir.Table:
    """The leads of a selection."""
    found = leads
    for name, value in selection.named:
        found = found.filter(found[name] == value if value else found[name].isnull())
    if selection.stage:
        found = found.filter(found.reached >= STAGES.index(selection.stage) + 1)
    if selection.outcome:
        is_open = ~found.is_won & ~found.is_lost
        found = found.filter({"won": found.is_won, "lost": found.is_lost, "open": is_open}[selection.outcome])
    if selection.since is not None:
        found = found.filter(found.created_at >= ibis.literal(selection.since, type="timestamp"))
    if selection.until is not None:
        found = found.filter(found.created_at < ibis.literal(selection.until, type="timestamp"))
    if selection.lead_ids:
        found = found.filter(found.lead_id.isin(list(selection.lead_ids)))
    return found


def lead_rows(facts: Facts, scope: Scope, selection: Selection) -> list[dict[str, Any]]:
    """The leads of a selection that this person may see, newest first; at most MOST_ROWS."""
    found = selected(seen_by(scope, facts.table("leads")), selection).select(*_SHOWN)
    newest = found.order_by([found.created_at.desc(), found.lead_id]).limit(MOST_ROWS)
    rows: list[dict[str, Any]] = facts.arrow(newest).to_pylist()
    names = {} if scope.role in SEES_LEADS_WITHOUT_REPS else names_of_reps(facts)
    for row in rows:
        row["rep"] = names.get(row["rep_id"])
        row["label"] = row["label"] or f"Lead {row['lead_id']}"
    return rows


def lead_count(facts: Facts, scope: Scope, selection: Selection) -> int:
    """How many leads of a selection this person may see: a plain count, for what a page states."""
    counted = facts.arrow(selected(seen_by(scope, facts.table("leads")), selection).agg(n=ibis._.count()))
    return int(counted["n"][0].as_py())


def lead_table(rows: Sequence[Mapping[str, Any]], page_size: int = 50) -> dict[str, Any]:
    """The rows as a record list; columns nobody fills are left out."""
    columns = [
        (name, label, kind)
        for name, (label, kind) in _LABELS.items()
        if name == "label" or any(row.get(name) is not None for row in rows)
    ]
    return {"columns": columns, "rows": list(rows), "page_size": page_size}
