"""The attribution page: who gets the credit by each rule, what that costs, and the leads behind it."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from quintet.demand.actions.credit import ask_for_credit
from quintet.demand.asks import attribution as asks
from quintet.demand.asks import lifetime as lifetimes
from quintet.demand.asks.credit import Records
from quintet.demand.charts.attribution import MOST_SHOWN, credit_chart
from quintet.demand.terms.attribution import AGREE, RULES, AttributionReport, Budget, ChannelCredit, Credits
from quintet.demand.terms.lifetime import Range
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.finding import Status

SEES = "demand.see_channels"
#: Channels to test that are named one by one.
_NAMED = 8
RULE_LABELS = {
    "first": "First",
    "last": "Last",
    "linear": "Linear",
    "position": "Position 40/20/40",
    "decay": "Time decay, 7 days",
    "shapley": "Shapley",
    "markov": "Markov",
}
_RECORDS = (
    ("label", "Lead", "text"),
    ("source", "Source", "text"),
    ("campaign", "Campaign", "text"),
    ("segment", "Segment", "text"),
    ("created_at", "Known since", "date"),
    ("qualified_at", "Qualified", "date"),
    ("won_at", "Won", "date"),
    ("mrr", "MRR", "number"),
)


@needs(SEES)
def attribution(request: HttpRequest) -> HttpResponse:
    """GET /demand/attribution/: credit by rule, where the rules disagree, and what that supports."""
    facts, filters = Facts.published(settings.HOME), asks.Filters.of(request.GET)
    found = asks.attribution(facts)
    context: dict[str, Any] = {
        "answer": found,
        "report": found.stored,
        "filters": filters,
        "periods": asks.PERIOD_LABELS.items(),
        "levels": asks.LEVEL_LABELS.items(),
        "outcomes": asks.OUTCOME_LABELS.items(),
    }
    if found.stored is not None:
        context |= _shown(found.stored, filters) | {"in_money": lifetimes.counted_in(facts)}
    return TemplateResponse(request, "demand/attribution.html", context)


def _shown(report: AttributionReport, filters: asks.Filters) -> dict[str, Any]:
    credits_asked = asks.credits_of(report, filters)
    unit = f"monthly revenue, {report.currency}" if filters.outcome == "mrr" else ""
    unit = unit or asks.OUTCOME_LABELS[filters.outcome].lower()
    spoken = [one for one in credits_asked.channels if one.status is not Status.SILENT]
    disputed = [one for one in spoken if not one.agrees]
    labels = [RULE_LABELS[rule] for rule in RULES]
    return {
        "credits": credits_asked,
        "silent": credits_asked.status is Status.SILENT,
        "sentence": _sentence(credits_asked),
        "spec": credit_chart(credits_asked.channels, labels, unit),
        "columns": _COLUMNS,
        "rows": [_row(one, filters) for one in credits_asked.channels],
        "title": f"Credit for {unit}",
        "left_out": max(len(credits_asked.channels) - MOST_SHOWN, 0),
        "budgets": {
            "columns": _BUDGET_COLUMNS,
            "rows": [_budget(one, filters) for one in credits_asked.budgets],
        },
        "tests": [one.name for one in disputed[:_NAMED]],
        "more_tests": max(len(disputed) - _NAMED, 0),
        "agree": f"{AGREE:.2f}",
        "unit": unit,
    }


def _sentence(found: Credits) -> str:
    """What the page says first."""
    spoken = [one for one in found.channels if one.status is not Status.SILENT]
    if not spoken:
        return found.reason or "No channel has enough conversions to be told from chance."
    agreed = [one for one in spoken if one.agrees]
    top = f"{spoken[0].name} gets the most credit, {_interval(spoken[0].span)} over all rules."
    if len(agreed) == len(spoken):
        return f"{top} All seven rules agree about every channel: most leads touch only one."
    worst = max((one for one in spoken if not one.agrees), key=lambda one: one.disagreement or float("inf"))
    times = "from nothing to something" if worst.disagreement is None else f"{worst.disagreement:.1f} times"
    count = "none" if not agreed else str(len(agreed))
    return (
        f"{top} The rules agree about {count} of {len(spoken)} channels, and differ most about "
        f"{worst.name} ({times}): whom the credit goes to there is a choice, not a finding."
    )


_COLUMNS = (
    ("name", "Channel", "text"),
    ("leads", "Leads", "number"),
    ("converted", "Converted", "number"),
    *((rule, label, "text") for rule, label in RULE_LABELS.items()),
    ("memory", "Markov, 2 to 4 touches", "text"),
    ("removal", "Lost without it", "rate"),
    ("differ", "Highest over lowest", "text"),
    ("reading", "Reading", "text"),
)
_BUDGET_COLUMNS = (
    ("name", "Channel", "text"),
    ("word", "What it supports", "text"),
    ("spend", "Spent", "number"),
    ("customers", "Customers", "text"),
    ("cac", "CAC", "text"),
    ("ltv", "Lifetime value", "text"),
    ("ratio", "LTV : CAC", "text"),
    ("payback", "Months to pay back", "text"),
    ("why", "Because", "text"),
)


def _row(one: ChannelCredit, filters: asks.Filters) -> dict[str, Any]:
    silent = one.status is Status.SILENT
    by_rule = {rule: "–" if silent else _interval(by) for rule, by in zip(RULES, one.credits, strict=True)}
    agrees = "rules agree" if one.agrees else "rules disagree: test it"
    return {
        "name": one.name,
        "leads": one.leads,
        "leads_url": _records_url(filters, one.name),
        "converted": one.converted,
        "converted_url": _records_url(filters, one.name, converted="1"),
        **by_rule,
        "memory": "–" if silent else " · ".join(f"{credit:,.1f}" for credit in one.memory),
        "removal": None if silent else one.removal,
        "differ": "–" if silent or one.disagreement is None else f"{one.disagreement:.2f}",
        "reading": one.reason if silent else f"{agrees}; {one.reason}" if one.reason else agrees,
    }


def _budget(one: Budget, filters: asks.Filters) -> dict[str, Any]:
    return {
        "name": one.name,
        "name_url": _records_url(filters, one.name),
        "spend": one.spend,
        "customers": _interval(one.customers),
        "cac": _interval(one.cac, ".0f"),
        "ltv": _interval(one.ltv, ".0f"),
        "ratio": _interval(one.ratio, ".1f"),
        "payback": _interval(one.payback, ".0f") if one.payback else "–" if one.ratio is None else "over 36",
        "word": one.word,
        "word_url": reverse("demand:experiment-plan") if one.word == "test it" else "",
        "why": one.why,
    }


def _interval(one: Range | None, form: str = ".1f") -> str:
    if one is None:
        return "–"
    return f"{one.estimate:,{form}} ({one.lo:,{form}} to {one.hi:,{form}})"


def _records_url(filters: asks.Filters, name: str, **more: str) -> str:
    return f"{reverse('demand:attribution-records')}?{urlencode(filters.query | {'name': name} | more)}"


@needs(SEES)
def records(request: HttpRequest) -> HttpResponse:
    """GET /demand/attribution/records/: the leads whose path has a channel."""
    facts, filters = Facts.published(settings.HOME), asks.Filters.of(request.GET)
    name, converted = request.GET.get("name", ""), request.GET.get("converted") == "1"
    found = asks.records(facts, request.scope, filters, name, converted=converted)  # type: ignore[attr-defined]
    title = f"Leads that touched {name}" + (", converted" if converted else "")
    return record_page(request, found, title, ("Attribution", _back(filters)))


def record_page(request: HttpRequest, found: Records, title: str, back: tuple[str, str]) -> HttpResponse:
    """The page of a list of leads.

    Args:
        request: who asks.
        found: the leads.
        title: what they are.
        back: name and address of the page they belong to.
    """
    context = {
        "records": {"columns": _RECORDS, "rows": list(found.rows)},
        "found": found,
        "hidden": found.total - len(found.rows),
        "title": title,
        "back_label": back[0],
        "back": back[1],
    }
    return TemplateResponse(request, "demand/credit_records.html", context)


def _back(filters: asks.Filters) -> str:
    return f"{reverse('demand:attribution')}?{urlencode(filters.query)}"


@needs(SEES)
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """POST /demand/attribution/renew/: ask the worker to compute credit and lifetimes now."""
    ask_for_credit()
    messages.success(request, "The worker computes credit and lifetimes; they are here in a minute or two.")
    given = request.POST.get("page", "")
    return redirect(f"demand:{given if given in {'attribution', 'lifetime'} else 'attribution'}")
