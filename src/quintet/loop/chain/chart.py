"""The chain as pictures: which trait or module goes with which step, and raw beside adjusted."""

from collections.abc import Mapping, Sequence
from typing import Any

from quintet.loop.chain.terms import COLUMNS, WORTHWHILE, Link, Verdict

Spec = dict[str, Any]

#: How columns are called where there is little room.
SHORT = dict(zip(COLUMNS, ("Connect", "Qualify", "Demo", "Win", "Lifetime", "Value"), strict=True))
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: Colours that keep 3:1 against a light and a dark page; shapes say the same.
_LOOKS = {
    Verdict.MORE: ("triangle-up", "#2f9e44"),
    Verdict.LESS: ("triangle-down", "#e03131"),
    Verdict.LITTLE: ("circle", "#868e96"),
    Verdict.OPEN: ("stroke", "#868e96"),
    Verdict.SILENT: ("cross", "#868e96"),
}
_ADJUSTED, _RAW = "#2b6cb0", "#868e96"
_ROW = 28
#: An effect of so many tenths of the step's rate, or more, is drawn largest.
_LARGEST = 3.0


def links_chart(links: Sequence[Link]) -> Spec:
    """One row a criterion or module, one column a step: who goes with what, and how strongly."""
    names = list(dict.fromkeys(one.name for one in links))
    verdicts = list(_LOOKS)
    shape = {
        "field": "verdict",
        "type": "nominal",
        "scale": {"domain": verdicts, "range": [_LOOKS[one][0] for one in verdicts]},
        "legend": None,
    }
    return {
        "$schema": _SCHEMA,
        "description": "Which criterion or module goes with which step of the funnel",
        "data": {"values": [_point(one) for one in links]},
        "height": _ROW * len(names),
        "mark": {"type": "point", "filled": False, "strokeWidth": 2, "tooltip": True},
        "encoding": {
            "x": {
                "field": "step",
                "type": "nominal",
                "scale": {"domain": list(SHORT.values())},
                "axis": {"title": None, "orient": "top", "labelAngle": -90, "grid": False},
            },
            "y": {
                "field": "name",
                "type": "nominal",
                "scale": {"domain": names},
                "axis": {"title": None, "grid": True, "labelLimit": 140},
            },
            "shape": shape,
            "color": shape | {"scale": {"domain": verdicts, "range": [_LOOKS[one][1] for one in verdicts]}},
            "size": {
                "field": "size",
                "type": "quantitative",
                "scale": {"domain": [0, _LARGEST], "range": [25, 260]},
                "legend": None,
            },
        },
    }


def _point(one: Link) -> dict[str, Any]:
    tenths = abs(one.value or 0.0) / (WORTHWHILE * one.base)
    return {
        "name": one.name,
        "step": SHORT[one.column],
        "verdict": one.verdict,
        "size": min(tenths, _LARGEST) if one.is_claimed else 0.3,
        "change": said(one),
        "n": one.n,
    }


def said(one: Link) -> str:
    """The change in points of 100 of the rate, or in per cent of lifetime or value, with its interval."""
    if one.value is None or one.lo is None or one.hi is None:
        return "–"
    return f"{100 * one.value:+.1f} ({100 * one.lo:+.1f} to {100 * one.hi:+.1f})"


def apart_chart(lines: Sequence[Mapping[str, Any]], title: str) -> Spec:
    """Raw beside adjusted, with the interval of the adjusted one.

    Args:
        lines: each with name, raw, rate, lo and hi; those without a rate are left out.
        title: of the axis.
    """
    told = [one for one in lines if one["rate"] is not None]
    values = [{name: one[name] for name in ("name", "raw", "rate", "lo", "hi", "leads")} for one in told]
    y = {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": [one["name"] for one in told]},
        "axis": {"title": None, "labelLimit": 140},
    }
    x = {"type": "quantitative", "axis": {"format": "%", "title": title}}
    return {
        "$schema": _SCHEMA,
        "description": title,
        "data": {"values": values},
        "height": 20 * len(told),
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.45, "color": _ADJUSTED},
                "encoding": {"y": y, "x": x | {"field": "lo"}, "x2": {"field": "hi"}},
            },
            _dots(y, x, "raw", {"filled": False, "color": _RAW, "shape": "diamond"}),
            _dots(y, x, "rate", {"filled": True, "color": _ADJUSTED, "shape": "circle"}),
        ],
    }


def _dots(y: Spec, x: Spec, name: str, looks: Spec) -> Spec:
    mark = {"type": "point", "size": 55, "opacity": 1.0, "tooltip": True} | looks
    return {"mark": mark, "encoding": {"y": y, "x": x | {"field": name}}}
