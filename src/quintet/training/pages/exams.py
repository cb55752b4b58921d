"""Pages of exams: what is open to me, how one is held, its bank, and what came out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.training.actions import exams as actions
from quintet.training.actions import sittings
from quintet.training.asks import exams as asks
from quintet.training.asks.marking import queue
from quintet.training.asks.sittings import page_link
from quintet.training.forms.exams import AttemptForm, ExamForm
from quintet.training.models.exams import Exam, Question, QuestionVersion
from quintet.training.terms.words import QUESTION_KINDS

LEARNS, TEACHES, SEES = "training.learn", "training.teach", "training.see_classes"
_RESULTS = [
    ("name", "Who", "text"),
    ("attempt", "Attempt", "number"),
    ("handed_in_at", "Handed in", "instant"),
    ("share", "Right", "rate"),
    ("outcome", "Outcome", "text"),
]
_BANK = [
    ("text", "Question", "link"),
    ("kind", "Kind", "text"),
    ("version", "Version", "number"),
    ("page", "To read", "link"),
]


@needs(LEARNS)
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/exams/: what is open to me; for those who teach, every exam and what waits."""
    user, now = request.user, timezone.now()
    teaches = user.has_perm(TEACHES)
    context = {
        "standings": asks.exams_for(user, now),
        "exams": [_line(one) for one in Exam.objects.select_related("module")] if teaches else [],
        "teaches": teaches,
        "waiting": len(queue(user).graded) if teaches else 0,
    }
    return TemplateResponse(request, "training/exams.html", context)


@needs(LEARNS)
@never_cache
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """GET /training/exams/<key>/: how it is held, where I stand, and what those I may see came to."""
    exam, user, now = _known(key), request.user, timezone.now()
    sees_bank, teaches = asks.may_see_bank(user, exam), user.has_perm(TEACHES)
    stuck = asks.without_attempts(exam, now) if teaches else []
    rows = [_result(one) for one in asks.results(user, request.scope, exam)]  # type: ignore[attr-defined]
    context = {
        "exam": exam,
        "where": asks.standing(exam, user, now),
        "teaches": teaches,
        "stuck": AttemptForm(people=stuck) if stuck else None,
        "bank": _records([_question(one) for one in asks.bank(exam)]) if sees_bank else None,
        "retired": _records([_question(one) for one in asks.retired(exam)]) if sees_bank else None,
        "sees_bank": sees_bank,
        "many": Question.objects.filter(exam=exam, retired_at=None).count(),
        "results": {"columns": _RESULTS, "rows": rows, "page_size": 50} if rows else None,
        "sees_others": user.has_perm(SEES),
        "kinds": QUESTION_KINDS,
    }
    return TemplateResponse(request, "training/exam.html", context)


@needs(TEACHES)
def write(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/exams/new/: write an exam down."""
    form = ExamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            exam = actions.write_exam(form.text(), by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Written down. It is open as soon as its bank has a question.")
            return redirect("training:exam", exam.key)
    return _form(request, form, None)


@needs(TEACHES)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/exams/<key>/edit/: change how it is held."""
    exam = _known(key)
    form = ExamForm(request.POST or None, exam=exam)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_exam(exam, form.text(), by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Changed for sittings that begin from now on.")
            return redirect("training:exam", exam.key)
    return _form(request, form, exam)


@needs(TEACHES)
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/exams/<key>/retire/: hold it no more."""
    actions.retire_exam(_known(key), by=request.user, now=timezone.now())
    messages.success(request, "It is not held any more. What was taken stays.")
    return redirect("training:exam", key)


@needs(TEACHES)
@require_POST
def give_attempt(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/exams/<key>/attempts/: one more for somebody who has none left."""
    exam, now = _known(key), timezone.now()
    form = AttemptForm(request.POST, people=asks.without_attempts(exam, now))
    if not form.is_valid():
        raise BadInput("one more attempt is for somebody who has none left, and needs a reason")
    who, why = form.people[form.cleaned_data["user"]], form.cleaned_data["why"]
    sittings.give_attempt(exam, who, why, by=request.user, now=now)
    messages.success(request, f"{who} may take it once more, and is told.")
    return redirect("training:exam", key)


def _form(request: HttpRequest, form: ExamForm, exam: Exam | None) -> HttpResponse:
    context = {"form": form, "exam": exam}
    return TemplateResponse(request, "training/exam_form.html", context, status=400 if form.errors else None)


def _line(exam: Exam) -> dict[str, Any]:
    many = Question.objects.filter(exam=exam, retired_at=None).count()
    return {"exam": exam, "many": many, "is_short": many < exam.draws}


def _question(one: QuestionVersion) -> dict[str, Any]:
    title, address = page_link(one.page) or ("", "")
    return {
        "text": one.text,
        "text_url": reverse("training:question", args=[one.question_id]),
        "kind": QUESTION_KINDS[one.kind],
        "version": one.number,
        "page": title,
        "page_url": address,
    }


def _records(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    return {"columns": _BANK, "rows": rows, "page_size": 50} if rows else None


def _result(one: asks.Result) -> dict[str, Any]:
    outcome = {True: "passed", False: "not passed", None: "waits to be marked"}[one.passed]
    return {
        "name": one.name,
        "attempt": one.attempt,
        "handed_in_at": one.handed_in_at,
        "share": one.share,
        "outcome": outcome,
    }


def _known(key: str) -> Exam:
    found = asks.exam_of(key)
    if found is None:
        raise Http404(f"no exam {key}")
    return found
