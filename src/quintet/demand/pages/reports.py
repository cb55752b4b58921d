"""Pages that answer from stored reports: sources, search terms, content, and the leads behind a number."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from quintet.demand.actions.reports import ask_for_reports
from quintet.demand.asks import report_records
from quintet.demand.asks.content import content as ask_content
from quintet.demand.asks.reports import OUTCOME_LABELS, Answer, Filters
from quintet.demand.asks.sources import comparison
from quintet.demand.asks.sources import sources as ask_sources
from quintet.demand.asks.terms import terms as ask_terms
from quintet.demand.formula.reports.reading import (
    comparison_reading,
    content_reading,
    sources_reading,
    terms_reading,
)
from quintet.demand.pages import report_panels as panels
from quintet.demand.terms.reports import ContentReport, SourcesReport, TermsReport
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput

SEES = "demand.see_channels"
_RECORD_COLUMNS = (
    ("label", "Lead", "text"), ("source", "Source", "text"), ("campaign", "Campaign", "text"),
    ("term", "Search term", "text"), ("landing", "Landing page", "text"), ("segment", "Segment", "text"),
    ("created_at", "Known since", "date"), ("qualified_at", "Qualified", "date"), ("won_at", "Won", "date"),
    ("mrr", "MRR", "number"), ("amount", "Value", "number"), ("currency", "Currency", "text"),
)  # fmt: skip


@needs(SEES)
def sources(request: HttpRequest) -> HttpResponse:
    """GET /demand/sources/: which sources and campaigns bring customers, and at what cost."""
    facts, filters = Facts.published(settings.HOME), Filters.of(request.GET)
    found = ask_sources(facts, filters)
    context = _common(request, found, filters)
    if found.report is not None:
        context |= _sources_context(request, found.report, filters)
    return TemplateResponse(request, "demand/sources.html", context)


def _sources_context(request: HttpRequest, report: SourcesReport, filters: Filters) -> dict[str, Any]:
    kinds = {one.kind for one in report.groups}
    return {
        "readings": [sources_reading(report, outcome) for outcome in ("qualified", "won")],
        "panels": [panels.rate_panel(report, filters, "source", outcome) for outcome in panels.RATE_LABELS],
        "sources": panels.money_table(report, filters, "source") if "source" in kinds else None,
        "campaigns": panels.money_table(report, filters, "campaign") if "campaign" in kinds else None,
        "campaign_panel": panels.rate_panel(report, filters, "campaign", "qualified")
        if "campaign" in kinds
        else None,
        "months": panels.months_panel(report),
        "names": panels.names_of(report),
        "rates": tuple(panels.RATE_LABELS.items()),
        **_compared(request, report),
    }


def _compared(request: HttpRequest, report: SourcesReport) -> dict[str, Any]:
    """The comparison the reader picked; of the two largest sources at first."""
    names = panels.names_of(report)
    one = request.GET.get("one") or (names[0] if names else "")
    other = request.GET.get("other") or (names[1] if len(names) > 1 else "")
    outcome = request.GET.get("rate") or "won"
    if outcome not in panels.RATE_LABELS:
        raise BadInput(f"rate must be one of {', '.join(panels.RATE_LABELS)}, got {outcome!r}")
    pair = comparison(report, outcome, one, other)
    lacking = "Pick two different sources, or two different campaigns."
    words = comparison_reading(pair) if pair else lacking if len(names) > 1 else ""
    return {"one": one, "other": other, "rate": outcome, "compared": words}


@needs(SEES)
def terms(request: HttpRequest) -> HttpResponse:
    """GET /demand/terms/: which search terms make a lead qualified."""
    facts, filters = Facts.published(settings.HOME), Filters.of(request.GET)
    found = ask_terms(facts, filters)
    context = _common(request, found, filters)
    if found.report is not None:
        context |= {
            "readings": [terms_reading(found.report)],
            "chart": panels.terms_chart(found.report, filters),
            "terms": panels.terms_table(found.report, filters) if found.report.terms else None,
        }
    return TemplateResponse(request, "demand/terms.html", context)


@needs(SEES)
def content(request: HttpRequest) -> HttpResponse:
    """GET /demand/content/: which behaviour and content goes with fast, frequent sales."""
    facts, filters = Facts.published(settings.HOME), Filters.of(request.GET)
    found = ask_content(facts, filters)
    context = _common(request, found, filters)
    if found.report is not None:
        report = found.report
        table = panels.looks_table
        context |= {
            "readings": [content_reading(report)],
            "map": panels.map_panel(report, filters),
            "contents": table(report.contents, report.outcome, filters, family=False),
            "behaviours": table(report.behaviours, report.outcome, filters, family=True),
        }
    return TemplateResponse(request, "demand/content.html", context)


@needs(SEES)
def records(request: HttpRequest) -> HttpResponse:
    """GET /demand/reports/records/: the leads behind one number."""
    facts, filters = Facts.published(settings.HOME), Filters.of(request.GET)
    selection = report_records.Selection.of(request.GET)
    found = report_records.records(facts, request.scope, filters, selection)  # type: ignore[attr-defined]
    page = {"term": "terms", "look": "content"}.get(selection.by, "sources")
    kept = [one for one in _RECORD_COLUMNS if any(row[one[0]] is not None for row in found.rows)]
    context = {
        "records": {"columns": kept or [_RECORD_COLUMNS[0]], "rows": list(found.rows)},
        "found": found,
        "hidden": found.total - len(found.rows),
        "title": _title(selection),
        "question": report_records.question_of(facts, filters),
        "back": reverse(f"demand:{page}"),
    }
    return TemplateResponse(request, "demand/report_records.html", context)


@needs(SEES)
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """POST /demand/reports/renew/: ask the worker to compute the reports now."""
    ask_for_reports()
    messages.success(request, "The worker computes the reports; they are here in a minute or two.")
    given = request.POST.get("page", "")
    return redirect(f"demand:{given if given in {'sources', 'terms', 'content'} else 'sources'}")


def _common(
    request: HttpRequest,
    found: Answer[SourcesReport] | Answer[TermsReport] | Answer[ContentReport],
    filters: Filters,
) -> dict[str, Any]:
    return {
        "answer": found,
        "report": found.report,
        "filters": filters,
        "outcomes": tuple(OUTCOME_LABELS.items()),
        "page": (request.resolver_match.url_name if request.resolver_match else "") or "sources",
    }


def _title(selection: report_records.Selection) -> str:
    what = {"": "Leads", "qualified": "Leads qualified", "won_soon": "Customers within 90 days"}
    start = what.get(selection.reached, "Customers")
    if not selection.by:
        return start
    name = selection.name or "none"
    return f"{start}: {selection.family or selection.by} {name}"
