"""An exam's chart: how hard each question is, with its interval."""

from typing import Any

from quintet.training.terms.items import ExamAnalysis

Spec = dict[str, Any]
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW = 22


def difficulty_chart(exam: ExamAnalysis, numbers: dict[str, str]) -> Spec:
    """Share right of each question with its interval, hardest first; those with a flag stand out.

    Args:
        exam: with questions.
        numbers: question → its number on the page.
    """
    rows = sorted(exam.questions, key=lambda one: (one.share, one.question))
    values = [
        {
            "question": numbers[one.question],
            "share": one.share,
            "lo": one.share_lo,
            "hi": one.share_hi,
            "n": one.n,
            "flag": "with a flag" if one.flag else "without",
        }
        for one in rows
    ]
    place = {"field": "question", "type": "nominal", "sort": None, "axis": {"title": "Question"}}
    colour = {
        "field": "flag",
        "type": "nominal",
        "scale": {"domain": ["without", "with a flag"]},
        "legend": {"title": None, "orient": "bottom"},
    }
    return {
        "$schema": _SCHEMA,
        "description": "Share of takers who got each question right, with its interval",
        "data": {"values": values},
        "height": _ROW * max(len(values), 1),
        "encoding": {"y": place, "color": colour},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "x": {
                        "field": "lo",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1]},
                        "axis": {"format": "%", "title": "Right"},
                    },
                    "x2": {"field": "hi"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 60},
                "encoding": {
                    "x": {"field": "share", "type": "quantitative"},
                    "tooltip": [
                        {"field": "question", "title": "Question"},
                        {"field": "share", "format": ".0%", "title": "Right"},
                        {"field": "n", "title": "Takers asked"},
                    ],
                },
            },
        ],
    }
