"""What the report pages draw: rows with links to their records, charts with their tables."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from quintet.demand.asks.reports import Filters
from quintet.demand.charts import reports as charts
from quintet.demand.formula.reports.reading import rate_of
from quintet.demand.terms.reports import (
    Amount,
    ContentReport,
    Days,
    Group,
    Look,
    Rate,
    Ratio,
    SourcesReport,
    Term,
    TermsReport,
)
from quintet.kernel.finding import CausalGrade

Panel = dict[str, Any]
RATE_LABELS = {
    "qualified": "Lead → qualified",
    "won_soon": "Lead → customer within 90 days",
    "won": "Lead → customer in the end",
}
_SURE = 0.95
_NOBODY = "(none)"
#: Nobody can say "tried" of what leads chose to do.
GRADES = {CausalGrade.RANDOMISED: "tried", CausalGrade.INSTRUMENT: "tried in part"}


def records_url(filters: Filters, **selection: str) -> str:
    """The address of the leads behind a number."""
    picked = {name: value for name, value in selection.items() if value or name == "name"}
    return f"{reverse('demand:report-records')}?{urlencode(filters.query | picked)}"


def rate_panel(report: SourcesReport, filters: Filters, kind: str, outcome: str) -> Panel:
    """One rate of every source or campaign as a chart with its table."""
    groups = [one for one in report.groups if one.kind == kind]
    test = next((one for one in report.spreads if (one.kind, one.outcome) == (kind, outcome)), None)
    rankable = test is not None and test.is_rankable
    rows = [(one.name or _NOBODY, rate_of(one, outcome)) for one in groups]
    if rankable:
        rows.sort(key=lambda row: -(row[1].rate or 0.0))
    read = [(name, rate, reading_of(rate, rankable=rankable)) for name, rate in rows]
    title = RATE_LABELS[outcome]
    return {
        "name": f"{kind}-{outcome}",
        "title": title,
        "spec": charts.rate_chart(read, title) if any(rate.rate is not None for _, rate, _ in read) else None,
        "columns": _RATE_COLUMNS,
        "rows": [_rate_row(filters, kind, row, outcome) for row in read],
        "caption": _spread_words(test),
    }


def reading_of(rate: Rate, *, rankable: bool) -> str:
    """How a rate stands to the others, where the others differ at all."""
    if rate.rate is None:
        return charts.YOUNG
    if not rankable or rate.p_above is None:
        return charts.ORDINARY
    if rate.p_above >= _SURE:
        return charts.HIGHER
    return charts.LOWER if rate.p_above <= 1.0 - _SURE else charts.ORDINARY


_RATE_COLUMNS = (
    ("name", "Name", "text"), ("n", "Leads", "number"), ("converted", "Converted so far", "number"),
    ("raw", "Raw", "rate"), ("rate", "To expect", "rate"), ("interval", "90% interval", "text"),
    ("shrinkage", "Pulled to the others", "rate"), ("known", "Outcomes known", "rate"),
    ("reading", "Reading", "text"),
)  # fmt: skip


def _rate_row(filters: Filters, by: str, row: tuple[str, Rate, str], outcome: str) -> Panel:
    name, rate, reading = row
    given = "" if name == _NOBODY else name
    return {
        "name": name,
        "n": rate.n,
        "n_url": records_url(filters, by=by, name=given),
        "converted": rate.converted,
        "converted_url": records_url(filters, by=by, name=given, reached=outcome),
        "raw": rate.raw,
        "rate": rate.rate,
        "interval": interval(rate),
        "shrinkage": rate.shrinkage,
        "known": rate.known_share,
        "reading": f"{reading}: {rate.reason}" if rate.reason else reading,
    }


def interval(rate: Rate) -> str:
    """29.8% to 31.9%."""
    return "–" if rate.lo is None or rate.hi is None else f"{rate.lo:.1%} to {rate.hi:.1%}"


def _spread_words(test: Any) -> str:  # noqa: ANN401 -- a Spread or None
    if test is None:
        return ""
    if test.is_rankable:
        shown = "< 0.001" if test.adjusted_p < 0.001 else f"= {test.adjusted_p:.3f}"  # noqa: PLR2004
        return f"They differ beyond chance (p {shown}, corrected for the number of tests)."
    return f"No ranking: chance alone spreads {test.groups} groups this far (p = {test.adjusted_p:.2f})."


def money_table(report: SourcesReport, filters: Filters, kind: str) -> Panel:
    """Leads, time, value, cost and advice of every source or campaign, as a list that can be downloaded."""
    rows = [_money_row(one, filters) for one in report.groups if one.kind == kind]
    columns = [
        ("name", "Source" if kind == "source" else "Campaign", "text"),
        ("leads", "Leads", "link"),
        ("customers", "Customers so far", "link"),
        ("won", "To customer", "text"),
        ("won_days", "Days to customer", "text"),
        ("per_customer", "Cost per customer", "text"),
        ("value", _value_label(report), "text"),
        ("advice", "Advice", "text"),
        ("why", "Because", "text"),
        ("per_lead", "Cost per lead", "money"),
        ("spend", "Spend", "money"),
        ("qualified_days", "Days to qualified", "text"),
    ]
    return {"columns": columns, "rows": rows, "page_size": 30}


def _value_label(report: SourcesReport) -> str:
    label = next((one.value.label for one in report.groups), "value")
    return f"Worth of a customer: {label}"


def _money_row(one: Group, filters: Filters) -> Panel:
    return {
        "name": one.name or _NOBODY,
        "leads": one.leads,
        "leads_url": records_url(filters, by=one.kind, name=one.name),
        "customers": one.won.converted,
        "customers_url": records_url(filters, by=one.kind, name=one.name, reached="won"),
        "won": "–" if one.won.rate is None else f"{one.won.rate:.1%} ({interval(one.won)})",
        "qualified_days": days(one.days_to_qualified),
        "won_days": days(one.days_to_won),
        "value": amount(one.value),
        "spend": one.spend,
        "per_lead": one.cost_per_lead.value,
        "per_customer": amount(one.cost_per_customer),
        "advice": one.advice.word or "none",
        "why": one.advice.why,
    }


def days(one: Days) -> str:
    """37 (35 to 40), n = 243; or why not."""
    if one.days is None or one.lo is None or one.hi is None:
        return f"– ({one.reason})"
    return f"{one.days:.0f} ({one.lo:.0f} to {one.hi:.0f}), n = {one.n:,}"


def amount(one: Amount) -> str:
    """1,200 USD (900 to 1,500); or why not."""
    if one.value is None:
        return f"– ({one.reason})" if one.reason else "–"
    ends = "" if one.lo is None or one.hi is None else f" ({one.lo:,.0f} to {one.hi:,.0f})"
    return f"{one.value:,.0f} {one.currency}{ends}".strip()


def months_panel(report: SourcesReport) -> Panel | None:
    """Customers within 90 days by the month leads came."""
    if not report.months:
        return None
    rows = [
        {
            "month": one.month.strftime("%b %Y"),
            "leads": one.leads,
            "won": one.won,
            "expected": round(one.expected),
            "interval": f"{one.lo:.0f} to {one.hi:.0f}" if one.is_young else "complete",
        }
        for one in report.months
    ]
    columns = (("month", "Leads of", "text"), ("leads", "Leads", "number"), ("won", "Won so far", "number"),
               ("expected", "To expect", "number"), ("interval", "90% prediction", "text"))  # fmt: skip
    caption = (
        "Leads of the youngest months have not had their 90 days: the whisker holds what they will come to"
        " nine times in ten."
    )
    return {"spec": charts.months_chart(report.months), "rows": rows, "columns": columns, "caption": caption}


def terms_chart(report: TermsReport, filters: Filters) -> Panel | None:
    """The terms that stand after the correction, as a chart."""
    found = [one for one in report.terms if one.is_reported and one.rate.rate is not None]
    if not found:
        return None
    read = [(one.name, one.rate, term_reading(one)) for one in found[:30]]
    return {
        "spec": charts.rate_chart(read, "Search terms reported"),
        "columns": _RATE_COLUMNS,
        "rows": [_rate_row(filters, "term", row, report.outcome) for row in read],
    }


def term_reading(one: Term) -> str:
    """Above or below what its source makes expect, where that is more than chance."""
    if not one.is_reported:
        return charts.ORDINARY if one.is_tested else charts.YOUNG
    return charts.HIGHER if one.rate.raw * 1.0 > one.expected * one.rate.known_share else charts.LOWER


def terms_table(report: TermsReport, filters: Filters) -> Panel:
    """Every term, reported ones first."""
    columns = [
        ("name", "Search term", "text"), ("leads", "Leads", "link"), ("converted", "Converted", "link"),
        ("raw", "Raw", "rate"), ("rate", "To expect", "rate"), ("interval", "90% interval", "text"),
        ("expected", "Its source", "rate"), ("p_value", "p", "text"), ("q_value", "q (corrected)", "text"),
        ("reading", "Reading", "text"),
    ]  # fmt: skip
    rows = [
        {
            "name": one.name,
            "leads": one.rate.n,
            "leads_url": records_url(filters, by="term", name=one.name),
            "converted": one.rate.converted,
            "converted_url": records_url(filters, by="term", name=one.name, reached=report.outcome),
            "raw": one.rate.raw,
            "rate": one.rate.rate,
            "interval": interval(one.rate),
            "expected": one.expected,
            "p_value": f"{one.p_value:.3f}" if one.is_tested else "–",
            "q_value": f"{one.q_value:.3f}" if one.is_tested else "–",
            "reading": term_reading(one),
        }
        for one in report.terms
    ]
    return {"columns": columns, "rows": rows}


def map_panel(report: ContentReport, filters: Filters) -> Panel | None:
    """The map of rate and speed of every content."""
    told = [one for one in report.contents if one.rate.rate is not None and one.days.days is not None]
    if not told:
        return None
    columns = (("name", "Content", "text"), ("n", "Leads", "number"), ("rate", "Rate", "rate"),
               ("days", "Days until half have", "number"), ("reading", "Reading", "text"))  # fmt: skip
    rows = [
        {
            "name": one.name,
            "n": one.rate.n,
            "n_url": _look_url(one, filters),
            "rate": one.rate.rate,
            "days": one.days.days,
            "reading": charts.reading_of(one),
        }
        for one in told
    ]
    title = "Content by rate and speed"
    return {"spec": charts.map_chart(told, title), "rows": rows, "columns": columns}


def looks_table(looks: Sequence[Look], outcome: str, filters: Filters, *, family: bool) -> Panel:
    """Every behaviour or content: with it against without it."""
    columns = [
        *([("family", "What", "text")] if family else []),
        ("name", "Which", "text"), ("leads", "Leads", "link"), ("converted", "Converted", "link"),
        ("rate", "Rate", "rate"), ("without", "Without", "rate"), ("more", "More often", "text"),
        ("faster", "Faster", "text"), ("days", "Days", "text"), ("days_without", "Without", "text"),
        ("interval", "90% interval of the rate", "text"), ("grade", "How we know", "text"),
    ]  # fmt: skip
    return {"columns": columns, "rows": [_look_row(one, outcome, filters) for one in looks], "page_size": 70}


def _look_row(one: Look, outcome: str, filters: Filters) -> Panel:
    return {
        "family": one.family,
        "name": one.name,
        "leads": one.rate.n,
        "leads_url": _look_url(one, filters),
        "converted": one.rate.converted,
        "converted_url": _look_url(one, filters, outcome),
        "rate": one.rate.rate,
        "interval": interval(one.rate),
        "without": one.rate_without.rate,
        "more": ratio(one.more),
        "days": days(one.days),
        "days_without": "–" if one.days_without.days is None else f"{one.days_without.days:.0f}",
        "faster": ratio(one.faster),
        "grade": GRADES.get(one.grade, "went with"),
    }


def ratio(one: Ratio) -> str:
    """1.4× (1.2 to 1.6), stands; or why not."""
    if one.ratio is None or one.lo is None or one.hi is None:
        return f"– ({one.reason})"
    ending = f"q {one.q_value:.2f}" if one.is_reported else "chance"
    return f"{one.ratio:.2f}× ({one.lo:.2f}–{one.hi:.2f}), {ending}"


def _look_url(one: Look, filters: Filters, reached: str = "") -> str:
    return records_url(filters, by="look", family=one.family, name=one.name, reached=reached)


def names_of(report: SourcesReport) -> tuple[str, ...]:
    """The sources and campaigns that can be compared."""
    return tuple(one.name for one in report.groups if one.name)
