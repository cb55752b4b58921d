"""Whose journey a row belongs to: a lead's, or that of an opportunity that came with no lead."""

import ibis
import ibis.expr.types as ir
from ibis import _

ATTEMPT_KINDS = ("call.attempted", "email.sent", "message.sent")


def journeys(rows: ir.Table) -> ir.Table:
    """Rows with the lead they belong to.

    A row that names an opportunity belongs to the first lead that opportunity was seen with, else to the
    opportunity itself; any other row to the lead it names.

    Args:
        rows: rows.ROWS.

    Returns:
        The rows that belong to somebody, with `journey_id` (int64).
    """
    owners = opportunity_leads(rows)
    joined = rows.left_join(owners, rows.opportunity_id == owners.owned_id)
    journey = ibis.coalesce(
        joined.owner_lead_id,
        joined.opportunity_id,
        joined.lead_id,
    )
    return joined.mutate(journey_id=journey).drop("owned_id", "owner_lead_id").filter(_.journey_id.notnull())


def opportunity_leads(rows: ir.Table) -> ir.Table:
    """The first lead each opportunity was seen with: owned_id, owner_lead_id (both int64)."""
    seen = rows.filter(rows.opportunity_id.notnull() & rows.lead_id.notnull())
    return seen.group_by(owned_id=seen.opportunity_id).agg(owner_lead_id=seen.lead_id.argmin(seen.order_key))


def newest(rows: ir.Table, column: str) -> ir.Value:
    """The newest value of a column that is not null, for use in an aggregation over rows."""
    return rows[column].argmax(rows.order_key, where=rows[column].notnull())
