"""Training by API: the same questions as its pages. No answer key leaves by it, nor what anybody said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from quintet.kernel.access import needs
from quintet.training import answers
from quintet.training.asks import certificates as certificates_asked
from quintet.training.asks import classes as classes_asked
from quintet.training.asks import exams as exams_asked
from quintet.training.asks import playbook as playbook_asked
from quintet.training.asks import sittings as sittings_asked
from quintet.training.models.exams import Exam, Sitting
from quintet.training.pages.posted import asker, scope_of
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


@router.get("playbook", summary="Every page of the playbook in use", response=list[answers.PageAnswer])
@needs("training.learn")
def playbook(request: HttpRequest) -> list[answers.PageAnswer]:  # noqa: ARG001 -- as the API calls it
    """Pages by section, and whether the step of each has moved since it was written."""
    return [answers.page(one) for _, pages in playbook_asked.playbook() for one in pages]


@router.get("playbook/{key}", summary="One page of the playbook", response=answers.PageAnswer)
@needs("training.learn")
def page(request: HttpRequest, key: str) -> answers.PageAnswer:  # noqa: ARG001
    """The version in use."""
    found = playbook_asked.page(key)
    if found is None:
        raise Http404(f"no page {key}")
    return answers.page(found)


@router.get("completions", summary="Who finished what, and how", response=list[answers.CompletionAnswer])
@needs("training.learn")
def completions(request: HttpRequest) -> list[answers.CompletionAnswer]:
    """Completions of those the owner of the token may see: the own, a manager's team, all for who teaches."""
    found = classes_asked.completions(asker(request), scope_of(request))
    return [answers.completion(one) for one in found]


@router.get("certificates", summary="What each certificate takes", response=list[answers.CertificateAnswer])
@needs("training.learn")
def certificates(request: HttpRequest) -> list[answers.CertificateAnswer]:  # noqa: ARG001
    """Certificates that are granted today."""
    return [answers.certificate(one.record) for one in certificates_asked.certificates(timezone.now())]


@router.get("certified", summary="Who is certified for which leads", response=list[answers.CertifiedAnswer])
@needs("training.learn")
def certified(request: HttpRequest, lead_type: str = "") -> list[answers.CertifiedAnswer]:
    """Holders today of those the owner of the token may see; of one lead type, or of all."""
    user, scope, now = asker(request), scope_of(request), timezone.now()
    kinds = [lead_type] if lead_type else certificates_asked.lead_types()
    return [
        answers.CertifiedAnswer(kind, one.name, one.rep_id, one.certificate, one.until)
        for kind in kinds
        for one in certificates_asked.certified_for(kind, now)
        if classes_asked.may_see(user, scope, one.user_id, one.rep_id)
    ]


@router.get(
    "exams", summary="Exams of the owner of the token: open or not, attempts left, when next",
    response=list[Standing],
)  # fmt: skip
@needs("training.learn")
def my_exams(request: HttpRequest) -> list[Standing]:
    """What may be taken and what was, each with where one stands."""
    return exams_asked.exams_for(request.user, timezone.now())


@router.get(
    "exams/sittings", summary="The attempts of the owner of the token, question by question once marked",
    response=list[OwnSitting],
)  # fmt: skip
@needs("training.learn")
def my_sittings(request: HttpRequest) -> list[OwnSitting]:
    """Newest first."""
    return [_own(one) for one in sittings_asked.sittings_of(request.user)]


@router.get(
    "exams/{key}/results", summary="What an exam came to, for those the owner of the token may see",
    response=list[exams_asked.Result],
)  # fmt: skip
@needs("training.see_classes")
def results(request: HttpRequest, key: str) -> list[exams_asked.Result]:
    """Who passed at which attempt; no answers."""
    exam = get_object_or_404(Exam, key=key)
    return exams_asked.results(request.user, request.scope, exam)  # type: ignore[attr-defined]


def _own(one: Sitting) -> OwnSitting:
    questions = [_question(each) for each in sittings_asked.marked_paper(one)]
    return OwnSitting(
        one.sitting_id, one.exam.key, one.attempt, one.started_at, one.ends_at, one.handed_in_at, one.share,
        one.passed, questions,
    )  # fmt: skip


def _question(one: Marked) -> MarkedQuestion:
    page = one.page[0] if one.page else ""
    return MarkedQuestion(one.asked.number, one.asked.kind, one.asked.text, one.share, page)
