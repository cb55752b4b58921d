"""The chart of a headcount plan as a Vega-Lite spec."""

from typing import Any

from quintet.hiring.terms.plan import HeadcountPlan

#: Colours that keep 3:1 against a light and a dark page.
_LINE, _TARGET = "#4c7dd0", "#d9480f"


def plan_chart(plan: HeadcountPlan) -> dict[str, Any]:
    """MRR month by month with the range of four times of five, and the target as a line."""
    values = [
        {"month": one.month.isoformat(), "mrr": one.mrr, "lo": one.mrr_lo, "hi": one.mrr_hi}
        for one in plan.months
    ]
    x = {"field": "month", "type": "temporal", "axis": {"title": None, "format": "%b %y"}}
    y = {"field": "mrr", "type": "quantitative", "axis": {"title": "MRR signed in the month"}}
    band = {"x": x, "y": y | {"field": "lo"}, "y2": {"field": "hi"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "MRR by month under the plan, with its range, and the target",
        "height": 240,
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "area", "color": _LINE, "opacity": 0.25},
                "encoding": band,
            },
            {
                "data": {"values": values},
                "mark": {"type": "line", "color": _LINE, "tooltip": True},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": [{"at": plan.inputs.target}]},
                "mark": {"type": "rule", "color": _TARGET, "strokeDash": [5, 4]},
                "encoding": {"y": {"field": "at", "type": "quantitative"}},
            },
        ],
    }
