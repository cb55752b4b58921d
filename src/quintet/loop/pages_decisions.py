"""Pages of the decision log: every advice, what became of it, and how good each adviser is."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.loop import asks_decisions as asks
from quintet.loop.actions import decisions as actions
from quintet.loop.decisions import FEWEST
from quintet.loop.forms import DecideForm, FollowForm
from quintet.loop.models.decisions import State

SEES, DECIDES, CANDIDATES = "loop.see_scores", "loop.decide", "hiring.see_index"
_COLUMNS = [
    ("sentence", "Advice", "link"),
    ("made_at", "Made", "date"),
    ("formula", "Formula", "text"),
    ("topic", "Topic", "text"),
    ("to", "To", "text"),
    ("promised", "Promised", "number"),
    ("state", "State", "text"),
    ("reason", "Why", "text"),
    ("delivered", "What followed", "number"),
    ("unit", "Unit", "text"),
]


@needs(SEES)
def decisions(request: HttpRequest) -> HttpResponse:
    """GET /loop/decisions/: every advice with its state, and each adviser's scorecard."""
    reader, formula, state = reader_of(request), request.GET.get("formula", ""), request.GET.get("state", "")
    found = asks.decisions(reader, formula, state)
    context = {
        "advice": {"columns": _COLUMNS, "rows": [_row(one) for one in found]},
        "is_any": bool(found),
        "fewest": FEWEST,
        "advisers": asks.advisers(reader, formula),
        "formulas": asks.formulas_that_advised(reader),
        "states": State.choices,
        "formula": formula,
        "state": state,
    }
    return TemplateResponse(request, "loop/decisions.html", context)


@needs(SEES)
def decision(request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
    """GET /loop/decisions/<id>/: one advice, its evidence, and what became of it."""
    return _decision(request, _known(request, recommendation_id), DecideForm(), FollowForm())


@needs(DECIDES)
@require_POST
def decide(request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
    """POST /loop/decisions/<id>/decide/: accept it, refuse it, or do it in another way."""
    one, form = _known(request, recommendation_id), DecideForm(request.POST)
    if not form.is_valid():
        return _decision(request, one, form, FollowForm())
    told, now = form.cleaned_data, timezone.now()
    actions.decide(one.record, told["decision"], told["reason"], by=request.user, now=now)  # type: ignore[arg-type]
    messages.success(request, "Written down. What follows will be held against what was promised.")
    return redirect("loop:decision", recommendation_id)


@needs(DECIDES)
@require_POST
def follow(request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
    """POST /loop/decisions/<id>/follow/: what was measured afterwards."""
    one, form = _known(request, recommendation_id), FollowForm(request.POST)
    if form.is_valid():
        try:
            actions.follow(one.record, form.followed, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Written down beside the promise.")
            return redirect("loop:decision", recommendation_id)
    return _decision(request, one, DecideForm(), form)


def reader_of(request: HttpRequest) -> asks.Reader:
    """Who asks, and whose advice they may see."""
    return asks.Reader(request.scope, request.user.has_perm(CANDIDATES))  # type: ignore[attr-defined]


def _known(request: HttpRequest, recommendation_id: UUID) -> asks.Decision:
    found = asks.decision(reader_of(request), recommendation_id)
    if found is None:
        raise Http404
    return found


def _decision(
    request: HttpRequest, one: asks.Decision, form: DecideForm, follow_form: FollowForm
) -> HttpResponse:
    may = request.user.has_perm(DECIDES)
    is_due = one.due_at is not None and one.due_at <= timezone.now()
    context = {
        "one": one,
        "form": form,
        "follow_form": follow_form,
        "may_decide": may and one.record.state == State.OPEN,
        "may_follow": may and one.followed is None and (is_due or bool(follow_form.errors)),
    }
    status = 400 if form.errors or follow_form.errors else None
    return TemplateResponse(request, "loop/decision.html", context, status=status)


def _row(one: asks.Decision) -> dict[str, Any]:
    record = one.record
    return {
        "sentence": record.sentence,
        "sentence_url": reverse("loop:decision", args=[record.pk]),
        "made_at": record.made_at,
        "formula": record.formula,
        "topic": record.topic,
        "to": record.to,
        "promised": one.evidence.estimate,
        "state": one.state,
        "reason": record.reason,
        "delivered": one.followed.estimate if one.followed else None,
        "unit": one.evidence.unit,
    }
