"""Leads at each step by rep, month and kind, old enough to tell, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

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
_UNKNOWN = "not known"


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
    found = {
        step: _arrays(facts.arrow(_step(facts, (before, step), DAYS[step])), joined)
        for before, step in pairwise(STAGES)
    }
    found[CUSTOMER] = _arrays(facts.arrow(_step(facts, ("worked", "won"), CUSTOMER_DAYS)), joined)
    return found


def joined_months(facts: FactsTables) -> dict[int, int]:
    """rep_id → month of joining, since year 0, where it is known."""
    return {one.rep_id: month_number(one.joined_on) for one in read_careers(facts) if one.joined_on}


def _step(facts: FactsTables, step: tuple[str, str], days: int) -> ir.Table:
    leads = facts.table("leads")
    since, until, rep = leads[f"{step[0]}_at"], leads[f"{step[1]}_at"], leads[f"{step[0]}_by"]
    span = ibis.interval(days=days)
    newest = ibis.literal(facts.as_of, type="timestamp")
    made = (until <= since + span).fill_null(ibis.literal(value=False))
    seen = leads.filter(since.notnull() & rep.notnull() & (since + span <= newest))
    return _counted(seen.mutate(rep=rep, month=since.truncate("M").date(), made=made))


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
        name: np.asarray([one or _UNKNOWN for one in told[name].to_pylist()], dtype=object)
        for name in FAMILIES
    }
