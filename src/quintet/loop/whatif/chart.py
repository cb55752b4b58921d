"""The months to come as a picture: as things are, and as supposed, each with its range."""

from typing import Any

from quintet.loop.whatif.terms import WhatIf

#: Colours that keep 3:1 against a light and a dark page, and differ in lightness.
_NOW, _THEN = "#868e96", "#2b6cb0"
_AS_IS, _SUPPOSED = "as things are", "as supposed"


def future_chart(told: WhatIf) -> dict[str, Any]:
    """Customers month by month, with the range that holds nine times of ten."""
    values = [
        {"month": month.month.isoformat(), "which": which, "middle": one.middle, "lo": one.lo, "hi": one.hi}
        for month in told.months
        for which, one in ((_AS_IS, month.customers), (_SUPPOSED, month.supposed_customers))
    ]
    x = {"field": "month", "type": "temporal", "axis": {"title": None, "format": "%b %y"}}
    y = {"field": "middle", "type": "quantitative", "axis": {"title": "customers signed in the month"}}
    color = {
        "field": "which",
        "type": "nominal",
        "scale": {"domain": [_AS_IS, _SUPPOSED], "range": [_NOW, _THEN]},
        "legend": {"title": None, "orient": "top"},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "Customers by month, as things are and as supposed, with their ranges",
        "data": {"values": values},
        "height": 260,
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.18},
                "encoding": {"x": x, "y": y | {"field": "lo"}, "y2": {"field": "hi"}, "color": color},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2.5, "tooltip": True},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": color,
                    "strokeDash": {
                        "field": "which",
                        "type": "nominal",
                        "scale": {"domain": [_AS_IS, _SUPPOSED], "range": [[5, 4], [1, 0]]},
                        "legend": None,
                    },
                },
            },
        ],
    }
