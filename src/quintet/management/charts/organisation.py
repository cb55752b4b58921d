"""The organisation's chart: how many each manager led, month by month, beside eight to ten."""

from collections.abc import Sequence
from typing import Any

from quintet.management.terms.organisation import SPAN, ManagerSpan

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Lines that can be told apart; the table has everybody.
MOST_LINES = 8


def span_rows(spans: Sequence[ManagerSpan]) -> list[dict[str, Any]]:
    """One row per manager and month."""
    return [
        {"manager": one.name, "day": day.isoformat(), "reps": reps}
        for one in spans
        for day, reps in one.history
    ]


def span_chart(spans: Sequence[ManagerSpan]) -> Spec:
    """A line for each of the widest spans, over the band of eight to ten."""
    low, high = SPAN
    return {
        "$schema": _SCHEMA,
        "description": "Reps led by each manager, month by month",
        "height": 220,
        "layer": [
            {
                "data": {"values": [{"low": low, "high": high}]},
                "mark": {"type": "rect", "color": "#2b8a3e", "opacity": 0.15},
                "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
            },
            {
                "data": {"values": span_rows(spans[:MOST_LINES])},
                "mark": {"type": "line", "point": True, "strokeWidth": 2},
                "encoding": {
                    "x": {"field": "day", "type": "temporal", "axis": {"title": None, "tickCount": 5}},
                    "y": {
                        "field": "reps",
                        "type": "quantitative",
                        "scale": {"zero": True},
                        "axis": {"title": "reps led", "tickMinStep": 1, "tickCount": 5},
                    },
                    "color": {
                        "field": "manager",
                        "type": "nominal",
                        "legend": {"title": None, "orient": "top", "columns": 2},
                    },
                    "tooltip": [
                        {"field": "manager", "title": "Manager"},
                        {"field": "day", "type": "temporal", "title": "At the end of"},
                        {"field": "reps", "title": "Leads"},
                    ],
                },
            },
        ],
    }
