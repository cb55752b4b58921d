"""An experiment's charts: what one could have seen at each look."""

from typing import Any

from quintet.demand.terms.experiments import Comparison

Spec = dict[str, Any]
#: The chart reaches so many times as far as what matters; the first looks rule out nothing and stick out.
_REACH = 2.5
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def looks_chart(one: Comparison, planned: float) -> Spec:
    """The difference that no look has ruled out, day by day, with the one worth finding."""
    values = [
        {"day": look.day.isoformat(), "lo": 100 * look.lo, "hi": 100 * look.hi, "leads": look.pairs}
        for look in one.looks
    ]
    axis = {"title": "points beside the first cell", "grid": True}
    newest = [abs(end) for look in one.looks[-1:] for end in (look.lo, look.hi)]
    reach = _REACH * 100 * max(abs(planned), *newest)
    return {
        "$schema": _SCHEMA,
        "description": f"Difference of {one.name} beside the first cell, with its interval at every look",
        "data": {"values": values},
        "height": 220,
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.25, "color": "#4c7dd0", "clip": True},
                "encoding": {
                    "x": {"field": "day", "type": "temporal", "axis": {"title": None, "tickCount": 5}},
                    "y": {
                        "field": "lo",
                        "type": "quantitative",
                        "axis": axis,
                        "scale": {"domain": [-reach, reach], "nice": False},
                    },
                    "y2": {"field": "hi"},
                    "tooltip": [
                        {"field": "day", "type": "temporal", "title": "Day"},
                        {"field": "leads", "title": "Leads in the smaller cell"},
                        {"field": "lo", "format": "+.1f", "title": "At least"},
                        {"field": "hi", "format": "+.1f", "title": "At most"},
                    ],
                },
            },
            _rule(0.0, "#868e96", [1, 0]),
            _rule(100 * planned, "#2b8a3e", [4, 4]),
        ],
    }


def _rule(at: float, colour: str, dash: list[int]) -> Spec:
    return {
        "data": {"values": [{"at": at}]},
        "mark": {"type": "rule", "color": colour, "strokeDash": dash, "strokeWidth": 1.5},
        "encoding": {"y": {"field": "at", "type": "quantitative"}},
    }
