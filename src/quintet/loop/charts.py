"""The compounding curve as a picture one would put on a slide."""

from typing import Any

from quintet.loop.terms import Curve

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_LIVE, _FIRST = "#2b6cb0", "#868e96"


def curve_chart(curve: Curve, unit: str) -> Spec:
    """Skill against the naive answer by period: what is in use, with its interval, and the first version."""
    values = [
        {
            "period": point.period,
            "order": at,
            "gain": point.gain,
            "lo": point.gain if point.lo is None else point.lo,
            "hi": point.gain if point.hi is None else point.hi,
            "first": None if point.over_frozen is None else point.gain - point.over_frozen,
            "units": point.units,
            "in_use": point.in_use,
        }
        for at, point in enumerate(curve.points)
    ]
    x = {
        "field": "period",
        "type": "ordinal",
        "sort": {"field": "order"},
        "axis": {"title": None, "labelAngle": 0},
    }
    y = {"type": "quantitative", "axis": {"title": f"{unit} better than the naive answer", "tickCount": 5}}
    tips = [
        {"field": "period", "title": "Period"},
        {"field": "gain", "title": "Better by", "format": ".4f"},
        {"field": "units", "title": "Units", "format": ","},
        {"field": "in_use", "title": "In use"},
    ]
    return {
        "$schema": _SCHEMA,
        "description": "How much better than the naive answer each period was, on units nobody had seen",
        "data": {"values": values},
        "height": 280,
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.18, "color": _LIVE},
                "encoding": {"x": x, "y": y | {"field": "lo"}, "y2": {"field": "hi"}},
            },
            {
                "mark": {"type": "line", "color": _FIRST, "strokeDash": [5, 4], "strokeWidth": 2},
                "encoding": {"x": x, "y": y | {"field": "first"}},
            },
            {
                "mark": {
                    "type": "line",
                    "color": _LIVE,
                    "strokeWidth": 3,
                    "point": {"size": 70, "filled": True},
                },
                "encoding": {"x": x, "y": y | {"field": "gain"}, "tooltip": tips},
            },
            {
                "data": {"values": [{"zero": 0}]},
                "mark": {"type": "rule", "strokeWidth": 1, "color": _FIRST},
                "encoding": {"y": {"field": "zero", "type": "quantitative"}},
            },
        ],
    }
