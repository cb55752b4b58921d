"""What if: the months to come, as things are and as somebody supposes."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.loop.forms import SupposeForm
from quintet.loop.whatif import asks
from quintet.loop.whatif.chart import future_chart
from quintet.loop.whatif.terms import FutureMonth, Range, Supposed, WhatIf

SEES = "loop.see_book"
_COLUMNS = (
    ("month", "Month", "date"),
    ("customers", "Customers, as things are", "text"),
    ("supposed_customers", "As supposed", "text"),
    ("mrr", "Revenue, as things are", "text"),
    ("supposed_mrr", "As supposed", "text"),
)


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /loop/what-if/: twelve months, as things are and as supposed."""
    facts = Facts.published(settings.HOME)
    try:
        told = asks.answer(facts, Supposed())
    except NotEnoughData as missing:
        return TemplateResponse(request, "loop/what_if.html", {"missing": missing})
    form = SupposeForm(told.steps, request.GET or None)
    problem, status = "", None
    if form.is_bound:
        try:
            told = asks.answer(facts, form.supposed()) if form.is_valid() else told
        except BadInput as wrong:
            problem = str(wrong)
        status = 400 if problem or form.errors else None
    context = _context(told) | {"form": form, "problem": problem, "is_asked": form.is_bound}
    return TemplateResponse(request, "loop/what_if.html", context, status=status)


def _context(told: WhatIf) -> dict[str, Any]:
    return {
        "told": told,
        "spec": future_chart(told),
        "columns": _COLUMNS,
        "rows": [_row(one) for one in told.months],
    }


def _row(one: FutureMonth) -> dict[str, Any]:
    return {
        "month": one.month,
        "customers": _said(one.customers),
        "supposed_customers": _said(one.supposed_customers),
        "mrr": _said(one.mrr),
        "supposed_mrr": _said(one.supposed_mrr),
    }


def _said(one: Range) -> str:
    return f"{one.middle:,.0f} ({one.lo:,.0f} to {one.hi:,.0f})"
