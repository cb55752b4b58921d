"""The page of targets: the month beside the quota, what it takes, early warnings, hand-overs, reviews."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.access import needs
from quintet.management.actions import targets as actions
from quintet.management.asks import targets as asks
from quintet.management.asks.funnel import EVERYBODY, Filters
from quintet.management.forms.targets import ReviewedForm
from quintet.management.pages.links import records_url
from quintet.management.pages.mail_words import due
from quintet.management.periods import range_name
from quintet.management.records import HANDED_OVER
from quintet.management.terms.targets import (
    INPUTS,
    METRICS,
    EarlyWarning,
    InputPace,
    Month,
    RepPace,
    Watch,
)
from quintet.management.words import metric_label, stage_label

SEES, COACHES = "management.see_funnel", "management.coach"
_TONES = {"behind": "badge-bad", "met another way": ""}
_NEWEST = 12


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/targets/: the running month, what a quota takes, and what has dropped."""
    return _overview(request, None)


@needs(COACHES)
@require_POST
def reviewed(request: HttpRequest) -> HttpResponse:
    """POST /management/targets/reviewed/: a team's inputs were gone through."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    form = ReviewedForm(request.POST, teams=tuple(asks.teams_of(facts, scope)))
    if not form.is_valid():
        return _overview(request, form)
    told = form.cleaned_data
    actions.log_review(told["team"], told["note"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Written down.")
    return redirect("management:targets")


def _overview(request: HttpRequest, form: ReviewedForm | None) -> HttpResponse:
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    month = asks.month(facts, scope)
    watch = asks.watch(facts, scope)
    stages = tuple(one.stage for one in month.needs if one.stage in INPUTS)
    teams = tuple(asks.teams_of(facts, scope))
    may_review = request.user.has_perm(COACHES) and bool(teams)
    context = {
        "month": month,
        "needs": [(stage_label(one.stage), one) for one in month.needs],
        "rows": [_rep_row(one, month, stages) for one in month.reps],
        "stages": [stage_label(stage) for stage in stages],
        "signed_url": "" if month.is_summed else records_url(_in_month(month), stage="won"),
        "last_month_url": "" if month.is_summed else records_url(_of_days(*month.last_month), stage="won"),
        "watch": watch,
        "finds": _finds(watch),
        "warnings": [_warning_row(one) for one in watch.warnings[:_NEWEST]] if watch else [],
        "older": len(watch.warnings) - _NEWEST if watch else 0,
        "pairs": _pair_rows(facts, scope),
        "reviews": asks.reviews(facts, scope, month.money, timezone.localdate()) if may_review else (),
        "form": form or (ReviewedForm(None, teams=teams) if may_review else None),
    }
    status = 400 if form is not None and form.errors else None
    return TemplateResponse(request, "management/targets.html", context, status=status)


def _in_month(month: Month) -> Filters:
    return Filters(team=EVERYBODY, period=f"{month.so_far.start:%Y-%m}")


def _of_days(start: date, end: date) -> Filters:
    return Filters(team=EVERYBODY, period=range_name(start, end))


def _rep_row(one: RepPace, month: Month, stages: Sequence[str]) -> dict[str, Any]:
    """One rep's line; an empty cell where a stage has no target for him."""
    filters = _in_month(month)
    found = {pace.stage: pace for pace in one.inputs}
    return {
        "one": one,
        "customers_url": records_url(filters, stage="won", rep=one.rep_id),
        "inputs": [_input(found[stage], filters, one.rep_id) if stage in found else None for stage in stages],
    }


def _input(pace: InputPace, filters: Filters, rep_id: int) -> dict[str, Any]:
    return {
        "pace": pace,
        "due": due(pace.expected),
        "url": records_url(filters, stage=pace.stage, rep=rep_id),
        "tone": _TONES.get(pace.standing),
    }


def _pair_rows(facts: Facts, scope: Scope) -> list[dict[str, Any]]:
    """Each hand-over with the leads behind its two counts."""
    filters = _of_days(*asks.pair_days(facts))
    return [
        {
            "one": one,
            "calls_url": records_url(filters, step=HANDED_OVER.key, rep=one.setter_id, closer=one.closer_id),
            "demos_url": records_url(
                filters,
                step=HANDED_OVER.key,
                rep=one.setter_id,
                closer=one.closer_id,
                outcome="converted",
            ),
        }
        for one in asks.pairs(facts, scope)
    ]


def _warning_row(one: EarlyWarning) -> dict[str, Any]:
    return {"one": one, "label": metric_label(one.metric)}


def _finds(watch: Watch | None) -> list[tuple[str, int]]:
    found = watch.finds if watch else {}
    return [(metric_label(metric), found[metric]) for metric in METRICS if metric in found]
