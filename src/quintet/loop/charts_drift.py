"""Drift as two pictures: how far inputs moved, and the sums of broken promises with their limits."""

from collections.abc import Sequence
from typing import Any

from quintet.loop.drift import Drift, Moved
from quintet.stats.mix_shift import ACTS

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Colours that keep 3:1 against a light and a dark page.
_STATES = {"alarm": "#d9480f", "moved": "#b7791f", "still": "#4c7dd0", "silent": "#868e96"}
_MUCH, _LITTLE, _LINE = "#d9480f", "#4c7dd0", "#868e96"
MOST_INPUTS = 8
_ROW = 26


def inputs_chart(inputs: Sequence[Moved]) -> Spec:
    """Bars: the stability index of the score and of the inputs that moved most; a tick where its limit is."""
    shown = inputs[:MOST_INPUTS]
    values = [
        {
            "name": one.name,
            "index": one.index,
            "limit": one.limit,
            "chance": one.by_chance,
            "state": one.state,
        }
        for one in shown
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [one.name for one in shown],
        "axis": {"title": None, "labelLimit": 150},
    }
    tips = [
        {"field": "name", "title": "Input"},
        {"field": "index", "title": "Index", "format": ".3f"},
        {"field": "limit", "title": "Chance stays below", "format": ".3f"},
    ]
    return {
        "$schema": _SCHEMA,
        "description": "How far what comes in now is from what the version was fitted on",
        "data": {"values": values},
        "height": max(2, len(shown)) * _ROW,
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.6}},
                "encoding": {
                    "y": y,
                    "x": {"field": "index", "type": "quantitative", "axis": _axis("stability index")},
                    "color": _coloured(shown),
                    "tooltip": tips,
                },
            },
            {
                "mark": {"type": "tick", "thickness": 3, "color": _LINE, "size": 18},
                "encoding": {"y": y, "x": {"field": "limit", "type": "quantitative"}},
            },
            _rule("x", ACTS),
        ],
    }


def promises_chart(seen: Drift) -> Spec:
    """Two lines, one for each side, and the limit of each: an alarm where a line reaches its own."""
    sides = (("too much", "too_much", _MUCH), ("too little", "too_little", _LITTLE))
    values = [
        {"day": one.day, "sum": getattr(one, field), "side": side}
        for one in seen.days
        for side, field, _ in sides
    ]
    limits = [
        {"side": side, "limit": limit}
        for (side, _, _), limit in zip(sides, (seen.limit_too_much, seen.limit_too_little), strict=True)
    ]
    colour = {
        "field": "side",
        "type": "nominal",
        "scale": {"domain": [side for side, _, _ in sides], "range": [colour for _, _, colour in sides]},
        "legend": {"title": None, "orient": "bottom"},
    }
    return {
        "$schema": _SCHEMA,
        "description": "Evidence that promises are too high or too low, day by day, with the limit of each",
        "height": 240,
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "line", "strokeWidth": 3, "tooltip": True},
                "encoding": {
                    "x": {"field": "day", "type": "temporal", "axis": {"title": None, "tickCount": 5}},
                    "y": {"field": "sum", "type": "quantitative", "axis": _axis("evidence of promises")},
                    "color": colour,
                },
            },
            {
                "data": {"values": limits},
                "mark": {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 2},
                "encoding": {"y": {"field": "limit", "type": "quantitative"}, "color": colour},
            },
        ],
    }


def _axis(title: str) -> Spec:
    return {"title": title, "tickCount": 5}


def _coloured(shown: Sequence[Moved]) -> Spec:
    states = [state for state in _STATES if any(one.state == state for one in shown)]
    return {
        "field": "state",
        "type": "nominal",
        "scale": {"domain": states, "range": [_STATES[state] for state in states]},
        "legend": {"title": None, "orient": "bottom"},
    }


def _rule(side: str, at: float) -> Spec:
    return {
        "data": {"values": [{"at": at}]},
        "mark": {"type": "rule", "strokeDash": [6, 4], "color": _LINE},
        "encoding": {side: {"field": "at", "type": "quantitative"}},
    }
