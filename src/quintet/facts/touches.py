"""Touches: where marketing and a lead met."""

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.journeys import journeys

_CHANNELS = {
    "web.visited": "web",
    "form.submitted": "form",
    "email.opened": "email",
    "email.clicked": "email",
    "campaign.touched": "campaign",
}


def touches(rows: ir.Table) -> ir.Table:
    """One row per marketing touch of a lead.

    Touches without a date are left out; the same touch told twice at one instant is one.

    Args:
        rows: rows.ROWS, the rows of buyers.

    Returns:
        schema.TOUCHES. `campaign` is the one the source names, else the content of a campaign touch.
    """
    owned = journeys(rows).filter(_.kind.isin(tuple(_CHANNELS)) & _.occurred_at.notnull())
    named = owned.mutate(
        channel=owned.kind.cases(*_CHANNELS.items()),
        campaign=ibis.coalesce(
            owned.campaign, (owned.kind == "campaign.touched").ifelse(owned.content, ibis.null("string"))
        ),
    )
    key = {"lead_id": _.journey_id, "touched_at": _.occurred_at, "channel": _.channel, "content": _.content}
    return (
        named.group_by(**key)
        .agg(campaign=named.campaign.max(), term=named.term.max())
        .select("lead_id", "touched_at", "channel", "campaign", "content", "term")
    )
