"""Leads for the tests of the management room: a few by hand, or a whole team drawn with known rates."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from quintet.facts.schema import STAGES, TABLES

AS_OF = datetime(2026, 6, 30, 12)  # noqa: DTZ001 -- facts instants have no zone
_ARROW = {
    "int64": pa.int64(),
    "string": pa.string(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
}


@dataclass
class TableFacts:
    """Facts held in memory: what `FactsTables` asks for, on DuckDB."""

    leads: pa.Table
    opportunities: pa.Table = field(default_factory=lambda: facts_table("opportunities", []))
    reps: pa.Table = field(default_factory=lambda: facts_table("reps", []))
    as_of: datetime | None = AS_OF

    def __post_init__(self):
        self.engine = ibis.duckdb.connect()
        for name in ("leads", "opportunities", "reps"):
            self.engine.create_table(name, getattr(self, name))

    def table(self, name: str) -> ir.Table:
        """One of the three tables."""
        return self.engine.table(name)

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """Its rows."""
        return self.engine.to_pyarrow(expression)


def facts_table(name: str, rows: list[dict]) -> pa.Table:
    """Rows of a facts table; what is not stated is null."""
    schema = pa.schema([(column, _ARROW[kind]) for column, (kind, _) in TABLES[name].columns.items()])
    return pa.Table.from_pylist(rows, schema=schema)


def day(text: str) -> datetime:
    """An instant from "2026-03-01" or "2026-03-01 09:30"."""
    return datetime.fromisoformat(text)


def lead_row(lead_id: int, rep: int | None, recorded=STAGES, **instants: str) -> dict:
    """One lead: the instants stated were reached; earlier ones are filled as facts fills them."""
    row = {"lead_id": lead_id, "rep_id": rep, "label": f"lead {lead_id}"}
    known = None
    reached = 0
    for place in reversed(range(len(STAGES))):
        stage = STAGES[place]
        known = day(instants.pop(stage)) if stage in instants else known
        reached = max(reached, place + 1) if known else reached
        row[f"{stage}_at"] = known
        row[f"{stage}_by"] = rep if known else None
    bits = sum(1 << place for place, stage in enumerate(STAGES) if stage in recorded and place < reached)
    row |= {"reached": reached, "recorded": bits, "is_won": reached == len(STAGES), "skipped": 0}
    return row | instants


def leads_table(*rows: dict) -> pa.Table:
    """facts.LEADS from `lead_row`s."""
    return facts_table("leads", list(rows))


def drawn_leads(rng, rates, *, leads_per_month=100, months=9, lag_days=(1.0, 4.0, 6.0, 20.0)) -> pa.Table:
    """A team's leads, entering evenly until AS_OF, with planted rates and exponential delays.

    Args:
        rng: numpy generator.
        rates: planted rate of each rep at each of the four steps, shape (reps, 4).
        leads_per_month: leads worked by each rep a month.
        months: how far back they enter.
        lag_days: mean days each step takes.
    """
    reps = rates.shape[0]
    count = rng.poisson(leads_per_month * months, reps)
    rep = np.repeat(np.arange(reps) + 1, count)
    now = np.datetime64(AS_OF, "s")
    at = now - (rng.uniform(0, months * 30.4375 * 86_400, rep.size)).astype("timedelta64[s]")
    instants = {"worked": at}
    alive = np.ones(rep.size, dtype=bool)
    for step, stage in enumerate(STAGES[1:]):
        alive = alive & (rng.random(rep.size) < rates[rep - 1, step])
        at = at + (rng.exponential(lag_days[step] * 86_400, rep.size)).astype("timedelta64[s]")
        alive = alive & (at <= now)
        instants[stage] = np.where(alive, at, np.datetime64("NaT"))
    return _columns(rng, rep, instants)


def _columns(rng, rep, instants):
    reached = sum((~np.isnat(at)).astype(np.int64) for at in instants.values())
    connected = ~np.isnat(instants["connected"])
    attempts = np.where(connected, 1 + rng.poisson(1.0, rep.size), 5)
    dials = rng.binomial(attempts, 0.6)
    by_call = connected & (rng.random(rep.size) < 0.7)
    columns = {
        "lead_id": np.arange(rep.size),
        "rep_id": rep,
        "reached": reached,
        "recorded": (1 << reached) - 1,
        "is_won": reached == len(STAGES),
        "attempts": attempts,
        "dials": dials,
        "emails": attempts - dials,
        "dial_connected": by_call,
        "email_connected": connected & ~by_call,
    }
    columns |= {f"{stage}_at": at.astype("datetime64[us]") for stage, at in instants.items()}
    columns |= {f"{stage}_by": np.ma.array(rep, mask=np.isnat(at)) for stage, at in instants.items()}
    names = TABLES["leads"].columns
    arrays = [
        pa.array(columns[name], type=_ARROW[kind]) if name in columns else pa.nulls(rep.size, _ARROW[kind])
        for name, (kind, _) in names.items()
    ]
    return pa.Table.from_arrays(arrays, names=list(names))


def reps_table(names: dict[int, str]) -> pa.Table:
    """facts.REPS with one open spell each."""
    start = AS_OF - timedelta(days=900)
    return facts_table("reps", [{"rep_id": k, "name": n, "valid_from": start} for k, n in names.items()])


PLAIN = np.array([0.5, 0.6, 0.5, 1 / 3])
