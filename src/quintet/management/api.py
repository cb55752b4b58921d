"""Management by API: the same questions as its pages."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.management.asks import coaching as plans
from quintet.management.asks import forecast as forecasts
from quintet.management.asks import funnel as asks
from quintet.management.asks import pipeline as pipelines
from quintet.management.asks import targets as months

router = Router(tags=["management"])


@router.get("funnel", summary="Each rep's funnel, with intervals and verdicts")
@needs("management.see_funnel")
def funnel(
    request: HttpRequest, team: str | None = None, period: str = "", segment: str = "", source: str = ""
) -> dict[str, Any]:
    """The team's funnel with the rows of those reps the owner of the token may see."""
    facts = Facts.published(settings.HOME)
    told = {"period": period, "segment": segment, "source": source}
    filters = asks.Filters.of(told if team is None else told | {"team": team})
    scope = request.scope  # type: ignore[attr-defined]
    return asdict(asks.funnel(facts, scope, asks.question(facts, scope, filters)))


@router.get("forecast", summary="What the running quarter or month will bring, with quantiles")
@needs("management.see_forecast")
def forecast(request: HttpRequest, by: str = "") -> dict[str, Any]:
    """The forecast of everybody together, and of those teams and reps the owner of the token may see."""
    facts = Facts.published(settings.HOME)
    view = forecasts.forecast(facts, request.scope, by)  # type: ignore[attr-defined]
    told = {"is_current": view.is_current, "currency": view.stored.currency, "version": view.version}
    return told | {"recipe": asdict(view.stored.recipe)} | asdict(view.running)


@router.get("commits", summary="What was said when, and what came of it")
@needs("management.see_forecast")
def commits(request: HttpRequest) -> dict[str, Any]:
    """Commits of those the owner of the token may see, with scores of periods that are over."""
    facts = Facts.published(settings.HOME)
    return asdict(forecasts.commits(facts, request.scope, timezone.now()))  # type: ignore[attr-defined]


@router.get("pipeline", summary="Pipeline over what is left of the quota, today and day by day")
@needs("management.see_forecast")
def pipeline(request: HttpRequest) -> dict[str, Any]:
    """Coverage with the multiple that is needed."""
    facts = Facts.published(settings.HOME)
    view = pipelines.coverage(facts, request.scope)  # type: ignore[attr-defined]
    told = {"quarter": view.stored.quarter, "measure": view.stored.measure, "is_current": view.is_current}
    return told | {"days": view.stored.coverage_days, "rows": [asdict(one) for one in view.rows]}


@router.get("coaching", summary="The one skill of each rep, open and closed plans, and whether they moved")
@needs("management.see_coaching")
def coaching(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """Proposals of one page of reps, and every plan, of those the owner of the token may see."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    shown = plans.shown(facts, scope, page)
    return {
        "page": shown.number,
        "pages": shown.pages,
        "proposals": [asdict(one) for one in plans.proposals(facts, scope, shown.rep_ids)],
        "plans": [_plan(one) for one in plans.plans(facts, scope)],
    }


@router.get("targets", summary="The month beside the quota, the inputs it takes, and what has dropped")
@needs("management.see_funnel")
def targets(request: HttpRequest) -> dict[str, Any]:
    """The running month of those the owner of the token may see, and early warnings."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    watch = months.watch(facts, scope)
    return {
        "month": asdict(months.month(facts, scope)),
        "watch": asdict(watch) if watch else None,
        "hand_overs": [asdict(one) for one in months.pairs(facts, scope)],
    }


def _plan(one: plans.Plan) -> dict[str, Any]:
    record = one.record
    return {
        "id": str(record.pk),
        "rep_id": record.rep_id,
        "name": one.name,
        "step": record.step,
        "proposed": record.proposed,
        "reason": record.reason,
        "finding": record.finding,
        "goal": record.goal,
        "opened_on": record.opened_on,
        "review_on": record.review_on,
        "closed_on": record.closed_on,
        "outcome": record.outcome,
        "sessions": record.sessions.count(),
        "effect": record.result,
        "effect_at_the_proposed_step": record.result_of_proposed,
    }
