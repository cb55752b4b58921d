"""Pages of item analysis: every exam, and the questions of one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.kernel.access import needs
from quintet.training.asks import items as asks
from quintet.training.charts.items import difficulty_chart
from quintet.training.formula.items import DISCRIMINATION_TAKERS, PLAIN_TAKERS
from quintet.training.terms.items import Association, QuestionAnalysis
from quintet.training.terms.words import STEPS

SEES = "training.see_items"
_EXAMS = [
    ("name", "Exam", "link"),
    ("takers", "Takers", "number"),
    ("questions", "Questions", "number"),
    ("flagged", "With a flag", "number"),
    ("reliability", "Reliability (90% interval)", "text"),
    ("step", "Should move", "text"),
    ("field", "Goes with conversion", "text"),
]
_CHART = (
    ("number", "Question", "text"),
    ("share", "Right", "rate"),
    ("interval", "90% interval", "text"),
    ("n", "Takers asked", "number"),
)


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/exams/items/: which exams tell takers apart, and which need a look."""
    rows = [_exam(one) for one in asks.analysed_exams(settings.HOME)]
    context = {"exams": {"columns": _EXAMS, "rows": rows, "page_size": 50}}
    return TemplateResponse(request, "training/items.html", context)


@needs(SEES)
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """GET /training/exams/<key>/items/: what each question is good for."""
    one = asks.analysed_exam(settings.HOME, key)
    ordered = sorted(one.found.questions, key=lambda question: (question.share, question.question))
    numbers = {question.question: f"{at}" for at, question in enumerate(ordered, start=1)}
    chart_rows = [
        {
            "number": numbers[question.question],
            "share": question.share,
            "interval": f"{question.share_lo:.0%} to {question.share_hi:.0%}",
            "n": question.n,
        }
        for question in ordered
    ]
    context = {
        "exam": one,
        "found": one.found,
        "step": STEPS.get(one.found.step, ""),
        "field": association(one.found.field),
        "questions": [_question(one, question, numbers) for question in one.found.questions],
        "chart": {"spec": difficulty_chart(one.found, numbers), "columns": _CHART, "rows": chart_rows},
        "shown_from": DISCRIMINATION_TAKERS,
        "plain_from": PLAIN_TAKERS,
    }
    return TemplateResponse(request, "training/exam_items.html", context)


def association(one: Association) -> str:
    """E.g. "+0.31 (0.12 to 0.48), 96 reps"; why nothing is said where it is silent."""
    if one.r is None or one.lo is None or one.hi is None:
        return one.reason
    return f"{one.r:+.2f} ({one.lo:+.2f} to {one.hi:+.2f}), {one.n} reps"


def _exam(one: asks.AnalysedExam) -> dict[str, Any]:
    found = one.found
    told = "" if found.alpha is None else f"{found.alpha:.2f} ({found.alpha_lo:.2f} to {found.alpha_hi:.2f})"
    return {
        "name": one.name,
        "name_url": reverse("training:items", args=[found.exam]),
        "takers": found.takers,
        "questions": len(found.questions) or None,
        "flagged": sum(bool(question.flag) for question in found.questions) if found.questions else None,
        "reliability": told or found.reason,
        "step": STEPS.get(found.step, ""),
        "field": association(found.field) if found.step else "",
    }


def _question(one: asks.AnalysedExam, question: QuestionAnalysis, numbers: dict[str, str]) -> dict[str, Any]:
    field = question.field
    return {
        "number": numbers[question.question],
        "text": one.wording[question.question],
        "one": question,
        "field": association(field),
        "is_found": field.is_found and field.r is not None,
    }
