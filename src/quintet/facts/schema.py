"""The facts tables: grain, key and columns. Every page and every formula reads these, never the ledger.

Instants are UTC without a zone; dates are the company's calendar. The five funnel instants of a lead
(`worked_at` … `won_at`) never run backwards: a lead that reached a stage without a record of an earlier
one reached the earlier one at the same instant, and `skipped` says how many instants were filled so.
"""

from dataclasses import dataclass

STAGES = ("worked", "connected", "qualified", "demo", "won")


@dataclass(frozen=True)
class TableSpec:
    """One facts table: what a row is, its key, and its columns as name → (Ibis type, meaning)."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: dict[str, tuple[str, str]]


LEADS = TableSpec(
    "leads",
    "one row per lead: one buyer's journey. An opportunity that came with no lead is its own lead.",
    ("lead_id",),
    {
        "lead_id": ("int64", "surrogate id; of the opportunity where there is no lead"),
        "label": ("string", "how a person would call it"),
        "created_at": ("timestamp", "when it became known; null when the source has no date"),
        "created_month": ("date", "first day of the month of created_at; partition"),
        "source": ("string", "where it came from, e.g. organic_search"),
        "campaign": ("string", "the campaign it answered"),
        "term": ("string", "the search term"),
        "landing": ("string", "the first page or content it met"),
        "segment": ("string", "customer type, e.g. small business"),
        "account_id": ("int64", "its company"),
        "opportunity_id": ("int64", "its newest opportunity"),
        "rep_id": ("int64", "who owns it now, also after a hand-over; else who made the first attempt"),
        "assigned_at": ("timestamp", "first given to a rep"),
        "worked_at": ("timestamp", "first attempt, or the stage that says so"),
        "connected_at": ("timestamp", "first conversation"),
        "qualified_at": ("timestamp", "first qualifying call held"),
        "demo_at": ("timestamp", "first demo held"),
        "won_at": ("timestamp", "became a customer"),
        "lost_at": ("timestamp", "closed without a sale; null again when re-opened or won"),
        "worked_by": ("int64", "the rep the first attempt counts for: docs/facts.md, who gets the credit"),
        "connected_by": ("int64", "the rep the first conversation counts for"),
        "qualified_by": ("int64", "the rep the first qualifying call counts for"),
        "demo_by": ("int64", "the rep the first demo counts for"),
        "won_by": ("int64", "the rep the sale counts for"),
        "skipped": ("int64", "funnel instants filled from a later stage"),
        "reached": ("int64", "funnel steps reached, dated or not: 0 none, 1 worked … 5 won"),
        "recorded": ("int64", "steps the source itself records, as bits: 1 worked, 2 connected … 16 won"),
        "reversed": ("int64", "instants the source has in the wrong order; worked_at … won_at are put right"),
        "is_won": ("boolean", "became a customer, dated or not"),
        "is_lost": ("boolean", "closed without a sale and not open again, dated or not"),
        "attempts": ("int64", "dials + e-mails + messages sent, to the first connect or all of them if none"),
        "dials": ("int64", "of these, dials"),
        "emails": ("int64", "of these, e-mails"),
        "dial_connected": ("boolean", "the first connect came by phone"),
        "email_connected": ("boolean", "the first connect came by e-mail"),
        "amount": ("float64", "value of the opportunities won, in currency"),
        "mrr": ("float64", "monthly recurring revenue signed, in currency"),
        "currency": ("string", "ISO 4217; null when nothing was won"),
    },
)

ATTEMPTS = TableSpec(
    "attempts",
    "one row per attempt: the n-th time a rep tried to reach a lead.",
    ("lead_id", "attempt_number"),
    {
        "lead_id": ("int64", "the lead"),
        "attempt_number": ("int64", "1 for the first"),
        "rep_id": ("int64", "who tried"),
        "attempted_at": ("timestamp", "when"),
        "attempted_month": ("date", "first day of the month of attempted_at; partition"),
        "channel": ("string", "call, email or message"),
        "content": ("string", "template or purpose"),
        "outcome": ("string", "connected, no_answer, voicemail, busy, replied or unknown"),
        "is_connect": ("boolean", "it led to a conversation; null when the source records no outcome"),
        "lag_seconds": ("int64", "since the attempt before, or since the lead was assigned or created"),
        "local_hour": ("int64", "hour of the day where the team works, 0..23"),
        "local_weekday": ("int64", "Monday is 1"),
    },
)

OPPORTUNITIES = TableSpec(
    "opportunities",
    "one row per opportunity.",
    ("opportunity_id",),
    {
        "opportunity_id": ("int64", "surrogate id"),
        "label": ("string", "how a person would call it"),
        "lead_id": ("int64", "its lead"),
        "account_id": ("int64", "its company"),
        "rep_id": ("int64", "its owner"),
        "created_at": ("timestamp", "opened"),
        "stage": ("string", "the stage it is in, as the source names it"),
        "closed_at": ("timestamp", "won or lost; null while open"),
        "is_won": ("boolean", "null while open"),
        "amount": ("float64", "value, in currency"),
        "mrr": ("float64", "monthly recurring part, in currency"),
        "currency": ("string", "ISO 4217"),
        "product": ("string", "what was offered"),
        "source": ("string", "where it came from"),
        "segment": ("string", "customer type"),
    },
)

STAGE_SPELLS = TableSpec(
    "stage_spells",
    "one row per stay of an opportunity in a stage.",
    ("opportunity_id", "entered_at", "stage"),
    {
        "opportunity_id": ("int64", "the opportunity"),
        "rep_id": ("int64", "owner at the time"),
        "stage": ("string", "as the source names it"),
        "entered_at": ("timestamp", "from"),
        "left_at": ("timestamp", "to; null while it is there"),
    },
)

CUSTOMERS = TableSpec(
    "customers",
    "one row per won opportunity.",
    ("opportunity_id",),
    {
        "opportunity_id": ("int64", "the opportunity that was won"),
        "lead_id": ("int64", "its lead"),
        "account_id": ("int64", "its company"),
        "rep_id": ("int64", "who signed it"),
        "won_at": ("timestamp", "when"),
        "amount": ("float64", "value at signing, in currency"),
        "mrr": ("float64", "newest monthly recurring revenue, in currency"),
        "currency": ("string", "ISO 4217"),
        "cancelled_at": ("timestamp", "null while the customer stays"),
        "observed_days": ("int64", "from won_at to cancelled_at, or to the newest instant known"),
    },
)

TOUCHES = TableSpec(
    "touches",
    "one row per marketing touch of a lead.",
    ("lead_id", "touched_at", "channel", "content"),
    {
        "lead_id": ("int64", "the lead"),
        "touched_at": ("timestamp", "when"),
        "channel": ("string", "web, form, email or campaign"),
        "campaign": ("string", "the campaign"),
        "content": ("string", "page, form or asset"),
        "term": ("string", "search term"),
    },
)

REPS = TableSpec(
    "reps",
    "one row per person and spell of unchanged manager, team, segment and role.",
    ("rep_id", "valid_from"),
    {
        "rep_id": ("int64", "surrogate id"),
        "name": ("string", "as the source writes it"),
        "role": ("string", "rep, bdr or manager"),
        "manager_id": ("int64", "the rep_id of the manager"),
        "team": ("string", "team name; the manager's name where the source has none"),
        "segment": ("string", "customer type served"),
        "region": ("string", "office or territory"),
        "joined_on": ("date", "null when unknown"),
        "left_on": ("date", "null while here"),
        "valid_from": ("timestamp", "from"),
        "valid_to": ("timestamp", "to; null now"),
    },
)

REP_MONTHS = TableSpec(
    "rep_months",
    "one row per rep and month with any activity: what was done in that month, and what was signed.",
    ("rep_id", "month"),
    {
        "rep_id": ("int64", "the rep"),
        "month": ("date", "first day of the month"),
        "worked": ("int64", "leads first worked in the month"),
        "connected": ("int64", "leads first connected"),
        "qualified": ("int64", "first qualifying calls held"),
        "demo": ("int64", "first demos held"),
        "won": ("int64", "customers won"),
        "attempts": ("int64", "attempts made"),
        "dials": ("int64", "of these, dials"),
        "emails": ("int64", "of these, e-mails"),
        "mrr": ("float64", "monthly recurring revenue signed"),
        "amount": ("float64", "value signed"),
        "quota": ("float64", "quota of the month; null when none was set"),
    },
)

TABLES = {
    spec.name: spec
    for spec in (LEADS, ATTEMPTS, OPPORTUNITIES, STAGE_SPELLS, CUSTOMERS, TOUCHES, REPS, REP_MONTHS)
}
