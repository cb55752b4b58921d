"""The page of the forecast: the fan of the running period, what was committed, and how both did before."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.management.actions import forecast as actions
from quintet.management.asks import forecast as asks
from quintet.management.forms.forecast import CommitForm
from quintet.management.pages.forecast_panels import (
    commit_records,
    fan_panel,
    owner_lines,
    past_panel,
    score_records,
)
from quintet.management.terms.forecast_recipe import FORMULA

_WON_COLUMNS = [
    ("label", "Deal", "text"),
    ("rep", "Rep", "text"),
    ("product", "Product", "text"),
    ("segment", "Segment", "text"),
    ("created_at", "Opened", "date"),
    ("closed_at", "Won", "date"),
    ("amount", "Amount", "money"),
    ("mrr", "MRR", "money"),
]
SEES, COMMITS = "management.see_forecast", "management.commit_forecast"


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/forecast/: the running quarter or month, the company's or one owner's."""
    facts = Facts.published(settings.HOME)
    return _overview(request, facts, _form(request, facts, None))


@needs(SEES)
def signed(request: HttpRequest) -> HttpResponse:
    """GET /management/forecast/signed/: the deals won so far in the running period."""
    facts = Facts.published(settings.HOME)
    key, grain = request.GET.get("of") or asks.COMPANY, request.GET.get("by", "")
    rows = asks.signed_deals(facts, request.scope, key, grain)  # type: ignore[attr-defined]
    view = asks.forecast(facts, request.scope, grain)  # type: ignore[attr-defined]
    context = {
        "owner": view.owner(key),
        "running": view.running,
        "records": {"columns": _WON_COLUMNS, "rows": rows, "page_size": 50},
    }
    return TemplateResponse(request, "management/forecast_signed.html", context)


@needs(COMMITS)
@require_POST
def commit(request: HttpRequest) -> HttpResponse:
    """POST /management/forecast/commit/: say what a period will bring; earlier commits stay."""
    facts = Facts.published(settings.HOME)
    form = _form(request, facts, request.POST)
    if form is not None and form.is_valid():
        try:
            scope, now = request.scope, timezone.now()  # type: ignore[attr-defined]
            actions.commit(facts, scope, form.said(), by=request.user, now=now)  # type: ignore[arg-type]
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Committed. What was said before stays below.")
            return redirect("management:forecast")
    return _overview(request, facts, form)


def _overview(request: HttpRequest, facts: Facts, form: CommitForm | None) -> HttpResponse:
    scope, now = request.scope, timezone.now()  # type: ignore[attr-defined]
    said = asks.commits(facts, scope, now)
    context: dict[str, Any] = {
        "form": form,
        "biases": said.biases,
        "commits": commit_records(said.said),
        "scores": score_records(said.judged),
        "left_out": said.left_out,
    }
    try:
        context |= _running(request, facts, said)
    except NotEnoughData as missing:
        context |= {"missing": missing, "reason": f"{missing}."}
    status = 400 if form is not None and form.errors else None
    return TemplateResponse(request, "management/forecast.html", context, status=status)


def _running(request: HttpRequest, facts: Facts, said: asks.Commits) -> dict[str, Any]:
    view = asks.forecast(facts, request.scope, request.GET.get("by", ""))  # type: ignore[attr-defined]
    running = view.running
    first = asks.opening_key(request.scope, (one.key for one in running.owners))  # type: ignore[attr-defined]
    owner = view.owner(request.GET.get("of") or first)
    signed_query = urlencode({"by": running.grain, "of": owner.key})
    measure = request.GET.get("in") or running.measures[0]
    ahead = owner.of(measure)
    so_far = asks.signed_by_day(facts, owner.rep_ids, running, ahead.measure)
    return {
        "view": view,
        "running": running,
        "owner": owner,
        "ahead": ahead,
        "decision_url": _decision_url(request),
        "signed_url": f"{reverse('management:forecast-signed')}?{signed_query}",
        "lo": ahead.spread.at(0.1),
        "hi": ahead.spread.at(0.9),
        "grains": _links(request, "by", [(one.grain, one.period) for one in view.stored.periods]),
        "measures": _links(request, "in", [(one, asks.MEASURE_LABELS[one]) for one in running.measures]),
        "lines": owner_lines(running, ahead.measure, said.said),
        "fan": fan_panel(owner, ahead, so_far, said.said, running),
        "past": past_panel(running),
        "unit": view.stored.currency if ahead.measure != "customers" else "",
    }


def _decision_url(request: HttpRequest) -> str:
    """Where the loop shows its turns of the forecast; empty for whoever may not see them."""
    sees = request.user.has_perm("loop.see_scores")
    return reverse("loop:versions", args=[FORMULA]) if sees else ""


def _links(request: HttpRequest, key: str, choices: list[tuple[str, str]]) -> list[dict[str, Any]]:
    kept = {name: value for name, value in request.GET.items() if name in {"by", "of", "in"} and value}
    picked = kept.get(key, choices[0][0])
    address = reverse("management:forecast")
    return [
        {"label": label, "url": f"{address}?{urlencode(kept | {key: value})}", "is_on": value == picked}
        for value, label in choices
    ]


def _form(request: HttpRequest, facts: Facts, data: Any) -> CommitForm | None:  # noqa: ANN401 -- Django's QueryDict
    scope = request.scope  # type: ignore[attr-defined]
    own, teams = (asks.may_commit(scope, is_team=one) for one in (False, True))
    if not request.user.has_perm(COMMITS) or not (own or teams):
        return None
    periods = asks.periods_to_commit(facts, timezone.now())
    return CommitForm(data, periods=periods, teams=teams, own=own)
