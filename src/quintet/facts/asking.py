"""What a room asks of the facts, and what every room asks: what reps are called."""

from datetime import datetime
from typing import Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa


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
