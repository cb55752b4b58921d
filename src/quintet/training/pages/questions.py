"""Pages of an exam's bank: write, rewrite, retire, bring in from a sheet, look at a draw, correct a key."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.training.actions import exams as actions
from quintet.training.actions.marking import correct_key
from quintet.training.asks import exams as asks
from quintet.training.asks.sittings import drawn_paper, right_text
from quintet.training.forms.exams import KeyForm, QuestionForm, SheetForm
from quintet.training.models.exams import Exam, Question, QuestionVersion
from quintet.training.terms.question_sheet import COLUMNS, read_questions
from quintet.training.terms.words import QUESTION_KINDS

TEACHES = "training.teach"
_LARGEST = 2_000_000
_SEEDS = 10**6


@needs(TEACHES)
@never_cache
def write(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """GET or POST /training/exams/<key>/questions/<kind>/: add a question of a kind."""
    exam = _exam(request, key)
    if kind not in QUESTION_KINDS:
        raise Http404(f"no kind {kind}")
    form = QuestionForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_question(exam, form.told(), by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Added to the bank.")
            again = "another" in request.POST
            return redirect(request.path) if again else redirect("training:exam", exam.key)
    return _form(request, form, exam, kind, None)


@needs(TEACHES)
@never_cache
def bring(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/exams/<key>/questions/import/: questions out of a spreadsheet, all or none."""
    exam = _exam(request, key)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = read_questions(_sheet(form))
            actions.write_questions(exam, told, by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Added to the bank: {len(told)}.")
            return redirect("training:exam", exam.key)
    context = {"exam": exam, "form": form, "columns": COLUMNS.items()}
    status = 400 if form.errors else None
    return TemplateResponse(request, "training/question_import.html", context, status=status)


@needs(TEACHES)
@never_cache
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """GET /training/exams/<key>/preview/: a draw as a taker sees it."""
    exam = _exam(request, key)
    seed = request.GET.get("seed", "")
    shown = int(seed) if seed.isdigit() else secrets.randbelow(_SEEDS)
    context = {"exam": exam, "paper": drawn_paper(asks.bank(exam), exam.draws, shown), "seed": shown}
    return TemplateResponse(request, "training/exam_preview.html", context)


@needs(TEACHES)
@never_cache
def detail(request: HttpRequest, question: UUID) -> HttpResponse:
    """GET /training/questions/<question>/: its wordings, keys and corrections."""
    one = _question(request, question)
    versions = asks.versions_of(one)
    context = {
        "question": one,
        "newest": versions[0],
        "versions": [_version(version) for version in versions],
        "corrections": asks.corrections_of(one),
    }
    return TemplateResponse(request, "training/question.html", context)


@needs(TEACHES)
@never_cache
def rewrite(request: HttpRequest, question: UUID) -> HttpResponse:
    """GET or POST /training/questions/<question>/rewrite/: a new wording; the older ones stay."""
    one = _question(request, question)
    newest = asks.versions_of(one)[0]
    form = QuestionForm(request.POST or None, kind=newest.kind, version=newest)
    if request.method == "POST" and form.is_valid():
        try:
            why = form.cleaned_data["why"]
            actions.rewrite_question(one, form.told(), why, by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Rewritten. Sittings that were asked the old wording keep it.")
            return redirect("training:question", one.pk)
    return _form(request, form, one.exam, newest.kind, one)


@needs(TEACHES)
@require_POST
def retire(request: HttpRequest, question: UUID) -> HttpResponse:
    """POST /training/questions/<question>/retire/: ask it no more."""
    one = _question(request, question)
    actions.retire_question(one, by=request.user, now=timezone.now())
    messages.success(request, "It is asked no more. What was answered stays.")
    return redirect("training:exam", one.exam.key)


@needs(TEACHES)
@never_cache
def key(request: HttpRequest, version_id: int) -> HttpResponse:
    """GET or POST /training/keys/<version>/: correct an answer key and mark again what it touches."""
    found = QuestionVersion.objects.select_related("question__exam").filter(pk=version_id).first()
    if found is None or found.kind == "graded":
        raise Http404("no such key")
    one = _question(request, found.question_id)
    form = KeyForm(request.POST or None, version=found)
    if request.method == "POST" and form.is_valid():
        try:
            why = form.cleaned_data["why"]
            made = correct_key(found, form.right(), why, by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            many = len(made.changed)
            word = "answer was" if many == 1 else "answers were"
            messages.success(request, f"Corrected: {many} {word} marked again.")
            return redirect("training:question", one.pk)
    context = {"form": form, "version": found, "question": one}
    return TemplateResponse(request, "training/key_form.html", context, status=400 if form.errors else None)


def _form(
    request: HttpRequest, form: QuestionForm, exam: Exam, kind: str, question: Question | None
) -> HttpResponse:
    context = {"form": form, "exam": exam, "kind": QUESTION_KINDS[kind], "question": question}
    status = 400 if form.errors else None
    return TemplateResponse(request, "training/question_form.html", context, status=status)


def _version(one: QuestionVersion) -> dict[str, Any]:
    return {"version": one, "right": right_text(one), "has_key": one.kind != "graded"}


def _sheet(form: SheetForm) -> str:
    sent = form.cleaned_data["sheet"]
    if sent is None:
        return str(form.cleaned_data["pasted"])
    if sent.size > _LARGEST:
        raise BadInput(f"a sheet of questions is at most {_LARGEST // 1_000_000} MB: split it")
    try:
        return str(sent.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("the file is not UTF-8: save it as CSV UTF-8, or paste it") from None


def _exam(request: HttpRequest, key: str) -> Exam:
    found = asks.exam_of(key)
    if found is None:
        raise Http404(f"no exam {key}")
    _require_bank(request, found)
    return found


def _question(request: HttpRequest, question: UUID) -> Question:
    found = asks.question_of(question)
    if found is None:
        raise Http404("no such question")
    _require_bank(request, found.exam)
    return found


def _require_bank(request: HttpRequest, exam: Exam) -> None:
    if not asks.may_see_bank(request.user, exam):
        raise PermissionDenied("the bank is closed to you until your own attempt is marked")
