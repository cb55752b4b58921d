"""What was signed: by rep and month, for commits and quotas."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.asking import FactsTables

Sums = dict[str, float]


@dataclass(frozen=True)
class Signed:
    """Sums of won opportunities by rep and month of the close: amount, mrr and customers."""

    sums: dict[tuple[int, date], Sums]

    def of(self, reps: frozenset[int], start: date, end: date, measure: str) -> float:
        """What some reps signed in whole months."""
        months = [start]
        while (following := _next_month(months[-1])) < end:
            months.append(following)
        found = (self.sums.get((rep, month)) for rep in sorted(reps) for month in months)
        return sum(told[measure] for told in found if told is not None)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def read_signed(facts: FactsTables) -> Signed:
    """Every rep's months with a won opportunity."""
    rows = facts.table("opportunities")
    won = rows.filter(rows.is_won & rows.closed_at.notnull())
    by_month = won.group_by(rep_id=won.rep_id.fill_null(0), month=won.closed_at.truncate("M").date()).agg(
        amount=_.amount.sum(), mrr=_.mrr.sum(), customers=_.count()
    )
    return Signed(
        {
            (row["rep_id"], row["month"]): {
                name: float(row[name] or 0.0) for name in ("amount", "mrr", "customers")
            }
            for row in facts.arrow(by_month).to_pylist()
        }
    )


def read_days(facts: FactsTables, start: date, end: date, reps: tuple[int, ...]) -> list[tuple[date, Sums]]:
    """What was signed on each day from `start` up to, and without, `end`; everybody's without reps."""
    chosen = _won(facts, start, end, reps)
    by_day = chosen.group_by("day").agg(amount=_.amount.sum(), mrr=_.mrr.sum(), customers=_.count())
    found = facts.arrow(by_day.order_by("day")).to_pylist()
    names = ("amount", "mrr", "customers")
    return [(row["day"], {name: float(row[name] or 0.0) for name in names}) for row in found]


def won_deals(facts: FactsTables, start: date, end: date, reps: tuple[int, ...]) -> list[dict[str, Any]]:
    """The deals won from `start` up to, and without, `end`, newest first; everybody's without reps."""
    columns = (
        "rep_id",
        "label",
        "product",
        "segment",
        "created_at",
        "closed_at",
        "amount",
        "mrr",
        "currency",
    )
    found = _won(facts, start, end, reps).order_by(ibis.desc("closed_at"), "opportunity_id")
    return [row | {"rep_id": row["rep_id"] or 0} for row in facts.arrow(found.select(*columns)).to_pylist()]


def _won(facts: FactsTables, start: date, end: date, reps: tuple[int, ...]) -> ir.Table:
    rows = facts.table("opportunities")
    won = rows.filter(rows.is_won & rows.closed_at.notnull())
    dated = won.mutate(day=won.closed_at.date())
    chosen = dated.filter((dated.day >= ibis.literal(start)) & (dated.day < ibis.literal(end)))
    return chosen.filter(chosen.rep_id.isin(reps)) if reps else chosen
