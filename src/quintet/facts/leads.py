"""Leads: one buyer's journey, from the first we knew to a customer or a loss."""

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.credits import credited, makers
from quintet.facts.flags import NO, YES
from quintet.facts.instants import first_of_month, order_of
from quintet.facts.journeys import ATTEMPT_KINDS, journeys, newest
from quintet.facts.schema import LEADS, STAGES

_DESCRIBED = ("label", "source", "campaign", "term", "landing", "segment")
_OWNING = ("lead.created", "lead.assigned")


def leads(rows: ir.Table, opportunities: ir.Table, attempts: ir.Table) -> ir.Table:
    """One row per lead: one buyer's journey. An opportunity that came with no lead is its own lead.

    Args:
        rows: rows.ROWS, the rows of buyers.
        opportunities: schema.OPPORTUNITIES of the same rows.
        attempts: schema.ATTEMPTS of the same rows.

    Returns:
        schema.LEADS.
    """
    owned = journeys(rows)
    told = _instants(owned.mutate(**_stage_flags(owned)))
    sold = _sold(opportunities)
    described = _described(owned)
    joined = told.left_join(sold, told.lead_id == sold.sold_id)
    joined = joined.left_join(described, joined.lead_id == described.described_id)
    staged = credited(owned, joined.mutate(**_filled(joined)).mutate(**_marks))
    tried = _tried(attempts, staged.select("lead_id", "connected_at"))
    full = staged.left_join(tried, staged.lead_id == tried.tried_id)
    return _columns(full)


def _stage_flags(owned: ir.Table) -> dict[str, ir.BooleanValue]:
    """Which funnel instants a row records: docs/architecture.md, "what a source says"."""
    kind, content = owned.kind, owned.content
    entered, held = kind == "opportunity.stage_entered", kind == "meeting.held"
    by_phone = ((kind == "call.attempted") & (owned.outcome == "connected")) | (kind == "call.received")
    by_mail = kind == "email.replied"
    flags = {
        "says_worked": kind.isin(ATTEMPT_KINDS) | (entered & (content == "worked")),
        "says_connected": by_phone | by_mail | (entered & (content == "connected")),
        "says_qualified": (held & (content == "qualifying")) | (entered & (content == "qualified")),
        "says_demo": (held & (content == "demo")) | (entered & (content == "demo")),
        "says_phone": by_phone,
        "says_mail": by_mail,
    }
    return {name: flag.fill_null(NO) for name, flag in flags.items()}


def _instants(owned: ir.Table) -> ir.Table:
    """One row per lead: the instants as the rows record them, and who owns it."""
    at, kind, key = owned.occurred_at, owned.kind, owned.order_key
    has_rep = owned.rep_id.notnull()
    owning = has_rep & (kind.isin(_OWNING) | kind.startswith("opportunity."))
    recorded = {f"recorded_{stage}": owned[f"says_{stage}"].any() for stage in STAGES[:-1]}
    instants = {f"first_{stage}": at.min(where=owned[f"says_{stage}"]) for stage in STAGES[:-1]}
    return owned.group_by(lead_id=owned.journey_id).agg(
        **recorded,
        **instants,
        **makers(owned),
        has_lead=(kind == "lead.created").any(),
        known_at=at.min(where=kind == "lead.created"),
        first_at=at.min(),
        assigned_at=at.min(where=kind == "lead.assigned"),
        phone_key=key.min(where=owned.says_phone),
        mail_key=key.min(where=owned.says_mail),
        own_account_id=newest(owned, "account_id"),
        owner_id=owned.rep_id.argmax(key, where=owning),
        first_rep_id=owned.rep_id.argmin(key, where=has_rep & kind.isin(ATTEMPT_KINDS)),
        dropped_at=at.max(where=kind == "lead.disqualified"),
        is_dropped=(kind == "lead.disqualified").any(),
    )


def _described(owned: ir.Table) -> ir.Table:
    """What the source says a lead is."""
    created = owned.filter(owned.kind == "lead.created")
    values = {f"own_{name}": newest(created, name) for name in _DESCRIBED}
    return created.group_by(described_id=created.journey_id).agg(**values)


def _sold(opportunities: ir.Table) -> ir.Table:
    """One row per lead with an opportunity: the newest one, and what was won or lost."""
    known = opportunities.mutate(
        opened_key=order_of(opportunities.created_at, opportunities.opportunity_id),
        closed_key=order_of(opportunities.closed_at, opportunities.opportunity_id),
        won=opportunities.is_won.fill_null(NO),
        money=opportunities.amount.cast("decimal(18, 2)"),
        recurring=opportunities.mrr.cast("decimal(18, 2)"),
    )
    last = {
        f"deal_{name}": known[name].argmax(known.opened_key, where=known[name].notnull())
        for name in ("label", "account_id", "source", "segment")
    }
    one = known.group_by("lead_id").agg(
        deal_id=known.opportunity_id.argmax(known.opened_key),
        deal_at=known.created_at.min(),
        sold_currency=known.currency.argmax(known.closed_key, where=known.won & known.currency.notnull()),
        deal_won=known.won.any(),
        deal_open=known.is_won.isnull().any(),
        deal_won_at=known.closed_at.min(where=known.won),
        deal_lost_at=known.closed_at.max(where=known.is_won.notnull() & ~known.won),
        **last,
    )
    return _with_money(known, one).rename(sold_id="lead_id")


def _with_money(known: ir.Table, one: ir.Table) -> ir.Table:
    """Sum what was won, in the currency of the newest win alone: two currencies do not add up."""
    currencies = one.select(money_id="lead_id", money_currency="sold_currency")
    won = known.filter(known.won)
    won = won.join(currencies, won.lead_id == currencies.money_id)
    same = won.filter(won.currency.isnull() | (won.currency == won.money_currency))
    summed = same.group_by("money_id").agg(
        won_amount=same.money.sum().cast("float64"), won_mrr=same.recurring.sum().cast("float64")
    )
    return one.left_join(summed, one.lead_id == summed.money_id).drop("money_id")


def _filled(joined: ir.Table) -> dict[str, ir.Value]:
    """The five instants, none later than the one of a later stage, and what had to be filled or moved."""
    said = [joined[f"first_{stage}"] for stage in STAGES[:-1]] + [joined.deal_won_at]
    recorded = [joined[f"recorded_{stage}"] for stage in STAGES[:-1]] + [joined.deal_won.fill_null(NO)]
    filled = [
        ibis.least(*said[place:]) if place < len(said) - 1 else said[place] for place in range(len(said))
    ]
    values: dict[str, ir.Value] = {f"{s}_at": at for s, at in zip(STAGES, filled, strict=True)}
    moved = [(at < own).fill_null(NO) for at, own in zip(filled, said, strict=True)]
    values["moved"] = _count(moved)
    values["recorded"] = _sum(flag.ifelse(1 << place, 0) for place, flag in enumerate(recorded))
    reached = [(flag, place + 1) for place, flag in reversed(list(enumerate(recorded)))]
    values["reached"] = ibis.cases(*reached, else_=0).cast("int64")
    implied = [~flag & (values["reached"] > place) for place, flag in enumerate(recorded)]
    values["skipped"] = _count(implied)
    values["is_won"] = recorded[-1]
    known = joined.has_lead.ifelse(joined.known_at, ibis.coalesce(joined.deal_at, joined.first_at))
    current = ibis.coalesce(joined.owner_id, joined.first_rep_id)
    return values | {"created_at": known, "current_rep_id": current}


_marks = {
    "reversed": _.moved + (ibis.least(_.worked_at, _.won_at) < _.created_at).fill_null(NO).cast("int64"),
}


def _sum(numbers: object) -> ir.IntegerValue:
    total = ibis.literal(0, type="int64")
    for number in numbers:  # type: ignore[attr-defined]
        total = total + number
    return total.cast("int64")


def _count(flags: list[ir.BooleanValue]) -> ir.IntegerValue:
    return _sum(flag.cast("int64") for flag in flags)


def _tried(attempts: ir.Table, connected: ir.Table) -> ir.Table:
    """How often a lead was tried until it was first reached, or at all if it never was."""
    until = connected.rename(until_id="lead_id")
    timed = attempts.left_join(until, attempts.lead_id == until.until_id)
    counted = timed.filter((timed.attempted_at <= timed.connected_at).fill_null(YES))
    return counted.group_by(tried_id=counted.lead_id).agg(
        attempts=counted.count(),
        dials=counted.count(where=counted.channel == "call"),
        emails=counted.count(where=counted.channel == "email"),
    )


def _columns(full: ir.Table) -> ir.Table:
    phone, mail = full.phone_key, full.mail_key
    is_lost = ~full.is_won & ibis.coalesce(~full.deal_open, full.is_dropped)
    text = {
        name: ibis.coalesce(full[f"own_{name}"], full[f"deal_{name}"])
        if name in {"label", "source", "segment"}
        else full[f"own_{name}"]
        for name in _DESCRIBED
    }
    values = {
        **text,
        "created_month": first_of_month(full.created_at),
        "account_id": ibis.coalesce(full.own_account_id, full.deal_account_id),
        "opportunity_id": full.deal_id,
        "rep_id": full.current_rep_id,
        "is_lost": is_lost,
        "lost_at": is_lost.ifelse(ibis.greatest(full.deal_lost_at, full.dropped_at), ibis.null("timestamp")),
        **{name: full[name].fill_null(0).cast("int64") for name in ("attempts", "dials", "emails")},
        "dial_connected": phone.notnull() & (mail.isnull() | (phone < mail)),
        "email_connected": mail.notnull() & (phone.isnull() | (mail < phone)),
        "amount": full.won_amount,
        "mrr": full.won_mrr,
        "currency": full.sold_currency,
    }
    return full.mutate(**values).select(*LEADS.columns)
