"""Pages of experiments: what runs, what was shown, a new one, its leads."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.demand.actions import experiments as actions
from quintet.demand.asks import experiments as asks
from quintet.demand.charts.experiments import looks_chart
from quintet.demand.forms.experiments import PlanForm, StopForm
from quintet.demand.models.experiments import Experiment
from quintet.demand.terms.experiments import Comparison, Result
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData

SEES, DECIDES = "demand.see_channels", "demand.decide"
_LOOK_COLUMNS = (
    ("day", "Day", "date"),
    ("pairs", "Leads in the smaller cell", "number"),
    ("lo", "At least, points", "number"),
    ("hi", "At most, points", "number"),
    ("evidence", "Evidence (1 is none)", "number"),
)
_LEAD_COLUMNS = [
    ("label", "Lead", "text"),
    ("cell", "Cell", "text"),
    ("source", "Source", "text"),
    ("segment", "Segment", "text"),
    ("entered_at", "Drawn", "date"),
    ("qualified_at", "Qualified", "date"),
    ("demo_at", "Demo", "date"),
    ("won_at", "Won", "date"),
]


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /demand/experiments/: what runs and what was shown."""
    context = {"experiments": asks.experiments(), "may_decide": _may_decide(request)}
    return TemplateResponse(request, "demand/experiments.html", context)


@needs(SEES)
def detail(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """GET /demand/experiments/<id>/: one experiment, and what each look could have seen."""
    return _detail(request, experiment_id, StopForm())


def _detail(request: HttpRequest, experiment_id: UUID, form: StopForm) -> HttpResponse:
    one = asks.known(get_object_or_404(Experiment, pk=experiment_id))
    context = {
        "one": one,
        "result": one.result,
        "cells": _cells(one),
        "panels": _panels(one.result, one.design.effect),
        "form": form,
        "may_decide": _may_decide(request),
        "decision": actions.DECISIONS.get(one.record.decision, ""),
    }
    return TemplateResponse(request, "demand/experiment.html", context, status=400 if form.errors else None)


@needs(DECIDES)
def plan(request: HttpRequest) -> HttpResponse:
    """GET or POST /demand/experiments/new/: what it would take; with `start`, begin it."""
    facts = Facts.published(settings.HOME)
    form = PlanForm(request.POST or None, offered=asks.choices(facts))
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            started = _planned(request, facts, form, context)
        except (BadInput, NotEnoughData) as error:
            form.add_error(None, str(error))
        else:
            if started is not None:
                return redirect("demand:experiment", started.pk)
    status = 400 if form.errors else None
    return TemplateResponse(request, "demand/experiment_plan.html", context, status=status)


def _planned(
    request: HttpRequest, facts: Facts, form: PlanForm, context: dict[str, Any]
) -> Experiment | None:
    rate, converted, matured = asks.todays_rate(facts, form.design(0.5))
    design = form.design(rate)
    context |= {
        "design": design,
        "forecast": asks.planned(facts, design),
        "rate": rate,
        "converted": converted,
        "matured": matured,
    }
    if "start" not in request.POST:
        return None
    told = form.cleaned_data
    by, now = request.user, timezone.now()
    one = actions.start(facts, told["name"], told["question"], design, by=by, now=now)  # type: ignore[arg-type]
    actions.draw_new_leads(facts, one, now)
    actions.judge(facts, one)
    messages.success(request, "It runs. New leads come into its cells as they become known.")
    return one


@needs(DECIDES)
@require_POST
def stop(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """POST /demand/experiments/<id>/stop/: end it, with what was decided."""
    one = get_object_or_404(Experiment, pk=experiment_id)
    form = StopForm(request.POST)
    if not form.is_valid():
        return _detail(request, experiment_id, form)
    actions.judge(Facts.published(settings.HOME), one)
    told = form.cleaned_data
    actions.stop(one, told["decision"], told["reason"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Ended. The result stays.")
    return redirect("demand:experiment", experiment_id)


@needs(SEES)
def leads(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """GET /demand/experiments/<id>/leads/: who was drawn into which cell."""
    one = get_object_or_404(Experiment, pk=experiment_id)
    cell = request.GET.get("cell", "")
    rows = asks.leads_of(Facts.published(settings.HOME), one, int(cell) if cell.isdigit() else None)
    context = {"one": one, "records": {"columns": _LEAD_COLUMNS, "rows": rows, "page_size": 50}}
    return TemplateResponse(request, "demand/experiment_leads.html", context)


def _cells(one: asks.Known) -> list[dict[str, Any]]:
    if one.result is None:
        return []
    address = reverse("demand:experiment-leads", args=[one.record.pk])
    opens = one.design.is_drawn
    return [
        {"result": cell, "href": f"{address}?cell={at}" if opens else ""}
        for at, cell in enumerate(one.result.cells)
    ]


def _panels(result: Result | None, effect: float) -> list[dict[str, Any]]:
    if result is None:
        return []
    return [_panel(place, one, effect) for place, one in enumerate(result.comparisons) if one.looks]


def _panel(place: int, one: Comparison, effect: float) -> dict[str, Any]:
    rows = [
        {
            "day": look.day,
            "pairs": look.pairs,
            "lo": 100 * look.lo,
            "hi": 100 * look.hi,
            "evidence": look.evidence,
        }
        for look in reversed(one.looks)
    ]
    return {
        "name": f"looks-{place}",
        "title": f"{one.name}, look by look",
        "spec": looks_chart(one, effect),
        "columns": _LOOK_COLUMNS,
        "rows": rows,
        "comparison": one,
        "difference": None if one.difference is None else 100 * one.difference,
        "lo": None if one.lo is None else 100 * one.lo,
        "hi": None if one.hi is None else 100 * one.hi,
    }


def _may_decide(request: HttpRequest) -> bool:
    return request.user.has_perm(DECIDES)
