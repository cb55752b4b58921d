"""Candidates that came with the company's history: each gets a record, a decision, and their rep."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from quintet.facts.published import Facts
from quintet.hiring.actions.roles import role_key
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.models.process import SalesRole
from quintet.hiring.terms.candidates import NO_REASON, NO_ROLE
from quintet.hiring.terms.words import OUTCOMES
from quintet.ledger.interactions import Interactions

Row = Mapping[str, Any]


def adopt_history(facts: Facts, now: datetime) -> str:
    """Give candidates of the ledger that have no record one; says what happened. Harmless to repeat.

    Facts from before an erasure are left alone: they may still hold who was erased.
    """
    if Interactions(facts.home).erased_since(facts.ledger_version + 1):
        return "somebody was erased: waits for the facts that follow"
    facts.table("interview_scores")  # read here, in the worker, so that no page waits for it
    rows = facts.arrow(facts.table("candidates")).to_pylist()
    known = set(Candidate.objects.values_list("candidate_id", flat=True))
    fresh = [row for row in rows if row["candidate_id"] not in known]
    with transaction.atomic():
        _add(fresh, now)
        decided = _decide(rows, now)
        linked = _link(rows)
    return f"{len(fresh)} candidates taken in, {decided} decisions, {linked} reps linked"


def _add(rows: list[Row], now: datetime) -> None:
    roles = {name: _role(name, now) for name in {row["role"] or NO_ROLE for row in rows}}
    Candidate.objects.bulk_create(
        Candidate(
            candidate_id=row["candidate_id"],
            name=(row["name"] or f"Candidate {str(row['candidate_id'])[-5:]}")[:200],
            role=roles[row["role"] or NO_ROLE],
            source=(row["source"] or "")[:100],
            applied_on=_day(row["applied_at"] or row["decided_at"], now),
            added_at=now,
        )
        for row in rows
    )


def _role(name: str, now: datetime) -> SalesRole:
    """The role of that name; one that nobody wrote down is closed, and asks for no role play by phone."""
    key = role_key(name) or role_key(NO_ROLE)
    found = SalesRole.objects.filter(key=key).first() or SalesRole.objects.filter(name=name).first()
    new = {"name": name[:100], "by_phone": False, "is_open": False, "written_at": now}
    return found or SalesRole.objects.create(key=key, **new)


def _decide(rows: list[Row], now: datetime) -> int:
    """A decision for each candidate the source decided on, or who joined, and who has none here."""
    open_ones = Candidate.objects.filter(decision=None).in_bulk(field_name="candidate_id")
    made = [
        Decision(
            candidate=open_ones[row["candidate_id"]],
            outcome=_outcome(row),
            reason=NO_REASON,
            rep_id=row["rep_id"],
            decided_at=row["decided_at"].replace(tzinfo=UTC) if row["decided_at"] else now,
        )
        for row in rows
        if row["candidate_id"] in open_ones and _outcome(row)
    ]
    Decision.objects.bulk_create(made)
    return len(made)


def _outcome(row: Row) -> str:
    """Hired, rejected or withdrew; empty while open, and for a word we do not know."""
    if row["outcome"] is None:
        return "" if row["rep_id"] is None else "hired"
    return row["outcome"] if row["outcome"] in OUTCOMES else ""


def _link(rows: list[Row]) -> int:
    """The rep a hired one became, where the ledger says so since."""
    became = {row["candidate_id"]: row["rep_id"] for row in rows if row["rep_id"] is not None}
    waiting = Decision.objects.filter(outcome="hired", rep_id=None, candidate__candidate_id__in=became)
    linked = list(waiting.select_related("candidate"))
    for one in linked:
        one.rep_id = became[one.candidate.candidate_id]
    Decision.objects.bulk_update(linked, ["rep_id"])
    return len(linked)


def _day(at: datetime | None, now: datetime) -> date:
    return (at or now).date()
