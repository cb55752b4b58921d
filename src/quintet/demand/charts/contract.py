"""The pace of the month: points delivered, points due, and where it is going."""

from typing import Any

from quintet.demand.formula.pace import MonthPace
from quintet.demand.terms.contract import MonthCounts

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Colours that keep 3:1 against a light and a dark page.
_DELIVERED, _DUE, _FAN = "#4c7dd0", "#d9480f", "#868e96"


def pace_chart(counts: MonthCounts, pace: MonthPace) -> Spec:
    """Lines of the points delivered and due, and the forecast as a band from today on."""
    values: list[dict[str, Any]] = []
    for one in counts.days:
        values.append({"day": one.day.isoformat(), "points": one.due, "line": "due"})
        if one.total is not None:
            values.append({"day": one.day.isoformat(), "points": one.total, "line": "delivered"})
    fan = [{"day": one.day.isoformat(), "lo": one.lo, "hi": one.hi, "total": one.total} for one in pace.fan]
    day = {"field": "day", "type": "temporal", "axis": {"title": None, "format": "%-d %b", "tickCount": 6}}
    layers: list[Spec] = [
        {
            "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "linear", "point": False},
            "encoding": {
                "x": day,
                "y": {"field": "points", "type": "quantitative", "axis": {"title": "points"}},
                "color": {
                    "field": "line",
                    "type": "nominal",
                    "legend": {"title": None, "orient": "top"},
                    "scale": {"domain": ["delivered", "due"], "range": [_DELIVERED, _DUE]},
                },
                "strokeDash": {
                    "condition": {"test": "datum.line == 'due'", "value": [5, 4]},
                    "value": [1, 0],
                },
                "tooltip": [
                    {"field": "day", "type": "temporal", "title": "Day"},
                    {"field": "line", "title": "Points"},
                    {"field": "points", "format": ",.0f", "title": "in the month so far"},
                ],
            },
        }
    ]
    if fan:
        layers.insert(0, _fan(fan, day))
    return {
        "$schema": _SCHEMA,
        "description": "Points delivered in the month, points due, and the forecast",
        "data": {"values": values},
        "height": 240,
        "layer": layers,
    }


def _fan(fan: list[dict[str, Any]], day: Spec) -> Spec:
    return {
        "data": {"values": fan},
        "mark": {"type": "area", "opacity": 0.28, "color": _FAN},
        "encoding": {
            "x": day,
            "y": {"field": "lo", "type": "quantitative", "axis": {"title": "points"}},
            "y2": {"field": "hi"},
        },
    }
