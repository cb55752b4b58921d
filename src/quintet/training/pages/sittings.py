"""Taking an exam: begin, answer, hand in, and read what it came to. Works without JavaScript, too."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.training.actions import sittings as actions
from quintet.training.asks import exams, sittings
from quintet.training.models.exams import Sitting
from quintet.training.said import read_answers, read_posted
from quintet.training.terms.exams import Asked

LEARNS = "training.learn"


@needs(LEARNS)
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/exams/<key>/sit/: what to expect, and begin or go on."""
    exam = exams.exam_of(key)
    if exam is None:
        raise Http404(f"no exam {key}")
    now = timezone.now()
    if request.method == "POST":
        try:
            return redirect("training:sit", actions.begin(exam, request.user, now=now).pk)
        except BadInput as error:
            messages.error(request, str(error))
    context = {"exam": exam, "where": exams.standing(exam, request.user, now)}
    return TemplateResponse(request, "training/sit_start.html", context)


@needs(LEARNS)
@never_cache
@require_http_methods(["GET", "POST"])
def sit(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """GET or POST /training/sittings/<id>/: the questions; save what is said so far, or hand in."""
    sitting, now = _own(request, sitting_id), timezone.now()
    actions.close_if_over(sitting, now=now)
    if sitting.handed_in_at is not None:
        return redirect("training:sitting", sitting.pk)
    if request.method == "GET":
        return _paper(request, sitting, now)
    try:
        told, kept = read_posted(sitting, request.POST, _elapsed(sitting, now))
        actions.save(sitting, told, now=now)
    except BadInput as error:
        messages.error(request, str(error))
        return _paper(request, sitting, now)
    if kept:
        said = f"Another window has saved {kept} of these answers since: what it saved is shown."
        messages.warning(request, said)
        return _paper(request, sitting, now)
    return _after_save(request, sitting, now)


@needs(LEARNS)
@never_cache
@require_http_methods(["PUT"])
def save(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """PUT /training/sittings/<id>/save/: keep answers, or with `hand_in` the whole, as JSON.

    Answers 200 with what is kept of the answers that were sent and with the clock; 409 when it was handed in
    or the time is up; 400 with what is wrong. Sent twice it changes nothing the second time.
    """
    sitting, now = _own(request, sitting_id), timezone.now()
    try:
        told = _json(request)
        if sitting.handed_in_at is not None or actions.close_if_over(sitting, now=now):
            return JsonResponse(_state(sitting, now), status=200 if told.get("hand_in") else 409)
        answers = read_answers(sitting, told.get("answers"))
        actions.save(sitting, answers, now=now)
        if told.get("hand_in"):
            actions.hand_in(sitting, now=now)
    except BadInput as error:
        return JsonResponse(_state(sitting, now) | {"error": str(error)}, status=400)
    sent = {one.version for one in answers}
    kept = [one.as_json for one in sittings.paper(sitting) if one.version in sent]
    return JsonResponse(_state(sitting, now) | {"answers": kept})


@needs(LEARNS)
@never_cache
def result(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """GET /training/sittings/<id>/result/: what it came to, question by question, and what to read."""
    sitting, now = _own(request, sitting_id), timezone.now()
    actions.close_if_over(sitting, now=now)
    if sitting.handed_in_at is None:
        return redirect("training:sit", sitting.pk)
    papers = sittings.marked_paper(sitting)
    context = {
        "sitting": sitting,
        "papers": papers,
        "to_read": sittings.to_read(papers),
        "where": exams.standing(sitting.exam, request.user, now),
        "right": sum(one.share for one in papers),
    }
    return TemplateResponse(request, "training/sitting.html", context)


def _after_save(request: HttpRequest, sitting: Sitting, now: datetime) -> HttpResponse:
    if "later" in request.POST:
        messages.success(request, "Saved. It is not handed in yet.")
        return redirect("training:sit", sitting.pk)
    blank = [one.number for one in sittings.paper(sitting) if not one.is_answered]
    if blank and "anyway" not in request.POST:
        return _paper(request, sitting, now, blank=blank)
    actions.hand_in(sitting, now=now)
    return redirect("training:sitting", sitting.pk)


def _paper(
    request: HttpRequest, sitting: Sitting, now: datetime, *, blank: list[int] | None = None
) -> HttpResponse:
    paper: list[Asked] = sittings.paper(sitting)
    context = {
        "sitting": sitting,
        "paper": paper,
        "answered": sum(one.is_answered for one in paper),
        "blank": blank or [],
        "elapsed": _elapsed(sitting, now),
        "left": _left(sitting, now),
    }
    return TemplateResponse(request, "training/sit.html", context, status=400 if blank else None)


def _state(sitting: Sitting, now: datetime) -> dict[str, Any]:
    return {
        "is_handed_in": sitting.handed_in_at is not None,
        "elapsed": _elapsed(sitting, now),
        "left": _left(sitting, now),
        "answers": [],
    }


def _elapsed(sitting: Sitting, now: datetime) -> int:
    return (now - sitting.started_at) // timedelta(milliseconds=1)


def _left(sitting: Sitting, now: datetime) -> int | None:
    return None if sitting.ends_at is None else max(0, (sitting.ends_at - now) // timedelta(milliseconds=1))


def _own(request: HttpRequest, sitting_id: UUID) -> Sitting:
    found = sittings.sitting_of(request.user, sitting_id)
    if found is None:
        raise Http404("no such sitting of yours")
    return found


def _json(request: HttpRequest) -> Mapping[str, Any]:
    try:
        told = json.loads(request.body)
    except ValueError:
        raise BadInput("answers are sent as JSON: reload the page") from None
    if not isinstance(told, dict):
        raise BadInput("answers are sent as an object: reload the page")
    return told
