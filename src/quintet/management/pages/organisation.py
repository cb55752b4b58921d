"""The page of the organisation: span, readiness, teams over time, segments; and a note on what was seen."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.management.actions import organisation as actions
from quintet.management.asks import organisation as asks
from quintet.management.charts.organisation import MOST_LINES, span_chart, span_rows
from quintet.management.forms.organisation import ObservationForm

SEES, OBSERVES = "management.see_organisation", "management.observe"
_SPAN_COLUMNS = (
    ("manager", "Manager", "text"),
    ("day", "At the end of", "text"),
    ("reps", "Reps led", "number"),
)
_PEOPLE_COLUMNS = [
    ("team", "Team", "text"),
    ("name", "Who", "text"),
    ("role", "Role", "text"),
    ("segment", "Segment", "text"),
    ("since", "Since", "date"),
]
_CHANGE_COLUMNS = [
    ("day", "Day", "date"),
    ("name", "Who", "text"),
    ("what", "What", "text"),
    ("before", "Before", "text"),
    ("after", "After", "text"),
]


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/organisation/: who leads whom, who may be ready, what changed, what could be split."""
    facts = Facts.published(settings.HOME)
    found = asks.organisation(facts, request.scope)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "found": found,
        "span_spec": span_chart(found.spans) if found.spans else None,
        "span_columns": _SPAN_COLUMNS,
        "span_rows": span_rows(found.spans),
        "left_out": max(len(found.spans) - MOST_LINES, 0),
        "people": {
            "columns": _PEOPLE_COLUMNS,
            "rows": [_person(one) for one in found.people],
            "page_size": 20,
        },
        "changes": {
            "columns": _CHANGE_COLUMNS,
            "rows": [vars(one) for one in found.changes],
            "page_size": 20,
        },
        "may_observe": request.user.has_perm(OBSERVES),
    }
    return TemplateResponse(request, "management/organisation.html", context)


@needs(OBSERVES)
def observe(request: HttpRequest) -> HttpResponse:
    """GET or POST /management/organisation/observe/: note what somebody was seen doing."""
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    form = ObservationForm(request.POST or None, reps=asks.observable(facts, scope))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.observe(
                request.user,  # type: ignore[arg-type]
                scope,
                told["rep"],
                told["behaviour"],
                told["seen_on"],
                note=told["note"],
                now=timezone.now(),
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Noted. It stands beside the results.")
            return redirect("management:organisation")
    status = 400 if form.errors else None
    return TemplateResponse(request, "management/observe.html", {"form": form}, status=status)


def _person(one: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "team": one.team,
        "name": one.name,
        "role": one.role,
        "segment": one.segment,
        "since": one.since or one.joined_on,
    }
