"""Candidates asked: who may see whom, the board, and one candidate with what was said of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Max, Q, QuerySet

from quintet.facts.published import Facts
from quintet.hiring.asks.criteria import Scored, scored
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.models.scorecards import Scorecard
from quintet.hiring.rules import SEES_CANDIDATES
from quintet.hiring.terms.candidates import Progress, state_of


@dataclass(frozen=True)
class Standing:
    """A candidate on the board.

    Args:
        record: the candidate.
        state: of candidates.STATES.
        days: since the application; of a decided one, until the decision.
        submitted: scorecards submitted.
        handed_out: scorecards there are.
        decision: None while open.
    """

    record: Candidate
    state: str
    days: int
    submitted: int
    handed_out: int
    decision: Decision | None


def candidates_visible_to(user: Any) -> "QuerySet[Candidate]":  # noqa: ANN401 -- anybody, strangers included
    """The candidates somebody may know of: all for who hires, one's own for interviewers, else none.

    Every page, ask and export about candidates begins here.
    """
    every = Candidate.objects.select_related("role", "decision")
    if user.has_perm("hiring.hire"):
        return every
    if user.has_perm("hiring.see_candidates"):
        return every.filter(pk__in=Scorecard.objects.filter(interviewer=user.pk).values("candidate"))
    return every.none()


def candidate_of(user: Any, candidate_id: UUID) -> Candidate | None:  # noqa: ANN401 -- an account
    """One candidate; None where there is none this person may know of."""
    return candidates_visible_to(user).filter(pk=candidate_id).first()


def may_read_scores(user: Any, candidate: Candidate) -> bool:  # noqa: ANN401 -- an account
    """May this person read what others said of the candidate?

    Nobody before submitting all of their own; an interviewer only after that; and who scores reps after hire
    never again once the candidate is one of them, unless they hire.
    """
    mine = candidate.scorecards.filter(interviewer=user.pk)
    if mine.filter(submitted_at=None).exists() and _decision(candidate) is None:
        return False
    if user.has_perm("hiring.hire"):
        return True
    decision = _decision(candidate)
    if decision is not None and decision.outcome == "hired" and user.has_perm("hiring.review_reps"):
        return False
    return mine.filter(submitted_at__isnull=False).exists()


def interviewers() -> "list[Any]":
    """Everybody who may be asked to score, by name."""
    able = Q(role__in=SEES_CANDIDATES) | Q(interviews=True)
    found = get_user_model().objects.filter(able, is_active=True)
    return sorted(found, key=lambda one: str(one).lower())


def today(facts: Facts | None, clock: date) -> date:
    """The day ages count to: the clock's, or the newest day anything is known of, where data ends earlier."""
    newest = [at for at in (_newest(Candidate, "added_at"), _newest(Scorecard, "saved_at")) if at is not None]
    if facts is None or facts.as_of is None:
        return clock
    return min(clock, max([facts.as_of.date(), *(at.date() for at in newest)]))


def standings(user: Any, facts: Facts | None, on: date) -> list[Standing]:  # noqa: ANN401 -- an account
    """Everybody on the board this person may know of, who applied first on top."""
    came_scored = {one.candidate_id for one in scored(facts)}
    people = candidates_visible_to(user).prefetch_related("role__rounds", "scorecards")
    found = [standing(one, on, came_scored) for one in people]
    return sorted(found, key=lambda one: (one.record.applied_on, one.record.name))


def standing(candidate: Candidate, on: date, came_scored: set[int]) -> Standing:
    """Where one candidate stands on a day."""
    cards, decision = list(candidate.scorecards.all()), _decision(candidate)
    done = frozenset(card.round_id for card in cards if card.is_submitted)
    state = decision.outcome if decision else state_of(
        Progress(
            frozenset(one.pk for one in candidate.role.rounds.all() if not one.is_retired),
            done,
            len(cards),
            sum(not card.is_submitted for card in cards),
            candidate.candidate_id in came_scored,
        )
    )  # fmt: skip
    until = decision.decided_at.date() if decision else on
    days = max((until - candidate.applied_on).days, 0)
    return Standing(candidate, state, days, sum(card.is_submitted for card in cards), len(cards), decision)


def was_scored(facts: Facts | None, candidate: Candidate) -> list[Scored]:
    """That candidate's scores, without how they were."""
    return [one for one in scored(facts) if one.candidate_id == candidate.candidate_id]


def unlinked_reps(facts: Facts | None) -> list[tuple[int, str]]:
    """Reps of today that no candidate became, the newest first: rep id and name."""
    if facts is None:
        return []
    reps = facts.table("reps")
    here = reps.filter(reps.valid_to.isnull() & reps.left_on.isnull() & reps.joined_on.notnull())
    rows = facts.arrow(here.select("rep_id", "name", "joined_on")).to_pylist()
    taken = set(Decision.objects.filter(rep_id__isnull=False).values_list("rep_id", flat=True))
    free = sorted(
        (row for row in rows if row["rep_id"] not in taken), key=lambda row: row["joined_on"], reverse=True
    )
    return [
        (row["rep_id"], f"{row['name'] or row['rep_id']}, since {row['joined_on']:%-d %b %Y}") for row in free
    ]


def _decision(candidate: Candidate) -> Decision | None:
    return getattr(candidate, "decision", None)


def _newest(model: Any, column: str) -> Any:  # noqa: ANN401 -- a record's class, an instant
    return model.objects.aggregate(newest=Max(column))["newest"]
