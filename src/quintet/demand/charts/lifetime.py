"""How long customers stay, and what groups are worth, as Vega-Lite specs."""

from collections.abc import Sequence
from typing import Any

from quintet.demand.terms.lifetime import LifetimeFit, Range

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
COUNTED, MODEL, REVENUE = "customers, counted", "customers, model", "revenue, counted"
_HEDGED, _SPEAKS = "leans on all customers", "enough customers"


def curve_chart(fit: LifetimeFit) -> Spec:
    """Lines over months of life: customers left as counted and by the model with its band, and revenue."""
    band = [{"month": month, "lo": one.lo, "hi": one.hi} for month, one in enumerate(fit.curve)]
    lines = [{"month": month, "share": one.estimate, "what": MODEL} for month, one in enumerate(fit.curve)]
    lines += [
        {"month": month, "share": one.estimate, "what": COUNTED} for month, one in enumerate(fit.counted)
    ]
    lines += [{"month": month, "share": one, "what": REVENUE} for month, one in enumerate(fit.revenue)]
    x = {
        "field": "month",
        "type": "quantitative",
        "scale": {"domainMax": 36, "nice": False},
        "axis": {"title": "months since the start", "tickCount": 12},
    }
    y = {"type": "quantitative", "axis": {"title": "share of the first month", "format": ".0%"}}
    kinds = {
        "field": "what",
        "type": "nominal",
        "sort": [MODEL, COUNTED, REVENUE],
        "legend": {"title": "Left of the first month", "orient": "bottom", "columns": 1},
    }
    return {
        "$schema": _SCHEMA,
        "description": "Share of customers and of revenue left by month of life",
        "height": 260,
        "encoding": {"x": x},
        "layer": [
            {
                "data": {"values": band},
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": {"y": {**y, "field": "lo"}, "y2": {"field": "hi"}},
            },
            {
                "data": {"values": lines},
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {
                    "y": {**y, "field": "share"},
                    "color": {**kinds, "legend": None},
                    "strokeDash": kinds,
                },
            },
        ],
    }


def value_chart(groups: Sequence[tuple[str, Range, bool]], everybody: Range, currency: str) -> Spec:
    """Dots with intervals: what a customer of each group is worth; the dashed line is everybody.

    Args:
        groups: name, value, and whether it leans on all customers.
        everybody: value of all customers together.
        currency: of the values.
    """
    values = [
        {
            "group": name,
            "value": one.estimate,
            "lo": one.lo,
            "hi": one.hi,
            "kind": _HEDGED if hedged else _SPEAKS,
        }
        for name, one, hedged in groups
    ]
    names = [name for name, _, _ in groups]
    y = {"field": "group", "type": "nominal", "sort": names, "axis": {"title": None, "labelLimit": 190}}
    x = {
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": f"value of a customer, {currency}", "tickCount": 5},
    }
    kinds = {
        "field": "kind",
        "type": "nominal",
        "legend": {"title": None, "orient": "bottom", "columns": 1},
        "scale": {"domain": [_SPEAKS, _HEDGED], "range": ["#4c7dd0", "#868e96"]},
    }
    tips = [
        {"field": "group", "title": "Group"},
        *(
            {"field": name, "title": title, "format": ",.0f"}
            for name, title in (("value", "Value"), ("lo", "at least"), ("hi", "at most"))
        ),
    ]
    return {
        "$schema": _SCHEMA,
        "description": f"What a customer of each group is worth, in {currency}",
        "height": 26 * max(len(values), 1),
        "layer": [
            {
                "data": {"values": [{"value": everybody.estimate}]},
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#868e96"},
                "encoding": {"x": {**x, "field": "value"}},
            },
            {
                "data": {"values": values},
                "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.55},
                "encoding": {"y": y, "x": {**x, "field": "lo"}, "x2": {"field": "hi"}, "color": kinds},
            },
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"y": y, "x": {**x, "field": "value"}, "color": kinds, "tooltip": tips},
            },
        ],
    }
