"""The charts of pay: who gains and who loses under another plan, and what each plan pays for."""

from typing import Any

from quintet.management.terms.pay import LineKind, Replay

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW_HEIGHT = 20
#: Bars that fit on a screen: the largest gains and the largest losses.
MOST_BARS = 40
KIND_LABELS = {
    LineKind.BASE: "Base salary",
    LineKind.COMMISSION: "Commission",
    LineKind.ACCELERATOR: "Accelerators",
    LineKind.EXPANSION: "Expansion",
    LineKind.RETENTION: "Retention",
    LineKind.CLAWBACK: "Taken back",
}


def change_chart(found: Replay) -> Spec:
    """A bar for each rep's gain or loss over the months replayed, largest gain on top."""
    rows = found.rows
    if len(rows) > MOST_BARS:
        rows = (*rows[: MOST_BARS // 2], *rows[-MOST_BARS // 2 :])
    values = [{"rep": row.name, "change": float(row.change)} for row in rows]
    sign = {"condition": {"test": "datum.change < 0", "value": "#d9480f"}, "value": "#2b8a3e"}
    return {
        "$schema": _SCHEMA,
        "description": "What each rep would have gained or lost",
        "data": {"values": values},
        "height": max(_ROW_HEIGHT * len(values), 60),
        "mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.62}},
        "encoding": {
            "y": {
                "field": "rep",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "labelLimit": 130},
            },
            "x": {
                "field": "change",
                "type": "quantitative",
                "axis": {"title": f"{found.after.currency} in these months", "tickCount": 4},
            },
            "color": sign,
            "tooltip": [
                {"field": "rep", "title": "Rep"},
                {"field": "change", "format": ",.2f", "title": "Gains"},
            ],
        },
    }
