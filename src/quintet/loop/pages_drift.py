"""The page on drift: what comes in, whether promises are kept, and which window of the past is in use."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.loop import asks_drift as asks
from quintet.loop import jobs
from quintet.loop.charts_drift import MOST_INPUTS, inputs_chart, promises_chart
from quintet.loop.drift import Drift, Month, Moved

SEES, TURNS = "loop.see_scores", "loop.turn"
_INPUT_COLUMNS = [
    ("name", "Input", "text"),
    ("level", "Moved most", "text"),
    ("before", "Share when fitted", "rate"),
    ("now", "Share now", "rate"),
    ("index", "Index", "number"),
    ("by_chance", "By chance", "number"),
    ("limit", "Chance stays below", "number"),
    ("units_now", "Units now", "number"),
    ("state", "State", "text"),
]
_DAY_COLUMNS = [
    ("day", "Day", "text"),
    ("promised", "Promised", "number"),
    ("happened", "Happened", "number"),
    ("too_much", "Too much promised", "number"),
    ("too_little", "Too little promised", "number"),
]
_MONTH_COLUMNS = [
    ("month", "Settled in", "text"),
    ("settled", "Units", "number"),
    ("promised", "Promised", "number"),
    ("happened", "Happened", "number"),
    ("ratio", "Happened of promised", "rate"),
    ("lo", "At least", "rate"),
    ("hi", "At most", "rate"),
    ("slope", "Slope", "text"),
    ("level", "Level", "text"),
]
_WINDOW_COLUMNS = [
    ("recipe", "Window", "text"),
    ("sentence", "What it learns from", "text"),
    ("more_lost", "Loss above that in use", "text"),
    ("lo", "At least", "text"),
    ("hi", "At most", "text"),
    ("units", "Units", "number"),
    ("reading", "Reading", "text"),
]
_WORDS = {
    "alarm": "moved: act",
    "moved": "moved",
    "still": "as before",
    "silent": "not enough yet",
}


@needs(SEES)
def drift(request: HttpRequest) -> HttpResponse:
    """GET /loop/drift/: for each formula how far inputs moved, and whether promises are kept."""
    found = asks.drifts(settings.HOME, request.GET.get("day", ""))
    panels = [_panel(at, one) for at, one in enumerate(found)]
    context = {"panels": panels, "may_watch": request.user.has_perm(TURNS)}
    return TemplateResponse(request, "loop/drift.html", context)


@needs(TURNS)
@require_POST
def watch(request: HttpRequest) -> HttpResponse:
    """POST /loop/drift/watch/: ask the worker to look at the newest day."""
    jobs.enqueue_watch()
    messages.success(request, "The worker looks at the newest whole day. Come back in a minute.")
    return redirect("loop:drift")


def _panel(place: int, one: asks.DriftStanding) -> dict[str, Any]:
    seen = one.seen
    told: dict[str, Any] = {
        "one": one,
        "seen": seen,
        "inputs_name": f"inputs-{place}",
        "promises_name": f"promises-{place}",
        "windows": {"columns": _WINDOW_COLUMNS, "rows": [_window(each) for each in one.windows]},
        "in_use": next((each for each in one.windows if each.is_in_use), None),
        "is_scored": any(each.units for each in one.windows),
    }
    return told | (_charts(seen) if seen else {})


def _charts(seen: Drift) -> dict[str, Any]:
    return {
        "inputs_spec": inputs_chart(seen.inputs) if seen.inputs else None,
        "inputs_columns": _INPUT_COLUMNS,
        "inputs_rows": list(_inputs(seen.inputs)),
        "promises_spec": promises_chart(seen) if seen.days else None,
        "day_columns": _DAY_COLUMNS,
        "day_rows": [{key: getattr(day, key) for key, _, _ in _DAY_COLUMNS} for day in seen.days],
        "months": {
            "columns": _MONTH_COLUMNS,
            "rows": [_month(one) for one in seen.months],
        },
        "more_inputs": max(len(seen.inputs) - MOST_INPUTS, 0),
    }


def _inputs(inputs: Sequence[Moved]) -> Iterator[dict[str, Any]]:
    for one in inputs:
        top = one.levels[0] if one.levels else None
        told = {key: getattr(one, key) for key in ("name", "index", "by_chance", "limit", "units_now")}
        yield told | {
            "state": _WORDS[one.state],
            "level": top.said if top else "",
            "before": top.before if top else None,
            "now": top.now if top else None,
        }


def _month(one: Month) -> dict[str, Any]:
    told = {key: getattr(one, key) for key, _, _ in _MONTH_COLUMNS}
    return told | {"slope": _digits(one.slope, 2), "level": _digits(one.level, 2)}


def _digits(value: float | None, digits: int) -> str:
    """Losses and slopes are small: one digit, as other numbers have, would hide them."""
    return "–" if value is None else f"{value:.{digits}f}"


def _window(one: asks.Window) -> dict[str, Any]:
    told = {key: getattr(one, key) for key, _, _ in _WINDOW_COLUMNS}
    name = "naive answer" if one.recipe == "baseline" else one.recipe
    losses = {key: _digits(told[key], 4) for key in ("more_lost", "lo", "hi")}
    return told | losses | {"recipe": f"{name} (in use)" if one.is_in_use else name}
