"""What people do with candidates: add one, hand out scorecards, decide, and name the rep one became."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction

from quintet.hiring.asks.roles import scored_in
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.models.process import Round, SalesRole
from quintet.hiring.models.scorecards import Scorecard
from quintet.hiring.terms.candidates import Application, Verdict
from quintet.hiring.terms.words import OUTCOMES
from quintet.kernel.errors import BadInput
from quintet.kernel.ids import entity_id
from quintet.ledger.telling import person, row, tell

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def add(told: Application, *, by: "AbstractBaseUser", now: datetime) -> Candidate:
    """Somebody applied.

    Raises:
        BadInput: without a name, for a role there is not, or a day to come.
    """
    role = SalesRole.objects.filter(key=told.role_key).first()
    if role is None:
        raise BadInput(f"there is no role {told.role_key!r}: add it under Roles first")
    if not told.name.strip():
        raise BadInput("a candidate needs a name")
    if told.applied_on > now.date():
        raise BadInput(f"nobody applied on {told.applied_on:%-d %b %Y}: that day is still to come")
    pk = uuid4()
    with transaction.atomic():
        one = Candidate.objects.create(
            id=pk,
            candidate_id=entity_id("candidate", "quintet", "id", str(pk)),
            name=told.name.strip(),
            email=told.email.strip(),
            role=role,
            source=told.source.strip(),
            applied_on=told.applied_on,
            note=told.note.strip(),
            added_by=by,  # type: ignore[misc]
            added_at=now,
        )
        detail = {"name": one.name, "role": role.name, "source": one.source, "applied_on": one.applied_on}
        tell(row("candidate.applied", f"candidate:{pk}", now, detail, candidate_id=one.candidate_id))
    return one


def hand_out(
    candidate: Candidate,
    place: Round,
    interviewer: Any,  # noqa: ANN401 -- somebody with an account
    due_on: date | None,
    *,
    by: "AbstractBaseUser",
    now: datetime,
) -> Scorecard:
    """Ask somebody to score a candidate in a round; from then on the scores of others are closed to them.

    Raises:
        BadInput: when the candidate is decided on, the round is of another role or scores nothing, the
            person does not interview, or has this scorecard already.
    """
    _require_open(candidate)
    if place.role_id != candidate.role_id or place.is_retired:
        raise BadInput(f"{place} is no round of the process of {candidate.role}: choose one that is")
    if not (interviewer.is_active and interviewer.has_perm("hiring.interview")):
        raise BadInput(f"{interviewer} does not interview: operations can mark that under People")
    criteria = scored_in(place)
    if not criteria:
        raise BadInput(f"{place} scores nothing any more: put a criterion into it under Roles")
    if candidate.scorecards.filter(round=place, interviewer=interviewer).exists():
        raise BadInput(f"{interviewer} has the scorecard of {place} already")
    with transaction.atomic():
        card = Scorecard.objects.create(
            candidate=candidate,
            round=place,
            interviewer=interviewer,
            criteria=[[one.key, one.version] for one in criteria],
            due_on=due_on,
            assigned_by=by,  # type: ignore[misc]
            assigned_at=now,
        )
        detail = {"interviewer": person(interviewer), "due_on": due_on, "by": by.pk}
        record = f"scorecard:{card.pk}"
        tell(
            row(
                "interview.assigned",
                record,
                now,
                detail,
                candidate_id=candidate.candidate_id,
                content=place.name,
            )
        )
    return card


def take_back(card: Scorecard) -> None:
    """Take back a scorecard that was not submitted.

    Raises:
        BadInput: when it was submitted, and so is fixed.
    """
    deleted, _ = Scorecard.objects.filter(pk=card.pk, submitted_at=None).delete()
    if not deleted:
        raise BadInput("this scorecard was submitted: what was said stays")


def decide(candidate: Candidate, verdict: Verdict, *, by: "AbstractBaseUser", now: datetime) -> Decision:
    """Hire, reject, or note that the candidate withdrew.

    Raises:
        BadInput: when it was decided before, no reason is given, the decider has not submitted the own
            scorecard, a hired one has no first day, or a phone role was not tried by phone.
    """
    _require_open(candidate)
    if verdict.outcome not in OUTCOMES:
        raise BadInput(f"an outcome is one of {', '.join(OUTCOMES)}, got {verdict.outcome!r}")
    if not verdict.reason.strip():
        raise BadInput("say why: the next person will want to know, and so will the candidate")
    if (
        verdict.outcome != "withdrew"
        and candidate.scorecards.filter(interviewer=by.pk, submitted_at=None).exists()
    ):
        raise BadInput("submit your own scorecard first: your score comes before your decision")
    if verdict.outcome == "hired":
        _require_offer(candidate, verdict)
    with transaction.atomic():
        one = Decision.objects.create(
            candidate=candidate,
            outcome=verdict.outcome,
            reason=verdict.reason.strip(),
            advice=None if verdict.advice is None else dict(verdict.advice),
            follows=verdict.follows,
            starts_on=verdict.starts_on,
            decided_by=by,  # type: ignore[misc]
            decided_at=now,
        )
        tell(_decided(one, now))
    return one


def link_rep(decision: Decision, rep_id: int, *, now: datetime) -> None:
    """Say which rep a hired candidate became.

    Raises:
        BadInput: for somebody who was not hired, or a rep another candidate became.
    """
    if decision.outcome != "hired":
        raise BadInput(f"{decision.candidate} was not hired and became no rep")
    other = Decision.objects.filter(rep_id=rep_id).exclude(pk=decision.pk).select_related("candidate").first()
    if other is not None:
        raise BadInput(f"{other.candidate} became this rep: choose another")
    with transaction.atomic():
        decision.rep_id = rep_id
        decision.save(update_fields=["rep_id"])
        tell(_decided(decision, now, again=f"@{rep_id}"))


def _require_open(candidate: Candidate) -> None:
    made = Decision.objects.filter(candidate=candidate).first()
    if made is not None:
        raise BadInput(
            f"{candidate} was decided on {made.decided_at:%-d %b %Y}: {made.get_outcome_display()}"
        )


def _require_offer(candidate: Candidate, verdict: Verdict) -> None:
    """A first day, and for a role that sells by phone a submitted role play by phone."""
    if verdict.starts_on is None:
        raise BadInput("a hired candidate needs a first day: say when they start")
    if not candidate.role.by_phone:
        return
    by_phone = {"round__kind": "role_play", "round__by_phone": True}
    cards = candidate.scorecards.filter(**by_phone).select_related("round", "interviewer")
    if any(card.is_submitted for card in cards):
        return
    said = f"{candidate.role} sells by phone, and no role play by phone of {candidate} was submitted"
    waiting = ", ".join(f"{card.interviewer} ({card.round})" for card in cards)
    if waiting:
        raise BadInput(f"{said}: still to come from {waiting}")
    place = candidate.role.rounds.filter(kind="role_play", by_phone=True, is_retired=False).first()
    step = (
        f"hand out a scorecard of the round {place}" if place else "add such a round to the role and hold it"
    )
    raise BadInput(f"{said}: {step} first")


def _decided(one: Decision, now: datetime, again: str = "") -> dict[str, Any]:
    candidate = one.candidate
    detail = {
        "reason": one.reason,
        "advice": one.advice,
        "follows": one.follows,
        "starts_on": one.starts_on,
        "rep_id": one.rep_id,
        "by": one.decided_by_id,
    }
    told = row(
        "candidate.decided",
        f"candidate:{candidate.pk}",
        one.decided_at,
        detail,
        candidate_id=candidate.candidate_id,
        outcome=one.outcome,
    )
    return {**told, "recorded_at": now, "source_ref": told["source_ref"] + again}
