"""Pages of reviews: score a call, and the scorecards with what their questions tell."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.training.actions import call_reviews as actions
from quintet.training.asks import call_reviews as asks
from quintet.training.asks import calls
from quintet.training.asks.facts import published
from quintet.training.forms.call_reviews import SCALE, NameForm, QuestionForm, drafted, read_scores
from quintet.training.models.call_reviews import CallQuestion, CallScorecard
from quintet.training.pages.calls import REVIEWS, visible_call

SEES_CARDS, TEACHES = "training.see_classes", "training.teach"


@needs(REVIEWS)
@never_cache
def review(request: HttpRequest, call_id: UUID, card: str) -> HttpResponse:
    """GET or POST /training/calls/<call>/review/<card>/: score a call, question by question."""
    call, chosen = visible_call(request, call_id), get_object_or_404(CallScorecard, key=card)
    questions = list(chosen.questions.filter(retired_at=None))
    error = ""
    if request.method == "POST":
        try:
            said = read_scores(request.POST, questions)
            actions.submit_review(call, chosen, said, by=request.user, now=timezone.now())
        except BadInput as wrong:
            error = str(wrong)
        else:
            messages.success(request, "Scored. What was said stays as it is.")
            return redirect("training:call", call.pk)
    context = {
        "call": call,
        "card": chosen,
        "questions": drafted(request.POST if error else QueryDict(), questions),
        "is_open": chosen in asks.open_cards(call, request.user),
        "lines": calls.lines(call),
        "scale": SCALE,
        "error": error,
    }
    return TemplateResponse(request, "training/call_review.html", context, status=400 if error else None)


@needs(SEES_CARDS)
@never_cache
def scorecards(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/calls/scorecards/: what calls are scored on; begin another one."""
    form = NameForm(request.POST or None)
    may_teach = request.user.has_perm(TEACHES)
    if request.method == "POST" and may_teach and form.is_valid():
        try:
            card = actions.write_scorecard(form.cleaned_data["name"], by=request.user, now=timezone.now())
        except BadInput as error:
            form.add_error("name", str(error))
        else:
            return redirect("training:call-scorecard", card.key)
    cards = CallScorecard.objects.prefetch_related("questions", "reviews")
    context = {"cards": cards, "form": form, "may_teach": may_teach}
    return TemplateResponse(
        request, "training/call_scorecards.html", context, status=400 if form.errors else None
    )


@needs(SEES_CARDS)
@never_cache
def scorecard(request: HttpRequest, card: str) -> HttpResponse:
    """GET or POST /training/calls/scorecards/<card>/: its questions, what they tell, and another one."""
    chosen = get_object_or_404(CallScorecard, key=card)
    form = QuestionForm(request.POST or None)
    may_teach = request.user.has_perm(TEACHES)
    if request.method == "POST" and may_teach and form.is_valid():
        try:
            actions.add_question(chosen, form.wording())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("training:call-scorecard", chosen.key)
    seen = calls.visible(request.user, request.scope)  # type: ignore[attr-defined]
    context = {
        "card": chosen,
        "asked": asks.asked_questions(chosen, seen, published()),
        "form": form,
        "may_teach": may_teach and chosen.retired_at is None,
    }
    status = 400 if form.errors else None
    return TemplateResponse(request, "training/call_scorecard.html", context, status=status)


@needs(TEACHES)
@never_cache
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """GET or POST /training/calls/questions/<question>/: word it anew while nobody has answered."""
    one = get_object_or_404(CallQuestion, pk=question_id)
    initial: dict[str, Any] = {name: getattr(one, name) for name in ("text", "low", "high", "step")}
    form = QuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.word_question(one, form.wording())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("training:call-scorecard", one.scorecard.key)
    context = {"question": one, "form": form, "is_scored": one.scores.exists()}
    status = 400 if form.errors else None
    return TemplateResponse(request, "training/call_question.html", context, status=status)


@needs(TEACHES)
@require_POST
def retire_question(request: HttpRequest, question_id: int) -> HttpResponse:  # noqa: ARG001 -- as pages are called
    """POST /training/calls/questions/<question>/retire/: ask it no more."""
    one = get_object_or_404(CallQuestion, pk=question_id)
    actions.retire_question(one, now=timezone.now())
    return redirect("training:call-scorecard", one.scorecard.key)


@needs(TEACHES)
@require_POST
def retire_scorecard(request: HttpRequest, card: str) -> HttpResponse:  # noqa: ARG001 -- as pages are called
    """POST /training/calls/scorecards/<card>/retire/: use it no more."""
    one = get_object_or_404(CallScorecard, key=card)
    actions.retire_scorecard(one, now=timezone.now())
    return redirect("training:call-scorecards")
