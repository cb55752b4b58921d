"""Success of every rep since joining, from facts: what was signed, from which leads, and who stayed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_after
from quintet.facts.lifetimes import read_subscribers
from quintet.facts.once import OncePerVersion
from quintet.facts.published import Facts
from quintet.hiring.metrics.lead_values import LeadValues
from quintet.hiring.terms.success import (
    EARLY_DAYS,
    FIRST_MONTH,
    LAST_MONTH,
    EarlyChurn,
    RepSuccess,
    Success,
)
from quintet.kernel.errors import NotEnoughData
from quintet.stats.lifetime_value import Lifetimes
from quintet.stats.rates import fit_rates

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

_RECORDED = 0.5


class _Month(NamedTuple):
    """What a rep signed in a month, by measure, and the quota."""

    first: date
    signed: dict[str, float]
    quota: float | None


def read_success(facts: Facts) -> Success:
    """What became of every rep, hired inside the history or before; worked out once a version and process.

    Args:
        facts: a published version; a table made at first ask is read, so call this in the worker.

    Raises:
        NotEnoughData: where nothing in the facts has a date, or nobody joined.
    """
    return _read_once(facts)


def _success_of(facts: Facts) -> Success:
    if facts.as_of is None:
        raise NotEnoughData("nothing in the data has a date: success cannot be told by month", unit="dates")
    as_of = facts.as_of.date()
    people = _people(facts)
    if not people:
        raise NotEnoughData("no rep is known: import who sells", unit="reps")
    measure, currency = measure_of(facts)
    read = _Read(
        measure,
        LeadValues.read(facts, measure),
        _months(facts),
        _worths(facts),
        _early_churn(facts),
        over=as_of + timedelta(days=1),
    )
    told = (read.success_of(one) for one in people)
    reps = sorted(filter(None, told), key=lambda one: (one.joined_on, one.rep_id), reverse=True)
    return Success(tuple(reps), measure, currency, as_of)


_read_once = OncePerVersion(_success_of, most=2)


@dataclass(frozen=True)
class _Read:
    """All that was read, by rep; `over` is the first day that is not."""

    measure: str
    leads: LeadValues
    months: dict[int, list[_Month]]
    worth: dict[int, float]
    early: dict[int, EarlyChurn]
    over: date

    def success_of(self, one: dict[str, Any]) -> RepSuccess | None:
        """Of one rep; None of one who never did anything and has no first day."""
        rep_id, months = one["rep_id"], self.months.get(one["rep_id"], [])
        joined = one["joined_on"] or min((month.first for month in months), default=None)
        if joined is None:
            return None
        window = judged_months(joined, one["left_on"], self.over)
        mine = [month for month in months if month.first in window]
        quotas = [month.quota for month in mine if month.quota is not None]
        brought = self.leads.of(rep_id, window)
        return RepSuccess(
            rep_id=rep_id,
            name=one["name"] or f"Rep {rep_id}",
            joined_on=joined,
            left_on=one["left_on"],
            months=len(window),
            signed=sum(month.signed[self.measure] for month in mine),
            quota=sum(quotas) if quotas else None,
            brought=brought,
            worth=self.worth.get(rep_id),
            early_churn=self.early.get(rep_id, EarlyChurn(0, 0)),
        )


def measure_of(facts: Facts) -> tuple[str, str]:
    """What this company counts success by: MRR where half its customers have one, else value, else customers.

    Returns:
        mrr, amount or customers; and the currency, empty for customers.
    """
    won = facts.table("customers")
    told = facts.arrow(
        won.agg(
            n=won.count(),
            mrr=(won.mrr > 0).sum(),
            amount=(won.amount > 0).sum(),
            currency=won.currency.max(),
        )
    ).to_pylist()[0]
    for name in ("mrr", "amount"):
        if told["n"] and (told[name] or 0) >= _RECORDED * told["n"]:
            return name, told["currency"] or ""
    return "customers", ""


def _people(facts: Facts) -> list[dict[str, Any]]:
    """Everybody who sells or sold, newest spell."""
    reps = facts.table("reps")
    newest = reps.group_by("rep_id").agg(
        name=reps.name.argmax(reps.valid_from),
        role=reps.role.argmax(reps.valid_from),
        joined_on=reps.joined_on.min(),
        left_on=reps.left_on.argmax(reps.valid_from),
    )
    rows = facts.arrow(newest.order_by("rep_id")).to_pylist()
    return [row for row in rows if row["role"] != "manager" and row["rep_id"] is not None]


def judged_months(joined: date, left: date | None, over: date) -> frozenset[date]:
    """First days of the months that count: over, and the rep was here to their end."""
    months = (month_after(joined, age) for age in range(FIRST_MONTH - 1, LAST_MONTH))
    end = over if left is None else min(left, over)
    return frozenset(month for month in months if month_after(month, 1) <= end)


def _months(facts: Facts) -> dict[int, list[_Month]]:
    """Each rep's months."""
    table = facts.table("rep_months")
    found: dict[int, list[_Month]] = {}
    for row in facts.arrow(table.select("rep_id", "month", "mrr", "amount", "won", "quota")).to_pylist():
        signed = {"mrr": row["mrr"] or 0.0, "amount": row["amount"] or 0.0, "customers": row["won"] or 0.0}
        found.setdefault(row["rep_id"], []).append(_Month(row["month"], signed, row["quota"]))
    return found


def _worths(facts: Facts) -> dict[int, float]:
    """What a customer of each rep is worth beside the mean of the customer's segment: luck taken out."""
    seen = read_subscribers(facts)
    if not len(seen) or not seen.is_lost.any():
        return {}
    lifetimes = Lifetimes.of(seen.months, seen.is_lost, seen.mrr)
    reps, rep = np.unique(seen.rep_ids, return_inverse=True)
    _, segment = np.unique(seen.segment, return_inverse=True)
    mine = _group_worths(lifetimes, rep, len(reps))
    usual = _group_worths(lifetimes, segment, int(segment.max()) + 1)[segment]
    due = np.bincount(rep, usual) / np.bincount(rep)
    return {int(one): float(value) for one, value in zip(reps, mine / due, strict=True) if one}


def _group_worths(lifetimes: Lifetimes, code: I8, size: int) -> F8:
    groups = lifetimes.groups(code, size)
    return np.asarray([float((lifetimes.months(one.multiplier) * one.arpa).mean()) for one in groups])


def _early_churn(facts: Facts) -> dict[int, EarlyChurn]:
    """Customers of each rep lost within EARLY_DAYS, of those watched that long."""
    return early_churn_of(dict(_early_counts(facts)))


def early_churn_of(counted: dict[int, tuple[int, int]]) -> dict[int, EarlyChurn]:
    """Early churn of each rep, luck taken out.

    Args:
        counted: rep_id → customers watched, of these lost early.
    """
    watched = {rep: told for rep, told in counted.items() if told[0]}
    n, lost = (np.asarray([one[k] for one in watched.values()], dtype=np.int64) for k in (0, 1))
    if len(watched) < 2 or not lost.any():  # noqa: PLR2004 -- one rep alone is beside nobody
        return {rep: EarlyChurn(*told) for rep, told in watched.items()}
    rates = fit_rates(lost, n - lost)
    return {
        rep: EarlyChurn(
            *told, float(rates.mean[at]), float(rates.lo[at]), float(rates.hi[at]), float(rates.p_above[at])
        )
        for at, (rep, told) in enumerate(watched.items())
    }


def _early_counts(facts: Facts) -> Iterator[tuple[int, tuple[int, int]]]:
    won = facts.table("customers")
    early = won.cancelled_at.notnull() & (won.observed_days <= EARLY_DAYS)
    mine = won.filter(won.rep_id.notnull() & (early | (won.observed_days > EARLY_DAYS)))
    rows = mine.group_by("rep_id").agg(n=mine.count(), lost=early.cast("int64").sum()).order_by("rep_id")
    for row in facts.arrow(rows).to_pylist():
        yield row["rep_id"], (row["n"], row["lost"] or 0)
