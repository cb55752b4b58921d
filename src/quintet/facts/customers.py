"""Customers: what was won, what it is worth now, and whether it is still there."""

from datetime import datetime

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.flags import NO
from quintet.facts.instants import order_of, seconds_between

_DAY_SECONDS = 86_400


def customers(opportunities: ir.Table, subscriptions: ir.Table) -> ir.Table:
    """One row per won opportunity.

    A subscription row that names no won opportunity belongs to the newest one won by its lead, else by its
    company, at or before that instant; failing that to the first one won.

    Args:
        opportunities: schema.OPPORTUNITIES.
        subscriptions: rows.ROWS, the rows of subscriptions.

    Returns:
        schema.CUSTOMERS without observed_days, which `observed` adds: it changes every day.
    """
    won = opportunities.filter(opportunities.is_won.fill_null(NO))
    now = _newest_terms(_attributed(won, subscriptions))
    joined = won.left_join(now, won.opportunity_id == now.customer_id)
    gone = joined.end_key.notnull() & (joined.end_key > joined.term_key.fill_null(-(1 << 62)))
    return joined.select(
        "opportunity_id",
        "lead_id",
        "account_id",
        "rep_id",
        won_at=_.closed_at,
        amount=_.amount,
        mrr=ibis.coalesce(joined.newest_mrr, joined.mrr),
        currency=ibis.coalesce(joined.currency, joined.newest_currency),
        cancelled_at=gone.ifelse(joined.ended_at, ibis.null("timestamp")),
    )


def observed(table: ir.Table, as_of: datetime) -> ir.Table:
    """Customers with the days each was seen: to the day it cancelled, else to `as_of` (UTC, no zone)."""
    until = ibis.coalesce(table.cancelled_at, ibis.literal(as_of, type="timestamp"))
    seconds = seconds_between(table.won_at, until)
    return table.mutate(observed_days=(seconds.fill_null(0) // _DAY_SECONDS).cast("int64")).mutate(
        observed_days=_.won_at.notnull().ifelse(_.observed_days, ibis.null("int64"))
    )


def _attributed(won: ir.Table, subscriptions: ir.Table) -> ir.Table:
    """Each subscription row with the won opportunity it belongs to (customer_id)."""
    sold = won.select(
        sold_id="opportunity_id", sold_lead_id="lead_id", sold_account_id="account_id", sold_at="closed_at"
    )
    named = subscriptions.join(sold, [("opportunity_id", "sold_id")])
    loose = subscriptions.anti_join(sold, [("opportunity_id", "sold_id")])
    by_lead = _best(loose.join(sold, [("lead_id", "sold_lead_id")]))
    rest = loose.anti_join(by_lead, "record_id")
    by_account = _best(rest.join(sold, [("account_id", "sold_account_id")]))
    terms = ("record_id", "order_key", "kind", "occurred_at", "amount", "currency")
    direct = named.select(*terms, customer_id="sold_id")
    return direct.union(by_lead).union(by_account)


def _best(pairs: ir.Table) -> ir.Table:
    """Of the opportunities a row may belong to, the newest won by then; else the first."""
    key = order_of(pairs.sold_at, pairs.sold_id)
    by_then = (pairs.sold_at <= pairs.occurred_at).fill_null(NO)
    one = pairs.group_by(["record_id", "order_key", "kind", "occurred_at", "amount", "currency"]).agg(
        newest_id=pairs.sold_id.argmax(key, where=by_then), first_id=pairs.sold_id.argmin(key)
    )
    return one.select(
        "record_id",
        "order_key",
        "kind",
        "occurred_at",
        "amount",
        "currency",
        customer_id=ibis.coalesce(_.newest_id, _.first_id),
    )


def _newest_terms(attributed: ir.Table) -> ir.Table:
    """One row per customer: newest revenue, and the newest end."""
    ends = attributed.kind == "subscription.cancelled"
    told = ~ends & attributed.amount.notnull()
    key = attributed.order_key
    return attributed.group_by("customer_id").agg(
        newest_mrr=attributed.amount.argmax(key, where=told).cast("float64"),
        newest_currency=attributed.currency.argmax(key, where=attributed.currency.notnull()),
        term_key=key.max(where=~ends),
        end_key=key.max(where=ends),
        ended_at=attributed.occurred_at.argmax(key, where=ends & attributed.occurred_at.notnull()),
    )
