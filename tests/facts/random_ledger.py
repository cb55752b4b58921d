"""A small company at random, with what goes wrong in real ones: late, undated, jumped, re-opened."""

import random
from datetime import UTC, datetime, timedelta

from builders import interaction

_LEAD_KINDS = (
    (
        "lead.created",
        {"detail": ['{"source": "web", "label": "A"}', '{"source": "fair"}', '{"undated": true}', None]},
    ),
    ("lead.assigned", {"rep": ["ann", "bob", "cy"]}),
    ("lead.disqualified", {"content": ["student"]}),
    ("call.attempted", {"rep": ["ann", "bob"], "outcome": ["connected", "no_answer", "busy", "odd", None]}),
    ("call.received", {}),
    ("email.sent", {"rep": ["ann", "bob", "cy"], "content": ["hello", None]}),
    ("email.replied", {}),
    ("message.sent", {"rep": ["ann"]}),
    ("meeting.held", {"content": ["qualifying", "demo", "other"], "account": ["x", "y"]}),
    ("web.visited", {"content": ["/a", "/b"], "detail": ['{"campaign": "spring", "term": "crm"}', None]}),
    ("campaign.touched", {"content": ["mail 1"]}),
)
_DEAL_KINDS = (
    ("opportunity.created", {"detail": ['{"source": "fair", "product": "p"}', None], "rep": ["ann", "bob"]}),
    ("opportunity.stage_entered", {"content": ["worked", "connected", "qualified", "demo", "Legal"]}),
    ("opportunity.assigned", {"rep": ["ann", "cy"]}),
    (
        "opportunity.won",
        {"amount": [10, 20.5], "currency": ["EUR"], "detail": ['{"mrr": 7.25}', None], "account": ["x"]},
    ),
    ("opportunity.lost", {"content": ["price"]}),
    ("subscription.started", {"amount": [5, 6]}),
    ("subscription.changed", {"amount": [8]}),
    ("subscription.cancelled", {"amount": [8]}),
)
_PEOPLE_KINDS = (
    (
        "rep.joined",
        {"detail": ['{"name": "Ann", "role": "rep", "manager_id": 5}', '{"name": "B", "team": "north"}']},
    ),
    ("rep.assigned", {"detail": ['{"team": "south"}', '{"segment": "smb"}', '{"manager_id": 6}']}),
    ("rep.left", {}),
    ("quota.set", {"amount": [100, 200]}),
)
_START = datetime(2026, 1, 1, tzinfo=UTC)


def random_rows(dice: random.Random, count: int, *, first: int = 0) -> list[dict[str, object]]:
    """Offered rows about few leads, deals and people, so that they meet often.

    Args:
        dice: where chance comes from.
        count: how many rows.
        first: number of the first record, so that a later batch does not repeat an earlier one.
    """
    return [random_row(dice, f"r{number}") for number in range(first, first + count)]


def random_row(dice: random.Random, ref: str) -> dict[str, object]:
    """One offered row."""
    group = dice.choices((_LEAD_KINDS, _DEAL_KINDS, _PEOPLE_KINDS), weights=(10, 8, 2))[0]
    kind, choices = dice.choice(group)
    facts = {name: dice.choice(values) for name, values in choices.items()}
    facts |= _who(dice, group, kind)
    when = _START + timedelta(hours=dice.randrange(24 * 60), microseconds=dice.choice((0, 0, 1, 999_999)))
    return interaction(
        kind, when, ref=ref, **{name: value for name, value in facts.items() if value is not None}
    )


def _who(dice: random.Random, group: object, kind: str) -> dict[str, object]:
    if group is _PEOPLE_KINDS:
        return {"rep": dice.choice(("ann", "bob"))}
    if group is _LEAD_KINDS:
        deal = {"opportunity": f"d{dice.randrange(9)}"} if dice.random() < 0.1 else {}
        return {"lead": f"l{dice.randrange(12)}"} | deal
    who = dice.random()
    if kind.startswith("subscription.") and who < 0.3:
        return {"account": dice.choice(("x", "y"))}
    if who < 0.2:
        return {"lead": f"l{dice.randrange(12)}"}
    lead = {"lead": f"l{dice.randrange(12)}"} if who < 0.5 else {}
    return {"opportunity": f"d{dice.randrange(9)}"} | lead
