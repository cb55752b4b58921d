"""The leads behind a number of the reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from quintet.demand.asks.reports import Filters
from quintet.demand.formula.reports.build import local_hours, span_of
from quintet.demand.formula.reports.looks import behaviours, contents
from quintet.demand.metrics.reports import from_hand_over, read_leads, read_touches
from quintet.demand.terms.reports import WITHIN_DAYS, ReportQuestion
from quintet.facts.published import Facts
from quintet.facts.schema import STAGES
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData

COLUMNS = ("source", "campaign", "term")
REACHED = ("", "qualified", "won_soon", "won")
#: Reads every channel, and no rep's name.
WITHOUT_REPS = "marketer"
_SHOWN = ("label", "source", "campaign", "term", "landing", "segment", "created_at", "qualified_at", "won_at",
          "mrr", "amount", "currency")  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """Which number.

    Args:
        by: source, campaign or term; look for a behaviour or content; empty for all leads.
        name: of it; empty for leads without one.
        family: of a look.
        reached: of these, only those that reached: qualified, won_soon, won; empty for all.
    """

    by: str = ""
    name: str = ""
    family: str = ""
    reached: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Selection":
        """The selection in a query string.

        Raises:
            BadInput: when it names no number of the reports.
        """
        one = cls(*(query.get(name, "") for name in ("by", "name", "family", "reached")))
        if one.by not in ("", "look", *COLUMNS):
            raise BadInput(f"by must be one of {', '.join(COLUMNS)} or look, got {one.by!r}")
        if one.reached not in REACHED:
            raise BadInput(f"reached must be one of {', '.join(REACHED[1:])}, got {one.reached!r}")
        return one


@dataclass(frozen=True)
class Records:
    """The leads a reader may see, newest first, and how many the number counts in all."""

    rows: tuple[dict[str, Any], ...]
    total: int


def records(facts: Facts, scope: Scope, filters: Filters, selection: Selection) -> Records:
    """The leads a number counts; of those, the rows this reader may see.

    Marketers see every lead; managers those of their people and of nobody.
    """
    leads = facts.table("leads")
    question = question_of(facts, filters)
    rows = _chosen(leads, question, selection).order_by(ibis.desc("created_at"), "lead_id")
    found = facts.arrow(rows.select("lead_id", "rep_id", *_SHOWN))
    if selection.by == "look":
        found = found.filter(pc.is_in(found["lead_id"], value_set=_members(facts, selection)))
    told = found.to_pylist()
    return Records(tuple(row for row in told if _may_see(scope, row["rep_id"])), len(told))


def question_of(facts: Facts, filters: Filters) -> ReportQuestion:
    """The days and the segment that filters stand for."""
    if facts.as_of is None:
        raise NotEnoughData(
            "no lead has a date, so no period can be reported: map a date column", unit="leads"
        )
    first = facts.arrow(facts.table("leads").created_at.min().as_table())[0][0].as_py()
    start, end = span_of(filters.period, facts.as_of.date(), (first or facts.as_of).date())
    return ReportQuestion(start, end, filters.segment)


def _chosen(leads: ir.Table, question: ReportQuestion, selection: Selection) -> ir.Table:
    start, end = (ibis.timestamp(day.isoformat()) for day in (question.start, question.end))
    rows = leads.filter([leads.created_at >= start, leads.created_at < end])
    if question.segment:
        rows = rows.filter(rows.segment == question.segment)
    if selection.by in COLUMNS:
        column = rows[selection.by]
        blank = column.isnull() | (column == "")
        rows = rows.filter(column == selection.name if selection.name else blank)
    return _reached(rows, selection.reached)


def _reached(rows: ir.Table, reached: str) -> ir.Table:
    if reached == "qualified":
        return rows.filter(rows.reached > STAGES.index("qualified"))
    if reached == "won":
        return rows.filter(rows.is_won)
    if reached == "won_soon":
        last = rows.created_at + ibis.interval(days=WITHIN_DAYS)
        return rows.filter([rows.is_won, rows.won_at >= rows.created_at, rows.won_at <= last])
    return rows


def _members(facts: Facts, selection: Selection) -> pa.Array:
    """The ids of the leads with a behaviour or content."""
    leads = from_hand_over(read_leads(facts))
    touched = read_touches(facts, leads)
    looks = (*behaviours(leads, touched, local_hours(touched, facts.manifest.zone)), *contents(touched))
    for look in looks:
        if (look.family, look.name) == (selection.family, selection.name):
            return pa.array(leads.lead_ids[look.leads])
    raise BadInput(f"there is no {selection.family} {selection.name!r}: open a number on the content page")


def _may_see(scope: Scope, rep_id: int | None) -> bool:
    return scope.role == WITHOUT_REPS or rep_id is None or scope.sees(rep_id)
