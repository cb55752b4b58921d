"""Worth since the start as a picture: by hold-out alone, and with what was only compared."""

from collections.abc import Sequence
from typing import Any

from quintet.loop.worth.terms import PeriodWorth

#: Colours that keep 3:1 against a light and a dark page, and differ in lightness.
_WIDER, _DRAWN = "#868e96", "#2b6cb0"
_NAMES = {"drawn": "by hold-out alone", "wider": "with what was only compared"}


def worth_chart(periods: Sequence[PeriodWorth]) -> dict[str, Any]:
    """Customers over the baseline from the start to the end of each period, with intervals."""
    told = [(one.period, which, getattr(one, which).customers) for one in periods for which in _NAMES]
    values = [
        {"period": period, "which": _NAMES[which], "value": one.value, "lo": one.lo, "hi": one.hi}
        for period, which, one in told
        if one is not None
    ]
    x = {"field": "period", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}}
    y = {"type": "quantitative", "axis": {"title": "customers over the baseline"}}
    shift = {"field": "which", "type": "nominal", "sort": list(_NAMES.values())}
    color = {
        "field": "which",
        "type": "nominal",
        "scale": {"domain": list(_NAMES.values()), "range": [_DRAWN, _WIDER]},
        "legend": {"title": None, "orient": "top", "labelLimit": 260},
    }
    place = {"x": x, "xOffset": shift, "color": color}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "Customers over the baseline since the start, by period, with 90 % intervals",
        "data": {"values": values},
        "height": 240,
        "layer": [
            {"mark": {"type": "rule", "color": _WIDER}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": place | {"y": y | {"field": "lo"}, "y2": {"field": "hi"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "tooltip": True},
                "encoding": place | {"y": y | {"field": "value"}},
            },
        ],
    }
