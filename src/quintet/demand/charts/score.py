"""Charts of the score: promised against delivered by tenths, and what the best leads would have caught."""

from collections.abc import Sequence
from typing import Any

from quintet.demand.terms.score import Decile, ReadyThreshold

Spec = dict[str, Any]
#: Shares that differ by less are one line.
_ALIKE = 1e-6
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def decile_chart(deciles: Sequence[Decile]) -> Spec:
    """Bars of what was delivered with intervals, and a tick for what was promised."""
    values = [
        {"tenth": place, "delivered": one.delivered, "lo": one.lo, "hi": one.hi, "promised": one.promised}
        for place, one in enumerate(deciles, start=1)
    ]
    x = {
        "field": "tenth",
        "type": "ordinal",
        "axis": {"title": "tenth of the leads, lowest score first", "labelAngle": 0},
    }
    y = {"type": "quantitative", "axis": {"title": "became customers", "format": ".0%", "tickCount": 5}}
    tips = [
        {"field": "tenth", "title": "Tenth"},
        {"field": "promised", "title": "Promised", "format": ".1%"},
        {"field": "delivered", "title": "Delivered", "format": ".1%"},
        {"field": "lo", "title": "from", "format": ".1%"},
        {"field": "hi", "title": "to", "format": ".1%"},
    ]
    return {
        "$schema": _SCHEMA,
        "description": "Share of each tenth of the leads that became customers, and the share promised",
        "data": {"values": values},
        "height": 240,
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "bar", "color": "#4c7dd0", "opacity": 0.75},
                "encoding": {"y": {**y, "field": "delivered"}, "tooltip": tips},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1.5},
                "encoding": {"y": {"field": "lo", "type": "quantitative"}, "y2": {"field": "hi"}},
            },
            {
                "mark": {"type": "tick", "thickness": 3, "width": 22, "color": "#d9480f"},
                "encoding": {"y": {"field": "promised", "type": "quantitative"}, "tooltip": tips},
            },
        ],
    }


def value_chart(ready: ReadyThreshold) -> Spec:
    """Share of all customers and of all value among the best leads, against the share of leads worked."""
    alike = all(abs(one.customers - one.value) < _ALIKE for one in ready.curve)
    names = (("customers", "customers"),) if alike else (("customers", "customers"), ("value", "value"))
    values = [
        {
            "leads": float(one.leads),
            "share": float(getattr(one, name)),
            "of": label,
            "points": float(one.points),
        }
        for one in ready.curve
        for name, label in names
    ]
    return {
        "$schema": _SCHEMA,
        "description": "Customers and value caught by working only the best leads",
        "data": {"values": values},
        "height": 240,
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {
                "field": "leads",
                "type": "quantitative",
                "axis": {"title": "share of leads worked, best first", "format": ".0%"},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "axis": {"title": "share caught", "format": ".0%"},
            },
            "color": {"field": "of", "type": "nominal", "legend": {"title": None, "orient": "bottom"}},
            "tooltip": [
                {"field": "points", "title": "Points from", "format": ".0f"},
                {"field": "leads", "title": "Leads", "format": ".0%"},
                {"field": "share", "title": "Share caught", "format": ".0%"},
                {"field": "of", "title": "Of"},
            ],
        },
    }


def reasons_chart(values: list[dict[str, Any]]) -> Spec:
    """What each reason adds to the log-odds, largest first; green adds, red takes away."""
    return {
        "$schema": _SCHEMA,
        "description": "What each reason adds to the lead's log-odds",
        "data": {"values": values},
        "height": 24 * max(len(values), 1),
        "mark": {"type": "bar", "height": {"band": 0.6}},
        "encoding": {
            "y": {
                "field": "reason",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 200},
            },
            "x": {"field": "log_odds", "type": "quantitative", "axis": {"title": "log-odds", "tickCount": 5}},
            "color": {
                "condition": {"test": "datum.log_odds < 0", "value": "#c92a2a"},
                "value": "#2b8a3e",
            },
            "tooltip": [{"field": "reason"}, {"field": "log_odds", "format": "+.2f"}, {"field": "points"}],
        },
    }
