"""Exams asked: what is open to whom, where everybody stands, and the bank for those who write it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from quintet.facts.scope import Scope
from quintet.training.asks.certificates import ended, finished, holding
from quintet.training.models.certificates import Certificate
from quintet.training.models.exams import (
    Exam,
    ExtraAttempt,
    KeyCorrection,
    Question,
    QuestionVersion,
    Sitting,
)
from quintet.training.terms.exams import Standing


def exam_of(key: str) -> Exam | None:
    """An exam by its key."""
    return Exam.objects.select_related("module").filter(key=key).first()


def exams_for(user: Any, now: datetime | None = None) -> list[Standing]:  # noqa: ANN401 -- somebody with an account
    """Every exam somebody may take or has taken: what is open, attempts left, when next, the result."""
    asked = Question.objects.filter(retired_at=None).values("exam")
    taken = Sitting.objects.filter(user=user).values("exam")
    found = Exam.objects.filter(Q(retired_at=None, pk__in=asked) | Q(pk__in=taken))
    at = now or timezone.now()
    return [standing(one, user, at) for one in found.select_related("module")]


def standing(exam: Exam, user: Any, now: datetime) -> Standing:  # noqa: ANN401
    """Where somebody stands with an exam."""
    sittings = list(Sitting.objects.filter(exam=exam, user=user).order_by("-attempt"))
    lost_at = _lost_at(exam, user, now)
    counted = _counted(sittings, lost_at)
    last = counted[0] if counted else None
    before = _before(exam, user)
    left = max(0, exam.attempts + _extra(exam, user, lost_at) - len(counted))
    marked = next((one for one in sittings if one.marked_at is not None), None)
    state, next_at = _state(exam, last, left, now)
    if state == "open" and before:
        state = "before"
    return Standing(
        exam.key, exam.name, state, left, next_at, before if state == "before" else (),
        sittings[0].sitting_id if sittings else None, marked.share if marked else None,
        len(last.asked) if state == "running" and last else min(exam.draws, len(bank(exam))),
        exam.minutes, exam.pass_mark,
    )  # fmt: skip


def bank(exam: Exam) -> list[QuestionVersion]:
    """The questions in use, each in its newest wording."""
    return _newest(Question.objects.filter(exam=exam, retired_at=None))


def retired(exam: Exam) -> list[QuestionVersion]:
    """The questions that are asked no more, each in its last wording."""
    return _newest(Question.objects.filter(exam=exam, retired_at__isnull=False))


def may_see_bank(user: Any, exam: Exam) -> bool:  # noqa: ANN401
    """May somebody see the keys? Who teaches may, but not in the middle of an own sitting."""
    takes = Sitting.objects.filter(exam=exam, user=user, marked_at=None).exists()
    return user.has_perm("training.teach") and not takes


def without_attempts(exam: Exam, now: datetime) -> list[Any]:
    """Who has used up all attempts at an exam and not passed."""
    failed = get_user_model().objects.filter(sittings__exam=exam, is_active=True).distinct()
    return [one for one in failed if standing(exam, one, now).state == "used_up"]


def question_of(key: Any) -> Question | None:  # noqa: ANN401 -- a UUID
    """A question with its exam."""
    return Question.objects.select_related("exam").filter(pk=key).first()


def versions_of(question: Question) -> list[QuestionVersion]:
    """Every wording a question had, newest first."""
    return list(question.versions.select_related("written_by", "page"))


def corrections_of(question: Question) -> list[KeyCorrection]:
    """Every correction of a question's keys, newest first."""
    found = KeyCorrection.objects.filter(version__question=question)
    return list(found.select_related("corrected_by", "version"))


def right_lines(version: QuestionVersion) -> tuple[str, str]:
    """What is right and what is wrong, each one a line, as the question was written."""
    if version.kind == "short":
        return "\n".join(version.right), ""
    right = [one["text"] for one in version.options if one["key"] in version.right]
    wrong = [one["text"] for one in version.options if one["key"] not in version.right]
    return "\n".join(right), "\n".join(wrong)


@dataclass(frozen=True)
class Result:
    """What came out of somebody's attempt: no answer, no question."""

    name: str
    rep_id: int | None
    exam: str
    attempt: int
    handed_in_at: datetime
    share: float | None
    passed: bool | None


def results(user: Any, scope: Scope, exam: Exam | None = None) -> list[Result]:  # noqa: ANN401
    """What came out for everybody somebody may see, newest first.

    Args:
        user: who teaches sees everybody; a manager the own people; a rep himself.
        scope: rows of the facts the user may see.
        exam: of one exam; of all when left out.
    """
    found = seen_by(user, scope).filter(handed_in_at__isnull=False).select_related("user", "exam")
    if exam is not None:
        found = found.filter(exam=exam)
    return [
        Result(str(one.user), one.user.rep_id, one.exam.key, one.attempt, one.handed_in_at, one.share,
               one.passed)
        for one in found.order_by("-handed_in_at") if one.handed_in_at
    ]  # fmt: skip


def seen_by(user: Any, scope: Scope) -> "QuerySet[Sitting]":  # noqa: ANN401
    """Sittings whose result somebody may see."""
    if user.has_perm("training.teach") or (user.has_perm("training.see_classes") and scope.rep_ids is None):
        return Sitting.objects.all()
    own = Sitting.objects.filter(user=user)
    if not user.has_perm("training.see_classes"):
        return own
    return own | Sitting.objects.filter(user__rep_id__in=scope.rep_ids or ())


def _newest(questions: "QuerySet[Question]") -> list[QuestionVersion]:
    versions = QuestionVersion.objects.filter(question__in=questions).order_by("question", "number")
    newest = {one.question_id: one for one in versions.select_related("page", "question")}
    return sorted(newest.values(), key=lambda one: one.pk)


def _counted(sittings: Iterable[Sitting], lost_at: datetime | None) -> list[Sitting]:
    return [one for one in sittings if lost_at is None or one.started_at > lost_at]


def _extra(exam: Exam, user: Any, lost_at: datetime | None) -> int:  # noqa: ANN401
    given = ExtraAttempt.objects.filter(exam=exam, user=user)
    return given.count() if lost_at is None else given.filter(given_at__gt=lost_at).count()


def _lost_at(exam: Exam, user: Any, now: datetime) -> datetime | None:  # noqa: ANN401
    """When the certificate that this exam counts for was last lost; attempts before that do not count."""
    held = {grant.certificate_id for grant in holding(user, now)}
    lost = (
        ended(one, user, now)
        for one in Certificate.objects.filter(exams=exam, retired_at=None).exclude(pk__in=held)
    )
    return max((one for one in lost if one is not None), default=None)


def _before(exam: Exam, user: Any) -> tuple[str, ...]:  # noqa: ANN401
    if exam.module is None:
        return ()
    done = finished(user)
    return tuple(one.name for one in exam.module.after.filter(retired_at=None) if one.pk not in done)


def _state(exam: Exam, last: Sitting | None, left: int, now: datetime) -> tuple[str, datetime | None]:
    if last is not None and last.handed_in_at is None:
        return "running", None
    if last is not None and last.marked_at is None:
        return "marking", None
    if last is not None and last.passed:
        return "passed", None
    if exam.retired_at is not None or not Question.objects.filter(exam=exam, retired_at=None).exists():
        return "closed", None
    return _after_failing(exam, last, left, now)


def _after_failing(exam: Exam, last: Sitting | None, left: int, now: datetime) -> tuple[str, datetime | None]:
    if not left:
        return "used_up", None
    if last is None or last.handed_in_at is None:
        return "open", None
    next_at = last.handed_in_at + timedelta(hours=exam.wait_hours)
    return ("waiting", next_at) if now < next_at else ("open", None)
