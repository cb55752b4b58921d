"""Charts of the ramp: who has made quota by when, and what modules did to it."""

from collections.abc import Sequence
from typing import Any

from quintet.training.terms.ramp import RampCurve

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Colours that keep 3:1 against a light and a dark page.
_LINE, _GONE = "#4c7dd0", "#d9480f"
_ROW = 26


def ramp_chart(curve: RampCurve) -> Spec:
    """Who had made quota once by each month, with its range, and who had left before."""
    values = [
        {"month": one.month, "share": one.share, "lo": one.lo, "hi": one.hi, "gone": one.gone}
        for one in curve.points
    ]
    x = {"field": "month", "type": "quantitative", "axis": {"title": "Month since joining", "tickMinStep": 1}}
    axis = {"title": "Of all who came", "format": "%"}
    y = {"type": "quantitative", "axis": axis, "scale": {"domain": [0, 1]}}
    band = {"x": x, "y": y | {"field": "lo"}, "y2": {"field": "hi"}}
    return {
        "$schema": _SCHEMA,
        "description": "Share of reps who had made quota once, by month, and who had left before",
        "data": {"values": values},
        "height": 240,
        "layer": [
            {
                "mark": {"type": "area", "interpolate": "step-after", "color": _LINE, "opacity": 0.25},
                "encoding": band,
            },
            {
                "mark": {"type": "line", "interpolate": "step-after", "color": _LINE, "tooltip": True},
                "encoding": {"x": x, "y": y | {"field": "share"}},
            },
            {
                "mark": {"type": "line", "interpolate": "step-after", "color": _GONE, "strokeDash": [5, 4]},
                "encoding": {"x": x, "y": y | {"field": "gone"}},
            },
        ],
    }


def groups_chart(curves: Sequence[RampCurve], labels: dict[str, str]) -> Spec:
    """One step line for each group that has enough to be drawn."""
    values = [
        {"month": point.month, "share": point.share, "group": labels[curve.key]}
        for curve in curves
        for point in curve.points
    ]
    return {
        "$schema": _SCHEMA,
        "description": "Share of reps who had made quota once, by month since joining and group",
        "data": {"values": values},
        "height": 240,
        "mark": {"type": "line", "interpolate": "step-after", "tooltip": True},
        "encoding": {
            "x": {"field": "month", "type": "quantitative", "axis": {"title": "Month since joining"}},
            "y": {
                "field": "share",
                "type": "quantitative",
                "axis": {"title": "Of all who came", "format": "%"},
                "scale": {"domain": [0, 1]},
            },
            "color": {"field": "group", "type": "nominal", "legend": {"title": None, "orient": "bottom"}},
        },
    }


def ratio_chart(rows: Sequence[dict[str, Any]]) -> Spec:
    """A dot and its interval for each module that is told, on a scale where half and twice lie alike."""
    shown = [row for row in rows if row["ratio"] is not None]
    y = {"field": "name", "type": "nominal", "sort": [row["name"] for row in shown], "title": None}
    scale = {"type": "log", "nice": False}
    axis = {"title": "Chance of making quota in a month, times", "values": [0.25, 0.5, 1, 1.5, 2, 3, 4]}
    x = {"type": "quantitative", "scale": scale, "axis": axis}
    return {
        "$schema": _SCHEMA,
        "description": "By how much each module multiplies the chance of making quota in a month",
        "data": {"values": shown},
        "height": _ROW * max(len(shown), 1),
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.5},
                "encoding": {"y": y, "x": x | {"field": "lo"}, "x2": {"field": "hi"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 80, "tooltip": True},
                "encoding": {"y": y, "x": x | {"field": "ratio"}},
            },
            {
                "data": {"values": [{"one": 1}]},
                "mark": {"type": "rule", "strokeDash": [4, 4]},
                "encoding": {"x": x | {"field": "one"}},
            },
        ],
    }
