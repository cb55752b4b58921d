"""Made-up numbers for the components page."""

from datetime import date
from typing import Any

from quintet.kernel.finding import Finding, Status

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
_WORKED = (96, 104, 99, 110, 121, 118)
_WON = (4, 6, 5, 5, 8, 7)


def context() -> dict[str, Any]:
    """Everything the components page shows."""
    return {"chart": _chart(), "people": _people(), "speaking": _finding(), "silent": _silent()}


def _chart() -> dict[str, Any]:
    rows = [
        {"month": month, "worked": worked, "won": won, "win_rate": won / worked}
        for month, worked, won in zip(_MONTHS, _WORKED, _WON, strict=True)
    ]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": rows},
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "tooltip": True},
        "height": 220,
        "encoding": {
            "x": {
                "field": "month",
                "type": "ordinal",
                "sort": list(_MONTHS),
                "title": None,
                "axis": {"labelAngle": 0},
            },
            "y": {"field": "worked", "type": "quantitative", "title": "Leads worked"},
        },
    }
    columns = [
        ("month", "Month", "text"),
        ("worked", "Leads worked"),
        ("won", "Customers"),
        ("win_rate", "Won", "rate"),
    ]
    return {"spec": spec, "columns": columns, "rows": rows}


def _people() -> dict[str, Any]:
    columns = [
        ("rep", "Rep"),
        ("joined_on", "Joined", "date"),
        ("won", "Customers", "number"),
        ("win_rate", "Won", "rate"),
    ]
    rows = [
        {
            "rep": f"Rep {at:02}",
            "joined_on": date(2024, 1 + at % 12, 1),
            "won": (at * 7) % 13,
            "win_rate": ((at * 7) % 13) / 100,
        }
        for at in range(1, 61)
    ]
    return {"columns": columns, "rows": rows, "page_size": 8}


def _finding() -> Finding:
    return Finding(
        "Demos that close",
        "Rep 07",
        "rate",
        Status.SPEAKS,
        71,
        30,
        "beta-binomial",
        estimate=0.127,
        lo=0.08,
        hi=0.19,
    )


def _silent() -> Finding:
    return Finding(
        "Months to quota",
        "Class of March",
        "months",
        Status.SILENT,
        3,
        12,
        "Kaplan-Meier",
        reason="Three people have been here long enough to tell.",
        expected_on=date(2026, 9, 1),
    )
