"""What columns and files are usually called: the words a proposal is made from.

Headers are compared in lower case with single underscores: `Deal Owner` is `deal_owner`. The first pattern
that fits a column counts; a column fills one field, a field takes one column.
"""

import re

#: What the name of a file says about its rows; the first that fits counts.
FILES: tuple[tuple[str, str], ...] = (
    (r"stage_?history|stage_?changes", "stage_history"),
    (r"field_?history|property_?history|audit", "field_history"),
    (r"merge", "merges"),
    (r"campaign.*(member|lead|status|touch|response)|touch", "campaign_touches"),
    (r"subscription|contract", "subscriptions"),
    (r"call", "calls"),
    (r"e?mail", "emails"),
    (r"meeting|event|appointment|demo", "meetings"),
    (r"activit", "activities"),
    (r"task|todo", "tasks"),
    (r"note", "notes"),
    (r"quote|proposal", "quotes"),
    (r"order|invoice", "orders"),
    (r"spend|cost|campaign", "spend"),
    (r"visit|page_?view|session", "web_visits"),
    (r"form|submission", "forms"),
    (r"won_?deal|closed_?deal", "won_deals"),
    (r"deal|opportunit|potential|pipeline", "opportunities"),
    (r"lead|prospect", "leads"),
    (r"contact|person|people", "contacts"),
    (r"account|compan|organi[sz]ation|client|customer", "accounts"),
    (r"user|owner|rep\b|reps|agent|(^|_)teams?(_|$)|sales_?team|employee|staff|roster", "reps"),
    (r"quota|sales_?target", "quotas"),
)

_REP = {
    "rep": r"(\w+_)?(owner|user|rep|agent|assignee|assigned_to|seller|sales_?person)_?id",
    "rep_email": r"(\w+_)?(owner|user|rep|agent)_e?mail",
    "rep_name": r"(\w+_)?(owner|rep|agent|assignee|assigned_to|sales_?person|sales_?rep|responsible)(_name)?",
}
_ACCOUNT = {
    "account": r"(\w+_)?(account|company|organi[sz]ation|customer)_?id",
    "account_name": r"(associated_)?(account|company|organi[sz]ation|customer)(_name)?",
}
_LEAD = {
    "lead": r"(lead|prospect|mql)_?id",
    "contact": r"(contact|person)_?id",
    "lead_email": r"(lead_|contact_|recipient_)?e_?mail(_address)?|recipient|to",
    "lead_name": r"(lead|contact|person)(_name|_full_name)?",
}
_OPPORTUNITY = {
    "opportunity": r"(opportunity|deal|potential)_?id",
    "opportunity_name": r"(opportunity|deal|potential)(_name)?",
}
_CREATED = (
    r"(record_)?(created?|creation|create|add|first_contact|entry)(_?(at|on|date|time|datetime))?"
    r"|first_seen|.*_create_?date"
)
_CLOSED = r"(actual_)?(closed?|closing|close|won|lost)_?(at|on|date|time)|date_closed"
_AT = (
    r"(activity_|call_|start_|event_|sent_)?(start_)?(date|time|timestamp|datetime|at|occurred_at|when|on)(_?time)?"
    r"|.*start_?time|due_date"
)
_SOURCE = r"(original_)?(lead_|traffic_)?(source|origin|channel)"
_DEAL = {
    "amount": r"(deal_|total_|close_|closing_)?(amount|value|revenue|price)(_\w{3})?",
    "mrr": r"mrr|monthly_recurring_revenue",
    "product": r"product(_name|_line)?|item",
    "source": _SOURCE,
    "campaign": r"(utm_)?campaign(_name)?",
    "segment": r"segment|business_segment|customer_type|industry|sector",
    "loss_reason": r"(closed_)?(lost|loss)_?reason",
    "currency": r"currency(_code)?|deal_currency",
}
_BUYER = {**_LEAD, **_ACCOUNT, **_OPPORTUNITY, **_REP}
_CONTENT = r"subject|title|purpose|call_purpose|content|type|activity_type"

#: Target → what its column is usually called, for each kind of rows.
HEADERS: dict[str, dict[str, str]] = {
    "leads": {
        "created_at": _CREATED,
        "assigned_at": r"assigned_?(at|on|date)|owner_assigned_date",
        "closed_at": _CLOSED,
        "outcome": r"converted|is_converted|conversion|outcome|won",
        "status": r"(lead_)?status|lead_stage",
        "email": r"(primary_)?e_?mail(_address)?",
        "source": _SOURCE,
        "campaign": _DEAL["campaign"],
        "term": r"(utm_|search_)?(term|keyword)",
        "landing": r"landing_page(_id)?|first_page(_seen)?|entry_page",
        "segment": _DEAL["segment"],
        "name": r"(full_|lead_)?name|last_name",
        **_ACCOUNT,
        **_REP,
    },
    "opportunities": {
        "created_at": _CREATED,
        "closed_at": _CLOSED,
        "stage_at": r"stage_(entered|changed)?_?(at|date|on)|engage_date|last_stage_change.*",
        "stage": r"(deal_|opportunity_|sales_|pipeline_)?(stage|phase)(_name)?",
        "outcome": r"status|outcome|result|won_lost",
        "is_won": r"is_(closed_)?won",
        "is_closed": r"is_closed",
        **_DEAL,
        "name": r"(deal_|opportunity_|potential_)?(name|title)",
        **_LEAD,
        **_ACCOUNT,
        **_REP,
    },
    "won_deals": {
        "won_at": r"(won|closed?|signed)_?(at|date|on)",
        **_DEAL,
        **_LEAD,
        **_ACCOUNT,
        "rep": r"(sr|rep|owner|agent|seller)_?id",
        "rep_name": _REP["rep_name"],
        "sdr": r"(sdr|bdr)_?id",
    },
    "accounts": {
        "name": r"(account_|company_|organi[sz]ation_)?name|account|company",
        "created_at": _CREATED,
        "industry": r"industry|sector",
        "segment": r"segment|type|account_type",
        "country": r"(billing_)?country|office_location",
        **_REP,
    },
    "contacts": {
        "name": r"(full_|contact_)?name|last_name",
        "email": r"(primary_)?e_?mail(_address)?",
        "created_at": _CREATED,
        "source": _SOURCE,
        "lead": r"lead_?id",
        **_ACCOUNT,
        **_REP,
    },
    "reps": {
        "email": r"e_?mail(_address)?",
        "joined_at": r"(joined|hired?|start|created)_?(at|on|date)",
        "left_at": r"(left|end|terminated)_?(at|on|date)",
        "role": r"role|title|position",
        "team": r"team(_name)?|department",
        "segment": r"segment",
        "region": r"region|territory|office|regional_office",
        "manager": r"manager_?id",
        "manager_name": r"(sales_|team_)?(manager|lead|leader)(_name)?|supervisor|reports_to|boss",
        "name": r"(full_|user_|rep_)?name|(sales_)?(agent|rep|person)|seller|owner|last_name",
    },
    "calls": {
        "duration_seconds": r"(call_)?duration(_in_seconds|_seconds|_s)?(_\w+)?",
        "direction": r"(call_)?(direction|type)",
        "outcome": r"(call_)?(outcome|disposition|result|status)",
        "content": r"purpose|call_purpose|subject|title",
        "at": _AT,
        **_BUYER,
    },
    "emails": {
        "event": r"event(_type)?|type|status",
        "content": r"subject|template|title",
        "at": _AT,
        **_BUYER,
    },
    "meetings": {
        "booked_at": r"booked_?(at|on)|created?_?(at|time|date)",
        "outcome": r"(meeting_)?(outcome|result|status)",
        "content": _CONTENT,
        "at": _AT,
        **_BUYER,
    },
    "activities": {
        "activity": r"(activity_)?type|task_subtype|activity",
        "outcome": r"outcome|disposition|result",
        "status": r"status|done",
        "duration_seconds": r"duration(_seconds)?",
        "completed_at": r"completed_?(at|on|date)|marked_as_done_time",
        "content": r"subject|title",
        "at": _AT,
        **_BUYER,
    },
    "tasks": {
        "completed_at": r"completed_?(at|on|date)",
        "due_at": r"due_?(at|on|date)",
        "status": r"status",
        "content": r"subject|title",
        "at": rf"{_CREATED}|{_AT}",
        **_BUYER,
    },
    "campaign_touches": {
        "campaign": r"campaign(_name|_id)?",
        "outcome": r"(member_)?status|response",
        "at": rf"{_AT}|last_modified_(time|date)|{_CREATED}",
        **_LEAD,
    },
    "web_visits": {"content": r"page|url|page_url|path", "at": _AT, **_LEAD},
    "forms": {"content": r"form(_name|_title)?|title", "page": r"page(_url)?", "at": _AT, **_LEAD},
    "quotes": {
        "amount": r"(grand_)?total|amount",
        "outcome": r"(quote_)?(stage|status)",
        "content": r"subject|title",
        "at": rf"{_CREATED}|{_AT}",
        **_BUYER,
    },
    "orders": {
        "amount": r"(grand_|order_)?total(_amount)?|amount|value",
        "outcome": r"status",
        "at": rf"order_date|{_CREATED}|{_AT}",
        **_BUYER,
    },
    "spend": {
        "content": r"campaign(_name)?|name",
        "amount": r"(actual_)?(cost|spend)|amount",
        "at": rf"(start_)?date|{_CREATED}",
    },
    "quotas": {
        "amount": r"(monthly_)?(quota|target|goal)(_\w{3})?|amount|value",
        "at": rf"(for_|start_of_)?month(_start)?|period|{_AT}",
        **_REP,
        "rep_name": rf"{_REP['rep_name']}|(full_)?name|person",
    },
    "stage_history": {
        **_OPPORTUNITY,
        "stage": r"(to_|new_)?stage(_name)?|value",
        "at": rf"{_AT}|date_entered|changed_?(at|on)|{_CREATED}",
        "amount": r"amount",
        **_REP,
    },
    "subscriptions": {
        "started_at": r"(start|started|begin)_?(at|on|date)?",
        "cancelled_at": r"(cancel|cancell?ed|end|ended|churn)_?(at|on|date)?",
        "mrr": r"mrr|monthly_recurring_revenue|amount|price",
        **_BUYER,
    },
    "notes": {"content": r"subject|title", "at": rf"{_AT}|{_CREATED}", **_BUYER},
}

_KEYS = r"(\w+_)?id|record_id|(\w+)?(id|uid|guid|number)"
_SPECIAL = re.compile(r"[^a-z0-9]+")


def plain(header: str) -> str:
    """A header as it is compared: lower case, single underscores."""
    return _SPECIAL.sub("_", header.lower()).strip("_")


def rows_by_name(file: str) -> str | None:
    """What the name of a file says about its rows; None when it says nothing."""
    text = plain(file)
    return next((rows for pattern, rows in FILES if re.search(pattern, text)), None)


def fields_by_header(rows: str, columns: tuple[str, ...]) -> dict[str, str]:
    """The column of each field, as far as the headers say it."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for target, pattern in HEADERS.get(rows, {}).items():
        fitting = [one for one in columns if one not in taken and re.fullmatch(pattern, plain(one))]
        if fitting:
            found[target] = fitting[0]
            taken.add(fitting[0])
    return found


def looks_like_key(header: str) -> bool:
    """Is this what the key of a record is usually called?"""
    return re.fullmatch(_KEYS, plain(header)) is not None
