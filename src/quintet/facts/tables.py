"""The tables in the order they are computed, each an expression over named tables of no engine."""

import hashlib
import json
from collections.abc import Callable
from functools import cache

import ibis
import ibis.expr.types as ir

from quintet.facts.attempts import attempts
from quintet.facts.customers import customers
from quintet.facts.flags import NO
from quintet.facts.leads import leads
from quintet.facts.opportunities import opportunities
from quintet.facts.rep_months import COUNTED, rep_months
from quintet.facts.rep_names import REP_NAMES
from quintet.facts.reps import NAMING_REPS, reps, seen_reps
from quintet.facts.rows import ROWS
from quintet.facts.schema import TABLES
from quintet.facts.stage_spells import stage_spells
from quintet.facts.touches import touches

#: Rows kept beside the tables, so that a refresh need not read the ledger again.
KEPT = ("told_rows", "activity_rows", "subscription_rows", "people_rows")
#: The rows of buyers, kept in two tables, and their name together.
BUYER_ROWS = ("told_rows", "activity_rows")
BUYERS = "buyer_rows"

#: Tables in which a lead's rows can be replaced, and the column that says whose rows they are.
BY_LEAD = {
    "opportunities": "opportunity_id",
    "attempts": "lead_id",
    "stage_spells": "opportunity_id",
    "touches": "lead_id",
    "leads": "lead_id",
}
#: Small tables, written anew at each refresh.
WHOLE = ("customers", "rep_months", "reps")
#: Not a table of anybody's, read by reps: what the aliases call each rep; written anew at each load.
NAMES = "rep_names"

#: Of these, the ones that may follow from the version before, see `inputs`.
FOLLOWING = ("rep_months", "reps")

#: Columns added when a version is opened: they change with the day, not with the rows.
LATE = {"customers": ("observed_days",)}


def stored_columns(name: str) -> dict[str, str]:
    """Name → Ibis type of what the files of a table hold."""
    if name in (*KEPT, BUYERS):
        return ROWS
    if name == NAMES:
        return REP_NAMES
    late = LATE.get(name, ())
    return {column: kind for column, (kind, _) in TABLES[name].columns.items() if column not in late}


@cache
def columns_digest() -> str:
    """A digest of every stored column and its type: files with another one belong to another release."""
    told = {name: stored_columns(name) for name in (*KEPT, *BY_LEAD, *WHOLE)}
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def named(name: str, state: str = "") -> ir.Table:
    """A stored table by its name, bound to no engine.

    Args:
        name: the table.
        state: "old" for its rows in the version before; "new" for those a refresh computed.
    """
    return ibis.table(stored_columns(name), name=f"{state}_{name}" if state else name)


def gone(name: str) -> ir.Table:
    """What is read of the rows a refresh replaces: whose they were (lead_id), and what rep_months adds up."""
    old = named(name, "old")
    return old.select(lead_id=old[BY_LEAD[name]], **{column: old[column] for column in COUNTED.get(name, ())})


@cache
def expression(name: str, zone: str) -> ir.Table:
    """How a table is computed from the rows, from the tables before it and from its `inputs`.

    Args:
        name: the table; BY_LEAD then WHOLE is an order in which each needs only those before it.
        zone: IANA time zone of the team.

    Returns:
        An expression whose columns, their order and types are those of `stored_columns`.
    """
    return _stored(name, _BUILDERS[name](zone))


@cache
def inputs(name: str, *, after: bool = False) -> dict[str, ir.Table]:
    """What a small table reads besides tables, by the names its expression has for them.

    Args:
        name: the table.
        after: does it follow from the version before? Then they hold old_<table> of that version, and
            gone_<table> and new_<table> of what a refresh replaced; else all there is.
    """
    if name == "rep_months":
        before = named(name, "old") if after else _none(name)
        counted = {f"counted_{part}": _counted(part, after=after) for part in COUNTED}
        return {"rep_months_before": before, **counted}
    if name == "reps":
        state = "new" if after else ""
        naming = [named(part, "" if part in WHOLE else state) for part in NAMING_REPS]
        return {"seen_reps": seen_reps(named("people_rows"), naming)}
    return {}


def _none(name: str) -> ir.Table:
    columns = {column: ibis.null(kind) for column, kind in stored_columns(name).items()}
    return named("people_rows").filter(NO).select(**columns)


def _counted(part: str, *, after: bool) -> ir.Table:
    """The rows that a sum over a table adds, and those it takes off."""
    columns, once = COUNTED[part], ibis.literal(1, type="int64")
    if not after:
        return named(part).select(*columns, times=once)
    went = ibis.table(gone(part).schema(), name=f"gone_{part}").select(*columns, times=-once)
    return went.union(named(part, "new").select(*columns, times=once))


def _read(name: str) -> list[ir.Table]:
    """The inputs of a small table by their names alone."""
    return [ibis.table(one.schema(), name=known) for known, one in inputs(name).items()]


@cache
def untold_reps() -> ir.Table:
    """The people of the version before of whom no row of people tells."""
    told = named("people_rows")
    told = told.filter(told.kind.startswith("rep.") & told.rep_id.notnull())
    return named("reps", "old").anti_join(told, "rep_id").select("rep_id").limit(1)


def _stored(name: str, computed: ir.Table) -> ir.Table:
    return computed.select(
        **{column: computed[column].cast(kind) for column, kind in stored_columns(name).items()}
    )


_BUILDERS: dict[str, Callable[[str], ir.Table]] = {
    "opportunities": lambda _: opportunities(named("buyer_rows"), named("subscription_rows")),
    "attempts": lambda zone: attempts(named("buyer_rows"), zone),
    "stage_spells": lambda _: stage_spells(named("buyer_rows")),
    "touches": lambda _: touches(named("buyer_rows")),
    "leads": lambda _: leads(named("buyer_rows"), named("opportunities"), named("attempts")),
    "customers": lambda _: customers(named("opportunities"), named("subscription_rows")),
    "rep_months": lambda _: rep_months(named("people_rows"), *_read("rep_months")),
    "reps": lambda _: reps(named("people_rows"), named(NAMES), *_read("reps")),
}
