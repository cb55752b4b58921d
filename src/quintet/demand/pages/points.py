"""Marketing's home: the points to say aloud, those typed by hand, and the sales-ready line."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.demand.actions import points as decisions
from quintet.demand.actions.contract import in_force
from quintet.demand.actions.contract_points import newer_table
from quintet.demand.actions.score import ask_for_fit
from quintet.demand.asks import contract
from quintet.demand.asks import points as asks
from quintet.demand.charts.score import value_chart
from quintet.demand.forms.score import CapacityForm
from quintet.demand.pages.contract_panels import pace_panel
from quintet.demand.terms.score import ReadyThreshold
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData

SEES, DECIDES = "demand.see_leads", "demand.decide"
#: Lines of a feature that are shown; the others are folded away.
OPEN_LINES = 8
_CURVE = (
    ("points", "Points from", "number"), ("leads", "Share of leads", "rate"),
    ("customers", "Share of customers", "rate"), ("value", "Share of value", "rate"),
)  # fmt: skip
_PREFIX = "points|"


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /demand/points/: both points tables, how they did, and from where a lead is sales-ready."""
    return _overview(request, CapacityForm())


def _overview(request: HttpRequest, form: CapacityForm, problem: str = "") -> HttpResponse:
    facts = Facts.published(settings.HOME)
    found = asks.points(facts)
    features = [_feature(name, rows) for name, rows in found.features]
    context: dict[str, Any] = {
        "found": found,
        "stored": found.stored,
        "ability": None if found.stored is None else found.stored.ability,
        "features": [one for one in features if not one["is_idle"]],
        "idle": [one for one in features if one["is_idle"]],
        "curve": None if found.ready is None else _curve(found.ready),
        "form": form,
        "problem": problem,
        "may_decide": request.user.has_perm(DECIDES),
        "page": "points",
        **_pace(),
    }
    status = 400 if problem or form.errors else None
    return TemplateResponse(request, "demand/points.html", context, status=status)


@needs(DECIDES)
@require_POST
def type_gut(request: HttpRequest) -> HttpResponse:
    """POST /demand/points/gut/: keep a table typed by hand; it is tried with the next fit."""
    typed = decisions.typed_points()
    try:
        table = _table(request.POST, {} if typed is None else typed.table)
        decisions.type_points(table, request.POST.get("note", ""), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except BadInput as error:
        return _overview(request, CapacityForm(), str(error))
    ask_for_fit()
    messages.success(request, "Kept. Both tables are tried on the same later leads; it takes a few minutes.")
    return redirect("demand:points")


@needs(DECIDES)
@require_POST
def set_capacity(request: HttpRequest) -> HttpResponse:
    """POST /demand/points/capacity/: how many ready leads the team can work in a week."""
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    decisions.set_capacity(form.cleaned_data["leads_per_week"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Kept.")
    return redirect(f"{reverse('demand:points')}#ready")


def _feature(name: str, rows: tuple[asks.PointsRow, ...]) -> dict[str, Any]:
    """A feature as the page folds it: its span of points, the lines shown and those folded away."""
    points = [row.line.points for row in rows]
    return {
        "name": name,
        "lowest": min(points),
        "highest": max(points),
        "lines": len(rows),
        "first": rows[:OPEN_LINES],
        "more": rows[OPEN_LINES:],
        "is_typed": (typed := any(row.gut is not None for row in rows)),
        "is_idle": not any(points) and not typed,
    }


def _pace() -> dict[str, Any]:
    """Points delivered against the pace, where a contract is in force and was counted."""
    if not in_force():
        return {}
    try:
        counted = contract.counted_contract(settings.HOME)
        found = contract.status(counted)
    except (BadInput, NotEnoughData):
        return {}
    return pace_panel(found) | {
        "contract": found,
        "target": contract.target(counted),
        "newer_points": newer_table(settings.HOME, found.points.key),
    }


def _table(posted: QueryDict, before: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """The table in a form; lines that the form did not show stay as they were.

    Raises:
        BadInput: when a figure is no number.
    """
    table = {feature: dict(levels) for feature, levels in before.items()}
    for name in posted:
        if not name.startswith(_PREFIX):
            continue
        feature, _, level = name.removeprefix(_PREFIX).rpartition("|")
        text = str(posted[name]).strip()
        if not text:
            table.get(feature, {}).pop(level, None)
            continue
        table.setdefault(feature, {})[level] = _number(text, f"{feature} {level}")
    return {feature: levels for feature, levels in table.items() if levels}


def _number(text: str, what: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise BadInput(f"points must be a number, got {text!r} for {what}") from None


def _curve(ready: ReadyThreshold) -> dict[str, Any]:
    rows = [{name: float(getattr(one, name)) for name, _, _ in _CURVE} for one in ready.curve]
    return {"spec": value_chart(ready), "columns": _CURVE, "rows": rows}
