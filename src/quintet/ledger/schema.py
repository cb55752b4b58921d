"""The columns of an interaction: what a door hands in, and what the table holds.

Identity is `(source, source_ref)`. A `source_ref` is `<record>#<kind>` for the first thing a source says
about a record, and `<record>#<kind>@<digest>` when the source later says something else about the same
record: the newer row is added, the older one stays, and readers of the present take the newest.
"""

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
AMOUNT = pa.decimal128(18, 2)

#: What a door hands to the ledger: one row per interaction.
OFFERED = pa.schema(
    [
        pa.field("occurred_at", INSTANT, nullable=False),  # when it happened
        pa.field("recorded_at", INSTANT, nullable=False),  # when we knew
        pa.field("kind", pa.string(), nullable=False),  # object.past_participle, from kinds.KINDS
        pa.field("lead_id", pa.int64()),
        pa.field("account_id", pa.int64()),
        pa.field("opportunity_id", pa.int64()),
        pa.field("rep_id", pa.int64()),
        pa.field("candidate_id", pa.int64()),
        pa.field("channel", pa.string()),  # call, email, web, meeting ...
        pa.field("outcome", pa.string()),  # connected, no_answer, held, won ...
        pa.field("content", pa.string()),  # stage, page, template, activity
        pa.field("amount", AMOUNT),
        pa.field("currency", pa.string()),  # ISO 4217
        pa.field("source", pa.string(), nullable=False),  # the system, e.g. hubspot
        pa.field("source_ref", pa.string(), nullable=False),
        pa.field("detail", pa.string()),  # JSON object: everything else the source said
    ]
)

#: What the table holds: the same, with what finds duplicates and versions, the load that brought the row
#: and the partition it lies in.
STORED = pa.schema(
    [
        *OFFERED,
        pa.field(
            "key", pa.int64(), nullable=False
        ),  # hash of source and record; equal keys are compared in full
        pa.field("restated", pa.bool_(), nullable=False),  # source_ref carries an @ version
        pa.field("batch", pa.int64(), nullable=False),  # the Delta version that added the row
        pa.field("month", pa.string(), nullable=False),  # partition: month of occurred_at, "2026-01"
    ]
)

#: Who is who: one row per name a source has for somebody.
ALIASES = pa.schema(
    [
        pa.field("entity", pa.string(), nullable=False),  # lead, account, opportunity, rep, candidate
        pa.field("system", pa.string(), nullable=False),
        pa.field("namespace", pa.string(), nullable=False),  # id, email, name
        pa.field("ref", pa.string(), nullable=False),
        pa.field("entity_id", pa.int64(), nullable=False),
        pa.field("label", pa.string()),  # how a person would call it
        pa.field("recorded_at", INSTANT, nullable=False),
    ]
)
