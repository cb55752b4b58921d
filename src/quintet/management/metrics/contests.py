"""What a contest counts, rep by rep and day by day on the team's wall calendar, and the records behind it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from quintet.calendar.zones import midnight
from quintet.facts.asking import FactsTables
from quintet.facts.instants import local_clock
from quintet.management.terms.contests import MONEY, Counts
from quintet.management.terms.pay import Deal

SIGNED = ("won", *MONEY)
_NOTHING = Decimal(0)


def read_counts(facts: FactsTables, metric: str, start: date, end: date, zone: str) -> Counts:
    """How many leads each rep brought to a stage, or attempts he made, on each day.

    Args:
        facts: a published version.
        metric: a stage, or attempts.
        start: first day.
        end: last day.
        zone: IANA time zone of the team.
    """
    rows = local_clock(entries(facts, metric, start, end, zone), "happened_at", zone)
    days = rows.mutate(day=rows.local_at.date()).group_by(["rep_id", "day"]).agg(n=ibis._.count())
    found: dict[int, dict[date, Decimal]] = {}
    for row in facts.arrow(days).to_pylist():
        found.setdefault(row["rep_id"], {})[row["day"]] = Decimal(row["n"])
    return Counts(found, _until(facts, end))


def signed_counts(
    facts: FactsTables, deals: Iterable[Deal], metric: str, span: tuple[date, date], currency: str | None
) -> Counts:
    """How many customers each rep signed, or for how much, on each day: the customers pay is counted on.

    Args:
        facts: a published version.
        deals: every customer.
        metric: won, mrr or amount.
        span: first and last day.
        currency: customers in another are left out of money.
    """
    found: dict[int, dict[date, Decimal]] = {}
    for deal in signed_deals(deals, metric, span, currency):
        value = Decimal(1) if metric == "won" else getattr(deal, metric) or _NOTHING
        days = found.setdefault(deal.rep_id or 0, {})
        days[deal.signed_on] = days.get(deal.signed_on, _NOTHING) + value
    return Counts(found, _until(facts, span[1]))


def signed_deals(
    deals: Iterable[Deal], metric: str, span: tuple[date, date], currency: str | None
) -> tuple[Deal, ...]:
    """The customers such a figure counts."""
    start, end = span
    within = (one for one in deals if one.rep_id is not None and start <= one.signed_on <= end)
    if metric == "won":
        return tuple(within)
    return tuple(one for one in within if currency is None or one.currency in {None, currency})


def entries(facts: FactsTables, metric: str, start: date, end: date, zone: str) -> ir.Table:
    """One row per lead a rep brought to a stage, or per attempt, between two days on the wall calendar.

    Returns:
        rep_id, lead_id, happened_at; of attempts also channel and outcome.
    """
    if metric == "attempts":
        rows = facts.table("attempts")
        told = rows.mutate(happened_at=rows.attempted_at)
        columns = ("rep_id", "lead_id", "happened_at", "channel", "outcome")
    else:
        rows = facts.table("leads")
        told = rows.mutate(happened_at=rows[f"{metric}_at"], rep_id=rows[f"{metric}_by"])
        columns = ("rep_id", "lead_id", "happened_at", "source", "segment")
    since, until = (_midnight(zone, day) for day in (start, end + timedelta(days=1)))
    within = (told.happened_at >= since) & (told.happened_at < until)
    return told.filter(told.rep_id.notnull() & within).select(*columns)


def entry_records(
    facts: FactsTables, metric: str, span: tuple[date, date], zone: str, rep_id: int
) -> list[dict[str, Any]]:
    """The rows behind a rep's figure, newest first, each with the lead's name."""
    rows = entries(facts, metric, *span, zone)
    leads = facts.table("leads").select("lead_id", "label")
    own = rows.filter(rows.rep_id == rep_id).left_join(leads, "lead_id").drop("lead_id_right")
    return facts.arrow(own.order_by([ibis.desc("happened_at"), "lead_id"])).to_pylist()


def _midnight(zone: str, day: date) -> datetime:
    return midnight(zone, day.year, day.month, day.day).replace(tzinfo=None)


def _until(facts: FactsTables, end: date) -> date:
    """Counted to the end of this day: the last one asked for, or the last the data is whole for."""
    return end if facts.as_of is None else min(end, facts.as_of.date())
