"""Charts of the reports as Vega-Lite specs: rates with intervals, months, and the map of rate and speed."""

from collections.abc import Sequence
from typing import Any

from quintet.demand.terms.reports import CohortMonth, Look, Rate

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW_HEIGHT = 22
#: Colours that keep 3:1 against a light and a dark page.
HIGHER, LOWER, ORDINARY, YOUNG = "above the others", "below the others", "within chance", "too little known"
_COLOURS = {HIGHER: "#2b8a3e", LOWER: "#d9480f", ORDINARY: "#4c7dd0", YOUNG: "#868e96"}


def rate_chart(rows: Sequence[tuple[str, Rate, str]], title: str) -> Spec:
    """Points with 90% intervals, one line a group.

    Args:
        rows: name, rate and reading of each, in the order drawn.
        title: what is drawn, for those who listen.
    """
    values = [
        {
            "name": name,
            "rate": one.rate,
            "lo": one.lo,
            "hi": one.hi,
            "n": one.n,
            "converted": one.converted,
            "reading": reading,
        }
        for name, one, reading in rows
        if one.rate is not None
    ]
    names = [name for name, one, _ in rows if one.rate is not None]
    x = {"field": "lo", "type": "quantitative", "axis": {"title": None, "format": ".0%", "tickCount": 5}}
    return {
        "$schema": _SCHEMA,
        "description": title,
        "data": {"values": values},
        "height": max(len(values), 1) * _ROW_HEIGHT,
        "encoding": {"y": _names_axis(names)},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.55},
                "encoding": {"x": x, "x2": {"field": "hi"}, "color": _reading_colour()},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {
                    "x": {"field": "rate", "type": "quantitative"},
                    "color": _reading_colour(),
                    "tooltip": _tips(("name", "Name", ""), ("rate", "Rate", ".1%"), ("lo", "from", ".1%"),
                                     ("hi", "to", ".1%"), ("converted", "Converted", ","), ("n", "of", ","),
                                     ("reading", "Reading", "")),
                },
            },
        ],
    }  # fmt: skip


def months_chart(months: Sequence[CohortMonth]) -> Spec:
    """Bars: won within 90 days so far, by the month leads came; a whisker where more is to come."""
    values = [
        {
            "month": one.month.isoformat(),
            "won": one.won,
            "leads": one.leads,
            "expected": one.expected,
            "lo": one.lo,
            "hi": one.hi,
            "kind": "still young" if one.is_young else "complete",
        }
        for one in months
    ]
    x = {
        "field": "month",
        "type": "ordinal",
        "timeUnit": "utcyearmonth",
        "axis": {"title": None, "format": "%b %Y", "labelAngle": -40},
    }
    young = {"filter": "datum.kind == 'still young'"}
    y = {"field": "won", "type": "quantitative", "axis": {"title": "customers", "tickMinStep": 1}}
    tips = _tips(("leads", "Leads", ","), ("won", "Won so far", ","), ("expected", "To expect", ".0f"),
                 ("lo", "at least", ".0f"), ("hi", "at most", ".0f"))  # fmt: skip
    return {
        "$schema": _SCHEMA,
        "description": "Leads won within 90 days, by the month they came",
        "data": {"values": values},
        "height": 180,
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "bar", "color": _COLOURS[ORDINARY]}, "encoding": {"y": y, "tooltip": tips}},
            {
                "transform": [young],
                "mark": {"type": "rule", "strokeWidth": 2, "color": _COLOURS[YOUNG]},
                "encoding": {"y": {"field": "lo", "type": "quantitative"}, "y2": {"field": "hi"}},
            },
            {
                "transform": [young],
                "mark": {"type": "point", "filled": True, "size": 60, "color": _COLOURS[YOUNG], "opacity": 1},
                "encoding": {"y": {"field": "expected", "type": "quantitative"}, "tooltip": tips},
            },
        ],
    }


def map_chart(looks: Sequence[Look], title: str) -> Spec:
    """Each content at its speed (across) and its rate (up): top left closes fast and often."""
    values = [
        {
            "name": one.name,
            "rate": one.rate.rate,
            "days": one.days.days,
            "n": one.rate.n,
            "reading": reading_of(one),
        }
        for one in looks
        if one.rate.rate is not None and one.days.days is not None
    ]
    return {
        "$schema": _SCHEMA,
        "description": title,
        "data": {"values": values},
        "height": 300,
        "mark": {"type": "point", "filled": True, "opacity": 0.85},
        "encoding": {
            "x": {
                "field": "days",
                "type": "quantitative",
                "scale": {"zero": False, "padding": 12},
                "axis": {"title": "days until half have"},
            },
            "y": {
                "field": "rate",
                "type": "quantitative",
                "scale": {"zero": False, "padding": 12},
                "axis": {"title": "rate", "format": ".0%"},
            },
            "size": {"field": "n", "type": "quantitative", "legend": None, "scale": {"range": [30, 400]}},
            "color": _reading_colour(legend=True),
            "tooltip": _tips(("name", "Content", ""), ("rate", "Rate", ".1%"), ("days", "Days", ".1f"),
                             ("n", "Leads", ","), ("reading", "Reading", "")),
        },
    }  # fmt: skip


def reading_of(one: Look) -> str:
    """Does it stand after the correction for many looks, and which way?"""
    if one.more.ratio is None:
        return YOUNG
    if not one.more.is_reported:
        return ORDINARY
    return HIGHER if (one.more.raw or 1.0) > 1 else LOWER


def _names_axis(names: Sequence[str]) -> Spec:
    return {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": list(names)},
        "axis": {"title": None, "labelLimit": 170, "ticks": False, "domain": False},
    }


def _reading_colour(*, legend: bool = False) -> Spec:
    found: Spec = {
        "field": "reading",
        "type": "nominal",
        "scale": {"domain": list(_COLOURS), "range": list(_COLOURS.values())},
    }
    return found | {"legend": {"title": None, "orient": "top", "columns": 2} if legend else None}


def _tips(*named: tuple[str, str, str]) -> list[Spec]:
    return [
        {"field": field, "title": title} | ({"format": form} if form else {}) for field, title, form in named
    ]
