"""The compounding curve as a picture one would put on a slide."""

from itertools import pairwise
from typing import Any

from quintet.loop.terms import BASELINE, Curve

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_LIVE, _FIRST = "#2b6cb0", "#868e96"


def curve_chart(curve: Curve) -> Spec:
    """Share of the naive loss saved, by period: what is in use, with its interval, and the first version."""
    values = [
        {
            "period": point.period,
            "order": at,
            "gain": point.gain / point.baseline,
            "lo": (point.gain if point.lo is None else point.lo) / point.baseline,
            "hi": (point.gain if point.hi is None else point.hi) / point.baseline,
            "first": None if point.over_frozen is None else (point.gain - point.over_frozen) / point.baseline,
            "units": point.units,
            "in_use": word_of(point.in_use),
        }
        for at, point in enumerate(curve.points)
        if point.baseline
    ]
    x = {
        "field": "period",
        "type": "ordinal",
        "sort": {"field": "order"},
        "axis": {"title": None, "labelAngle": 0, "labelOverlap": "greedy"},
    }
    axis = {"title": "better than the naive answer", "tickCount": 5, "format": "%"}
    y = {"type": "quantitative", "axis": axis}
    tips = [
        {"field": "period", "title": "Period"},
        {"field": "gain", "title": "Better by", "format": ".1%"},
        {"field": "units", "title": "Units", "format": ","},
        {"field": "in_use", "title": "In use"},
    ]
    marks = [
        {"period": after.period, "order": at + 1, "said": word_of(after.in_use)}
        for at, (before, after) in enumerate(pairwise(curve.points))
        if after.in_use != before.in_use
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
            *([_changes(marks, x)] if marks else []),
            {
                "data": {"values": [{"zero": 0}]},
                "mark": {"type": "rule", "strokeWidth": 1, "color": _FIRST},
                "encoding": {"y": {"field": "zero", "type": "quantitative"}},
            },
        ],
    }


def _changes(marks: list[dict[str, Any]], x: Spec) -> Spec:
    """A line where something else came into use, and what."""
    said: Spec = {"align": "left", "baseline": "top", "dx": 5, "fontSize": 12, "color": _FIRST}
    rows: list[dict[str, Any]] = [one | {"row": at % 3} for at, one in enumerate(marks)]
    texts = [
        {
            "transform": [{"filter": f"datum.row === {row}"}],
            "mark": said | {"type": "text", "y": 2 + 15 * row},
            "encoding": {"text": {"field": "said"}},
        }
        for row in sorted({one["row"] for one in rows})
    ]
    return {
        "data": {"values": rows},
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "rule", "strokeDash": [2, 3], "color": _FIRST}},
            *texts,
        ],
    }


def word_of(recipe: str) -> str:
    """A recipe as people say it."""
    return "naive answer" if recipe == BASELINE else recipe
