"""Charts of forecast and pipeline as Vega-Lite specs: the fan of a period, and coverage day by day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from quintet.management.terms.forecast_answer import Ahead

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Colours that keep 3:1 against a light and a dark page.
_LINE, _BAND, _QUOTA, _COMMIT = "#4c7dd0", "#4c7dd0", "#d9480f", "#2b8a3e"


def fan_chart(
    ahead: Ahead, so_far: Sequence[tuple[date, float]], commits: Sequence[tuple[date, float]]
) -> Spec:
    """What was signed so far, and what the days to come will bring: 80 % and 95 % bands around the median."""
    start = so_far[-1] if so_far else (ahead.fan[0].day, ahead.booked)
    opening = {
        "day": start[0].isoformat(),
        **dict.fromkeys(("lowest", "lo", "median", "hi", "highest"), start[1]),
    }
    fan = [opening, *({**vars(one), "day": one.day.isoformat()} for one in ahead.fan)]
    unit = "customers" if ahead.measure == "customers" else "MRR" if ahead.measure == "mrr" else "amount"
    layers = [
        _band(fan, ("lowest", "highest"), 0.15, unit),
        _band(fan, ("lo", "hi"), 0.3, unit),
        _line(fan, "median", [5, 4]),
        _line([{"day": day.isoformat(), "signed": value} for day, value in so_far], "signed", [1, 0]),
    ]
    if ahead.quota is not None:
        layers.append(_rule(ahead.quota))
    if commits:
        layers.append(_points(commits))
    return {
        "$schema": _SCHEMA,
        "description": "Signed so far, the forecast as a fan, the quota as a line and commits as points",
        "height": 260,
        "layer": layers,
    }


def coverage_chart(
    days: Sequence[date], course: Sequence[float | None], needed: float, *, is_own: bool
) -> Spec:
    """Coverage day by day, with the multiple that is needed as a line."""
    values = [
        {"day": day.isoformat(), "coverage": value}
        for day, value in zip(days, course, strict=True)
        if value is not None
    ]
    # Near the end of a quarter little is left of the quota and coverage runs away: the middle is what counts.
    usual = sorted(one["coverage"] for one in values)  # type: ignore[type-var]
    top = max([1.5 * needed, *(usual[: max(1, 9 * len(usual) // 10)])], default=needed)  # type: ignore[type-var]
    return {
        "$schema": _SCHEMA,
        "description": "Pipeline over what is left of the quota, day by day",
        "height": 220,
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "line", "color": _LINE, "strokeWidth": 2, "clip": True, "tooltip": True},
                "encoding": {
                    "x": _days(),
                    "y": {
                        "field": "coverage",
                        "type": "quantitative",
                        "axis": {"title": "times what is left"},
                        "scale": {"domain": [0, top]},
                    },
                },
            },
            {
                "data": {"values": [{"at": needed}]},
                "mark": {"type": "rule", "color": _QUOTA, "strokeDash": [1, 0] if is_own else [5, 4]},
                "encoding": {"y": {"field": "at", "type": "quantitative"}},
            },
        ],
    }


def _days() -> Spec:
    return {"field": "day", "type": "temporal", "axis": {"title": None, "format": "%-d %b", "tickCount": 5}}


def _band(fan: list[Spec], ends: tuple[str, str], opacity: float, unit: str) -> Spec:
    return {
        "data": {"values": fan},
        "mark": {"type": "area", "opacity": opacity, "color": _BAND},
        "encoding": {
            "x": _days(),
            "y": {"field": ends[0], "type": "quantitative", "axis": {"title": unit}},
            "y2": {"field": ends[1]},
        },
    }


def _line(values: list[Spec], field: str, dash: list[int]) -> Spec:
    return {
        "data": {"values": values},
        "mark": {"type": "line", "color": _LINE, "strokeWidth": 2, "strokeDash": dash, "tooltip": True},
        "encoding": {"x": _days(), "y": {"field": field, "type": "quantitative"}},
    }


def _rule(quota: float) -> Spec:
    return {
        "data": {"values": [{"quota": quota}]},
        "mark": {"type": "rule", "color": _QUOTA, "strokeWidth": 1.5, "tooltip": True},
        "encoding": {"y": {"field": "quota", "type": "quantitative"}},
    }


def _points(commits: Sequence[tuple[date, float]]) -> Spec:
    return {
        "data": {"values": [{"day": day.isoformat(), "commit": value} for day, value in commits]},
        "mark": {"type": "point", "filled": True, "size": 80, "color": _COMMIT, "tooltip": True},
        "encoding": {"x": _days(), "y": {"field": "commit", "type": "quantitative"}},
    }
