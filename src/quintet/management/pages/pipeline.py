"""The page of the pipeline: coverage of each owner today and over time, and the open deals behind it."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import NotEnoughData
from quintet.management.asks import pipeline as asks
from quintet.management.asks.forecast import COMPANY, opening_key
from quintet.management.charts.forecast import coverage_chart
from quintet.management.formula.coverage import LARGEST
from quintet.management.terms.forecast_answer import CoverageRow

SEES = "management.see_forecast"
_DEAL_COLUMNS = [
    ("label", "Deal", "text"),
    ("rep", "Rep", "text"),
    ("stage", "Stage", "text"),
    ("created_on", "Opened", "date"),
    ("age_days", "Days old", "number"),
    ("worth", "Worth", "money"),
    ("from", "Worth taken from", "text"),
]
_DAY_COLUMNS = (("day", "Day", "date"), ("coverage", "Times what is left", "number"))


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/pipeline/: coverage today, and day by day of the owner that was chosen."""
    facts = Facts.published(settings.HOME)
    try:
        view = asks.coverage(facts, request.scope)  # type: ignore[attr-defined]
    except NotEnoughData as missing:
        context: dict[str, Any] = {"missing": missing, "reason": f"{missing}."}
        return TemplateResponse(request, "management/pipeline.html", context)
    first = opening_key(request.scope, (one.key for one in view.rows))  # type: ignore[attr-defined]
    chosen = view.row(request.GET.get("of") or first)
    context = {
        "view": view,
        "rows": [_line(one) for one in view.rows],
        "chosen": chosen,
        "chart": _course(view, chosen),
    }
    return TemplateResponse(request, "management/pipeline.html", context)


@needs(SEES)
def deals(request: HttpRequest) -> HttpResponse:
    """GET /management/pipeline/deals/: the open deals behind one number."""
    facts = Facts.published(settings.HOME)
    scope = request.scope  # type: ignore[attr-defined]
    key = request.GET.get("of") or COMPANY
    rows = asks.open_deals(facts, scope, key)
    row = asks.coverage(facts, scope).row(key)
    context = {
        "row": row,
        "hidden": row.deals - len(rows),
        "records": {"columns": _DEAL_COLUMNS, "rows": rows, "page_size": 50},
    }
    return TemplateResponse(request, "management/pipeline_deals.html", context)


def _line(row: CoverageRow) -> dict[str, Any]:
    query = urlencode({"of": row.key})
    return {
        "row": row,
        "url": f"{reverse('management:pipeline')}?{query}",
        "deals_url": f"{reverse('management:pipeline-deals')}?{query}",
        "is_enough": row.coverage is not None and row.coverage >= row.needed,
        "is_beyond": row.needed >= LARGEST,
    }


def _course(view: asks.CoverageView, row: CoverageRow) -> dict[str, Any] | None:
    days = view.stored.coverage_days
    values = [
        {"day": day, "coverage": value}
        for day, value in zip(days, row.course, strict=True)
        if value is not None
    ]
    if not values:
        return None
    return {
        "spec": coverage_chart(days, row.course, row.needed, is_own=row.is_own),
        "columns": _DAY_COLUMNS,
        "rows": values[::-1],
    }
