"""What the tables are computed from: interactions with their detail read, and put in one order.

The ledger hands over DuckDB relations, so this is the one place with SQL: JSON is parsed here, once, and
the expressions of the tables, which run on any engine, never see it.
"""

from quintet.ledger.schema import STORED

#: Names a door may write in `detail`, and the type they are read as. `docs/facts.md` says what each means.
DETAIL = {
    "source": "VARCHAR",
    "campaign": "VARCHAR",
    "term": "VARCHAR",
    "landing": "VARCHAR",
    "segment": "VARCHAR",
    "label": "VARCHAR",
    "mrr": "DECIMAL(18,2)",
    "product": "VARCHAR",
    "name": "VARCHAR",
    "role": "VARCHAR",
    "team": "VARCHAR",
    "manager_id": "BIGINT",
    "region": "VARCHAR",
    "undated": "BOOLEAN",
    "stage_label": "VARCHAR",
}

#: The columns of a row: name → Ibis type.
ROWS = {
    "record_id": "int64",  # one number for (source, record): a restated record keeps it
    "order_key": "int64",  # whole second, then the order of a sale, then the record: a total order
    "kind": "string",
    "occurred_at": "timestamp",  # UTC; null when the source has no date
    "lead_id": "int64",
    "account_id": "int64",
    "opportunity_id": "int64",
    "rep_id": "int64",
    "outcome": "string",
    "content": "string",
    "amount": "decimal(18, 2)",
    "currency": "string",
    **{
        name: {"VARCHAR": "string", "BIGINT": "int64", "BOOLEAN": "boolean"}.get(kind, "decimal(18, 2)")
        for name, kind in DETAIL.items()
        if name != "undated"
    },
}

#: Rows of people, not of buyers.
PEOPLE_KINDS = ("rep.joined", "rep.assigned", "rep.left", "quota.set")
SUBSCRIPTION_KINDS = ("subscription.started", "subscription.changed", "subscription.cancelled")
#: Rows that say something about the record itself; no table counts them.
BOOKKEEPING_KINDS = (
    *("identity.merged", "identity.unmerged", "person.erased", "lead.routed"),
    *("call.transcribed", "call.reviewed"),  # the conversation itself is told by the CRM
)

#: At one instant, what comes first in a sale comes first in the order. Two of a rank: by record.
_RANKS = (
    ("kind = 'lead.created'", 0),
    ("kind = 'opportunity.created'", 1),
    ("kind IN ('lead.assigned', 'opportunity.assigned')", 2),
    ("kind IN ('call.attempted', 'email.sent', 'message.sent')", 4),
    ("kind = 'opportunity.stage_entered' AND content = 'worked'", 6),
    ("kind = 'opportunity.stage_entered' AND content = 'connected'", 7),
    ("kind = 'opportunity.stage_entered' AND content = 'qualified'", 8),
    ("kind = 'opportunity.stage_entered' AND content = 'demo'", 9),
    ("kind = 'opportunity.lost' OR content = 'lost'", 11),
    ("kind = 'opportunity.won' OR content = 'won'", 12),
    ("kind = 'subscription.started'", 13),
    ("kind = 'subscription.changed'", 14),
    ("kind = 'subscription.cancelled'", 15),
)
_UNUSED = {"key", "occurred_at", "recorded_at", "month", "channel"}
_DETAIL_KINDS = "starts_with(kind, 'lead.') OR starts_with(kind, 'opportunity.') OR starts_with(kind, 'rep.')"
_DETAIL_KINDS += " OR kind IN ('campaign.touched', 'web.visited', 'form.submitted')"
_DETAIL_KINDS += " OR contains(detail, '\"undated\"')"


def rows_sql(interactions: str) -> str:
    """The DuckDB query that turns current interactions into rows.

    Args:
        interactions: name of a table or view with the columns of `ledger.schema.STORED`: the current
            row of each record, with identities resolved.

    Returns:
        A SELECT with the columns of ROWS. A row whose detail says `undated` has a null `occurred_at`.
        An opportunity row that names only a lead is of the opportunity with the lead's number.
    """
    rank = " ".join(f"WHEN {test} THEN {rank}" for test, rank in _RANKS)
    details = ", ".join(
        f"TRY_CAST(detail_values[{position}] AS {kind}) AS {name}"
        for position, (name, kind) in enumerate(DETAIL.items(), start=1)
    )
    return f"""
        WITH parsed AS (SELECT * EXCLUDE (source), {details} FROM ({_located_sql(interactions)}))
        SELECT
            record_id,
            greatest(-4294967296, least(8589934591, floor(epoch(happened_at))::BIGINT)) * 1073741824
                + (CASE {rank} ELSE 5 END) * 67108864 + record_id % 67108864 AS order_key,
            kind,
            CASE WHEN coalesce(undated, false) THEN NULL ELSE happened_at END AS occurred_at,
            lead_id, account_id,
            CASE WHEN starts_with(kind, 'opportunity.') THEN coalesce(opportunity_id, lead_id)
                 ELSE opportunity_id END AS opportunity_id,
            rep_id, outcome, content, amount, currency,
            {", ".join(name for name in DETAIL if name != "undated")}
        FROM parsed
    """  # noqa: S608 -- names and types come from this file


def _located_sql(interactions: str) -> str:
    """Rows with the number of their record, the instant without a zone, and the detail parsed once."""
    paths = ", ".join(f"'$.{name}'" for name in DETAIL)
    wanted = ", ".join(name for name in STORED.names if name not in _UNUSED)
    return f"""
        SELECT {wanted},
            key AS record_id,
            occurred_at AT TIME ZONE 'UTC' AS happened_at,
            CASE WHEN detail IS NOT NULL AND ({_DETAIL_KINDS})
                 THEN json_extract_string(detail, [{paths}]) END AS detail_values
        FROM {interactions}
    """  # noqa: S608
