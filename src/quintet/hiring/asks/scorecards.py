"""Scorecards asked: what an interviewer has to score, and what a form holds so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from quintet.hiring.asks.criteria import at_version
from quintet.hiring.models.candidates import Candidate
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.models.scorecards import RolePlay, Score, Scorecard
from quintet.hiring.terms.scorecards import Asked, Draft, Played, Said
from quintet.hiring.terms.words import OVERALL


@dataclass(frozen=True)
class Forms:
    """What one interviewer has to score, and what they scored last."""

    due: tuple[Scorecard, ...]
    submitted: tuple[Scorecard, ...]
    today: date


def my_forms(user: Any, today: date) -> Forms:  # noqa: ANN401 -- somebody with an account
    """The scorecards of one interviewer: due first, then the newest submitted ones.

    A candidate who was decided on needs no more scores: such a scorecard is neither.
    """
    mine = _cards().filter(interviewer=user)
    due = mine.filter(submitted_at=None, candidate__decision=None)
    done = mine.filter(submitted_at__isnull=False).order_by("-submitted_at")[:20]
    return Forms(tuple(due.order_by(F("due_on").asc(nulls_last=True), "assigned_at")), tuple(done), today)


def handed_out(user: Any, people: Iterable[Candidate]) -> dict[UUID, tuple[Scorecard, ...]]:  # noqa: ANN401
    """Forms that are not submitted, by candidate, the first due on top; an interviewer's own alone."""
    found = _cards().filter(candidate__in=list(people), submitted_at=None)
    if not user.has_perm("hiring.hire"):
        found = found.filter(interviewer=user)
    cards: dict[UUID, tuple[Scorecard, ...]] = {}
    for one in found.order_by(F("due_on").asc(nulls_last=True), "assigned_at"):
        cards[one.candidate_id] = (*cards.get(one.candidate_id, ()), one)
    return cards


def card_of(user: Any, card_id: UUID) -> Scorecard | None:  # noqa: ANN401 -- somebody with an account
    """One's own scorecard; None for anybody else's."""
    return _cards().filter(pk=card_id, interviewer=user).first()


def criteria_of(card: Scorecard) -> list[Criterion]:
    """What the card asks for, in the versions that were in use when it was handed out."""
    return at_version((key, version) for key, version in card.criteria)


def scored_by_hand(card: Scorecard) -> list[Criterion]:
    """The criteria somebody scores 1 to 10."""
    return [one for one in criteria_of(card) if one.measure == "score"]


def gains_of(card: Scorecard) -> list[Criterion]:
    """The criteria worked out of the coached role play."""
    return [one for one in criteria_of(card) if one.measure == "gain"]


def asked_by(card: Scorecard) -> Asked:
    """What has to be there before it can be submitted."""
    every = criteria_of(card)
    return Asked(
        {one.key: one.name for one in every if one.measure == "score"},
        any(one.measure == "gain" for one in every),
        bool(card.round.homework),
    )


def draft_of(card: Scorecard) -> Draft:
    """The form as far as it is filled and known to us."""
    scores = {one.criterion: one for one in Score.objects.filter(scorecard=card)}
    said = {
        one.key: Said(scores[one.key].points, scores[one.key].evidence)
        for one in scored_by_hand(card)
        if one.key in scores
    }
    played = RolePlay.objects.filter(scorecard=card).first()
    told = (
        Played(played.homework_points, played.before, played.feedback, played.after) if played else Played()
    )
    return Draft(said, card.overall, card.overall_why, told)


def points_of(card: Scorecard, draft: Draft) -> dict[str, int | None]:
    """Points by criterion: those scored by hand, those gained by coaching, and the verdict on the whole.

    Args:
        card: whose criteria say which are worked out of the role play.
        draft: what was said; None stands where nothing was.
    """
    told = {key: said.points for key, said in draft.scores.items()}
    gain = draft.played.gain
    if gain is not None:
        told |= {one.key: gain for one in gains_of(card)}
    return told | {OVERALL: draft.overall}


def as_json(draft: Draft) -> dict[str, Any]:
    """A draft as the form's script reads it."""
    played = draft.played
    return {
        "scores": {
            key: {"points": one.points, "evidence": one.evidence} for key, one in draft.scores.items()
        },
        "overall": draft.overall,
        "overall_why": draft.overall_why,
        "role_play": {
            "homework_points": played.homework_points,
            "before": played.before,
            "feedback": played.feedback,
            "after": played.after,
        },
    }


def _cards() -> "QuerySet[Scorecard]":
    return Scorecard.objects.select_related("candidate__role", "round", "interviewer")
