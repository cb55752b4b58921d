"""Marking asked: which answers wait for a person, without whose they are, and the marks each has had."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from quintet.training.models.exams import Answer, Mark, Sitting

_MOST = 100


@dataclass(frozen=True)
class Waiting:
    """An answer that waits for a person."""

    answer_id: int
    exam: str
    question: str
    said: str
    since: datetime


@dataclass(frozen=True)
class Queue:
    """What one marker may mark.

    Args:
        graded: answers marked by a rubric, the longest waiting first.
        refused: short answers the key did not accept and nobody has looked at, newest first.
        done: the own last marks.
    """

    graded: tuple[Waiting, ...]
    refused: tuple[Waiting, ...]
    done: tuple[Mark, ...]


def queue(user: Any) -> Queue:  # noqa: ANN401 -- somebody with an account
    """What waits for a marker; nobody marks an own answer."""
    graded = _markable(user).filter(version__kind="graded", marks=None)
    short = _markable(user).filter(version__kind="short").exclude(said="")
    seen = Mark.objects.filter(answer__version__kind="short", by_key=False).values("answer_id")
    refused = short.exclude(pk__in=seen).order_by("-sitting__handed_in_at")
    by_key = [one for one in refused.prefetch_related("marks")[: 10 * _MOST] if _share(one) == 0.0]
    done = Mark.objects.filter(marked_by=user, by_key=False)
    return Queue(
        tuple(_waiting(one) for one in graded.order_by("sitting__handed_in_at")),
        tuple(_waiting(one) for one in by_key[:_MOST]),
        tuple(done.select_related("answer__version__question__exam")[:20]),
    )


def answer_to_mark(user: Any, answer_id: int) -> Answer | None:  # noqa: ANN401
    """An answer somebody may mark: handed in, not an own one, and of no exam the person is taking."""
    found = _markable(user).filter(pk=answer_id)
    return found.select_related("version__question__exam", "version__page", "sitting").first()


def marks_of(answer: Answer) -> list[Mark]:
    """Every mark an answer has had, newest first."""
    return list(answer.marks.select_related("marked_by"))


def _markable(user: Any) -> "QuerySet[Answer]":  # noqa: ANN401
    """Nothing of an own sitting, nor of an exam the marker is taking: its answers would tell."""
    taking = Sitting.objects.filter(user=user, handed_in_at=None).values("exam")
    found = Answer.objects.filter(sitting__handed_in_at__isnull=False).exclude(sitting__user=user)
    found = found.exclude(sitting__exam__in=taking)
    return found.select_related("version__question__exam", "sitting")


def _share(answer: Answer) -> float | None:
    marks = list(answer.marks.all())
    return marks[0].share if marks else None


def _waiting(answer: Answer) -> Waiting:
    version, since = answer.version, answer.sitting.handed_in_at
    assert since is not None  # noqa: S101 -- only what was handed in is asked for
    return Waiting(answer.pk, version.question.exam.name, version.text, str(answer.said), since)
