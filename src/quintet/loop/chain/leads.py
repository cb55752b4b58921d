"""Leads at each step by rep, month and kind, old enough to tell, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quintet.calendar.periods import month_number
from quintet.facts.asking import FactsTables
from quintet.facts.careers import read_careers
from quintet.facts.schema import STAGES
from quintet.loop.chain.terms import CUSTOMER, CUSTOMER_DAYS
from quintet.training.metrics.steps import DAYS

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

FAMILIES = ("segment", "source", "term", "landing")
UNKNOWN = "not known"


@dataclass(frozen=True, eq=False)
class Worked:
    """Leads at one step that are alike in all of this, one row each.

    Args:
        rep_id: who had them, shape (R,).
        month: months since year 0, shape (R,).
        tenure: months since joining; -1 where nobody knows, shape (R,).
        kinds: what tells leads apart → the name of each row's, shape (R,).
        tried: leads, shape (R,).
        won: of these, came to the end of the step in time, shape (R,).
        age: what else moves rates, a number for each level, e.g. how long a customer has been one; nothing
            when left out, shape (R,).
    """

    rep_id: I8
    month: I8
    tenure: I8
    kinds: Mapping[str, npt.NDArray[np.object_]]
    tried: F8
    won: F8
    age: I8 | None = None


def read_worked(facts: FactsTables) -> dict[str, Worked]:
    """The leads of every step, and of worked leads that become customers.

    Args:
        facts: a published version with a newest instant.
    """
    joined = joined_months(facts)
    steps = (*STAGES[1:], CUSTOMER)
    return {step: _arrays(facts.arrow(_counted(seen(facts, step))), joined) for step in steps}


def joined_months(facts: FactsTables) -> dict[int, int]:
    """rep_id → month of joining, since year 0, where it is known."""
    return {one.rep_id: month_number(one.joined_on) for one in read_careers(facts) if one.joined_on}


def seen(facts: FactsTables, step: str, *, until: date | None = None) -> ir.Table:
    """Leads that began a step, old enough to tell: whose they were, since when, and whether they made it.

    Args:
        facts: a published version with a newest instant.
        step: a stage that follows another, or CUSTOMER for worked leads that become customers.
        until: old enough by the end of this day; by the newest instant of the facts when left out.

    Returns:
        The columns of leads, and `rep`, `since`, `until`, `made` (in time) and `month` besides.
    """
    begin, end = ("worked", "won") if step == CUSTOMER else (STAGES[STAGES.index(step) - 1], step)
    leads, span = facts.table("leads"), ibis.interval(days=CUSTOMER_DAYS if step == CUSTOMER else DAYS[step])
    since, to, rep = leads[f"{begin}_at"], leads[f"{end}_at"], leads[f"{begin}_by"]
    newest = facts.as_of
    if until is not None and newest is not None:
        newest = min(newest, datetime.combine(until, time.max))
    made = (to <= since + span).fill_null(ibis.literal(value=False))
    told = leads.mutate(rep=rep, since=since, until=to, month=since.truncate("M").date(), made=made)
    return told.filter(since.notnull() & rep.notnull() & (since + span <= ibis.literal(newest, "timestamp")))


def _counted(rows: ir.Table) -> ir.Table:
    counted = rows.group_by("rep", "month", *FAMILIES)
    told = counted.agg(tried=rows.count(), won=rows.made.cast("int64").sum())
    return told.order_by(["rep", "month", *FAMILIES])


def _arrays(told: pa.Table, joined: Mapping[int, int]) -> Worked:
    rep = np.asarray(told["rep"].to_numpy(), dtype=np.int64)
    month = np.asarray([month_number(one) for one in told["month"].to_pylist()], dtype=np.int64)
    return Worked(
        rep_id=rep,
        month=month,
        tenure=tenures(rep, month, joined),
        kinds=kinds_of(told),
        tried=told["tried"].to_numpy().astype(np.float64),
        won=told["won"].to_numpy().astype(np.float64),
    )


def tenures(rep: I8, month: I8, joined: Mapping[int, int]) -> I8:
    """Months since joining of each row; -1 where nobody knows."""
    since = np.asarray([joined.get(one, -1) for one in rep.tolist()], dtype=np.int64)
    return np.where(since >= 0, np.maximum(month - since, 0), -1)


def kinds_of(told: pa.Table) -> dict[str, npt.NDArray[np.object_]]:
    """What tells the leads of each row apart, by name."""
    return {
        name: np.asarray([one or UNKNOWN for one in told[name].to_pylist()], dtype=object)
        for name in FAMILIES
    }
