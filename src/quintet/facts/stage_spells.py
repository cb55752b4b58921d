"""Stage spells: how long an opportunity stayed in each stage."""

import ibis
import ibis.expr.types as ir
from ibis import _


def stage_spells(rows: ir.Table) -> ir.Table:
    """One row per stay of an opportunity in a stage.

    A win or a loss ends the stay and begins none. Entering the stage it is already in is no new stay; going
    back to an earlier stage is. Entries without a date are left out.

    Args:
        rows: rows.ROWS, the rows of buyers.

    Returns:
        schema.STAGE_SPELLS.
    """
    own = rows.filter(
        rows.kind.startswith("opportunity.") & rows.occurred_at.notnull() & rows.opportunity_id.notnull()
    )
    named = own.mutate(place=_place(own)).filter(_.place.notnull() | _.rep_id.notnull())
    stays = _with_owner(named).filter(_.place.notnull())
    inside = ibis.window(group_by="opportunity_id", order_by="order_key")
    changes = stays.mutate(before=stays.place.lag().over(inside))
    changes = changes.filter(changes.before.isnull() | (changes.before != changes.place))
    ended = changes.mutate(left_at=changes.occurred_at.lead().over(inside)).filter(_.is_stage)
    return (
        ended.group_by(["opportunity_id", "occurred_at", "place"])
        .agg(rep_id=ended.owner_id.max(), left_at=ended.left_at.max(where=ended.left_at.notnull()))
        .select("opportunity_id", "rep_id", stage="place", entered_at="occurred_at", left_at="left_at")
    )


def _place(own: ir.Table) -> ir.StringValue:
    """The stage a row says the opportunity is in now; a close is a place that is no stage."""
    entered = (own.kind == "opportunity.stage_entered") & ~own.content.isin(("won", "lost"))
    closed = own.kind.isin(("opportunity.won", "opportunity.lost")) | own.content.isin(("won", "lost"))
    return ibis.cases((entered, ibis.coalesce(own.stage_label, own.content)), (closed, ibis.literal("")))


def _with_owner(named: ir.Table) -> ir.Table:
    """Each row with the rep who owned the opportunity then: the newest named so far."""
    so_far = ibis.cumulative_window(group_by="opportunity_id", order_by="order_key")
    keyed = named.mutate(
        is_stage=named.place != "",
        rep_key=named.rep_id.notnull().ifelse(named.order_key, ibis.null("int64")).max().over(so_far),
    )
    named_reps = named.filter(named.rep_id.notnull()).select(
        named_id="opportunity_id", named_key="order_key", owner_id="rep_id"
    )
    return keyed.left_join(
        named_reps,
        [("opportunity_id", "named_id"), ("rep_key", "named_key")],
    )
