"""Pages of coaching: what is proposed, the plans, one plan with its sessions and its effect."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.kernel.errors import BadInput
from quintet.management.actions import coaching as actions
from quintet.management.asks import coaching as asks
from quintet.management.asks.funnel import EVERYBODY, Filters
from quintet.management.charts.coaching import effect_chart
from quintet.management.forms.coaching import CloseForm, PlanForm, ReviewForm, SessionForm
from quintet.management.pages.funnel_panels import pager
from quintet.management.pages.links import records_url
from quintet.management.periods import range_name, window_before
from quintet.management.terms.coaching import Effect, Proposal
from quintet.management.words import step_label

SEES, COACHES = "management.see_coaching", "management.coach"
_EFFECT_COLUMNS = (
    ("what", "", "text"),
    ("rate", "Rate", "rate"),
    ("interval", "90% interval", "text"),
    ("n", "Leads", "number"),
)


@needs(SEES)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /management/coaching/: open plans and whether they moved, and the next skill of each rep."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    every = asks.plans(facts, scope)
    shown = asks.shown(facts, scope, _page(request))
    coached = {one.record.rep_id for one in every if one.record.is_open}
    proposed = asks.proposals(facts, scope, shown.rep_ids)
    context = {
        "open_plans": [_row(one) for one in every if one.record.is_open],
        "closed_plans": [_row(one) for one in every if not one.record.is_open],
        "proposals": [_row(one) for one in proposed if one.step and one.rep_id not in coached],
        "without": [one for one in proposed if one.step is None and one.rep_id not in coached],
        "picks": asks.picks(scope),
        "few": asks.MIN_PLANS,
        "pager": pager(shown, Filters(period="")),
        "today": asks.today(facts, timezone.localdate()),
        "may_coach": request.user.has_perm(COACHES),
    }
    return TemplateResponse(request, "management/coaching.html", context)


@needs(COACHES)
def new(request: HttpRequest, rep_id: int) -> HttpResponse:
    """GET or POST /management/coaching/new/<rep>/: open a plan, on the proposed skill or with a reason."""
    facts, scope = Facts.published(settings.HOME), request.scope  # type: ignore[attr-defined]
    team, rep, proposed = asks.proposal_for(facts, scope, rep_id)
    on = asks.today(facts, timezone.localdate())
    form = PlanForm(request.POST or None, rep=rep, proposed=proposed, on=on)
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.open_plan(
                form.new_plan(rep_id), proposed, on=on, by=_user(request), now=timezone.now()
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The plan is open. Log each session; the effect is measured by itself.")
            return redirect("management:coaching-plan", plan.pk)
    context = {
        "form": form,
        "rep": rep,
        "team": team,
        "proposal": _row(proposed),
        "open_plan": asks.open_plan_of(rep_id),
    }
    status = 400 if form.errors else None
    return TemplateResponse(request, "management/coaching_new.html", context, status=status)


@needs(SEES)
def detail(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """GET /management/coaching/<id>/: one plan, its sessions, and whether it moved."""
    return _detail(request, plan_id)


@needs(COACHES)
@require_POST
def session(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """POST /management/coaching/<id>/session/: a session took place."""
    form = SessionForm(request.POST)
    plan = _plan(request, plan_id)
    if not form.is_valid():
        return _detail(request, plan_id, session=form)
    told = form.cleaned_data
    try:
        actions.log_session(
            plan.record, told["held_on"], told["practised"], told["next_step"],
            by=_user(request), now=timezone.now(),
        )  # fmt: skip
    except BadInput as error:
        form.add_error(None, str(error))
        return _detail(request, plan_id, session=form)
    messages.success(request, "Written down.")
    return redirect("management:coaching-plan", plan_id)


@needs(COACHES)
@require_POST
def review(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """POST /management/coaching/<id>/review/: look at it again on another day."""
    form = ReviewForm(request.POST)
    plan = _plan(request, plan_id)
    if form.is_valid():
        try:
            actions.move_review(plan.record, form.cleaned_data["review_on"], now=timezone.now())
        except BadInput as error:
            form.add_error(None, str(error))
    if form.errors:
        return _detail(request, plan_id, review=form)
    messages.success(request, "Moved.")
    return redirect("management:coaching-plan", plan_id)


@needs(COACHES)
@require_POST
def close(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """POST /management/coaching/<id>/close/: end it; the effect is followed on."""
    form = CloseForm(request.POST)
    plan = _plan(request, plan_id)
    if not form.is_valid():
        return _detail(request, plan_id, close=form)
    told, now = form.cleaned_data, timezone.now()
    on = asks.today(Facts.published(settings.HOME), timezone.localdate())
    actions.close_plan(plan.record, told["outcome"], told["note"], on=on, by=_user(request), now=now)
    messages.success(request, "Closed. The rep may have a new plan; this one's effect is followed on.")
    return redirect("management:coaching-plan", plan_id)


def _detail(request: HttpRequest, plan_id: UUID, **forms: Any) -> HttpResponse:  # noqa: ANN401
    one = _plan(request, plan_id)
    bound = any(form.errors for form in forms.values())
    context = {
        "one": one,
        "label": step_label(one.step),
        "proposed_label": step_label(one.proposed) if one.proposed else "",
        "outcome": actions.OUTCOMES.get(one.record.outcome, ""),
        "panel": _panel(one.effect, one.record.goal, _records_urls(one)),
        "sessions": one.record.sessions.select_related("held_by"),
        "urls": _records_urls(one),
        "session_form": forms.get("session") or SessionForm(initial={"held_on": timezone.localdate()}),
        "review_form": forms.get("review") or ReviewForm(initial={"review_on": one.record.review_on}),
        "close_form": forms.get("close") or CloseForm(),
        "may_coach": request.user.has_perm(COACHES),
    }
    return TemplateResponse(request, "management/coaching_plan.html", context, status=400 if bound else None)


def _records_urls(one: asks.Plan) -> dict[str, str]:
    """The leads that the effect counts: since the plan, those of them that went on, and the months before."""
    if one.effect is None:
        return {}
    opened = one.record.opened_on
    since = Filters(team=EVERYBODY, period=range_name(opened, one.effect.until + timedelta(days=1)))
    before = Filters(team=EVERYBODY, period=range_name(window_before(opened), opened))
    told = {"step": one.step.key, "rep": one.record.rep_id}
    return {
        "since": records_url(since, **told),
        "converted": records_url(since, **told, outcome="converted"),
        "before": records_url(before, **told),
    }


def _plan(request: HttpRequest, plan_id: UUID) -> asks.Plan:
    return asks.plan(Facts.published(settings.HOME), request.scope, plan_id)  # type: ignore[attr-defined]


def _row(one: Proposal | asks.Plan) -> dict[str, Any]:
    return {"one": one, "label": step_label(one.step) if one.step else ""}


def _panel(one: Effect | None, goal: float, urls: dict[str, str]) -> dict[str, Any] | None:
    if one is None or one.expected is None or one.observed is None:
        return None
    rows = [
        {"what": "Expected anyway", "rate": one.expected, "n": one.n_before, "n_url": urls["before"],
         "interval": f"{one.expected_lo:.1%} to {one.expected_hi:.1%}"},
        {"what": "Since the plan", "rate": one.observed, "n": one.n, "n_url": urls["since"],
         "interval": f"{one.observed_lo:.1%} to {one.observed_hi:.1%}"},
    ]  # fmt: skip
    return {"spec": effect_chart(one, goal), "columns": _EFFECT_COLUMNS, "rows": rows}


def _user(request: HttpRequest) -> Any:  # noqa: ANN401 -- somebody with an account: the page is marked
    return request.user


def _page(request: HttpRequest) -> int:
    told = request.GET.get("page", "1")
    return int(told) if told.isdecimal() else 1
