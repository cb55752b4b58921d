"""Pages of the index: what predicts success here, and the interviewers; and its card beside a candidate."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from quintet.hiring.asks import index as asks
from quintet.hiring.asks.candidates import may_read_scores
from quintet.hiring.asks.index_mode import index_mode, may_advise
from quintet.hiring.asks.interviewers import called, interviewer_names
from quintet.hiring.asks.published import published
from quintet.hiring.charts.index import correlation_chart, correlation_rows, driver_chart, driver_rows
from quintet.hiring.formula.answers import CriterionLine, FittedIndex, RaterLine, ReviewedLine
from quintet.hiring.models.candidates import Candidate
from quintet.hiring.terms.index import CandidateIndex, StoredIndex
from quintet.hiring.terms.success import OUTCOME_WORDS
from quintet.kernel.access import needs

SEES = "hiring.see_index"
_CORRELATIONS = (
    ("criterion", "Criterion", "text"),
    ("correlation", "Luck taken out", "number"),
    ("lo", "from", "number"),
    ("hi", "to", "number"),
    ("raw", "As counted", "number"),
)
_DRIVERS = (
    ("criterion", "Criterion", "text"),
    ("score", "Score", "number"),
    ("average", "Average of applicants", "number"),
    ("weight", "Weight of a point", "number"),
    ("points", "Moves the index by", "number"),
    ("raters", "Scored by", "number"),
)
_LINES = [
    ("name", "Criterion", "link"),
    ("written", "Written weight", "number"),
    ("correlation", "Goes with success", "text"),
    ("p_positive", "Surely positive", "rate"),
    ("q_value", "q", "number"),
    ("weight", "Weight of a point", "text"),
    ("p_helps", "A point more helps", "rate"),
    ("agreement", "Interviewers agree", "number"),
    ("badge", "Beyond chance", "text"),
]
#: What stands before any outcome: the rest would be dashes.
_PRIOR = ("name", "written", "weight", "agreement")
_RATERS = [
    ("name", "Interviewer", "text"),
    ("candidates", "Candidates shared", "number"),
    ("leniency", "Leniency, points", "text"),
    ("consistency", "Noise of a score", "number"),
    ("foretold", "Scores foretold", "text"),
    ("hires", "Hires judged", "number"),
]
_REVIEWED = [
    ("name", "Criterion", "text"),
    ("people", "People", "number"),
    ("before", "Before hire", "number"),
    ("after", "After", "number"),
    ("again", "Scored alike", "text"),
    ("correlation", "Goes with success, seen after", "text"),
]
_COMPOSITE = "All three together"


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /hiring/index/: what predicts success here, how sure that is, and the formula to work by hand."""
    found = asks.stored_index(settings.HOME)
    names = asks.criterion_names()
    chosen = _chosen(found, request.GET.get("outcome", ""))
    rows = correlation_rows(chosen.lines, names)
    context = {
        "found": found,
        "chosen": chosen,
        "label": _label(chosen.outcome),
        "outcomes": [_tab(one, chosen) for one in found.fit.indexes],
        "rows": rows,
        "columns": _CORRELATIONS,
        "chart": correlation_chart(rows) if rows else None,
        "lines": {
            "columns": _columns(chosen),
            "rows": [_line(one, chosen, names) for one in chosen.lines],
            "page_size": 60,
        },
        "leads": [names.get(one.key, one.key) for one in chosen.lines if one.leads],
        "by_hand": _by_hand(found, chosen, names),
        "mode": index_mode(),
        "reviewed": {
            "columns": _REVIEWED,
            "rows": [_reviewed(one, names) for one in found.reviewed],
            "page_size": 60,
        },
    }
    return TemplateResponse(request, "hiring/index.html", context)


@needs(SEES)
def interviewers(request: HttpRequest) -> HttpResponse:
    """GET /hiring/interviewers/: who scores mildly, who steadily, and whose scores foretold success."""
    found = asks.stored_index(settings.HOME)
    people = interviewer_names(published())
    context = {
        "found": found,
        "raters": {
            "columns": _RATERS,
            "rows": [_rater(one, people) for one in found.raters],
            "page_size": 50,
        },
        "refused": next((one.leniency.reason for one in found.raters if one.leniency.estimate is None), ""),
        "told": [one for one in found.raters if one.leniency.estimate is not None],
    }
    return TemplateResponse(request, "hiring/interviewers.html", context)


def index_card(user: Any, candidate: Candidate) -> dict[str, Any]:  # noqa: ANN401 -- an account
    """What the page of a candidate shows of the index; empty for whoever may not see it yet, or at all."""
    if not user.has_perm(SEES) or not may_read_scores(user, candidate):
        return {}
    if not may_advise():
        return {"index_off": True}
    stored = asks.index_or_none(settings.HOME)
    if stored is None:
        return {"index_reason": "The index is not fitted yet."}
    found = asks.candidate_index(stored, candidate, published())
    names = asks.criterion_names()
    if found.expectation is None:
        return {"index_reason": found.reason, "index": found}
    rows = driver_rows(found.expectation, names)
    return {
        "index": found,
        "index_stored": stored,
        "drivers": rows,
        "driver_columns": _DRIVERS,
        "driver_chart": driver_chart(rows, found.expectation.unit),
        "alike": _alike(found, names),
        "missing_names": [names.get(key, key) for key in found.expectation.missing],
    }


def advice_for(user: Any, candidate: Candidate) -> dict[str, Any] | None:  # noqa: ANN401 -- an account
    """The index as the decider saw it, to be kept beside the decision; None where none was shown."""
    shown = index_card(user, candidate)
    return asks.advice_of(shown["index"]) if "drivers" in shown else None


def _chosen(found: StoredIndex, name: str) -> FittedIndex:
    return next((one for one in found.fit.indexes if one.outcome == name), found.fit.leading)


def _columns(chosen: FittedIndex) -> list[tuple[str, str, str]]:
    return [one for one in _LINES if one[0] in _PRIOR or not chosen.is_prior_only]


def _label(outcome: str) -> str:
    return OUTCOME_WORDS.get(outcome, _COMPOSITE)


def _tab(one: FittedIndex, chosen: FittedIndex) -> dict[str, Any]:
    return {
        "label": _label(one.outcome),
        "href": f"{reverse('hiring:index')}?outcome={one.outcome}",
        "is_here": one is chosen,
        "n": one.n,
        "validity": one.validity,
    }


def _line(one: CriterionLine, chosen: FittedIndex, names: dict[str, str]) -> dict[str, Any]:
    digits = chosen.decimals
    span = "" if one.weight_lo is None else f" ({one.weight_lo:.{digits}f} to {one.weight_hi:.{digits}f})"
    return {
        "name": names.get(one.key, one.key),
        "name_url": reverse("hiring:criterion", args=[one.key]) if one.key in names else "",
        "written": one.written,
        "correlation": None
        if one.correlation is None
        else f"{one.correlation:.2f} ({one.lo:.2f} to {one.hi:.2f})",
        "p_positive": one.p_positive,
        "q_value": one.q_value,
        "weight": f"{one.weight:.{digits}f}{span}",
        "p_helps": one.p_helps,
        "agreement": one.agreement,
        "badge": "adds beyond the others" if one.adds else "goes with success" if one.leads else "",
    }


def _by_hand(found: StoredIndex, chosen: FittedIndex, names: dict[str, str]) -> dict[str, Any]:
    """The formula worked for the average applicant."""
    digits = chosen.decimals
    rows = [
        {
            "name": names.get(line.key, line.key),
            "score": score,
            "weight": f"{line.weight:.{digits}f}",
            "product": f"{line.weight * score:.{digits}f}",
        }
        for line, score in zip(chosen.lines, found.fit.sheet.average.tolist(), strict=True)
    ]
    total = chosen.intercept + float(found.fit.sheet.average @ chosen.weights)
    return {
        "rows": rows,
        "intercept": f"{chosen.intercept:.{digits}f}" if chosen.intercept else "",
        "total": f"{total:.{digits}f}",
        "unit": chosen.unit,
    }


def _reviewed(one: ReviewedLine, names: dict[str, str]) -> dict[str, Any]:
    return {
        "name": names.get(one.key, one.key),
        "people": one.people,
        "before": one.before,
        "after": one.after,
        "again": None if one.again is None else f"{one.again:.2f}",
        "correlation": _with_range(one.correlation, one.lo, one.hi) or f"not yet: {one.followed} hires",
    }


def _rater(one: RaterLine, people: dict[str, str]) -> dict[str, Any]:
    mild, told = one.leniency, one.foretold
    return {
        "name": called(one.rater, people),
        "candidates": one.candidates,
        "leniency": _with_range(mild.estimate, mild.lo, mild.hi, sign="+") or mild.reason,
        "consistency": one.consistency,
        "foretold": _with_range(told.estimate, told.lo, told.hi) or told.reason,
        "hires": told.n,
    }


def _with_range(value: float | None, lo: float | None, hi: float | None, sign: str = "") -> str:
    if value is None or lo is None or hi is None:
        return ""
    return f"{value:{sign}.2f} ({lo:{sign}.2f} to {hi:{sign}.2f})"


def _alike(found: CandidateIndex, names: dict[str, str]) -> list[dict[str, Any]]:
    """The nearest successful reps by name, as far as they are known as candidates."""
    nearest = found.profiles.nearest if found.profiles else ()
    people = Candidate.objects.in_bulk([int(one.candidate) for one in nearest], field_name="candidate_id")
    return [
        {
            "candidate": people.get(int(one.candidate)),
            "closer_than": one.closer_than,
            "outcome": one.outcome,
            "strong": ", ".join(names.get(key, key) for key in one.both_strong),
        }
        for one in nearest
    ]
