"""Pages of the ramp: months to the first month at quota, by group, and the reps behind each number."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.facts.careers import Ending
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.training.asks import ramp as asks
from quintet.training.charts.ramp import groups_chart, ramp_chart
from quintet.training.terms.ramp import Grouping, RampCurve

SEES = "training.see_effects"
_POINTS = (
    ("month", "Month", "number"),
    ("share", "Had made quota", "rate"),
    ("lo", "from", "rate"),
    ("hi", "to", "rate"),
    ("gone", "Had left before", "rate"),
    ("at_risk", "On the way", "number"),
    ("reached", "Made it then", "number"),
)
_GROUP_POINTS = (("group", "Group", "text"), *_POINTS)
_REPS = [
    ("name", "Rep", "text"),
    ("joined", "Joined in", "date"),
    ("months", "Months", "number"),
    ("ending", "So far", "text"),
]
_TITLES = {"class": "by hire class", "manager": "by manager", "score": "by score before hire"}


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/ramp/: how long reps take to quota, all of them and group by group."""
    kept = asks.kept_ramp(settings.HOME)
    facts = Facts.published(settings.HOME)
    modules, people = asks.module_names(), asks.rep_names(facts)
    groupings = kept.report.groupings
    chosen = next((one for one in groupings if one.key == request.GET.get("by")), None)
    chosen = chosen or (groupings[0] if groupings else None)
    curve = kept.report.everybody
    context = {
        "kept": kept,
        "curve": curve,
        "tiles": _tiles(curve),
        "all_url": records_url(),
        "spec": ramp_chart(curve) if curve.points else None,
        "columns": _POINTS,
        "rows": [_point(one) for one in curve.points],
        "tabs": [_tab(one, chosen, modules) for one in groupings],
        "chosen": None if chosen is None else _shown(chosen, modules, people),
    }
    return TemplateResponse(request, "training/ramp.html", context)


@needs(SEES)
def reps(request: HttpRequest) -> HttpResponse:
    """GET /training/ramp/reps/: the reps behind a number, as far as the reader may see them."""
    given = {name: request.GET.get(name, "") for name in ("ending", "joined", "manager", "module")}
    scope = request.scope  # type: ignore[attr-defined]
    chosen = asks.Chosen(**given, without=bool(request.GET.get("without")))
    found = asks.reps_of(Facts.published(settings.HOME), scope, chosen)
    columns = [*_REPS, ("finished", "Finished it", "date")] if given["module"] else _REPS
    context = {
        "found": found,
        "without": chosen.without,
        "module": asks.module_names().get(given["module"], given["module"]),
        "ending": asks.WORDS.get(Ending(given["ending"])) if given["ending"] in set(Ending) else "",
        "reps": {"columns": columns, "rows": list(found.rows), "page_size": 50},
    }
    return TemplateResponse(request, "training/ramp_reps.html", context)


def records_url(**given: str) -> str:
    """The list of reps behind a number."""
    address = reverse("training:ramp-reps")
    return f"{address}?{urlencode(given)}" if given else address


def _tiles(curve: RampCurve) -> list[dict[str, Any]]:
    return [
        {"label": "Made quota once", "value": curve.reached, "href": records_url(ending="reached")},
        {"label": "Still on the way", "value": curve.ramping, "href": records_url(ending="ramping")},
        {"label": "Left before", "value": curve.left, "href": records_url(ending="left")},
    ]


def _tab(one: Grouping, chosen: Grouping | None, modules: dict[str, str]) -> dict[str, Any]:
    return {
        "label": _title(one, modules),
        "href": f"{reverse('training:ramp')}?{urlencode({'by': one.key})}#groups",
        "is_here": one is chosen,
    }


def _title(one: Grouping, modules: dict[str, str]) -> str:
    return _TITLES.get(one.key) or f"by {modules.get(one.label, one.label.replace('_', ' ').capitalize())}"


def _shown(one: Grouping, modules: dict[str, str], people: dict[int, str]) -> dict[str, Any]:
    labels = {curve.key: _label(one, curve, people) for curve in one.curves}
    drawn = [curve for curve in one.curves if curve.points]
    return {
        "title": _title(one, modules),
        "reading": one.reading,
        "differ": one.differ,
        "is_module": one.key.startswith("module:"),
        "is_score": one.key == "score",
        "groups": [_group(one, curve, labels) for curve in one.curves],
        "spec": groups_chart(drawn, labels) if drawn else None,
        "columns": _GROUP_POINTS,
        "rows": [_point(point) | {"group": labels[curve.key]} for curve in drawn for point in curve.points],
    }


def _label(one: Grouping, curve: RampCurve, people: dict[int, str]) -> str:
    if one.key == "manager" and curve.key.isdigit():
        return f"Team of {people.get(int(curve.key), curve.key)}"
    return curve.label


def _group(one: Grouping, curve: RampCurve, labels: dict[str, str]) -> dict[str, Any]:
    """A row of the table; counts by class and manager open the reps, those by score open nobody."""
    given = {"class": {"joined": curve.key}, "manager": {"manager": curve.key}}.get(one.key)
    links = {ending.value: records_url(ending=ending.value, **given) if given else "" for ending in Ending}
    return {"label": labels[curve.key], "curve": curve, "links": links}


def _point(one: Any) -> dict[str, Any]:  # noqa: ANN401 -- a CurvePoint
    return {name: getattr(one, name) for name, _, _ in _POINTS}
