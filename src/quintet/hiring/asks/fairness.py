"""How often each group gets through: the one place that reads what candidates say about themselves.

It counts. Nothing it returns is about one person; batches and small categories are seen to in
formula/fairness.py, so that nobody can be told by looking before and after either.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from quintet.hiring.formula.fairness import audit_decision, audit_scores
from quintet.hiring.models.candidates import Decision
from quintet.hiring.models.fairness import SelfIdentification
from quintet.hiring.terms.fairness import BATCH, DECLINED, INDEX, Assessed, Audit, NamedScores


def audit(scores: Iterable[NamedScores] = ()) -> Audit:
    """Who gets through, by sex, by race/ethnicity and by both: on the decision, then on each score.

    Those who withdrew are left out: they were not turned down. Answers enter ten at a time.

    Args:
        scores: the index and the criteria, each with the scores of candidates.
    """
    told = _answers()
    decided = _decided()
    entered = _entered(told, decided)
    people = _assessed(decided, told, entered) if entered else []
    days = _days(decided, entered)
    measures = [audit_decision(people, days)] if people else []
    named = list(scores)
    criteria = sum(one.key != INDEX for one in named)
    scored = (audit_scores(one, people, days, 1 if one.key == INDEX else criteria) for one in named)
    measures += [one for one in scored if one]
    first, last = days or (None, None)
    answered = sum(bool(one.sex or one.ethnicity) for one in people)
    return Audit(tuple(measures), len(people), answered, first, last)


def first_advised_on() -> date | None:
    """The first day on which a decision was taken with an index on the page; None before that."""
    first = Decision.objects.exclude(advice=None).order_by("decided_at").first()
    return timezone.localdate(first.decided_at) if first else None


def _answers() -> dict[int, SelfIdentification]:
    given = SelfIdentification.objects.exclude(answered_at=None).select_related("candidate")
    return {one.candidate.candidate_id: one for one in given}


def _decided() -> list[Decision]:
    found = Decision.objects.exclude(outcome="withdrew").select_related("candidate")
    return sorted(found, key=lambda one: (one.decided_at, one.pk))


def _entered(told: dict[int, SelfIdentification], decided: list[Decision]) -> datetime | None:
    """The instant of the newest full batch: until then, answers and decisions count; None before the first.

    A person enters when both the decision and the answer are there; the audit stands still until ten have.
    """
    came = sorted(
        max(one.decided_at, answer.answered_at)
        for one in decided
        if (answer := told.get(one.candidate.candidate_id)) is not None and answer.answered_at is not None
    )
    full = len(came) // BATCH * BATCH
    return came[full - 1] if full else None


def _assessed(
    decided: list[Decision], told: dict[int, SelfIdentification], entered: datetime
) -> list[Assessed]:
    """Everybody decided until then, with what was answered until then and no later."""
    found = []
    for one in (one for one in decided if one.decided_at <= entered):
        answer = told.get(one.candidate.candidate_id)
        if answer is None or answer.answered_at is None or answer.answered_at > entered:
            said = ("", "")
        else:
            said = (answer.sex, answer.ethnicity)
        sex, ethnicity = (one if one != DECLINED else "" for one in said)
        found.append(Assessed(sex, ethnicity, one.candidate.candidate_id, one.outcome == "hired"))
    return found


def _days(decided: list[Decision], entered: datetime | None) -> tuple[date, date] | None:
    counted = [one.decided_at for one in decided if entered and one.decided_at <= entered]
    return (timezone.localdate(counted[0]), timezone.localdate(counted[-1])) if counted else None
