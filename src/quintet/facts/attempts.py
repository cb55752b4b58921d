"""Attempts: every time a rep tried to reach a lead."""

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.flags import NO
from quintet.facts.instants import first_of_month, local_clock, seconds_between
from quintet.facts.journeys import ATTEMPT_KINDS, journeys

_CHANNELS = {"call.attempted": "call", "email.sent": "email", "message.sent": "message"}
_KNOWN_OUTCOMES = ("connected", "no_answer", "voicemail", "busy", "replied")
_CONNECTS = ("connected", "replied")


def attempts(rows: ir.Table, zone: str = "UTC") -> ir.Table:
    """One row per attempt: the n-th time a rep tried to reach a lead.

    A reply belongs to the newest e-mail sent before it, unless another attempt came between. An e-mail nobody
    answered is left unknown here; `settled` decides once it is known whether replies are recorded at all.

    Args:
        rows: rows.ROWS, the rows of buyers.
        zone: IANA name of the time zone the team works in.

    Returns:
        schema.ATTEMPTS. Attempts without a date come in no particular place but always the same.
    """
    tried = _numbered(journeys(rows.filter(rows.lead_id.notnull() | rows.opportunity_id.notnull())))
    outcome = ibis.coalesce(tried.is_replied.ifelse("replied", ibis.null("string")), _outcome(tried))
    timed = local_clock(tried.mutate(result=outcome), "occurred_at", zone)
    return timed.select(
        lead_id=_.journey_id,
        attempt_number=_.attempt_number,
        rep_id=_.rep_id,
        attempted_at=_.occurred_at,
        attempted_month=first_of_month(timed.occurred_at),
        channel=timed.kind.cases(*_CHANNELS.items()),
        content=_.content,
        outcome=_.result,
        is_connect=(timed.result == "unknown").ifelse(ibis.null("boolean"), timed.result.isin(_CONNECTS)),
        lag_seconds=_lag_seconds(timed),
        local_hour=timed.local_at.hour().cast("int64"),
        local_weekday=(timed.local_at.day_of_week.index() + 1).cast("int64"),
    )


def settled(table: ir.Table, *, replies_recorded: bool) -> ir.Table:
    """Attempts with silence read: where replies are recorded at all, an e-mail without one was not answered.

    Args:
        table: schema.ATTEMPTS as `attempts` leaves it.
        replies_recorded: does any e-mail of this company have a reply?
    """
    if not replies_recorded:
        return table
    silent = (table.channel == "email") & (table.outcome == "unknown")
    return table.mutate(
        outcome=silent.ifelse("no_answer", table.outcome),
        is_connect=silent.ifelse(NO, table.is_connect),
    )


def _outcome(tried: ir.Table) -> ir.StringValue:
    return tried.outcome.isin(_KNOWN_OUTCOMES).ifelse(tried.outcome, "unknown").fill_null("unknown")


def _numbered(owned: ir.Table) -> ir.Table:
    """Attempts in their order, each with the one before, the lead's start, and whether a reply followed."""
    marked = owned.filter(owned.kind.isin((*ATTEMPT_KINDS, "email.replied"))).mutate(
        is_attempt=_.kind.isin(ATTEMPT_KINDS)
    )
    inside = ibis.window(group_by="journey_id", order_by="order_key")
    told = marked.mutate(
        is_replied=(
            (marked.kind == "email.sent") & (marked.kind.lead().over(inside) == "email.replied")
        ).fill_null(NO)
    ).filter(_.is_attempt)
    counted = told.mutate(
        attempt_number=(ibis.row_number().over(inside) + 1).cast("int64"),
        before_at=told.occurred_at.lag().over(inside),
    )
    started = _starts(owned)
    return counted.left_join(started, counted.journey_id == started.start_id)


def _starts(owned: ir.Table) -> ir.Table:
    """When each lead was first given to a rep, and when it became known."""
    begun = owned.filter(owned.kind.isin(("lead.created", "lead.assigned")))
    return begun.group_by(start_id=begun.journey_id).agg(
        given_at=begun.occurred_at.min(where=begun.kind == "lead.assigned"),
        known_at=begun.occurred_at.min(where=begun.kind == "lead.created"),
    )


def _lag_seconds(timed: ir.Table) -> ir.IntegerValue:
    """Since the attempt before; for the first, since the lead was given to a rep, or else created."""
    at = timed.occurred_at
    start = ibis.cases((timed.given_at <= at, timed.given_at), (timed.known_at <= at, timed.known_at))
    first = timed.attempt_number == 1
    return first.ifelse(seconds_between(start, at), seconds_between(timed.before_at, at))
