"""The interviewer's form, and the list of those that wait."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from quintet.hiring.actions import scorecards as actions
from quintet.hiring.actions.scorecards import Saving
from quintet.hiring.asks import scorecards as asks
from quintet.hiring.asks.candidates import today
from quintet.hiring.asks.published import published
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.models.scorecards import Scorecard
from quintet.hiring.terms.scorecards import Draft, Said, read_draft
from quintet.hiring.terms.words import HIGHEST, LOWEST
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

INTERVIEWS = "hiring.interview"
SCALE = tuple(range(LOWEST, HIGHEST + 1))
_MEANWHILE = "Saved from another device meanwhile. Below is what you typed here: send it again to keep it."
_PLAYED = ("homework_points", "before", "feedback", "after")


@needs(INTERVIEWS)
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """GET /hiring/forms/: what I have to score, due first."""
    on = today(published(), timezone.localdate())
    return TemplateResponse(request, "hiring/forms.html", {"forms": asks.my_forms(request.user, on)})


@needs(INTERVIEWS)
@never_cache
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """GET or POST /hiring/form/<id>/: one page to score on; works without JavaScript, too."""
    card = _card(request, card_id)
    if request.method == "GET":
        return _form(request, card, asks.draft_of(card))
    try:
        draft = read_draft(posted(request.POST, asks.scored_by_hand(card)), _keys(card))
        saving = Saving(_whole(request.POST.get("revision")), request.POST.get("device", ""))
        if not actions.save_draft(card, draft, saving, now=timezone.now()):
            return _form(request, card, draft, error=_MEANWHILE, status=409)
        if "later" in request.POST:
            messages.success(request, "Saved. It is not submitted yet.")
            return redirect("hiring:forms")
        actions.submit(card, now=timezone.now())
    except BadInput as error:
        return _form(request, card, asks.draft_of(card), error=str(error), status=400)
    messages.success(request, "Submitted. What you said stays as it is.")
    return redirect("hiring:candidate", card.candidate_id)


@needs(INTERVIEWS)
@never_cache
@require_http_methods(["PUT"])
def draft(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """PUT /hiring/form/<id>/draft/: keep a part, or with `submit` the whole, as JSON.

    Answers 200 with the new revision; 409 with what is kept where another device saved meanwhile; 400 with
    what is wrong or missing.
    """
    card = _card(request, card_id)
    try:
        told = _json(request)
        saving = Saving(_whole(told.get("revision")), str(told.get("device") or ""))
        if card.is_submitted and told.get("submit") and saving.device == card.saved_from:
            return JsonResponse(_state(card))  # the answer to the first try was lost on the way
        if not actions.save_draft(card, read_draft(told, _keys(card)), saving, now=timezone.now()):
            return JsonResponse({**_state(card), "draft": asks.as_json(asks.draft_of(card))}, status=409)
        if told.get("submit"):
            actions.submit(card, now=timezone.now())
    except BadInput as error:
        return JsonResponse({**_state(card), "error": str(error)}, status=400)
    return JsonResponse(_state(card))


def posted(told: Mapping[str, str], criteria: list[Criterion]) -> dict[str, Any]:
    """A posted form in the shape of a draft."""
    return {
        "scores": {
            one.key: {"points": told.get(f"score-{one.key}"), "evidence": told.get(f"evidence-{one.key}")}
            for one in criteria
        },
        "overall": told.get("overall"),
        "overall_why": told.get("overall_why"),
        "role_play": {name: told.get(name) for name in _PLAYED},
    }


def lines(criteria: list[Criterion], scores: Mapping[str, Said]) -> list[dict[str, Any]]:
    """Each criterion with its anchors and what was said so far, as the templates draw it."""
    return [
        {
            "criterion": one,
            "anchors": sorted(one.anchors.items(), key=lambda pair: int(pair[0])),
            "said": scores.get(one.key, Said()),
        }
        for one in criteria
    ]


def _form(
    request: HttpRequest, card: Scorecard, shown: Draft, *, error: str = "", status: int | None = None
) -> HttpResponse:
    is_played = card.round.kind == "role_play"
    context = {
        "card": card,
        "lines": lines(asks.scored_by_hand(card), shown.scores),
        "gains": asks.gains_of(card),
        "draft": shown,
        "scale": SCALE,
        "is_played": is_played or bool(asks.gains_of(card)),
        "is_closed": card.is_submitted or hasattr(card.candidate, "decision"),
        "error": error,
    }
    name = "hiring/form_closed.html" if context["is_closed"] else "hiring/form.html"
    return TemplateResponse(request, name, context, status=status)


def _card(request: HttpRequest, card_id: UUID) -> Scorecard:
    found = asks.card_of(request.user, card_id)
    if found is None:
        raise Http404("no such form of yours")
    return found


def _keys(card: Scorecard) -> frozenset[str]:
    return frozenset(one.key for one in asks.scored_by_hand(card))


def _state(card: Scorecard) -> dict[str, Any]:
    return {"revision": card.revision, "saved_at": card.saved_at, "is_submitted": card.is_submitted}


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except ValueError:
        raise BadInput("a draft is sent as JSON: reload the form") from None
    if not isinstance(told, dict):
        raise BadInput("a draft is an object: reload the form")
    return told


def _whole(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise BadInput(f"revision must be a whole number, got {value!r}: reload the form") from None
