"""The funnel's charts as Vega-Lite specs: the same dicts on the page and in a mail."""

from collections.abc import Sequence
from typing import Any

from quintet.management.terms.funnel import Onion, RateEstimate, RepFunnel, TeamRate, Verdict

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW_HEIGHT = 22
_TIGHT_HEIGHT = 17
_MANY = 12
#: Colours that keep 3:1 against a light and a dark page.
_COLOURS = {"weak": "#d9480f", "strong": "#2b8a3e", "ordinary": "#4c7dd0", "young": "#868e96"}
_NAMED = {"weak": "weak", "strong": "strong", "ordinary": "within chance", "young": "too young"}


def count_chart(reps: Sequence[RepFunnel], stage: str, label: str) -> Spec:
    """Bars: how many of a stage each rep brought."""
    values = [{"rep": rep.name, "n": _count(rep, stage)} for rep in reps]
    return {
        "$schema": _SCHEMA,
        "description": f"{label} of each rep",
        "data": {"values": values},
        "height": _height(len(reps)),
        "mark": {"type": "bar", "cornerRadiusEnd": 2, "tooltip": True, "height": {"band": 0.62}},
        "encoding": {
            "y": _reps_axis(reps),
            "x": {
                "field": "n",
                "type": "quantitative",
                "axis": {"title": None, "tickMinStep": 1, "tickCount": 4},
            },
            "tooltip": [{"field": "rep", "title": "Rep"}, {"field": "n", "title": label}],
        },
    }


def rate_chart(estimates: Sequence[tuple[RepFunnel, RateEstimate]], team: TeamRate, label: str) -> Spec:
    """Points with 90% intervals, the team's rate as a line; red and green only beyond chance."""
    values = [_rate_value(rep, one) for rep, one in estimates if one.rate is not None]
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.55},
            "encoding": {"x": _rate_axis(), "x2": {"field": "hi"}, "color": _verdict_colour()},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {
                "x": {"field": "rate", "type": "quantitative"},
                "color": _verdict_colour(),
                "tooltip": _tips(),
            },
        },
    ]
    if team.adjusted_for:
        layers.insert(0, _peer_ticks())
    elif team.rate is not None:
        layers.insert(0, _team_line(team.rate))
    return {
        "$schema": _SCHEMA,
        "description": f"{label} of each rep with its 90% interval",
        "data": {"values": values},
        "height": _height(len(estimates)),
        "encoding": {"y": _reps_axis([rep for rep, _ in estimates])},
        "layer": layers,
    }


def onion_chart(found: Onion) -> Spec:
    """Bars with intervals: customers a month that each part adds or costs."""
    values = [
        {
            "part": part.label,
            "value": part.customers_per_month,
            "lo": part.lo,
            "hi": part.hi,
            "kind": _part_kind(part.is_noise, part.customers_per_month),
        }
        for part in found.parts
    ]
    y = {"field": "part", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 220}}
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {
            "domain": ["costs", "adds", "noise"],
            "range": [_COLOURS["weak"], _COLOURS["strong"], _COLOURS["young"]],
        },
    }
    x = {"field": "value", "type": "quantitative", "axis": {"title": "customers a month", "tickCount": 6}}
    return {
        "$schema": _SCHEMA,
        "description": "What each part adds or costs, in customers a month",
        "data": {"values": values},
        "height": 30 * len(values),
        "encoding": {"y": y},
        "layer": [
            {"mark": {"type": "bar", "height": {"band": 0.5}}, "encoding": {"x": x, "color": colour}},
            {
                "mark": {"type": "rule", "strokeWidth": 1.5},
                "encoding": {"x": {"field": "lo", "type": "quantitative"}, "x2": {"field": "hi"}},
            },
        ],
    }


def _height(reps: int) -> int:
    return max(reps, 1) * (_TIGHT_HEIGHT if reps > _MANY else _ROW_HEIGHT)


def _count(rep: RepFunnel, stage: str) -> int:
    return next((count.leads for count in rep.counts if count.stage == stage), 0)


def _rate_value(rep: RepFunnel, one: RateEstimate) -> dict[str, Any]:
    kind = (
        "young"
        if one.is_young
        else str(one.verdict)
        if one.verdict in (Verdict.WEAK, Verdict.STRONG)
        else "ordinary"
    )
    return {
        "rep": rep.name,
        "rate": one.rate,
        "lo": one.lo,
        "hi": one.hi,
        "n": one.n,
        "converted": one.converted,
        "peers": one.peer_rate,
        "kind": _NAMED[kind],
    }


def _reps_axis(reps: Sequence[RepFunnel]) -> Spec:
    return {
        "field": "rep",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": [rep.name for rep in reps]},
        "axis": {"title": None, "labelLimit": 130, "ticks": False, "domain": False},
    }


def _rate_axis() -> Spec:
    return {
        "field": "lo",
        "type": "quantitative",
        "scale": {"zero": True, "nice": True},
        "axis": {"title": None, "format": ".0%", "tickCount": 4},
    }


def _verdict_colour() -> Spec:
    domain = [_NAMED[name] for name in _COLOURS]
    return {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": domain, "range": list(_COLOURS.values())},
    }


def _tips() -> list[Spec]:
    return [
        {"field": "rep", "title": "Rep"},
        {"field": "rate", "title": "Rate", "format": ".1%"},
        {"field": "lo", "title": "from", "format": ".1%"},
        {"field": "hi", "title": "to", "format": ".1%"},
        {"field": "peers", "title": "Peers with these leads", "format": ".1%"},
        {"field": "converted", "title": "Converted"},
        {"field": "n", "title": "of"},
        {"field": "kind", "title": "Reading"},
    ]


def _team_line(rate: float) -> Spec:
    return {
        "data": {"values": [{"team": rate}]},
        "mark": {"type": "rule", "strokeDash": [4, 3], "opacity": 0.8},
        "encoding": {"x": {"field": "team", "type": "quantitative"}, "y": None},
    }


def _peer_ticks() -> Spec:
    """What such reps reach with each rep's own leads."""
    return {
        "mark": {"type": "tick", "thickness": 2, "opacity": 0.8},
        "encoding": {"x": {"field": "peers", "type": "quantitative"}},
    }


def _part_kind(is_noise: bool, value: float) -> str:  # noqa: FBT001
    if is_noise:
        return "noise"
    return "costs" if value < 0 else "adds"
