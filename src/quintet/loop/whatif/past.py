"""What the months that are over say about those to come: leads, steps, delays, revenue, reps."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quintet.calendar.periods import month_after, month_number
from quintet.facts.asking import FactsTables, running_month
from quintet.facts.careers import read_careers
from quintet.facts.schema import STAGES
from quintet.kernel.errors import NotEnoughData
from quintet.loop.whatif.terms import FEWEST_CUSTOMERS, FEWEST_MONTHS

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
#: Months looked back, and a customer comes at most so many months after the lead.
BACK, AGES = 24, 13


@dataclass(frozen=True, eq=False)
class Past:
    """Whole months, oldest first.

    Args:
        until: first day of the month that runs.
        leads: [months] created.
        reached: [months, stages] of these, how many had reached each stage by now.
        won: [months, AGES] of these, customers signed so many months after the month of the lead.
        mrr: what each customer of the last year signed, in the currency most of them pay in.
        worked_by_rep: [rep, months] leads of the month that each rep worked, for reps there all month.
        tenure: [reps] whole months since joining of those at work now.
        currency: that one; empty where none is named.
        others: customers of the last year who pay in another one, or of whom no revenue is known.
    """

    until: date
    leads: F8
    reached: F8
    won: F8
    mrr: F8
    worked_by_rep: F8
    tenure: I8
    currency: str
    others: int = 0

    @property
    def months(self) -> int:
        """How many."""
        return len(self.leads)


def read_past(facts: FactsTables, until: date | None = None) -> Past:
    """The last two years of whole months.

    Args:
        facts: a published version.
        until: first day of the month that is taken to run; the one in which the data ends when left out.

    Raises:
        NotEnoughData: below nine months of leads or thirty customers.
    """
    until = until or running_month(facts)
    start = month_after(until, -BACK)
    leads = facts.table("leads")
    told = leads.filter(
        leads.created_at >= ibis.literal(start, type="timestamp"),
        leads.created_at < ibis.literal(until, type="timestamp"),
    )
    rows = facts.arrow(
        told.select("reached", "mrr", "currency", "worked_by", "won_at", created=told.created_at)
    )
    created = _month(rows.column("created").to_numpy(zero_copy_only=False), start)
    first = int(created.min(initial=0))
    size = BACK - first
    created -= first
    reached = rows.column("reached").to_numpy()
    won_at = _month(rows.column("won_at").to_numpy(zero_copy_only=False), start) - first
    is_won = (reached >= len(STAGES)) & (won_at >= 0) & (won_at < size)
    counted = [np.bincount(created[reached > at], minlength=size) for at in range(len(STAGES))]
    won = np.zeros((size, AGES))
    np.add.at(won, (created[is_won], np.clip(won_at[is_won] - created[is_won], 0, AGES - 1)), 1.0)
    _require(size, int(is_won.sum()))
    mine = is_won & (won_at >= size - 12)
    signed, currency = _signed(rows, mine)
    return Past(
        until=until,
        leads=np.bincount(created, minlength=size).astype(np.float64),
        reached=np.column_stack(counted).astype(np.float64),
        won=won,
        mrr=signed,
        worked_by_rep=_worked(rows.column("worked_by").to_numpy(zero_copy_only=False), created, size),
        tenure=_tenure(facts, until),
        currency=currency,
        others=int(mine.sum()) - len(signed),
    )


def _require(months: int, customers: int) -> None:
    needs = ((months, FEWEST_MONTHS, "whole months of leads"), (customers, FEWEST_CUSTOMERS, "customers"))
    for have, need, unit in needs:
        if have < need:
            message = f"what would come of it takes {need} {unit}, and there are {have}"
            raise NotEnoughData(message, have=have, need=need, unit=unit)


def _signed(rows: pa.Table, mine: npt.NDArray[np.bool_]) -> tuple[F8, str]:
    """What customers signed, in the currency most of them pay in, and which that is."""
    named = [one for one, is_mine in zip(rows.column("currency").to_pylist(), mine, strict=True) if is_mine]
    most = Counter(one for one in named if one).most_common(1)
    currency = most[0][0] if most else ""
    signed = rows.column("mrr").to_numpy(zero_copy_only=False)[mine].astype(np.float64)
    kept = np.isfinite(signed) & np.asarray([(one or "") == currency for one in named], dtype=bool)
    return signed[kept], currency


def _month(at: npt.NDArray[np.datetime64], start: date) -> I8:
    """Months since a first day; far below 0 where there is no instant."""
    months = at.astype("datetime64[M]") - np.datetime64(start, "M")
    return np.where(np.isnat(at), -(10**6), months.astype(np.int64))


def _worked(rep: npt.NDArray[np.float64], created: I8, size: int) -> F8:
    """[reps, months] leads worked, of everybody who ever worked one."""
    known = np.isfinite(rep.astype(np.float64))
    _, place = np.unique(rep[known], return_inverse=True)
    table = np.zeros((int(place.max(initial=-1)) + 1, size))
    np.add.at(table, (place, created[known]), 1.0)
    return table


def _tenure(facts: FactsTables, until: date) -> I8:
    """Whole months since joining of everybody at work; who was there when the history begins: very long."""
    here = [one for one in read_careers(facts) if one.left_on is None or one.left_on >= until]
    return np.asarray(
        [
            10**3 if one.joined_on is None else max(month_number(until) - month_number(one.joined_on), 0)
            for one in here
            if one.joined_on is None or one.joined_on < until
        ],
        dtype=np.int64,
    )
