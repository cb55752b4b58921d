"""The leads of an experiment, and what they did since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from quintet.demand.terms.experiments import METRICS, Design, EnteredLeads
from quintet.facts.published import Facts

_WEEKS = 12
_YEAR = 365


@dataclass(frozen=True)
class Flow:
    """What eligible leads did so far, for the plan.

    Args:
        leads_per_week: eligible leads that came in a week, over the last 12.
        matured: leads of the last year whose horizon is over.
        converted: of these, converted within the horizon.
    """

    leads_per_week: float
    matured: int
    converted: int


def flow(facts: Facts, design: Design) -> Flow:
    """How many leads would come in, and how many of them convert today."""
    if facts.as_of is None:
        return Flow(0.0, 0, 0)
    leads = _eligible(facts.table("leads"), design)
    now, horizon = facts.as_of, timedelta(days=design.horizon_days)
    recent = leads.created_at >= _at(now - timedelta(weeks=_WEEKS))
    matured = (leads.created_at >= _at(now - horizon - timedelta(days=_YEAR))) & (
        leads.created_at <= _at(now - horizon)
    )
    when = leads[METRICS[design.metric]]
    converted = matured & (when <= leads.created_at + ibis.interval(days=design.horizon_days))
    row = facts.arrow(leads.agg(recent=recent.sum(), matured=matured.sum(), converted=converted.sum()))
    recent_n, matured_n, converted_n = (int(row[name][0].as_py() or 0) for name in row.column_names)
    return Flow(recent_n / _WEEKS, matured_n, converted_n)


def new_leads(facts: Facts, design: Design, since: datetime) -> pa.Table:
    """Eligible leads that became known since then, oldest first: lead_id, created_at."""
    leads = _eligible(facts.table("leads"), design)
    found = leads.filter(leads.created_at >= _at(since)).order_by("created_at", "lead_id")
    return facts.arrow(found.select("lead_id", "created_at"))


def drawn(
    facts: Facts, design: Design, lead_ids: Sequence[int], cell: Sequence[int], entered_at: Sequence[datetime]
) -> EnteredLeads:
    """Leads that were drawn into cells, with what they did since."""
    ids = np.asarray(lead_ids, dtype=np.int64)
    when = facts.table("leads").select("lead_id", converted_at=METRICS[design.metric])
    asked = ibis.memtable(pa.table({"asked_id": pa.array(ids)}))
    found = facts.arrow(
        asked.inner_join(when, asked.asked_id == when.lead_id).select("lead_id", "converted_at")
    )
    order = np.argsort(found["lead_id"].to_numpy())
    place = np.searchsorted(found["lead_id"].to_numpy()[order], ids)
    at = found["converted_at"].to_numpy()[order].astype("datetime64[us]")
    entered = np.asarray([one.replace(tzinfo=None) for one in entered_at], dtype="datetime64[us]")
    return EnteredLeads(np.asarray(cell, dtype=np.int64), entered, _taken(at, place), _as_of(facts))


def of_channel(facts: Facts, design: Design, since: datetime, until: datetime | None) -> EnteredLeads:
    """The leads of a channel (cell 1) and all other leads (cell 0) of the same days."""
    leads = _eligible(facts.table("leads"), design)
    match = design.cells[1].match
    mine = ((leads.source == match) | (leads.campaign == match)).fill_null(ibis.literal(value=False))
    chosen = leads.filter(leads.created_at >= _at(since))
    if until is not None:
        chosen = chosen.filter(chosen.created_at <= _at(until))
    found = facts.arrow(
        chosen.select(
            cell=mine.cast("int64"), entered_at="created_at", converted_at=chosen[METRICS[design.metric]]
        )
    )
    return EnteredLeads(
        found["cell"].to_numpy(),
        found["entered_at"].to_numpy().astype("datetime64[us]"),
        found["converted_at"].to_numpy().astype("datetime64[us]"),
        _as_of(facts),
    )


def costs(facts: Facts, design: Design, since: datetime, until: datetime | None) -> tuple[float | None, ...]:
    """Money booked for the source or campaign of each cell while the experiment ran; None where unknown."""
    spend = facts.table("spend")
    chosen = spend.filter(spend.booked_at >= _at(since))
    if until is not None:
        chosen = chosen.filter(chosen.booked_at <= _at(until))
    rows = facts.arrow(chosen.select("campaign", "source", "amount")).to_pylist()
    return tuple(_cost(rows, cell.match) for cell in design.cells)


def _cost(rows: Sequence[dict[str, object]], match: str) -> float | None:
    theirs = [
        float(str(row["amount"])) for row in rows if match and match in {row["campaign"], row["source"]}
    ]
    return sum(theirs) if theirs else None


def _eligible(leads: ir.Table, design: Design) -> ir.Table:
    chosen = leads.filter(leads.created_at.notnull())
    if design.source:
        chosen = chosen.filter(chosen.source == design.source)
    if design.segment:
        chosen = chosen.filter(chosen.segment == design.segment)
    return chosen


def _at(moment: datetime) -> ir.TimestampScalar:
    return ibis.literal(moment.replace(tzinfo=None), type="timestamp")


def _as_of(facts: Facts) -> np.datetime64:
    return np.datetime64(facts.as_of or datetime(1970, 1, 1), "us")  # noqa: DTZ001 -- facts have no zone


def _taken(at: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Instants in the order asked; a lead that was erased since has none."""
    return at[np.minimum(place, len(at) - 1)] if len(at) else np.full(len(place), np.datetime64("NaT"))
