"""Questions on the decision log: what was advised, what became of it, and how good each adviser is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.ledger.recommendations import Evidence, Followed
from quintet.loop.actions.decisions import due_at
from quintet.loop.decisions import Outcome, Scorecard, scorecards
from quintet.loop.models.decisions import Recommendation, State


@dataclass(frozen=True)
class Reader:
    """Who asks.

    Args:
        scope: whose rows they see.
        sees_candidates: they may know that a candidate exists.
    """

    scope: Scope
    sees_candidates: bool = False


@dataclass(frozen=True)
class Decision:
    """One advice with what became of it.

    Args:
        record: as it is kept.
        evidence: what it rests on and promises.
        followed: what followed; None as long as it is not known.
        due_at: from when on what followed is held against the promise; None before anything was decided.
    """

    record: Recommendation
    evidence: Evidence
    followed: Followed | None
    due_at: datetime | None

    @property
    def state(self) -> str:
        """As a page says it."""
        return str(State(self.record.state).label)


def decisions(reader: Reader, formula: str = "", state: str = "") -> tuple[Decision, ...]:
    """The advice a person may see, newest first.

    Args:
        reader: who asks.
        formula: of one formula; every one when empty.
        state: in one state; every one when empty.

    Raises:
        BadInput: when there is no such state.
    """
    if state and state not in State.values:
        raise BadInput(f"state must be one of {', '.join(State.values)}, got {state!r}")
    chosen = {key: value for key, value in (("formula", formula), ("state", state)) if value}
    return tuple(_decision(one) for one in visible(reader).filter(**chosen))


def decision(reader: Reader, recommendation_id: UUID) -> Decision | None:
    """One advice; None where there is none this person may see."""
    found = visible(reader).filter(pk=recommendation_id).first()
    return _decision(found) if found else None


def advisers(reader: Reader, formula: str = "") -> tuple[Scorecard, ...]:
    """How good each adviser is, counted over the advice a person may see."""
    return scorecards(_outcome(one) for one in decisions(reader, formula))


def formulas_that_advised(reader: Reader) -> tuple[str, ...]:
    """Every formula with advice this person may see, by name."""
    return tuple(sorted(set(visible(reader).values_list("formula", flat=True))))


def visible(reader: Reader) -> "QuerySet[Recommendation]":
    """Advice about nobody, about reps in scope, and about candidates for those who may know of them."""
    found = Recommendation.objects.select_related("decided_by", "followed_by")
    if not reader.sees_candidates:
        found = found.filter(candidate_id=None)
    if reader.scope.rep_ids is not None:
        found = found.filter(Q(rep_id=None) | Q(rep_id__in=reader.scope.rep_ids))
    return found


def as_plain(one: Decision) -> dict[str, Any]:
    """One advice as JSON."""
    record = one.record
    plain = ("made_at", "topic", "formula", "version", "sentence", "to", "evidence", "state")
    after = ("after_days", "decided_at", "reason", "followed", "followed_at")
    return {
        "id": str(record.pk),
        **{key: getattr(record, key) for key in (*plain, *after)},
        "decided_by": str(record.decided_by) if record.decided_by else None,
        "due_at": one.due_at,
    }


def _decision(one: Recommendation) -> Decision:
    what = Followed(**one.followed) if one.followed else None
    return Decision(one, Evidence(**one.evidence), what, due_at(one))


def _outcome(one: Decision) -> Outcome:
    delivered = one.followed.estimate if one.followed else None
    record, told = one.record, one.evidence
    return Outcome(record.formula, record.topic, told.unit, record.state, told.estimate, delivered)
