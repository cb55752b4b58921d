"""What a room asks of the facts, and what every room asks: what reps are called."""

from datetime import date, datetime, timedelta
from typing import Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quintet.kernel.errors import NotEnoughData


class FactsTables(Protocol):
    """What the rooms need of the facts; `facts.published.Facts` is one."""

    @property
    def as_of(self) -> datetime | None:
        """Newest instant known, UTC without a zone."""

    def table(self, name: str) -> ir.Table:
        """One of the tables of facts/schema.py."""

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """The rows of an expression."""


def names_of_reps(facts: FactsTables) -> dict[int, str]:
    """Newest known name of each rep; the number as text where nobody knows one.

    Args:
        facts: a published version.
    """
    reps = facts.table("reps")
    newest = reps.group_by("rep_id").agg(
        name=reps.name.max(where=reps.valid_to.isnull()), any=reps.name.max()
    )
    rows = facts.arrow(newest.select("rep_id", name=ibis.coalesce(newest.name, newest["any"])))
    return {row["rep_id"]: row["name"] or str(row["rep_id"]) for row in rows.to_pylist()}


def running_month(facts: FactsTables) -> date:
    """The first day of the month that runs: only months before it are over.

    Args:
        facts: a published version, or facts as they were known.

    Raises:
        NotEnoughData: when no row has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData("no row of the data has a date, so no month is over", unit="dated rows")
    newest = facts.as_of.date() + timedelta(days=1)  # a history that ends with a month ends it
    return newest.replace(day=1)
