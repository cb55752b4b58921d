"""Management by API: the same questions as its pages."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.management import answers
from quintet.management.actions.pay import in_force
from quintet.management.asks import coaching as plans
from quintet.management.asks import contests as games
from quintet.management.asks import forecast as forecasts
from quintet.management.asks import funnel as asks
from quintet.management.asks import organisation as organisations
from quintet.management.asks import pay as wages
from quintet.management.asks import pipeline as pipelines
from quintet.management.asks import targets as months
from quintet.management.models.contests import Contest
from quintet.management.models.pay import PayPlan
from quintet.management.terms.contests import ExerciseLead
from quintet.management.terms.pay import PayRules

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


@router.get("pay", summary="What each rep has earned in a month, line by line", response=answers.PayAnswer)
@needs("management.see_pay")
def pay(request: HttpRequest, on: str = "") -> answers.PayAnswer:
    """Statements to the end of a day, of those the owner of the token may see; the newest day left out."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    return answers.pay(wages.pay_month(facts, scope, in_force(), on))


@router.get(
    "pay/customers/{opportunity_id}",
    summary="One customer with every line of pay it ever caused",
    response=answers.CustomerAnswer,
)
@needs("management.see_pay")
def paid_customer(request: HttpRequest, opportunity_id: int) -> answers.CustomerAnswer:
    """For the rep who signed it and those above."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    return answers.customer(wages.paid_customer(facts, scope, in_force(), opportunity_id))


@router.get(
    "pay/plans",
    summary="Every version of the commission plan, newest first",
    response=list[answers.PlanAnswer],
)
@needs("management.see_pay")
def pay_plans(request: HttpRequest) -> list[answers.PlanAnswer]:
    """Proposals for those alone who judge them."""
    reviews = request.user.has_perm("management.review_pay")
    return [answers.plan(one) for one in wages.plan_versions(reviews=reviews)]


@router.get(
    "pay/plans/{version}",
    summary="The last year under a version of the plan: who gains, what it pays for",
    response=answers.ReplayAnswer,
)
@needs("management.review_pay")
def pay_plan(request: HttpRequest, version: int) -> answers.ReplayAnswer:
    """Beside the plan before it, for the reps the owner of the token may see."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    one = get_object_or_404(PayPlan, version=version)
    held = tuple(before for before in in_force() if before.version < version)
    return answers.replay(one, wages.replay(facts, scope, held, PayRules.of_json(one.rules)))


@router.get(
    "contests",
    summary="Every contest and where it stands, newest first",
    response=list[answers.ContestAnswer],
)
@needs("management.see_contests")
def contests(request: HttpRequest) -> list[answers.ContestAnswer]:
    """Every row for whoever takes part; else those the owner of the token may see."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    return [answers.contest(games.shown(facts, scope, one)) for one in games.contests()]


@router.get(
    "contests/leads", summary="Who leads the exercise on each step, and why", response=list[ExerciseLead]
)
@needs("management.see_contests")
def exercise_leads(request: HttpRequest) -> list[ExerciseLead]:
    """The best at a step, adjusted; nobody where chance explains the differences."""
    return list(games.leaders(Facts.published(settings.HOME), request.scope))  # type: ignore[attr-defined]


@router.get(
    "contests/{uuid:contest_id}",
    summary="One contest at the end of a day, and what behaviour did around it",
    response=answers.OneContestAnswer,
)
@needs("management.see_contests")
def contest(request: HttpRequest, contest_id: UUID, on: str = "") -> answers.OneContestAnswer:
    """The effect once it is over, for whoever sees every row."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    return answers.one_contest(facts, scope, get_object_or_404(Contest, pk=contest_id), on)


@router.get(
    "contests/{uuid:contest_id}/records",
    summary="The records behind a rep's figure in a contest",
    response=list[answers.EntryAnswer],
)
@needs("management.see_contests")
def contest_records(
    request: HttpRequest, contest_id: UUID, rep: int, on: str = ""
) -> list[answers.EntryAnswer]:
    """Newest first; of a rep the owner of the token may see."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    return list(answers.entries(facts, scope, get_object_or_404(Contest, pk=contest_id), rep, on))


@router.get(
    "organisation",
    summary="Who leads whom, who may be ready to lead, what changed, what could be split",
    response=organisations.Organisation,
)
@needs("management.see_organisation")
def organisation(request: HttpRequest) -> organisations.Organisation:
    """Of the company, or of the team of the owner of the token."""
    return organisations.organisation(
        Facts.published(settings.HOME),
        request.scope,  # type: ignore[attr-defined]
    )


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
