"""Page of readiness: what reps showed in exams, beside what they give in the field."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.training.asks import readiness as asks
from quintet.training.metrics.step_leads import earlier_stage
from quintet.training.terms.readiness import RepReadiness, StepReadiness, Verdict
from quintet.training.terms.words import STEPS

SEES = "training.see_readiness"
_RECORDS = "management.see_funnel"
_TONES = {
    Verdict.READY: "good",
    Verdict.DELIVERS: "good",
    Verdict.PASSED_ONLY: "bad",
    Verdict.NOT_READY: "warn",
}
#: How it is said where no exam belongs to the step.
_FIELD_ALONE = {Verdict.DELIVERS: "delivers", Verdict.NOT_READY: "gives less than such reps"}


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/readiness/: skill by skill, exam beside the conversion it should give."""
    scope = request.scope  # type: ignore[attr-defined]
    shown = asks.readiness(Facts.published(settings.HOME), scope)
    opens = request.user.has_perm(_RECORDS)
    context = {
        "found": shown.found,
        "steps": [_step(one, shown, opens=opens) for one in shown.found.steps],
        "sees_reps": scope.rep_ids is None or bool(scope.rep_ids),
        "is_own": scope.role in {"rep", "bdr"},
    }
    return TemplateResponse(request, "training/readiness.html", context)


def _step(one: StepReadiness, shown: asks.ShownReadiness, *, opens: bool) -> dict[str, Any]:
    rows = [_rep(rep, one, shown, opens=opens) for rep in one.reps]
    return {
        "one": one,
        "name": STEPS[one.step],
        "exams": [shown.exams.get(exam, exam) for exam in one.exams],
        "rows": sorted(rows, key=lambda row: row["name"]),
        "top": _top(one),
    }


def _top(one: StepReadiness) -> float:
    """Where the bars of a step end: all on one scale."""
    ends = [rep.skill.hi for rep in one.reps if rep.skill is not None]
    return min(1.0, 1.05 * max(ends, default=1.0))


def _rep(
    one: RepReadiness, step: StepReadiness, shown: asks.ShownReadiness, *, opens: bool
) -> dict[str, Any]:
    words = {} if step.exams else _FIELD_ALONE
    return {
        "verdict": words.get(one.verdict, one.verdict.value),
        "name": shown.names.get(one.rep_id, f"rep {one.rep_id}"),
        "one": one,
        "tone": _TONES.get(one.verdict, ""),
        "bar_tone": {"good": "good", "bad": "bad", "warn": "bad"}.get(_TONES.get(one.verdict, ""), ""),
        "href": _records(step.step, one.rep_id, one.since, shown.found.as_of) if opens and one.skill else "",
    }


def _records(step: str, rep_id: int, since: date, until: date) -> str:
    """The leads behind a rate, on the funnel's page of records."""
    picked = {
        "team": "",
        "period": f"{since}..{until}",
        "step": f"{earlier_stage(step)}-{step}",
        "rep": rep_id,
    }
    return f"{reverse('management:records')}?{urlencode(picked)}"
