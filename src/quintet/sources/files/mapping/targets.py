"""What the rows of a file can be, and which fields each can fill.

A target is a field of the ledger's words, not of the file's: `closed_at`, `rep_name`, `outcome`.
References come in the ways CRMs write them: `rep` is an id, `rep_name` a name, `rep_email` an address.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One field a row can fill.

    Args:
        name: as it stands in the map.
        type: text, instant, money, number, flag, or the entity a reference names (lead, account,
            opportunity, rep).
        sentence: what it means.
        namespace: for a reference, which of the entity's keys it is: id, email, name or contact.
        required: a row without it is rejected.
        words: of the ledger, which a value may be written as in any letter case.
    """

    name: str
    type: str
    sentence: str
    namespace: str = ""
    required: bool = False
    words: tuple[str, ...] = ()


#: Stages every funnel has; another stage keeps its own name and counts only in stage spells.
FUNNEL = ("worked", "connected", "qualified", "demo", "won", "lost")
_CALL_OUTCOMES = ("connected", "no_answer", "voicemail", "busy", "unknown")

ENTITIES = ("lead", "account", "opportunity", "rep")


def _text(*rows: tuple[str, str]) -> tuple[Target, ...]:
    return tuple(Target(name, "text", sentence) for name, sentence in rows)


def _instants(*rows: tuple[str, str]) -> tuple[Target, ...]:
    return tuple(Target(name, "instant", sentence) for name, sentence in rows)


_REP = (
    Target("rep", "rep", "the rep, by id", "id"),
    Target("rep_name", "rep", "the rep, by name", "name"),
    Target("rep_email", "rep", "the rep, by e-mail", "email"),
)
_ACCOUNT = (
    Target("account", "account", "the company, by id", "id"),
    Target("account_name", "account", "the company, by name", "name"),
)
_LEAD = (
    Target("lead", "lead", "the lead, by id", "id"),
    Target("lead_email", "lead", "the lead, by e-mail", "email"),
    Target("lead_name", "lead", "the lead, by name; only where one lead has that name", "name"),
    Target("contact", "lead", "the contact, by id", "contact"),
)
_OPPORTUNITY = (
    Target("opportunity", "opportunity", "the opportunity, by id", "id"),
    Target("opportunity_name", "opportunity", "the opportunity, by name", "name"),
)
_BUYER = (*_LEAD, *_ACCOUNT, *_OPPORTUNITY)
_KNOWN = _instants(("recorded_at", "when the source wrote it down"))
_AT = (Target("at", "instant", "when it happened"), *_KNOWN)
_NAME = (Target("name", "text", "how a person would call it"),)
_EMAIL = (Target("email", "text", "e-mail address, by which other files may name it"),)
_DEAL = (
    *_text(
        ("product", "what was offered"),
        ("source", "where it came from"),
        ("campaign", "the campaign it answered"),
        ("segment", "customer type"),
        ("type", "new or existing business"),
        ("loss_reason", "why it was lost"),
        ("currency", "ISO 4217, where it differs by row"),
    ),
    Target("amount", "money", "value"),
    Target("mrr", "money", "monthly recurring part"),
)
_OUTCOME = (Target("outcome", "text", "how it went"),)
_CONTENT = (Target("content", "text", "what it was about"),)

TARGETS: dict[str, tuple[Target, ...]] = {
    "leads": (
        *_NAME,
        *_EMAIL,
        *_instants(
            ("created_at", "when it became known"),
            ("assigned_at", "when it was given to a rep"),
            ("closed_at", "when it was won, lost or set aside"),
        ),
        *_text(
            ("campaign", "the campaign it answered"),
            ("term", "the search term"),
            ("landing", "the first page or content it met"),
            ("status", "what the source calls its state"),
        ),
        *(target for target in _DEAL if target.name != "campaign"),
        Target(
            "outcome",
            "text",
            "won, lost or disqualified; anything else says it is open",
            words=("won", "lost", "disqualified"),
        ),
        *_ACCOUNT,
        *_REP,
        *_OPPORTUNITY,
        *_KNOWN,
    ),
    "opportunities": (
        *_NAME,
        *_instants(
            ("created_at", "when it was opened"),
            ("assigned_at", "when it was given to its rep"),
            ("stage_at", "when it entered the stage it is in; else taken as created_at"),
            ("closed_at", "when it was won or lost"),
        ),
        *_DEAL,
        Target("stage", "text", "the stage it is in", words=FUNNEL),
        Target("outcome", "text", "won or lost, where the stage does not say it", words=("won", "lost")),
        Target("is_won", "flag", "won"),
        Target("is_closed", "flag", "won or lost"),
        *_LEAD,
        *_ACCOUNT,
        *_REP,
        *_KNOWN,
    ),
    "won_deals": (
        *_NAME,
        *_instants(("created_at", "when it was opened; else taken as won_at")),
        Target("won_at", "instant", "when the buyer signed", required=True),
        *_DEAL,
        *_LEAD,
        *_ACCOUNT,
        *_REP,
        Target("sdr", "rep", "who qualified the lead, by id", "id"),
        *_KNOWN,
    ),
    "accounts": (
        *_NAME,
        *_instants(("created_at", "when it became known")),
        *_text(("industry", "its trade"), ("segment", "customer type"), ("country", "where it is")),
        *_REP,
        *_KNOWN,
    ),
    "contacts": (
        *_NAME,
        *_EMAIL,
        *_instants(("created_at", "when it became known")),
        *_text(("source", "where it came from")),
        Target("lead", "lead", "the lead it was before, by id", "id"),
        *_ACCOUNT,
        *_REP,
        *_KNOWN,
    ),
    "reps": (
        *_NAME,
        *_EMAIL,
        *_instants(("joined_at", "first day"), ("left_at", "last day")),
        *_text(
            ("role", "rep, bdr or manager"),
            ("team", "team name"),
            ("segment", "customer type served"),
            ("region", "office or territory"),
        ),
        Target("manager", "rep", "the manager, by id", "id"),
        Target("manager_name", "rep", "the manager, by name", "name"),
        *_KNOWN,
    ),
    "calls": (
        *_AT,
        Target(
            "direction",
            "text",
            "inbound or outbound; outbound where nothing says so",
            words=("inbound", "outbound"),
        ),
        Target("outcome", "text", "connected, no_answer, voicemail, busy or unknown", words=_CALL_OUTCOMES),
        Target("outcome_if_zero", "text", "outcome of a call of zero seconds, where none is written"),
        Target("outcome_if_talked", "text", "outcome of a longer call, where none is written"),
        *_CONTENT,
        Target("duration_seconds", "number", "length"),
        *_BUYER,
        *_REP,
    ),
    "emails": (
        *_AT,
        Target(
            "event",
            "text",
            "sent, opened, clicked, replied or bounced; sent where nothing says so",
            words=("sent", "opened", "clicked", "replied", "bounced"),
        ),
        *_OUTCOME,
        *_CONTENT,
        *_BUYER,
        *_REP,
    ),
    "messages": (*_AT, *_OUTCOME, *_CONTENT, *_BUYER, *_REP),
    "notes": (*_AT, *_CONTENT, *_BUYER, *_REP),
    "meetings": (
        *_AT,
        *_instants(("booked_at", "when it was agreed")),
        Target(
            "outcome",
            "text",
            "held, missed or booked; booked where nothing says so",
            words=("held", "missed", "booked"),
        ),
        Target("content", "text", "qualifying, demo or other", words=("qualifying", "demo", "other")),
        *_BUYER,
        *_REP,
    ),
    "tasks": (
        *_AT,
        *_instants(("completed_at", "when it was finished"), ("due_at", "when it is due")),
        Target("status", "text", "completed, or anything else", words=("completed",)),
        *_CONTENT,
        *_BUYER,
        *_REP,
    ),
    "activities": (
        *_AT,
        *_instants(
            ("booked_at", "when a meeting was agreed"),
            ("completed_at", "when it was finished"),
            ("due_at", "when it is due"),
        ),
        Target(
            "activity",
            "text",
            "call, email, message, meeting, note or task; task where nothing says so",
            words=("call", "email", "message", "meeting", "note", "task"),
        ),
        Target(
            "outcome",
            "text",
            "of a call or a meeting, as there",
            words=(*_CALL_OUTCOMES, "held", "missed", "booked"),
        ),
        Target("direction", "text", "of a call: inbound or outbound", words=("inbound", "outbound")),
        Target("outcome_if_zero", "text", "outcome of a call of zero seconds, where none is written"),
        Target("outcome_if_talked", "text", "outcome of a longer call, where none is written"),
        Target("duration_seconds", "number", "length of a call"),
        Target("status", "text", "of a task: completed, or anything else", words=("completed",)),
        Target("content", "text", "what it was about; of a meeting: qualifying, demo or other"),
        *_BUYER,
        *_REP,
    ),
    "work_items": (
        *_AT,
        Target("phase", "text", "started or completed", required=True, words=("started", "completed")),
        Target("content", "text", "the activity", required=True),
        *_BUYER,
        *_REP,
    ),
    "campaign_touches": (*_AT, *_text(("campaign", "its name")), *_OUTCOME, *_CONTENT, *_BUYER, *_REP),
    "web_visits": (
        *_AT,
        Target("content", "text", "the page"),
        *_text(("campaign", "its name"), ("term", "the search term"), ("source", "where it came from")),
        *_BUYER,
    ),
    "forms": (*_AT, Target("content", "text", "the form"), *_text(("page", "where it stood")), *_BUYER),
    "quotes": (*_AT, *_OUTCOME, *_CONTENT, Target("amount", "money", "value"), *_BUYER, *_REP),
    "orders": (*_AT, *_OUTCOME, *_CONTENT, Target("amount", "money", "value"), *_BUYER, *_REP),
    "spend": (*_AT, Target("content", "text", "the campaign"), Target("amount", "money", "what was spent")),
    "quotas": (
        Target("at", "instant", "the month it is for, e.g. 2026-03 or a day of it", required=True),
        Target("amount", "money", "what the rep is to sell in that month", required=True),
        *_REP,
    ),
    "stage_history": (
        *_AT,
        Target("opportunity", "opportunity", "the opportunity, by id", "id", required=True),
        Target("stage", "text", "the stage it entered", required=True, words=FUNNEL),
        Target("amount", "money", "value at that time"),
        *_REP,
    ),
    "field_history": (
        *_AT,
        Target("field", "text", "which field changed", required=True),
        *_text(("value", "what it became"), ("old_value", "what it was"), ("origin", "what changed it")),
        *_LEAD,
        *_OPPORTUNITY,
        *_REP,
    ),
    "subscriptions": (
        *_instants(("started_at", "when it began"), ("changed_at", "when the price changed")),
        *_instants(("cancelled_at", "when it ended")),
        *_KNOWN,
        Target("mrr", "money", "monthly recurring revenue"),
        *_CONTENT,
        *_BUYER,
        *_REP,
    ),
    "merges": (
        *_AT,
        Target("entity", "text", "lead, account, opportunity or rep", required=True, words=ENTITIES),
        Target("winner", "text", "the id that stays", required=True),
        Target("loser", "text", "the id that goes", required=True),
    ),
}

#: Rows that are no interactions: already in the ledger's columns, joined from another file, or left out.
OTHER_ROWS = ("interactions", "lookup", "ignore")
ROWS = (*TARGETS, *OTHER_ROWS)


def targets_of(rows: str) -> dict[str, Target]:
    """The fields such rows can fill, by name."""
    return {target.name: target for target in TARGETS.get(rows, ())}
