"""What pay is counted from: customers with who signed them, changes of their MRR, quotas, and people."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from quintet.calendar.periods import local_day
from quintet.facts.asking import FactsTables
from quintet.management.terms.pay import Deal, MrrChange, PayBook, Person, PersonSpell, PlanVersion

_CENT = Decimal("0.01")
_CHANGED = "subscription.changed"


def read_book(facts: FactsTables, plans: tuple[PlanVersion, ...], zone: str) -> PayBook:
    """Everything statements are counted from; customers without a date are left out.

    Args:
        facts: a published version.
        plans: versions in force, oldest first.
        zone: IANA time zone of the team: a deal belongs to the day on the team's wall calendar.
    """
    months = facts.table("rep_months")
    rows = facts.arrow(months.select("rep_id", "month", "quota", "worked", "won", "attempts")).to_pylist()
    told = ((one["rep_id"], one["month"], _exact(one["quota"])) for one in rows)
    quotas = {(rep, month): quota for rep, month, quota in told if quota is not None}
    return PayBook(plans, read_deals(facts, zone), quotas, read_people(facts, rows, zone))


def read_deals(facts: FactsTables, zone: str) -> tuple[Deal, ...]:
    """Every dated customer with who signed it, what it paid and pays, in the order of signing."""
    rows = facts.arrow(signed_customers(facts)).to_pylist()
    changes = _changes(facts, rows, zone)
    deals = (_deal(row, changes.get(row["opportunity_id"], ()), zone) for row in rows)
    return tuple(sorted(deals, key=lambda deal: (deal.signed_at, deal.opportunity_id)))


def signed_customers(facts: FactsTables) -> ir.Table:
    """One row per customer with a day: what was signed, and who gets the credit.

    The credit is the lead's `won_by`, who does not change when the lead is given away; where a lead was won
    more than once, a later opportunity is credited to its own rep.

    Returns:
        opportunity_id, lead_id, label, account_id, rep_id (credit), owner_id (owns the lead now), won_at,
        mrr and amount at signing, currency, cancelled_at.
    """
    deals = facts.table("opportunities").select("opportunity_id", "label", signed_mrr="mrr")
    leads = facts.table("leads").select(
        "lead_id", lead_label="label", lead_won_at="won_at", won_by="won_by", owner_id="rep_id"
    )
    won = facts.table("customers")
    won = won.filter(won.won_at.notnull()).left_join(deals, "opportunity_id").drop("opportunity_id_right")
    won = won.left_join(leads, "lead_id").drop("lead_id_right")
    is_first = (won.won_at == won.lead_won_at).fill_null(True)  # noqa: FBT003 -- an undated win is the only one
    credit = is_first.ifelse(ibis.coalesce(won.won_by, won.rep_id), ibis.coalesce(won.rep_id, won.won_by))
    return won.select(
        "opportunity_id",
        "lead_id",
        "account_id",
        "owner_id",
        "won_at",
        "amount",
        "currency",
        "cancelled_at",
        label=ibis.coalesce(won.label, won.lead_label),
        rep_id=credit,
        mrr=won.signed_mrr,
    )


def read_people(facts: FactsTables, months: Iterable[dict[str, Any]], zone: str) -> dict[int, Person]:
    """Everybody the company tells of, with roles over time.

    Args:
        facts: a published version.
        months: rows of rep_months: who was active when.
        zone: of the team.
    """
    active: dict[int, set[date]] = {}
    for one in months:
        if one["worked"] or one["won"] or one["attempts"]:
            active.setdefault(one["rep_id"], set()).add(one["month"])
    reps = facts.table("reps")
    columns = ("rep_id", "name", "role", "joined_on", "left_on", "valid_from")
    spells: dict[int, list[dict[str, Any]]] = {}
    for row in facts.arrow(reps.select(*columns).order_by(["rep_id", "valid_from"])).to_pylist():
        spells.setdefault(row["rep_id"], []).append(row)
    return {rep: _person(rows, frozenset(active.get(rep, ())), zone) for rep, rows in spells.items()}


def _person(rows: list[dict[str, Any]], active: frozenset[date], zone: str) -> Person:
    newest = rows[-1]
    spells = tuple(PersonSpell(_day(row["valid_from"], zone), row["role"]) for row in rows)
    return Person(
        rep_id=newest["rep_id"],
        name=newest["name"] or str(newest["rep_id"]),
        joined_on=newest["joined_on"],
        left_on=newest["left_on"],
        spells=spells,
        active_months=active,
    )


def _deal(row: dict[str, Any], changes: Iterable[MrrChange], zone: str) -> Deal:
    gone = row["cancelled_at"]
    return Deal(
        opportunity_id=row["opportunity_id"],
        label=row["label"] or f"Customer {row['opportunity_id']}",
        rep_id=row["rep_id"],
        signed_at=row["won_at"],
        signed_on=_day(row["won_at"], zone),
        mrr=_exact(row["mrr"]),
        amount=_exact(row["amount"]),
        currency=row["currency"],
        cancelled_on=None if gone is None else _day(gone, zone),
        changes=tuple(changes),
        lead_id=row["lead_id"],
        owner_id=row["owner_id"],
    )


def _changes(facts: FactsTables, won: list[dict[str, Any]], zone: str) -> dict[int, list[MrrChange]]:
    """Changes of the MRR by opportunity, oldest first.

    A row that names no won opportunity belongs to the newest one won by its lead, else by its company, at or
    before that instant; failing that to the first one won: the rule of facts.CUSTOMERS.
    """
    told = facts.table("subscriptions")
    rows = told.filter((told.kind == _CHANGED) & told.changed_at.notnull() & told.mrr.notnull())
    found: dict[int, list[MrrChange]] = {}
    sold = _Sold(won)
    for row in facts.arrow(rows.order_by("changed_at")).to_pylist():
        customer = sold.customer_of(row)
        if customer is not None:
            change = MrrChange(_day(row["changed_at"], zone), _exact(row["mrr"]) or Decimal(0))
            found.setdefault(customer, []).append(change)
    return found


class _Sold:
    """Won opportunities by what a row about a subscription may name."""

    def __init__(self, won: list[dict[str, Any]]) -> None:
        self.known = {row["opportunity_id"] for row in won}
        self.by: dict[str, dict[int, list[tuple[datetime, int]]]] = {"lead_id": {}, "account_id": {}}
        for name, of in self.by.items():
            for row in won:
                if row[name] is not None:
                    of.setdefault(row[name], []).append((row["won_at"], row["opportunity_id"]))
            for sold in of.values():
                sold.sort()

    def customer_of(self, row: dict[str, Any]) -> int | None:
        """The opportunity a row is about; None when nobody knows."""
        if row["opportunity_id"] in self.known:
            return int(row["opportunity_id"])
        return next(self._candidates(row), None)

    def _candidates(self, row: dict[str, Any]) -> Iterator[int]:
        for name, of in self.by.items():
            if sold := of.get(row[name], ()):
                by_then = [one for at, one in sold if at <= row["changed_at"]]
                yield by_then[-1] if by_then else sold[0][1]


def _exact(value: float | None) -> Decimal | None:
    """Money as the source wrote it: the tables keep cents in floating point, which are exact when rounded."""
    return None if value is None else Decimal(repr(value)).quantize(_CENT)


def _day(instant: datetime, zone: str) -> date:
    """The day on the wall calendar; instants near the edge of the calendar are read as UTC."""
    if instant.year < 1971:  # noqa: PLR2004 -- a spell from 1970 means "always"
        return instant.date()
    return local_day(instant.replace(tzinfo=UTC), zone)


def newest_day(facts: FactsTables, zone: str) -> date | None:
    """The day on the wall calendar on which the data ends; None where no row has a date."""
    return None if facts.as_of is None else _day(facts.as_of, zone)
