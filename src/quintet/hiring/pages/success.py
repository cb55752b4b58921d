"""Pages of success: what became of everybody who was hired, and one rep's customers."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.facts.published import Facts
from quintet.hiring.asks import success as asks
from quintet.hiring.terms.success import EARLY_DAYS, FEWEST_MONTHS, RepSuccess
from quintet.kernel.access import needs

SEES = "hiring.see_index"
_COLUMNS = [
    ("name", "Rep", "link"),
    ("joined_on", "Joined", "date"),
    ("months", "Months judged", "number"),
    ("attainment", "Attainment", "rate"),
    ("productivity", "At equal leads", "text"),
    ("customers", "Customers", "number"),
    ("worth", "A customer's worth", "text"),
    ("early", f"Lost within {EARLY_DAYS} days", "text"),
]
_CUSTOMERS = [
    ("deal", "Customer", "text"),
    ("won_at", "Signed", "date"),
    ("cancelled_at", "Left", "date"),
    ("observed_days", "Days watched", "number"),
    ("mrr", "MRR now", "number"),
    ("early", f"Within {EARLY_DAYS} days", "text"),
]


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /hiring/success/: what every rep brought, and who stayed."""
    found = asks.success(settings.HOME)
    context = {
        "found": found,
        "judged": [one for one in found.reps if one.is_judged],
        "pressed": [one for one in found.reps if one.early_churn.is_pressed],
        "few": FEWEST_MONTHS,
        "early_days": EARLY_DAYS,
        "reps": {"columns": _COLUMNS, "rows": [_row(one) for one in found.reps], "page_size": 50},
    }
    return TemplateResponse(request, "hiring/success.html", context)


@needs(SEES)
def rep(request: HttpRequest, rep_id: int) -> HttpResponse:
    """GET /hiring/success/<rep>/: one rep's numbers, and the customers they are counted on."""
    found = asks.success(settings.HOME)
    one = found.by_rep.get(rep_id)
    if one is None:
        raise Http404
    rows = [_customer(row) for row in asks.customers_of(Facts.published(settings.HOME), rep_id)]
    context = {
        "found": found,
        "one": one,
        "early_days": EARLY_DAYS,
        "customers": {"columns": _CUSTOMERS, "rows": rows, "page_size": 50},
    }
    return TemplateResponse(request, "hiring/success_rep.html", context)


def _row(one: RepSuccess) -> dict[str, Any]:
    span = one.productivity_range
    early = one.early_churn
    return {
        "name": one.name,
        "name_url": reverse("hiring:success-rep", args=[one.rep_id]),
        "joined_on": one.joined_on,
        "months": one.months,
        "attainment": one.attainment,
        "productivity": f"{one.productivity:.2f} ({span[0]:.2f} to {span[1]:.2f})" if span else None,
        "customers": one.brought.customers,
        "worth": None if one.worth is None else f"{one.worth:.2f}",
        "early": f"{early.lost} of {early.customers}{' – more than others' if early.is_pressed else ''}",
    }


def _customer(row: dict[str, Any]) -> dict[str, Any]:
    left = row["cancelled_at"] is not None and row["observed_days"] <= EARLY_DAYS
    return row | {"deal": row["deal"] or f"Customer {row['opportunity_id']}", "early": "lost" if left else ""}
