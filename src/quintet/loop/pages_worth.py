"""What the formulas in use were worth: one number for the whole, by formula, and the cases behind it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Period
from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth import asks
from quintet.loop.worth.cases import OPENED, Cases, cases
from quintet.loop.worth.chart import worth_chart
from quintet.loop.worth.terms import EVIDENCE_WORDS, Amount, FormulaWorth, PeriodWorth, Total, Worth
from quintet.loop.worth.words import amount_words, number_and_ends, reading

SEES = "loop.see_worth"
_COLUMNS = (
    ("period", "Period", "text"),
    ("drawn_now", "By hold-out, in it", "text"),
    ("drawn", "Since the start", "text"),
    ("wider_now", "With what was compared, in it", "text"),
    ("wider", "Since the start", "text"),
)
#: Where a case may be opened, for those who may: the column, the key of its record, the address, who may.
_OPENS = (
    ("lead", "lead_id", "demand:lead", "demand.see_leads"),
    ("rep", "plan_id", "management:coaching-plan", "management.see_coaching"),
)


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /loop/worth/: the newest period that is over, or the one that is asked for."""
    facts = Facts.published(settings.HOME)
    try:
        found = asks.worth(facts)
    except NotEnoughData as missing:
        return TemplateResponse(request, "loop/worth.html", {"missing": missing})
    told, asked = found.worth, request.GET.get("period")
    this = told.of(asked) if asked else told.newest
    context = _context(told, this) | {"is_current": found.is_current}
    return TemplateResponse(request, "loop/worth.html", context)


@needs(SEES)
def records(request: HttpRequest) -> HttpResponse:
    """GET /loop/worth/records/: the cases behind one formula's number, in a period or since the start."""
    facts = Facts.published(settings.HOME)
    told = asks.worth(facts).worth
    this = told.of(request.GET.get("period") or told.newest.period)
    since = told.since if request.GET.get("since") == "start" else None
    span = _span(this, since or this.first_day)
    found = cases(facts, request.scope, request.GET.get("formula", ""), span)  # type: ignore[attr-defined]
    if found is None:
        raise Http404("nothing to open here: choose a number on the page of the worth")
    context = {
        "found": found,
        "span": span,
        "this": this,
        "records": {"columns": found.columns, "rows": _linked(request, found)},
    }
    return TemplateResponse(request, "loop/worth_records.html", context)


def _span(this: PeriodWorth, first: Any) -> Period:  # noqa: ANN401 -- a day
    whole = FiscalCalendar().parse(this.period)
    return Period(min(first, whole.start), whole.end, this.period, whole.grain)


def _linked(request: HttpRequest, found: Cases) -> list[dict[str, Any]]:
    """Rows with the address of what they are about, for those who may open it."""
    for row in found.rows:
        for column, key, address, permission in _OPENS:
            if key in row and request.user.has_perm(permission):
                row[f"{column}_url"] = reverse(address, args=[row[key]])
    return found.rows


def _context(told: Worth, this: PeriodWorth) -> dict[str, Any]:
    shown = told.periods[: told.periods.index(this) + 1]
    has_chart = sum(one.wider.customers is not None for one in shown) > 1
    return {
        "told": told,
        "this": this,
        "periods": tuple(reversed(told.periods)),
        "reading": reading(this.drawn, told),
        "drawn": _total(told, this.drawn_now, this.drawn),
        "wider": _total(told, this.wider_now, this.wider),
        "formulas": [_formula(told, one) for one in this.parts],
        "spec": worth_chart(shown) if has_chart else None,
        "columns": _COLUMNS,
        "rows": [_row(one) for one in shown],
    }


def _total(told: Worth, now: Total, so_far: Total) -> dict[str, Any]:
    figures = [
        *_figures(told, "since the start", so_far.customers, so_far.mrr),
        *_figures(told, "in the period", now.customers, now.mrr),
    ]
    return {"now": now, "so_far": so_far, "figures": figures}


def _figures(told: Worth, when: str, customers: Amount | None, mrr: Amount | None) -> list[dict[str, str]]:
    money = f"{told.currency} a month {when}"
    known = ((f"customers {when}", customers), (money, mrr))
    return [{"name": name, **number_and_ends(one)} for name, one in known if one]


def _formula(told: Worth, one: FormulaWorth) -> dict[str, Any]:
    spans = (("since the start", "start", one.so_far), ("in the period", "period", one.now))
    return {
        "one": one,
        "evidence": EVIDENCE_WORDS[one.about.evidence],
        "opens": one.about.key in OPENED,
        "spans": [
            {
                "when": when,
                "since": key,
                "brought": found,
                "figures": _figures(told, when, found.customers, found.mrr),
            }
            for when, key, found in spans
            if found
        ],
    }


def _row(one: PeriodWorth) -> dict[str, Any]:
    return {"period": one.period} | {name: _said(getattr(one, name).customers) for name, _, _ in _COLUMNS[1:]}


def _said(one: Amount | None) -> str:
    return "cannot tell yet" if one is None else amount_words(one)
