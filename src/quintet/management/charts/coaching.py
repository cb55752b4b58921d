"""The chart of a plan: what was to be expected, what came, and the goal."""

from typing import Any

from quintet.management.terms.coaching import Effect


def effect_chart(one: Effect, goal: float) -> dict[str, Any]:
    """Two rates with their intervals, and the goal as a dashed line."""
    rows = [
        {"what": "Expected anyway", "rate": one.expected, "lo": one.expected_lo, "hi": one.expected_hi},
        {"what": "Since the plan", "rate": one.observed, "lo": one.observed_lo, "hi": one.observed_hi},
    ]
    order = [row["what"] for row in rows]
    y = {"field": "what", "type": "nominal", "sort": order, "title": None}
    axis = {"format": ".0%", "title": "Rate on the leads the rep got"}
    return {
        "data": {"values": rows},
        "height": 90,
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.5},
                "encoding": {
                    "y": y,
                    "x": {"field": "lo", "type": "quantitative", "axis": axis, "scale": {"zero": True}},
                    "x2": {"field": "hi"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110},
                "encoding": {"y": y, "x": {"field": "rate", "type": "quantitative"}},
            },
            {
                "data": {"values": [{"goal": goal}]},
                "mark": {"type": "rule", "strokeDash": [5, 4]},
                "encoding": {"x": {"field": "goal", "type": "quantitative"}},
            },
        ],
    }
