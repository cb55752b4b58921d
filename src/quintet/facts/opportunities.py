"""Opportunities: what was offered, to whom, by whom, and how it ended."""

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.flags import NO
from quintet.facts.journeys import newest, opportunity_leads

_PRICED = ("opportunity.created", "opportunity.stage_entered", "opportunity.won", "opportunity.lost")
_NEWEST = ("account_id", "rep_id", "label", "product", "source", "segment", "currency")


def opportunities(rows: ir.Table, subscriptions: ir.Table) -> ir.Table:
    """One row per opportunity.

    The newest close decides: lost and later won is won; a stage entered after a loss opens it again; a stage
    entered after a win does not undo the win. Dates are kept as the source has them, also when it says
    that a deal was won before it was opened.

    Args:
        rows: rows.ROWS, the rows of buyers.
        subscriptions: rows.ROWS, the rows of subscriptions.

    Returns:
        schema.OPPORTUNITIES.
    """
    own = rows.filter(rows.kind.startswith("opportunity."))
    stated = _states(own.mutate(**_state_flags(own)))
    owners = opportunity_leads(rows)
    started = _first_mrr(subscriptions)
    joined = stated.left_join(owners, stated.opportunity_id == owners.owned_id)
    joined = joined.left_join(started, joined.opportunity_id == started.started_id)
    return _columns(joined)


def _state_flags(own: ir.Table) -> dict[str, ir.BooleanValue]:
    entered = own.kind == "opportunity.stage_entered"
    win = (own.kind == "opportunity.won") | (entered & (own.content == "won"))
    loss = (own.kind == "opportunity.lost") | (entered & (own.content == "lost"))
    win, loss = (ibis.coalesce(flag, NO) for flag in (win, loss))
    return {"is_win": win, "is_loss": loss, "is_stage": entered & ~win & ~loss}


def _states(own: ir.Table) -> ir.Table:
    """One row per opportunity: newest values, and the newest win, loss and stage."""
    closing = own.is_win | own.is_loss
    priced = own.amount.notnull() & (own.kind.isin(_PRICED) | _is_change_of(own, "amount"))
    named = own.is_stage | closing
    stage = ibis.coalesce(own.stage_label, own.is_win.ifelse("won", own.is_loss.ifelse("lost", own.content)))
    return own.group_by("opportunity_id").agg(
        opened_at=own.occurred_at.min(where=own.kind == "opportunity.created"),
        has_opening=(own.kind == "opportunity.created").any(),
        first_at=own.occurred_at.min(),
        stage=stage.argmax(own.order_key, where=named & stage.notnull()),
        win_key=own.order_key.max(where=own.is_win),
        loss_key=own.order_key.max(where=own.is_loss),
        stage_key=own.order_key.max(where=own.is_stage),
        win_at=own.occurred_at.argmax(own.order_key, where=own.is_win & own.occurred_at.notnull()),
        loss_at=own.occurred_at.argmax(own.order_key, where=own.is_loss & own.occurred_at.notnull()),
        amount=own.amount.argmax(own.order_key, where=priced),
        signed_mrr=newest(own, "mrr"),
        **{name: newest(own, name) for name in _NEWEST},
    )


def _is_change_of(own: ir.Table, field: str) -> ir.BooleanValue:
    return (own.kind == "opportunity.changed") & (own.content == field)


def _first_mrr(subscriptions: ir.Table) -> ir.Table:
    """The revenue a subscription began with, by the opportunity that sold it."""
    begun = subscriptions.filter(
        (_.kind == "subscription.started") & _.opportunity_id.notnull() & _.amount.notnull()
    )
    return begun.group_by(started_id=begun.opportunity_id).agg(
        started_mrr=begun.amount.argmin(begun.order_key),
        started_currency=begun.currency.argmin(begun.order_key, where=begun.currency.notnull()),
    )


def _columns(joined: ir.Table) -> ir.Table:
    never = ibis.literal(-(1 << 63) + 1, type="int64")
    win, loss, stage = (ibis.coalesce(joined[f"{name}_key"], never) for name in ("win", "loss", "stage"))
    is_won = joined.win_key.notnull() & (win > loss)
    is_lost = joined.loss_key.notnull() & ~is_won & (loss > stage)
    return joined.select(
        "opportunity_id",
        "label",
        lead_id=ibis.coalesce(joined.owner_lead_id, joined.opportunity_id),
        account_id=joined.account_id,
        rep_id=joined.rep_id,
        created_at=joined.has_opening.ifelse(joined.opened_at, joined.first_at),
        stage=joined.stage,
        closed_at=ibis.cases((is_won, joined.win_at), (is_lost, joined.loss_at)),
        is_won=ibis.cases((is_won, True), (is_lost, False)),
        amount=joined.amount.cast("float64"),
        mrr=ibis.coalesce(joined.signed_mrr, joined.started_mrr).cast("float64"),
        currency=ibis.coalesce(joined.currency, joined.started_currency),
        product=joined["product"],
        source=joined.source,
        segment=joined.segment,
    )
