"""Credit by rule as a Vega-Lite spec: one dot a rule, one line a channel."""

from collections.abc import Sequence
from typing import Any

from quintet.demand.terms.attribution import ChannelCredit
from quintet.kernel.finding import Status

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MOST_SHOWN = 15


def credit_chart(channels: Sequence[ChannelCredit], labels: Sequence[str], unit: str) -> Spec:
    """Dots: what each rule gives each channel; the grey bar reaches over the intervals of all rules.

    Args:
        channels: most credited first; silent ones are left out.
        labels: of the rules.
        unit: what is shared out.
    """
    shown = [one for one in channels if one.status is not Status.SILENT][:MOST_SHOWN]
    spans = [{"channel": one.name, "lo": one.span.lo, "hi": one.span.hi} for one in shown]
    dots = [
        {"channel": one.name, "rule": label, "credit": by.estimate, "lo": by.lo, "hi": by.hi}
        for one in shown
        for label, by in zip(labels, one.credits, strict=True)
    ]
    names = [one.name for one in shown]
    y = {"field": "channel", "type": "nominal", "sort": names, "axis": {"title": None, "labelLimit": 190}}
    tips = [
        {"field": name, "title": title, **({"format": ",.1f"} if name in {"credit", "lo", "hi"} else {})}
        for name, title in (
            ("channel", "Channel"),
            ("rule", "Rule"),
            ("credit", "Credit"),
            ("lo", "at least"),
            ("hi", "at most"),
        )
    ]
    legend = {"title": "Rule", "columns": 1, "orient": "bottom"}
    by_rule = {"field": "rule", "type": "nominal", "sort": list(labels), "legend": legend}
    return {
        "$schema": _SCHEMA,
        "description": f"{unit} credited to each channel by each rule",
        "height": 26 * max(len(shown), 1),
        "encoding": {"y": y},
        "layer": [
            {
                "data": {"values": spans},
                "mark": {"type": "bar", "color": "#868e96", "opacity": 0.3, "height": {"band": 0.5}},
                "encoding": {
                    "x": {"field": "lo", "type": "quantitative", "axis": {"title": unit, "tickCount": 5}},
                    "x2": {"field": "hi"},
                },
            },
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 0.9},
                "encoding": {
                    "x": {"field": "credit", "type": "quantitative"},
                    "color": {**by_rule, "legend": None},
                    "shape": by_rule,
                    "tooltip": tips,
                },
            },
        ],
    }
