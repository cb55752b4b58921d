"""What an interviewer does with a scorecard: save a part of it, and submit it, once and for all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from quintet.hiring.asks.scorecards import asked_by, draft_of, gains_of
from quintet.hiring.models.candidates import Decision
from quintet.hiring.models.scorecards import RolePlay, Score, Scorecard
from quintet.hiring.terms.scorecards import Draft, missing
from quintet.hiring.terms.words import OVERALL
from quintet.kernel.errors import BadInput
from quintet.ledger.telling import person, row, tell


@dataclass(frozen=True)
class Saving:
    """On which draft a save builds.

    Args:
        revision: the newest one the device knew.
        device: a random word of the device; its own earlier saves are never in its way.
    """

    revision: int
    device: str = ""


def save_draft(card: Scorecard, draft: Draft, saving: Saving, *, now: datetime) -> bool:
    """Keep a form as far as it is filled.

    Returns:
        Whether it was kept; False where another device saved meanwhile, and then nothing changed.

    Raises:
        BadInput: when it was submitted, or the candidate decided on.
    """
    _require_open(card)
    if saving.revision != card.revision and not (saving.device and saving.device == card.saved_from):
        return False
    with transaction.atomic():
        kept = Scorecard.objects.filter(pk=card.pk, revision=card.revision, submitted_at=None).update(
            overall=draft.overall,
            overall_why=draft.overall_why,
            revision=F("revision") + 1,
            saved_from=saving.device[:40],
            saved_at=now,
        )
        if kept:
            _keep(card, draft)
    card.refresh_from_db()
    return bool(kept)


def submit(card: Scorecard, *, now: datetime) -> None:
    """Make what is saved final, and tell the ledger.

    Raises:
        BadInput: when something is missing, it was submitted before, or the candidate is decided on.
    """
    _require_open(card)
    left = missing(draft_of(card), asked_by(card))
    if left:
        raise BadInput(f"still to score: {', '.join(left)}")
    with transaction.atomic():
        if not Scorecard.objects.filter(pk=card.pk, submitted_at=None).update(submitted_at=now):
            raise BadInput("this scorecard was submitted already: what was said stays")
        tell(*_rows(card, now))
    card.refresh_from_db()


def _require_open(card: Scorecard) -> None:
    if card.submitted_at is not None:
        raise BadInput(f"this scorecard was submitted on {card.submitted_at:%-d %b %Y}: what was said stays")
    made = Decision.objects.filter(candidate=card.candidate_id).first()
    if made is not None:
        raise BadInput(
            f"it was decided on {made.decided_at:%-d %b %Y}: a score given after the decision tells nothing"
        )


def _keep(card: Scorecard, draft: Draft) -> None:
    for key, said in draft.scores.items():
        Score.objects.update_or_create(
            scorecard=card, criterion=key, defaults={"points": said.points, "evidence": said.evidence}
        )
    played = draft.played
    told = {"homework_points": played.homework_points, "before": played.before,
            "feedback": played.feedback, "after": played.after}  # fmt: skip
    if any(told.values()) or RolePlay.objects.filter(scorecard=card).exists():
        RolePlay.objects.update_or_create(scorecard=card, defaults=told)


def _rows(card: Scorecard, now: datetime) -> Iterator[dict[str, Any]]:
    """One row for each criterion, the verdict, the role play, and each criterion of points gained."""
    draft = draft_of(card)
    same: dict[str, Any] = {"candidate_id": card.candidate.candidate_id, "rep_id": card.interviewer.rep_id}
    by = {"round": card.round.name, "interviewer": person(card.interviewer)}
    versions = dict(card.criteria)

    def scored(key: str, points: int | None, **more: object) -> dict[str, Any]:
        detail = {**by, **more, "score": points, "version": versions.get(key)}
        return row("interview.scored", f"scorecard:{card.pk}:{key}", now, detail, content=key, **same)

    for key, said in draft.scores.items():
        yield scored(key, said.points)
    yield scored(OVERALL, draft.overall, homework=draft.played.homework_points)
    played = draft.played
    if played.gain is None:
        return
    detail = {**by, "before": played.before, "after": played.after, "homework": played.homework_points}
    yield row("interview.coached", f"scorecard:{card.pk}", now, detail, content=card.round.name, **same)
    for one in gains_of(card):
        yield scored(one.key, played.gain)
