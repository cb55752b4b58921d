"""The lifetime page: how long customers stay, what they are worth by group, and the customers behind it."""

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

from quintet.demand.actions import margin as decisions
from quintet.demand.actions.credit import ask_for_credit
from quintet.demand.asks import lifetime as asks
from quintet.demand.charts.lifetime import curve_chart, value_chart
from quintet.demand.forms.margin import MarginForm
from quintet.demand.pages.attribution import record_page
from quintet.demand.terms.lifetime import LifetimeFit, Range, RepeatBuying, Worth
from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.finding import Status

SEES, DECIDES = "demand.see_channels", "demand.decide"
_ROUNDING = 1e-9
_CURVE_COLUMNS = (
    ("month", "Month", "number"),
    ("model", "By the model", "rate"),
    ("band", "90% interval", "text"),
    ("counted", "Counted", "rate"),
    ("counted_band", "90% interval, counted", "text"),
    ("revenue", "Revenue, counted", "rate"),
)
_GROUP_COLUMNS = (
    ("name", "Group", "text"),
    ("customers", "Customers", "number"),
    ("lost", "Lost", "number"),
    ("churn", "Lost a month, first year", "text"),
    ("months", "Months of revenue", "text"),
    ("arpa", "A month at the start", "text"),
    ("value", "Value", "text"),
    ("reading", "Reading", "text"),
)
_NOBODY = "(none)"


@needs(SEES)
def lifetime(request: HttpRequest) -> HttpResponse:
    """GET /demand/lifetime/: what a customer is worth, and how that differs by source, segment and rep."""
    return _lifetime(request, MarginForm())


@needs(DECIDES)
@require_POST
def set_margin(request: HttpRequest) -> HttpResponse:
    """POST /demand/lifetime/margin/: what is left of the revenue, for every value there is."""
    form = MarginForm(request.POST)
    if not form.is_valid():
        return _lifetime(request, form)
    decisions.set_margin(form.cleaned_data["percent"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    ask_for_credit()
    messages.success(request, "Kept. Values, budgets and the value of leads follow within a few minutes.")
    return redirect("demand:lifetime")


def _lifetime(request: HttpRequest, form: MarginForm) -> HttpResponse:
    facts, filters = Facts.published(settings.HOME), asks.Filters.of(request.GET)
    found = asks.lifetime(facts, request.scope)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "answer": found,
        "fit": found.stored,
        "filters": filters,
        "form": form,
        "margin": decisions.margin(),
        "may_decide": request.user.has_perm(DECIDES),
        "choices": [
            (value, label)
            for value, label in asks.BY_LABELS.items()
            if value != "rep" or (found.stored and found.stored.reps)
        ],
    }
    if found.stored is not None:
        context |= _shown(facts, found.stored, filters)
    status = 400 if form.errors else None
    return TemplateResponse(request, "demand/lifetime.html", context, status=status)


def _shown(facts: Facts, fit: LifetimeFit, filters: asks.Filters) -> dict[str, Any]:
    stated = decisions.margin_share()
    common = {
        "in_money": asks.in_money(fit),
        "is_other_margin": abs(stated - fit.margin) > _ROUNDING,
        "repeat": _repeat(fit.repeat, fit.currency) if fit.repeat else None,
        "sentence": fit.why_silent,
    }
    if fit.overall is None:
        return common
    names = names_of_reps(facts) if filters.by == "rep" else {}
    groups = [(_name(one, names), one) for one in asks.groups(fit, filters)]
    ranges = [(name, one.value, one.status is Status.HEDGED) for name, one in groups]
    return common | {
        "overall": fit.value(),
        "months": fit.overall.months,
        "churn": fit.overall.churn,
        "customers_url": _records_url(filters, None),
        "sentence": _sentence(fit, groups),
        "curve": curve_chart(fit),
        "curve_columns": _CURVE_COLUMNS,
        "curve_rows": _curve_rows(fit),
        "values": value_chart(ranges, fit.overall.value, fit.currency),
        "group_columns": _GROUP_COLUMNS,
        "group_rows": [_row(name, one, filters, fit.overall) for name, one in groups],
        "by": asks.BY_LABELS[filters.by].lower(),
    }


def _sentence(fit: LifetimeFit, groups: list[tuple[str, Worth]]) -> str:
    """What the page says first."""
    if fit.overall is None:
        return fit.why_silent
    worth = fit.overall.value
    start = f"A customer is worth {_money(worth)} {fit.currency}".rstrip() + "."
    apart = [
        f"{name} worth {'more' if one.value.lo > worth.estimate else 'less'}"
        for name, one in groups
        if _apart(one, fit.overall)
    ]
    if not apart:
        return f"{start} No group differs from that by more than chance explains."
    return f"{start} Apart from that by more than a 90 % interval: {', '.join(apart)}."


def _apart(one: Worth, overall: Worth) -> bool:
    middle = overall.value.estimate
    return one.status is not Status.SILENT and not one.value.lo <= middle <= one.value.hi


def _curve_rows(fit: LifetimeFit) -> list[dict[str, Any]]:
    return [
        {
            "month": month,
            "model": one.estimate,
            "band": _share(one),
            "counted": fit.counted[month].estimate if month < len(fit.counted) else None,
            "counted_band": _share(fit.counted[month]) if month < len(fit.counted) else "–",
            "revenue": fit.revenue[month] if month < len(fit.revenue) else None,
        }
        for month, one in enumerate(fit.curve)
    ]


def _row(name: str, one: Worth, filters: asks.Filters, overall: Worth) -> dict[str, Any]:
    key = str(one.rep_id) if one.kind == "rep" else one.name
    word = "within chance"
    if _apart(one, overall):
        word = "worth more" if one.value.lo > overall.value.estimate else "worth less"
    return {
        "name": name,
        "customers": one.customers,
        "customers_url": _records_url(filters, key),
        "lost": one.lost,
        "lost_url": _records_url(filters, key, lost="1"),
        "churn": _share(one.churn, with_estimate=True),
        "months": f"{one.months.estimate:.1f} ({one.months.lo:.1f} to {one.months.hi:.1f})",
        "arpa": _money(one.arpa),
        "value": _money(one.value),
        "reading": f"{word}; {one.reason}" if one.reason else word,
    }


def _repeat(found: RepeatBuying, currency: str) -> dict[str, Any]:
    if found.value is None or found.orders_year is None:
        return {"reason": found.reason, "customers": found.customers, "repeaters": found.repeaters}
    year = found.orders_year
    return {
        "reason": "",
        "customers": found.customers,
        "repeaters": found.repeaters,
        "value": f"{_money(found.value)} {currency}",
        "orders": f"{year.estimate:.2f} ({year.lo:.2f} to {year.hi:.2f})",
        "order_value": f"{found.order_value:,.2f} {currency}",
    }


def _name(one: Worth, names: dict[int, str]) -> str:
    if one.kind == "rep":
        return names.get(one.rep_id or 0, str(one.rep_id))
    return one.name or _NOBODY


def _money(one: Range) -> str:
    return f"{one.estimate:,.0f} ({one.lo:,.0f} to {one.hi:,.0f})"


def _share(one: Range, *, with_estimate: bool = False) -> str:
    interval = f"{one.lo:.1%} to {one.hi:.1%}"
    return f"{one.estimate:.1%} ({interval})" if with_estimate else interval


def _records_url(filters: asks.Filters, name: str | None, **more: str) -> str:
    picked = {"by": filters.by} | ({} if name is None else {"name": name}) | more
    return f"{reverse('demand:lifetime-records')}?{urlencode(picked)}"


@needs(SEES)
def records(request: HttpRequest) -> HttpResponse:
    """GET /demand/lifetime/records/: the customers of a group."""
    facts, filters = Facts.published(settings.HOME), asks.Filters.of(request.GET)
    name, lost = request.GET.get("name"), request.GET.get("lost") == "1"
    found = asks.records(facts, request.scope, filters, name, lost=lost)  # type: ignore[attr-defined]
    called = name or _NOBODY
    if filters.by == "rep" and name is not None:
        called = names_of_reps(facts).get(int(name), name)
    title = ("Customers lost" if lost else "Customers") + ("" if name is None else f": {filters.by} {called}")
    return record_page(
        request, found, title, ("Lifetime value", f"{reverse('demand:lifetime')}?by={filters.by}")
    )
