"""What targets need of the facts: the month so far, the last one by the same day, and every week."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from quintet.facts.asking import FactsTables
from quintet.facts.schema import STAGES
from quintet.management.terms.targets import METRICS, Pair, Weekly
from quintet.stats.shares import wilson

_WEEKS = 104
_MONDAY = 7


@dataclass(frozen=True)
class Signed:
    """What a rep did and signed in a month."""

    rep_id: int
    counts: dict[str, int] = field(default_factory=dict)
    mrr: float = 0.0
    quota: float | None = None


def month_of(facts: FactsTables, month: date) -> dict[int, Signed]:
    """Each rep's month, from facts.rep_months.

    Args:
        facts: a published version.
        month: its first day.
    """
    months = facts.table("rep_months")
    rows = facts.arrow(months.filter(months.month == ibis.literal(month))).to_pylist()
    return {
        row["rep_id"]: Signed(
            row["rep_id"], {stage: row[stage] for stage in STAGES}, row["mrr"] or 0.0, row["quota"]
        )
        for row in rows
        if row["rep_id"] is not None
    }


def signed_between(facts: FactsTables, start: date, end: date) -> dict[int, float]:
    """MRR that each rep signed from one day up to, and without, another."""
    leads = facts.table("leads")
    mine = _within(leads, leads.won_at, start, end).filter(leads.won_by.notnull())
    rows = facts.arrow(mine.group_by(rep_id=mine.won_by).agg(mrr=mine.mrr.sum())).to_pylist()
    return {row["rep_id"]: row["mrr"] or 0.0 for row in rows}


def currency_of(facts: FactsTables) -> str:
    """The currency of what was signed; empty where there is none, or more than one."""
    leads = facts.table("leads")
    found = facts.arrow(leads.filter(leads.currency.notnull()).select("currency").distinct()).to_pylist()
    return found[0]["currency"] if len(found) == 1 else ""


def weekly(facts: FactsTables, until: datetime) -> Weekly:
    """What each rep did in each whole week of the last two years.

    Args:
        facts: a published version.
        until: newest instant; the week it lies in is not whole, unless that instant is a Sunday.
    """
    last = until.date() + timedelta(days=1)
    end = last - timedelta(days=last.weekday())
    start = end - timedelta(weeks=_WEEKS)
    leads, attempts = facts.table("leads"), facts.table("attempts")
    parts = {
        metric: _by_week(leads, leads[f"{metric}_at"], leads[f"{metric}_by"], start, end)
        for metric in METRICS[1:]
    }
    parts["attempts"] = _by_week(attempts, attempts.attempted_at, attempts.rep_id, start, end)
    parts["mrr"] = _by_week(leads, leads.won_at, leads.won_by, start, end, leads.mrr.sum())
    return _as_arrays({name: facts.arrow(part) for name, part in parts.items()}, start, end)


def pairs(facts: FactsTables, names: dict[int, str], start: date, end: date) -> tuple[Pair, ...]:
    """Who hands qualifying calls to whom, and how many become demos; most calls first.

    A lead counts for the one its qualifying call counts for and the one who gave the demo, or owns it.
    Only those are told who hand over at least half of their qualifying calls: others keep theirs, and a few
    of their leads were given to somebody else later.
    """
    mine = handed_over(facts.table("leads"), start, end)
    rows = facts.arrow(
        mine.group_by("qualified_by", "closer").agg(calls=mine.count(), demos=mine.demo_at.count())
    ).to_pylist()
    kept: Counter[int] = Counter()
    for row in rows:
        kept[row["qualified_by"]] += row["calls"] * (1 if row["qualified_by"] == row["closer"] else -1)
    found = [
        _pair(row, names)
        for row in rows
        if row["qualified_by"] != row["closer"] and kept[row["qualified_by"]] <= 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.calls, one.setter, one.closer)))


def handed_over(leads: ir.Table, start: date, end: date) -> ir.Table:
    """Leads whose qualifying call was held in those days, with `closer`: who gave the demo, or owns the lead.

    Args:
        leads: facts.LEADS; those without either person are left out.
        start: first day.
        end: the day after the last.
    """
    mine = _within(leads, leads.qualified_at, start, end)
    mine = mine.mutate(closer=ibis.coalesce(mine.demo_by, mine.rep_id))
    return mine.filter(mine.qualified_by.notnull(), mine.closer.notnull())


def demos_by_pair(facts: FactsTables, start: date, end: date) -> dict[tuple[int, int], int]:
    """Demos by who held the qualifying call before and who gave the demo, both known."""
    leads = facts.table("leads")
    mine = _within(leads, leads.demo_at, start, end)
    mine = mine.filter(mine.qualified_by.notnull(), mine.demo_by.notnull())
    rows = facts.arrow(mine.group_by("qualified_by", "demo_by").agg(demos=mine.count())).to_pylist()
    return {(row["qualified_by"], row["demo_by"]): row["demos"] for row in rows}


def _pair(row: dict[str, Any], names: dict[int, str]) -> Pair:
    setter, closer = row["qualified_by"], row["closer"]
    lo, hi = wilson(row["demos"], row["calls"])
    return Pair(
        setter, names.get(setter, f"rep {setter}"), closer, names.get(closer, f"rep {closer}"),
        row["calls"], row["demos"], lo, hi,
    )  # fmt: skip


def _within(table: ir.Table, instant: ir.Column, start: date, end: date) -> ir.Table:
    since, until = (ibis.literal(datetime.combine(day, time.min)) for day in (start, end))
    return table.filter(instant >= since, instant < until)


def _by_week(
    table: ir.Table,
    instant: ir.Column,
    rep: ir.Column,
    start: date,
    end: date,
    what: ir.Scalar | None = None,
) -> ir.Table:
    """rep_id, week (days since the first Monday, in sevens) and how much."""
    mine = _within(table, instant, start, end).filter(rep.notnull())
    monday = instant.truncate("W")
    return mine.group_by(rep_id=rep, week=monday.date()).agg(number=mine.count() if what is None else what)


def _as_arrays(found: dict[str, pa.Table], start: date, end: date) -> Weekly:
    weeks = (end - start).days // _MONDAY
    rows = {name: table.to_pylist() for name, table in found.items()}
    rep_ids = tuple(sorted({row["rep_id"] for part in rows.values() for row in part}))
    places = {rep: at for at, rep in enumerate(rep_ids)}
    arrays = {name: np.zeros((len(rep_ids), weeks)) for name in rows}
    for name, part in rows.items():
        for row in part:
            arrays[name][places[row["rep_id"]], (row["week"] - start).days // _MONDAY] = row["number"] or 0.0
    first = _first_used(arrays.values(), weeks)
    kept = {name: array[:, first:] for name, array in arrays.items()}
    mrr = kept.pop("mrr")
    return Weekly(start + timedelta(weeks=first), rep_ids, kept, mrr)


def _first_used(arrays: Sequence[np.ndarray] | Any, weeks: int) -> int:  # noqa: ANN401 -- dict values
    used = np.zeros(weeks, dtype=bool)
    for one in arrays:
        used |= one.any(axis=0)
    return int(used.argmax()) if used.any() else weeks
