"""The team's own charts: the month beside its targets, and its funnel without rows of single reps."""

from typing import Any

from quintet.management.terms.daily import ActivityLine
from quintet.management.terms.funnel import TeamFunnel
from quintet.management.words import stage_label, step_label

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW_HEIGHT = 26


def pace_chart(line: ActivityLine) -> Spec | None:
    """Bars: the month so far in percent of its target, a line at the target; None where nothing is due.

    An activity without target is held against what is usual, and named so.
    """
    values = [
        {
            "label": stage_label(one.stage) + ("" if one.has_target else " (usual)"),
            "share": one.month / one.due_month,
            "done": one.month,
            "due": one.due_month,
        }
        for one in line.amounts
        if one.due_month
    ]
    if not values:
        return None
    return {
        "$schema": _SCHEMA,
        "description": "The month so far in percent of what is due by now",
        "data": {"values": values},
        "height": _ROW_HEIGHT * len(values),
        "encoding": {"y": _names("label")},
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.62}},
                "encoding": {"x": _share_axis(), "tooltip": _pace_tips()},
            },
            {
                "data": {"values": [{"target": 1.0}]},
                "mark": {"type": "rule", "strokeWidth": 2.5},
                "encoding": {"x": {"field": "target", "type": "quantitative"}, "y": None},
            },
        ],
    }


def _share_axis() -> Spec:
    axis = {"title": "of what is due by now", "format": ".0%", "tickCount": 4}
    return {"field": "share", "type": "quantitative", "axis": axis}


def _pace_tips() -> list[Spec]:
    return [
        {"field": "label", "title": "Activity"},
        {"field": "done", "title": "This month", "format": ",d"},
        {"field": "due", "title": "due by now", "format": ",.1f"},
    ]


def team_counts(team: TeamFunnel) -> Spec:
    """Bars: how many leads the team brought to each stage."""
    values = [
        {"stage": stage_label(one.stage), "n": one.leads}
        for one in team.team_counts
        if one.stage in team.stages
    ]
    return {
        "$schema": _SCHEMA,
        "description": "Leads the team brought to each stage",
        "data": {"values": values},
        "height": _ROW_HEIGHT * max(len(values), 1),
        "encoding": {"y": _names("stage"), "x": _count()},
        "layer": [
            {"mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.62}}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "color": "#475467"},
                "encoding": {"text": {"field": "n", "format": ",d"}},
            },
        ],
    }


def team_rates(team: TeamFunnel) -> Spec:
    """Points with 90 % intervals: the team's rate from stage to stage."""
    values = [
        {"step": step_label(one.step), "rate": one.rate, "lo": one.lo, "hi": one.hi}
        for one in team.team_rates
        if one.step.is_next and one.rate is not None
    ]
    x = {
        "field": "lo",
        "type": "quantitative",
        "scale": {"zero": True},
        "axis": {"title": None, "format": ".0%"},
    }
    return {
        "$schema": _SCHEMA,
        "description": "The team's conversion from stage to stage with its 90% interval",
        "data": {"values": values},
        "height": _ROW_HEIGHT * max(len(values), 1),
        "encoding": {"y": _names("step")},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.55, "color": "#4c7dd0"},
                "encoding": {"x": x, "x2": {"field": "hi"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": "#4c7dd0"},
                "encoding": {"x": {"field": "rate", "type": "quantitative"}},
            },
        ],
    }


def _names(field: str) -> Spec:
    axis = {"title": None, "labelLimit": 190, "ticks": False, "domain": False}
    return {"field": field, "type": "nominal", "sort": None, "axis": axis}


def _count() -> Spec:
    return {"field": "n", "type": "quantitative", "axis": {"title": None, "tickMinStep": 1, "tickCount": 4}}
