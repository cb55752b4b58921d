"""Pages of contests: the list with who leads exercises, a new one, where one stands, its records."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Finding
from quintet.management.actions import contests as actions
from quintet.management.asks import contests as asks
from quintet.management.asks.pay import today
from quintet.management.charts.contests import window_chart, window_rows
from quintet.management.forms.contests import ContestForm, EndForm
from quintet.management.metrics.contests import SIGNED
from quintet.management.models.contests import Contest
from quintet.management.terms.contests import MONEY, Behaviour, Rule

SEES, RUNS, SEES_PAY = "management.see_contests", "management.run_contests", "management.see_pay"
_ENTRY_COLUMNS = [("label", "Lead", "text"), ("happened_at", "When (UTC)", "instant")]
_MORE_COLUMNS = {
    "attempts": [("channel", "Channel", "text"), ("outcome", "Outcome", "text")],
    "": [("source", "Source", "text"), ("segment", "Segment", "text")],
}
_DEAL_COLUMNS = [
    ("label", "Customer", "link"),
    ("happened_at", "Signed", "date"),
    ("mrr", "MRR", "cents"),
    ("amount", "Value", "cents"),
    ("currency", "Currency", "text"),
]
_WINDOW_COLUMNS = (
    ("group", "Who", "text"),
    ("window", "When", "text"),
    ("rate", "A rep and working day", "number"),
)


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/contests/: what runs, what ran, and who leads which exercise."""
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    found = [asks.shown(facts, scope, one) for one in asks.contests()]
    context: dict[str, Any] = {"contests": found, "may_run": request.user.has_perm(RUNS)}
    try:
        context["leaders"] = asks.leaders(facts, scope)
    except NotEnoughData as error:
        context["silent"] = error
    return TemplateResponse(request, "management/contests.html", context)


@needs(RUNS)
def new(request: HttpRequest) -> HttpResponse:
    """GET or POST /management/contests/new/: announce one."""
    facts = Facts.published(settings.HOME)
    form = ContestForm(request.POST or None, teams=asks.teams(facts, request.scope))  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            one = _started(request, facts, form)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{one} is announced. It is counted from {one.starts_on:%-d %B %Y}.")
            return redirect("management:contest", one.pk)
    context = {"form": form, "today": today(facts)}
    status = 400 if form.errors else None
    return TemplateResponse(request, "management/contest_new.html", context, status=status)


@needs(SEES)
def detail(request: HttpRequest, contest_id: UUID) -> HttpResponse:
    """GET /management/contests/<id>/: where it stands at the end of a day, and what behaviour did."""
    return _detail(request, contest_id, EndForm())


@needs(RUNS)
@require_POST
def end(request: HttpRequest, contest_id: UUID) -> HttpResponse:
    """POST /management/contests/<id>/end/: end it early, with a reason."""
    one = get_object_or_404(Contest, pk=contest_id)
    form = EndForm(request.POST)
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    if form.is_valid():
        actions.require_own(scope, actions.terms_of(one))
        try:
            _end(request, one, form.cleaned_data["reason"], today(facts))
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{one} has ended.")
            return redirect("management:contest", one.pk)
    return _detail(request, contest_id, form)


@needs(SEES)
def records(request: HttpRequest, contest_id: UUID) -> HttpResponse:
    """GET /management/contests/<id>/records/?rep=: the records behind a figure."""
    one = get_object_or_404(Contest, pk=contest_id)
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    found = asks.shown(facts, scope, one, request.GET.get("on", ""))
    rep_id = _rep(request.GET.get("rep", ""))
    rows = asks.records(facts, scope, one, rep_id, request.GET.get("on", ""))
    name = next(
        (row.name for row in (found.standing.rows if found.standing else ()) if row.rep_id == rep_id), ""
    )
    context = {
        "found": found,
        "title": f"{name}: {found.terms.counted}",
        "records": {"columns": _columns(request, found.terms.metric), "rows": [_linked(row) for row in rows]},
    }
    return TemplateResponse(request, "management/contest_records.html", context)


def _detail(request: HttpRequest, contest_id: UUID, form: EndForm) -> HttpResponse:
    one = get_object_or_404(Contest.objects.select_related("started_by", "ended_by"), pk=contest_id)
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    found = asks.shown(facts, scope, one, request.GET.get("on", ""))
    context: dict[str, Any] = {
        "found": found,
        "one": one,
        "terms": found.terms,
        "rows": [] if found.standing is None else [_row(found, row, scope) for row in found.standing.rows],
        "unit": found.terms.currency if found.terms.metric in MONEY else "",
        "form": form,
        "may_end": request.user.has_perm(RUNS)
        and one.ended_on is None
        and not (found.standing and found.standing.is_over),
        "is_streak": found.terms.rule is Rule.STREAK,
        "has_places": found.terms.rule is Rule.MOST,
        "has_target": found.terms.rule not in {Rule.MOST, Rule.ACCURACY},
    }
    if found.is_whole and (effect := asks.effect(facts, one)) is not None:
        context |= _effect(effect, found.terms.counted)
    return TemplateResponse(request, "management/contest.html", context, status=400 if form.errors else None)


def _end(request: HttpRequest, one: Contest, reason: str, on: date) -> None:
    actions.end_early(request.user, one, reason, today=on, now=timezone.now())  # type: ignore[arg-type]


def _started(request: HttpRequest, facts: Facts, form: ContestForm) -> Contest:
    told = form.cleaned_data
    return actions.start(
        request.user,  # type: ignore[arg-type]
        request.scope,  # type: ignore[attr-defined]
        told["name"],
        form.terms(facts.manifest.zone, asks.money_currency(facts)),
        team=form.teams[told["team"]][0],
        prize=told["prize"],
        today=today(facts),
        now=timezone.now(),
    )


def _row(found: asks.Shown, row: Any, scope: Any) -> dict[str, Any]:  # noqa: ANN401
    query = urlencode({"rep": row.rep_id, "on": found.standing.on.isoformat()}) if found.standing else ""
    address = reverse("management:contest-records", args=[found.record.pk])
    opens = scope.sees(row.rep_id) and found.terms.rule is not Rule.ACCURACY
    return {"row": row, "href": f"{address}?{query}" if opens else "", "has_won": row.rep_id in _won(found)}


def _won(found: asks.Shown) -> tuple[int, ...]:
    return found.standing.winners if found.standing and found.is_whole else ()


def _effect(one: Behaviour, counted: str) -> dict[str, Any]:
    rows = window_rows(one)
    changes: list[tuple[str, Finding]] = [
        ("While it ran, beside the usual", one.during),
        ("After it, beside the usual", one.dip),
        ("Both windows together, beside the usual", one.net),
        ("While it ran, beside right before", one.right_before),
    ]
    return {
        "effect": one,
        "changes": changes,
        "effect_spec": window_chart(one, counted),
        "effect_columns": _WINDOW_COLUMNS,
        "effect_rows": rows,
    }


def _columns(request: HttpRequest, metric: str) -> list[tuple[str, str, str]]:
    if metric in SIGNED:
        may_open = request.user.has_perm(SEES_PAY)
        return _DEAL_COLUMNS if may_open else [("label", "Customer", "text"), *_DEAL_COLUMNS[1:]]
    return _ENTRY_COLUMNS + _MORE_COLUMNS.get(metric, _MORE_COLUMNS[""])


def _linked(row: dict[str, Any]) -> dict[str, Any]:
    if "opportunity_id" not in row:
        return row
    return row | {"label_url": reverse("management:pay-customer", args=[row["opportunity_id"]])}


def _rep(text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise BadInput(f"rep must be a number, got {text!r}: open a figure of a contest")
    return int(text)
