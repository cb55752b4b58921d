"""Pages of the loop: the curves, what each turn decided, versions and what changed between two."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.loop import asks, asks_turning
from quintet.loop.actions.turning import start_turn
from quintet.loop.charts import curve_chart, word_of
from quintet.loop.curve import since_used
from quintet.loop.diff import Change, TermDiff
from quintet.loop.naming import Changes
from quintet.loop.terms import Curve, Turn

SEES, TURNS = "loop.see_scores", "loop.turn"
POINT_COLUMNS = (
    ("period", "Period", "text"),
    ("units", "Units scored", "number"),
    ("in_use", "In use", "text"),
    ("loss", "Loss", "number"),
    ("baseline", "Loss of the naive answer", "number"),
    ("gain", "Better by", "number"),
    ("lo", "At least", "number"),
    ("hi", "At most", "number"),
    ("over_frozen", "Better than the first version by", "number"),
)
_TERM_COLUMNS = [
    ("name", "Term", "text"),
    ("points", "Points", "text"),
    ("before", "Before", "number"),
    ("after", "After", "number"),
    ("change", "Change", "text"),
    ("why", "What was counted", "text"),
]
_TURN_COLUMNS = [
    ("period", "Period", "text"),
    ("in_use", "In use", "text"),
    ("next", "From then on", "text"),
    ("units", "Units scored", "number"),
    ("reading", "Decision", "text"),
]


@needs(SEES)
def scores(request: HttpRequest) -> HttpResponse:
    """GET /loop/: each formula's compounding curve, and what was decided."""
    found = asks.standings(settings.HOME)
    panels = [_panel(at, one) for at, one in enumerate(found)]
    context = {
        "panels": panels,
        "may_turn": request.user.has_perm(TURNS),
        "turning": asks_turning.turning(settings.HOME),
    }
    return TemplateResponse(request, "loop/scores.html", context)


@needs(SEES)
def versions(request: HttpRequest, formula: str) -> HttpResponse:
    """GET /loop/<formula>/: its turns, its versions, and two of them side by side."""
    one = asks.standing(settings.HOME, formula)
    found = asks.versions(settings.HOME, formula)
    used = [version for version in found if version.came_into_use] or list(found)
    after = request.GET.get("after") or (used[0].version if used else "")
    before = request.GET.get("before") or (
        used[1].version if len(used) > 1 else found[-1].version if found else after
    )
    scope = request.scope  # type: ignore[attr-defined]
    found_changes = asks.changes(settings.HOME, formula, before, after, scope) if after else Changes((), 0)
    changed = found_changes.shown
    context = {
        "one": one,
        "versions": found,
        "before": before,
        "after": after,
        "headline": _headline(changed),
        "hidden": found_changes.hidden,
        "unit": next((one.unit for term in changed[:1] for one in (term.after, term.before) if one), ""),
        "terms": {"columns": _TERM_COLUMNS, "rows": [_term(term) for term in changed], "page_size": 60},
        "turns": {"columns": _TURN_COLUMNS, "rows": [_turn(turn) for turn in reversed(one.turns)]},
    }
    return TemplateResponse(request, "loop/versions.html", context)


@needs(TURNS)
@require_POST
def turn(request: HttpRequest) -> HttpResponse:
    """POST /loop/turn/: ask the worker to turn what is not turned yet."""
    start_turn(settings.HOME, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    return redirect("loop:scores")


@needs(SEES)
def turn_progress(request: HttpRequest) -> HttpResponse:
    """GET /loop/turn/progress/: how far the worker is; the page is loaded again when it is done."""
    found = asks_turning.turning(settings.HOME)
    response = TemplateResponse(request, "loop/turn_progress.html", {"turning": found})
    if not found.is_running:
        response["HX-Refresh"] = "true"
    return response


def _panel(place: int, one: asks.Standing) -> dict[str, Any]:
    used = replace(one.curve, points=since_used(one.curve.points))
    return {
        "one": one,
        "name": f"curve-{place}",
        "spec": curve_chart(one.curve) if one.curve.points else None,
        "columns": POINT_COLUMNS,
        "rows": [point_row(point) for point in one.curve.points],
        "worth": of_naive(one.curve, one.curve.gain),
        "worth_lo": of_naive(one.curve, one.curve.lo),
        "worth_hi": of_naive(one.curve, one.curve.hi),
        "refitting": [
            of_naive(used, end)
            for end in (one.curve.over_frozen, one.curve.over_frozen_lo, one.curve.over_frozen_hi)
        ],
        "used_since": used.points[0].period if used.points else "",
        "in_use": word_of(one.last.next) if one.last else "",
        "last": one.last,
    }


def _headline(changed: Sequence[TermDiff]) -> str:
    """The surest change aloud; says so where nothing changed beyond doubt."""
    if not changed:
        return ""
    if changed[0].change in {Change.UP, Change.DOWN}:
        said = f" {changed[0].points} points" if changed[0].points else f" {changed[0].change}"
        return f"{changed[0].name}:{said}. {changed[0].why}"
    return "No term that both versions have changed by more than their doubt."


def of_naive(curve: Curve, gain: float | None) -> float | None:
    """A gain as a share of the naive loss, over all periods."""
    units = sum(point.units for point in curve.points)
    naive = sum(point.units * point.baseline for point in curve.points)
    return None if gain is None or not naive else gain * units / naive


def point_row(point: Any) -> dict[str, Any]:  # noqa: ANN401 -- a CurvePoint, told by its columns
    """One point of a curve, as a row of the table under its chart."""
    told = {key: getattr(point, key) for key, _, _ in POINT_COLUMNS}
    return told | {"in_use": word_of(point.in_use)}


def _term(one: TermDiff) -> dict[str, Any]:
    return {
        "name": one.name,
        "points": one.points,
        "before": one.before.estimate if one.before else None,
        "after": one.after.estimate if one.after else None,
        "change": one.change.value,
        "why": one.why,
    }


def _turn(one: Turn) -> dict[str, Any]:
    told = {key: getattr(one, key) for key, _, _ in _TURN_COLUMNS}
    return told | {"in_use": word_of(one.in_use), "next": word_of(one.next)}
