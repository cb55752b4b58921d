"""Charts of the index: what each criterion shows, and what moves one candidate."""

from collections.abc import Mapping
from typing import Any

from quintet.hiring.formula.answers import CriterionLine, Expectation

#: Criteria a chart shows; the table has them all.
MOST_SHOWN = 20
_ROW = 22


def correlation_rows(lines: tuple[CriterionLine, ...], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Criteria with a correlation, the highest first."""
    told = sorted(
        (one for one in lines if one.correlation is not None), key=lambda one: -(one.correlation or 0)
    )
    return [
        {
            "criterion": names.get(one.key, one.key),
            "correlation": one.correlation,
            "lo": one.lo,
            "hi": one.hi,
            "raw": one.raw,
        }
        for one in told
    ]


def correlation_chart(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A dot and its interval for each criterion, and what was counted as a hollow dot."""
    shown = rows[:MOST_SHOWN]
    y = {"field": "criterion", "type": "nominal", "sort": [row["criterion"] for row in shown], "title": None}
    axis = {"title": "Correlation with success, luck taken out"}
    return {
        "data": {"values": shown},
        "height": _ROW * max(len(shown), 1),
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.5},
                "encoding": {
                    "y": y,
                    "x": {"field": "lo", "type": "quantitative", "axis": axis},
                    "x2": {"field": "hi"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 80},
                "encoding": {"y": y, "x": {"field": "correlation", "type": "quantitative"}},
            },
            {
                "mark": {"type": "point", "filled": False, "size": 50, "opacity": 0.7},
                "encoding": {"y": y, "x": {"field": "raw", "type": "quantitative"}},
            },
            {
                "data": {"values": [{"zero": 0}]},
                "mark": {"type": "rule", "strokeDash": [4, 4]},
                "encoding": {"x": {"field": "zero", "type": "quantitative"}},
            },
        ],
    }


def driver_rows(found: Expectation, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What each criterion moves the index by, the largest first."""
    return [
        {
            "criterion": names.get(one.key, one.key),
            "score": one.score,
            "average": one.average,
            "weight": one.weight,
            "points": one.points,
            "raters": one.raters,
        }
        for one in found.drivers
    ]


def driver_chart(rows: list[dict[str, Any]], unit: str) -> dict[str, Any]:
    """A bar for each criterion that moves the index, to the right where it helps."""
    shown = [row for row in rows if row["points"]][:MOST_SHOWN]
    y = {"field": "criterion", "type": "nominal", "sort": [row["criterion"] for row in shown], "title": None}
    return {
        "data": {"values": shown},
        "height": _ROW * max(len(shown), 1),
        "mark": {"type": "bar"},
        "encoding": {
            "y": y,
            "x": {
                "field": "points",
                "type": "quantitative",
                "axis": {"title": f"Moves the index by, {unit}"},
            },
        },
    }
