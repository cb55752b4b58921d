"""Training by API: the same questions as its pages. No answer key leaves by it, nor what anybody said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from quintet.kernel.access import needs
from quintet.training.asks import exams, sittings
from quintet.training.models.exams import Exam, Sitting
from quintet.training.terms.exams import Marked, Standing

router = Router(tags=["training"])


@dataclass(frozen=True)
class MarkedQuestion:
    """One question of a marked sitting: what kind, how right, what to read for it."""

    number: int
    kind: str
    text: str
    share: float
    page: str


@dataclass(frozen=True)
class OwnSitting:
    """One attempt of the owner of the token; the questions once it is marked."""

    sitting_id: UUID
    exam: str
    attempt: int
    started_at: datetime
    ends_at: datetime | None
    handed_in_at: datetime | None
    share: float | None
    passed: bool | None
    questions: list[MarkedQuestion]


@router.get(
    "exams", summary="Exams of the owner of the token: open or not, attempts left, when next",
    response=list[Standing],
)  # fmt: skip
@needs("training.learn")
def my_exams(request: HttpRequest) -> list[Standing]:
    """What may be taken and what was, each with where one stands."""
    return exams.exams_for(request.user, timezone.now())


@router.get(
    "exams/sittings", summary="The attempts of the owner of the token, question by question once marked",
    response=list[OwnSitting],
)  # fmt: skip
@needs("training.learn")
def my_sittings(request: HttpRequest) -> list[OwnSitting]:
    """Newest first."""
    return [_own(one) for one in sittings.sittings_of(request.user)]


@router.get(
    "exams/{key}/results", summary="What an exam came to, for those the owner of the token may see",
    response=list[exams.Result],
)  # fmt: skip
@needs("training.see_classes")
def results(request: HttpRequest, key: str) -> list[exams.Result]:
    """Who passed at which attempt; no answers."""
    exam = get_object_or_404(Exam, key=key)
    return exams.results(request.user, request.scope, exam)  # type: ignore[attr-defined]


def _own(one: Sitting) -> OwnSitting:
    questions = [_question(each) for each in sittings.marked_paper(one)]
    return OwnSitting(
        one.sitting_id, one.exam.key, one.attempt, one.started_at, one.ends_at, one.handed_in_at, one.share,
        one.passed, questions,
    )  # fmt: skip


def _question(one: Marked) -> MarkedQuestion:
    page = one.page[0] if one.page else ""
    return MarkedQuestion(one.asked.number, one.asked.kind, one.asked.text, one.share, page)
