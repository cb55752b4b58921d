"""Which interactions come from one row: the recipe of each kind of rows.

`when` is a DuckDB condition over the typed columns of the row: `f_<field>` for each field, and `lead_id`,
`account_id`, `opportunity_id`, `rep_id` for whom they name. A field no map fills is null.
"""

from dataclasses import dataclass, replace

_CLOSED = (
    "CASE WHEN f_outcome IN ('won', 'lost') THEN f_outcome WHEN f_stage IN ('won', 'lost') THEN f_stage"
    " WHEN f_is_won THEN 'won' WHEN f_is_closed THEN 'lost' END"
)


@dataclass(frozen=True)
class Emission:
    """One interaction a row can say.

    Args:
        kind: from the ledger's registry.
        at: its instant is the first of these fields that is not null; else the day of the load.
        when: only then; empty means always.
        needs: fields of which the map must fill at least one; else the row never says it.
        channel: call, email, meeting ...
        content: SQL of the content.
        outcome: SQL of the outcome.
        amount: field of the amount.
        detail: fields that go into detail.
        facts: more of detail, as name → SQL.
        part: SQL of what tells several of one kind and record apart.
        main: keeps the columns nobody mapped.
    """

    kind: str
    at: tuple[str, ...] = ("at",)
    when: str = ""
    needs: tuple[str, ...] = ()
    channel: str = ""
    content: str = ""
    outcome: str = ""
    amount: str = ""
    detail: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    part: str = ""
    main: bool = False


_REPS = ("rep", "rep_name", "rep_email")
_DEAL = ("product", "source", "campaign", "segment", "type", "mrr")


def _closings(when: str, at: tuple[str, ...], needs: tuple[str, ...]) -> tuple[Emission, ...]:
    won = Emission(
        "opportunity.won", at, f"{when} = 'won'", needs, outcome="'won'", amount="amount", detail=_DEAL
    )
    lost = Emission(
        "opportunity.lost",
        at,
        f"{when} = 'lost'",
        needs,
        outcome="'lost'",
        content="f_loss_reason",
        detail=("product",),
    )
    return won, lost


_LEADS = (
    Emission(
        "lead.created",
        ("created_at",),
        detail=("name", "source", "campaign", "term", "landing", "segment", "status", "type"),
        main=True,
    ),
    Emission("lead.assigned", ("assigned_at", "created_at"), "rep_id IS NOT NULL", _REPS),
    Emission(
        "lead.disqualified",
        ("closed_at",),
        "f_outcome = 'disqualified'",
        ("outcome",),
        content="f_loss_reason",
    ),
    *_closings("f_outcome", ("closed_at",), ("outcome",)),
)

_OPPORTUNITIES = (
    Emission(
        "opportunity.created",
        ("created_at", "stage_at"),
        amount="amount",
        detail=("name", *_DEAL),
        facts=(("stage", "t_stage"),),
        main=True,
    ),
    Emission("opportunity.assigned", ("assigned_at", "created_at"), "rep_id IS NOT NULL", _REPS),
    Emission(
        "opportunity.stage_entered",
        ("stage_at", "created_at"),
        f"f_stage IS NOT NULL AND ({_CLOSED}) IS NULL AND NOT list_contains(entered_stages, f_stage)",
        ("stage",),
        content="f_stage",
        facts=(("stage", "t_stage"), ("dated_as", "CASE WHEN f_stage_at IS NULL THEN 'created_at' END")),
        part="f_stage",
    ),
    *_closings(f"({_CLOSED})", ("closed_at",), ("outcome", "stage", "is_won", "is_closed")),
)

_WON_DEALS = (
    Emission(
        "opportunity.created",
        ("created_at", "won_at"),
        amount="amount",
        detail=("name", *_DEAL),
        facts=(("sdr_id", "sdr_id"),),
        main=True,
    ),
    Emission("opportunity.assigned", ("created_at", "won_at"), "rep_id IS NOT NULL", _REPS),
    Emission("opportunity.won", ("won_at",), outcome="'won'", amount="amount", detail=_DEAL),
)

_CALL_OUTCOME = (
    "coalesce(f_outcome, CASE WHEN f_duration_seconds = 0 THEN f_outcome_if_zero"
    " WHEN f_duration_seconds > 0 THEN f_outcome_if_talked END"
)
_CALLS = (
    Emission(
        "call.attempted",
        when="f_direction IS DISTINCT FROM 'inbound'",
        channel="call",
        outcome=f"{_CALL_OUTCOME}, 'unknown')",
        content="f_content",
        detail=("duration_seconds",),
        main=True,
    ),
    Emission(
        "call.received",
        when="f_direction = 'inbound'",
        needs=("direction",),
        channel="call",
        outcome=f"{_CALL_OUTCOME})",
        content="f_content",
        detail=("duration_seconds",),
        main=True,
    ),
)

_EMAIL_EVENTS = ("opened", "clicked", "replied", "bounced")
_EMAILS = (
    Emission(
        "email.sent",
        when="coalesce(f_event, 'sent') = 'sent'",
        channel="email",
        outcome="f_outcome",
        content="f_content",
        main=True,
    ),
    *(
        Emission(
            f"email.{event}",
            when=f"f_event = '{event}'",
            needs=("event",),
            channel="email",
            outcome="f_outcome",
            content="f_content",
            main=True,
        )
        for event in _EMAIL_EVENTS
    ),
)

_MEETINGS = (
    Emission(
        "meeting.booked",
        ("booked_at", "at"),
        "f_booked_at IS NOT NULL OR coalesce(f_outcome, '') NOT IN ('held', 'missed')",
        channel="meeting",
        content="f_content",
        facts=(
            (
                "outcome",
                "CASE WHEN f_outcome NOT IN ('held', 'missed', 'booked') THEN f_outcome END",
            ),
        ),
        main=True,
    ),
    Emission(
        "meeting.held",
        when="f_outcome = 'held'",
        needs=("outcome",),
        channel="meeting",
        content="f_content",
        outcome="'held'",
        main=True,
    ),
    Emission(
        "meeting.missed",
        when="f_outcome = 'missed'",
        needs=("outcome",),
        channel="meeting",
        content="f_content",
        outcome="'missed'",
        main=True,
    ),
)

_TASKS = (
    Emission(
        "task.started", content="f_content", outcome="f_status", facts=(("due_at", "f_due_at"),), main=True
    ),
    Emission(
        "task.completed",
        ("completed_at",),
        "f_completed_at IS NOT NULL AND coalesce(f_status, 'completed') = 'completed'",
        ("completed_at",),
        content="f_content",
        outcome="f_status",
    ),
)

_WORK_ITEMS = (
    Emission("task.started", when="f_phase = 'started'", content="f_content", main=True),
    Emission("task.completed", when="f_phase = 'completed'", content="f_content", main=True),
)

_STAGE_HISTORY = (
    Emission(
        "opportunity.stage_entered",
        content="f_stage",
        amount="amount",
        facts=(("stage", "t_stage"),),
        main=True,
    ),
)

_FIELD_FACTS = ("value", "old_value", "origin")
_FIELD_HISTORY = (
    Emission(
        "lead.changed", when="opportunity_id IS NULL", content="f_field", detail=_FIELD_FACTS, main=True
    ),
    Emission(
        "opportunity.changed",
        when="opportunity_id IS NOT NULL",
        needs=("opportunity", "opportunity_name"),
        content="f_field",
        detail=_FIELD_FACTS,
        main=True,
    ),
)

_SUBSCRIPTIONS = (
    Emission("subscription.started", ("started_at",), amount="mrr", content="f_content", main=True),
    *(
        Emission(
            f"subscription.{verb}",
            (f"{verb}_at",),
            f"f_{verb}_at IS NOT NULL",
            (f"{verb}_at",),
            amount="mrr",
            content="f_content",
        )
        for verb in ("changed", "cancelled")
    ),
)

_REP_FACTS = ("name", "role", "team", "segment", "region")
_REP_ROWS = (
    Emission(
        "rep.joined",
        ("joined_at",),
        detail=_REP_FACTS,
        facts=(("manager_id", "manager_id"), ("manager", "f_manager_name")),
        main=True,
    ),
    Emission("rep.left", ("left_at",), "f_left_at IS NOT NULL", ("left_at",)),
)


def _only(activity: str, emissions: tuple[Emission, ...]) -> tuple[Emission, ...]:
    """The same, where the row says it is this kind of activity."""
    asked = f"f_activity = '{activity}'"
    return tuple(replace(one, when=f"{asked} AND ({one.when})" if one.when else asked) for one in emissions)


def _plain(kind: str, channel: str = "", **more: object) -> tuple[Emission, ...]:
    made = Emission(kind, channel=channel, content="f_content", main=True)
    return (replace(made, **more),)  # type: ignore[arg-type]


_MESSAGES = _plain("message.sent", "message", outcome="f_outcome")
_NOTES = _plain("note.written")
#: An activity that took place: done, or with something that says so. The others are planned: tasks.
_DONE = (
    "(coalesce(f_status, 'completed') = 'completed' OR f_completed_at IS NOT NULL OR f_outcome IS NOT NULL)"
)
_ELSE = (
    "(coalesce(f_activity, '') NOT IN ('call', 'email', 'message', 'meeting', 'note')"
    f" OR (f_activity IN ('call', 'email', 'message') AND NOT {_DONE}))"
)
_DONE_IS_HELD = "coalesce(f_outcome, CASE f_status WHEN 'completed' THEN 'held' END, '')"
_BOOKED, _HELD, _MISSED = _MEETINGS


def _done(emissions: tuple[Emission, ...]) -> tuple[Emission, ...]:
    """The same, where it is not merely planned."""
    return tuple(replace(one, when=f"({one.when}) AND {_DONE}" if one.when else _DONE) for one in emissions)


_ACTIVITIES = (
    *_only("call", _done(_CALLS)),
    *_only("email", _done(_plain("email.sent", "email", outcome="f_outcome"))),
    *_only("message", _done(_MESSAGES)),
    *_only(
        "meeting",
        (
            replace(_BOOKED, when=f"f_booked_at IS NOT NULL OR {_DONE_IS_HELD} NOT IN ('held', 'missed')"),
            replace(_HELD, when=f"{_DONE_IS_HELD} = 'held'", needs=()),
            _MISSED,
        ),
    ),
    *_only("note", _NOTES),
    replace(_TASKS[0], when=_ELSE),
    replace(_TASKS[1], when=f"{_ELSE} AND {_TASKS[1].when}"),
)

RECIPES: dict[str, tuple[Emission, ...]] = {
    "leads": _LEADS,
    "opportunities": _OPPORTUNITIES,
    "won_deals": _WON_DEALS,
    "accounts": (
        Emission(
            "account.created",
            ("created_at",),
            detail=("name", "industry", "segment", "country"),
            main=True,
        ),
    ),
    "contacts": (
        Emission("lead.changed", ("created_at",), content="'contact'", detail=("name", "source"), main=True),
    ),
    "reps": _REP_ROWS,
    "calls": _CALLS,
    "emails": _EMAILS,
    "messages": _MESSAGES,
    "notes": _NOTES,
    "activities": _ACTIVITIES,
    "meetings": _MEETINGS,
    "tasks": _TASKS,
    "work_items": _WORK_ITEMS,
    "campaign_touches": _plain("campaign.touched", "campaign", outcome="f_outcome", detail=("campaign",)),
    "web_visits": _plain("web.visited", "web", detail=("campaign", "term", "source")),
    "forms": _plain("form.submitted", "form", detail=("page",)),
    "quotes": _plain("quote.sent", outcome="f_outcome", amount="amount"),
    "orders": _plain("order.placed", outcome="f_outcome", amount="amount"),
    "spend": _plain("spend.booked", amount="amount"),
    "quotas": (Emission("quota.set", when="rep_id IS NOT NULL", amount="amount", main=True),),
    "stage_history": _STAGE_HISTORY,
    "field_history": _FIELD_HISTORY,
    "subscriptions": _SUBSCRIPTIONS,
    "merges": (
        Emission(
            "identity.merged",
            facts=(("entity", "f_entity"), ("loser", "loser_id"), ("winner", "winner_id")),
            main=True,
        ),
    ),
}


def quota_of_month(month: str, field: str) -> Emission:
    """The interaction of a column that holds the quotas of one month."""
    when = f"rep_id IS NOT NULL AND f_{field} IS NOT NULL"
    return replace(RECIPES["quotas"][0], at=(f"{field}_at",), when=when, amount=field, part=f"'{month}'")


def entered_stage(stage: str, field: str) -> Emission:
    """The interaction of a column that says when a record entered a stage."""
    words = "'" + stage.replace("'", "''") + "'"
    return Emission(
        "opportunity.stage_entered",
        (field,),
        f"f_{field} IS NOT NULL",
        content=words,
        part=words,
    )
