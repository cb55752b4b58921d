"""A contest's chart: what was done a working day as usual, before, during and after."""

from typing import Any

from quintet.management.terms.contests import Behaviour

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
GROUPS = ("Those who took part", "All other reps")
WINDOWS = ("usual", "before", "during", "after")


def window_rows(one: Behaviour) -> list[dict[str, Any]]:
    """One row per window and group."""
    groups = [(GROUPS[0], one.rates)]
    if one.others is not None:
        groups.append((GROUPS[1], one.others))
    return [
        {"group": group, "window": window, "rate": rate}
        for group, rates in groups
        for window, rate in zip(WINDOWS[-len(rates) :], rates, strict=True)
    ]


def window_chart(one: Behaviour, counted: str) -> Spec:
    """Two lines over the windows: those who took part, and all other reps."""
    return {
        "$schema": _SCHEMA,
        "description": f"{counted} a rep and working day as usual, before, during and after the contest",
        "data": {"values": window_rows(one)},
        "height": 200,
        "mark": {"type": "line", "point": {"size": 70, "filled": True}, "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "window",
                "type": "ordinal",
                "sort": list(WINDOWS),
                "axis": {"title": None, "labelAngle": 0},
            },
            "y": {
                "field": "rate",
                "type": "quantitative",
                "scale": {"zero": True},
                "axis": {"title": "a rep and working day", "tickCount": 4},
            },
            "color": {
                "field": "group",
                "type": "nominal",
                "scale": {"domain": [*GROUPS], "range": ["#4c7dd0", "#868e96"]},
                "legend": {"title": None, "orient": "top"},
            },
            "tooltip": [
                {"field": "group", "title": "Who"},
                {"field": "window", "title": "When"},
                {"field": "rate", "format": ",.2f", "title": "A day"},
            ],
        },
    }
