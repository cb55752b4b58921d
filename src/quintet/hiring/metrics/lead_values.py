"""What the average rep would have signed from a rep's leads: by segment, source and month.

Leads are not shared out evenly, so what a rep signed is held against what colleagues sign from leads of the
same segment and source, in the same month. The month takes the age of the leads out, too: young ones have
brought nobody much so far.
"""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from quintet.facts.flags import NO
from quintet.facts.published import Facts
from quintet.hiring.terms.success import LeadsBrought

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

#: What leads of a source bring is pulled to what their segment brings as if by so many customers.
PULL = 2.0
#: Where a rep won nobody, the log of his ratio spreads as if he had won this many.
_FEWEST_WON = 1.0


@dataclass(frozen=True, eq=False)
class LeadValues:
    """Sums of leads by rep, month, segment and source, and what the average rep would have signed from them.

    Arrays are [cells], a cell being a rep's leads of one month, segment and source.
    """

    rep: I8
    month: npt.NDArray[np.datetime64]
    leads: F8
    customers: F8
    value: F8
    expected: F8
    spread: float
    mean: float

    @classmethod
    def read(cls, facts: Facts, measure: str) -> "LeadValues":
        """Of all leads with a rep and a month.

        Args:
            facts: a published version.
            measure: mrr, amount or customers.
        """
        table = facts.arrow(_lead_cells(facts, measure))
        rep, month = table["rep"].to_numpy(), table["month"].to_numpy().astype("datetime64[M]")
        leads, value, customers = (
            np.asarray(table[name].to_numpy(), dtype=np.float64) for name in ("leads", "value", "customers")
        )
        squares = float(np.sum(table["squares"].to_numpy()))
        segment, source = (
            _code(np.asarray(table[name].to_pylist(), np.str_)) for name in ("segment", "source")
        )
        kind = segment * (int(source.max(initial=0)) + 1) + source
        won = float(customers.sum())
        mean = float(value.sum()) / won if won else 0.0
        expected = _expected(rep, kind, segment, (leads, value), PULL * mean)
        expected = expected * _factor(_code(month), value, expected)
        spread = max(squares / won / mean**2 - 1.0, 0.0) if won and mean > 0 else 0.0
        return cls(rep, month, leads, customers, value, expected, spread, mean)

    def of(self, rep_id: int, window: frozenset[date]) -> LeadsBrought:
        """Of one rep's months."""
        months = np.asarray([np.datetime64(one, "M") for one in window], dtype="datetime64[M]")
        mine = (self.rep == rep_id) & np.isin(self.month, months)
        customers = float(self.customers[mine].sum())
        expected = float(self.expected[mine].sum())
        noise = float(np.sqrt((1.0 + self.spread) / max(customers, _FEWEST_WON)))
        return LeadsBrought(
            leads=int(self.leads[mine].sum()),
            customers=int(customers),
            signed=float(self.value[mine].sum()),
            expected=expected,
            due=expected / self.mean if self.mean else 0.0,
            noise=noise,
        )


def _lead_cells(facts: Facts, measure: str) -> ir.Table:
    leads = facts.table("leads")
    won = leads.is_won.fill_null(NO)
    value = {"mrr": leads.mrr, "amount": leads.amount, "customers": won.cast("float64")}[measure]
    mine = leads.mutate(
        rep=ibis.coalesce(leads.worked_by, leads.rep_id),
        value=won.ifelse(value.fill_null(0.0), 0.0),
        won=won.cast("float64"),
        segment=leads.segment.fill_null(""),
        source=leads.source.fill_null(""),
    ).filter(lambda t: t.rep.notnull() & t.created_month.notnull())
    return (
        mine.group_by("rep", "segment", "source", month=mine.created_month)
        .agg(
            leads=mine.count(),
            value=mine.value.sum(),
            squares=(mine.value * mine.value).sum(),
            customers=mine.won.sum(),
        )
        .order_by(["rep", "month", "segment", "source"])
    )


def _expected(rep: I8, kind: I8, segment: I8, sums: tuple[F8, F8], pull: float) -> F8:
    """What others sign from as many leads of the same kind, [cells]; one's own are left out.

    `pull` is in money: a kind's ratio to its segment is that of a gamma-Poisson with so much seen at 1.
    """
    leads, value = sums
    seen, brought = _without_own(rep, segment, (leads, value))
    level = np.divide(brought, seen, out=np.zeros(len(leads)), where=seen > 0)
    seen, brought = _without_own(rep, kind, (leads, value))
    due = seen * level + pull
    ratio = np.divide(brought + pull, due, out=np.ones(len(leads)), where=due > 0)
    return np.asarray(leads * level * ratio)


def _without_own(rep: I8, group: I8, sums: tuple[F8, F8]) -> tuple[F8, F8]:
    """Sums over the group of each cell, less those of the cell's own rep."""
    pair = _code(_code(rep) * (int(group.max(initial=0)) + 1) + group)
    found = []
    for values in sums:
        whole = np.bincount(group, values)[group] if len(group) else values
        own = np.bincount(pair, values)[pair] if len(pair) else values
        found.append(np.asarray(whole - own, dtype=np.float64))
    return found[0], found[1]


def _code(values: npt.NDArray[np.generic]) -> I8:
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


def _factor(when: I8, value: F8, expected: F8) -> F8:
    """By how much a month of leads brought more, or less so far, than their kind does."""
    if not len(when):
        return value
    due = np.bincount(when, expected)
    ratio = np.divide(np.bincount(when, value), due, out=np.zeros(len(due)), where=due > 0)
    return np.asarray(ratio[when])
