"""Verbs of coaching: open a plan, log a session, move its review, close it; and measure them all."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox
from quintet.management.formula.coaching import effect, in_customers
from quintet.management.formula.funnel import WINDOW_MONTHS, fit_funnel
from quintet.management.metrics.inputs import CompanyInputs, FunnelInputs, read_company, read_funnel
from quintet.management.models.coaching import CoachingPlan, CoachingSession
from quintet.management.terms.coaching import Effect, Proposal
from quintet.management.terms.funnel import FunnelQuestion, Step
from quintet.management.words import step_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: How a plan may end.
OUTCOMES = {
    "reached": "The goal is reached",
    "improved": "Better, go on with another skill",
    "dropped": "It did not help",
    "stopped": "Stopped for another reason",
}
#: An effect is followed for so many days after the plan was opened.
FOLLOWED_DAYS = 183
_MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class NewPlan:
    """What a manager writes when opening a plan.

    Args:
        rep_id: whose.
        step: key of the step, e.g. demo-won.
        finding: what a call review showed.
        goal: rate to reach, 0..1.
        review_on: when it is looked at next.
        module: the training module to take again; empty for none.
        reason: why another skill than the proposed one; empty where it is that one.
    """

    rep_id: int
    step: str
    finding: str
    goal: float
    review_on: date
    module: str = ""
    reason: str = ""


def open_plan(
    new: NewPlan, proposed: Proposal, *, on: date, by: "AbstractBaseUser", now: datetime
) -> CoachingPlan:
    """Begin to coach one rep on one skill.

    Args:
        new: what the manager wrote.
        proposed: what the formula says today; kept beside it, and both are held against what follows.
        on: the day it starts.
        by: the manager.
        now: when it was said.

    Raises:
        BadInput: when the rep has an open plan, nothing was found in a call, the goal is not a rate, the
            review lies in the past, or another skill than the proposed one is chosen without a reason.
    """
    _checked(new, proposed, on)
    try:
        with transaction.atomic():
            plan = CoachingPlan.objects.create(
                rep_id=new.rep_id,
                step=new.step,
                finding=new.finding.strip(),
                goal=new.goal,
                module=new.module.strip(),
                review_on=new.review_on,
                proposed=as_json(proposed),
                reason=new.reason.strip(),
                opened_on=on,
                opened_at=now,
                opened_by=by,  # type: ignore[misc]
            )
            _tell("planned", plan, now, {"goal": new.goal, "by": by.pk, "follows": plan.follows_the_proposal})
    except IntegrityError as error:
        raise _second_plan(new.rep_id) from error
    return plan


def log_session(
    plan: CoachingPlan,
    held_on: date,
    practised: str,
    next_step: str,
    *,
    by: "AbstractBaseUser",
    now: datetime,
) -> CoachingSession:
    """Write down a session.

    Raises:
        BadInput: when the plan is closed, the day lies outside it, or nothing is said.
    """
    if not plan.is_open:
        raise BadInput(f"the plan was closed on {plan.closed_on:%-d %b %Y}: open a new one")
    if not plan.opened_on <= held_on <= now.date():
        span = f"{plan.opened_on:%-d %b %Y} to {now:%-d %b %Y}"
        raise BadInput(f"a session's day must lie in {span}, got {held_on:%-d %b %Y}")
    if not practised.strip():
        raise BadInput("say what was practised: it is what the next session starts from")
    with transaction.atomic():
        session = plan.sessions.create(
            held_on=held_on,
            practised=practised.strip(),
            next_step=next_step.strip(),
            held_by=by,  # type: ignore[misc]
            logged_at=now,
        )
        _tell("held", plan, now, {"by": by.pk, "held_on": held_on.isoformat()}, record=str(session.pk))
    return session


def move_review(plan: CoachingPlan, review_on: date, *, now: datetime) -> None:
    """Look at the plan again on another day.

    Raises:
        BadInput: when the plan is closed or the day is over.
    """
    if not plan.is_open or review_on <= now.date():
        raise BadInput(f"the next review must lie after today, {now:%-d %b %Y}, got {review_on:%-d %b %Y}")
    plan.review_on = review_on
    plan.save(update_fields=["review_on"])


def close_plan(
    plan: CoachingPlan, outcome: str, note: str, *, on: date, by: "AbstractBaseUser", now: datetime
) -> None:
    """End a plan, with what the manager makes of it; its effect is followed on.

    Raises:
        BadInput: when it is closed already, or the outcome is none of OUTCOMES.
    """
    if not plan.is_open:
        raise BadInput(f"the plan was closed already, on {plan.closed_on:%-d %b %Y}")
    if outcome not in OUTCOMES:
        raise BadInput(f"the outcome must be one of {', '.join(OUTCOMES)}, got {outcome!r}")
    with transaction.atomic():
        plan.closed_on, plan.closed_by = max(on, plan.opened_on), by  # type: ignore[assignment]
        plan.outcome, plan.closing_note = outcome, note.strip()
        plan.save(update_fields=["closed_on", "closed_by", "outcome", "closing_note"])
        _tell("closed", plan, now, {"by": by.pk, "measured": plan.result}, outcome=outcome)


def judge_all(facts: Facts, now: datetime) -> str:
    """Measure every plan that is still followed against the newest facts; says how many."""
    if facts.as_of is None:
        return "no data"
    since = facts.as_of.date() - timedelta(days=FOLLOWED_DAYS)
    followed = list(CoachingPlan.objects.filter(opened_on__gte=since))
    company = read_company(facts) if followed else None
    for plan in followed:
        judge(facts, plan, now, company)
    return f"{len(followed)} plans measured" if followed else "no plan to measure"


def judge(facts: Facts, plan: CoachingPlan, now: datetime, company: CompanyInputs | None = None) -> None:
    """Measure one plan: at its step, and at the proposed one where the manager chose another."""
    before, after = _windows(facts, plan, company or read_company(facts))
    plan.result = as_json(_effect(plan, plan.step, before, after))
    other = plan.proposed.get("step")
    is_other = bool(other) and other != plan.step
    plan.result_of_proposed = as_json(_effect(plan, other, before, after)) if is_other else None
    plan.judged_at = now
    plan.save(update_fields=["result", "result_of_proposed", "judged_at"])


def as_json(value: Proposal | Effect) -> dict[str, Any]:
    """A proposal or an effect as it is kept; a step by its key."""
    told = asdict(value)
    if isinstance(value, Proposal):
        told["step"] = value.step.key if value.step else ""
        for name in ("parts", "estimate"):
            told.pop(name)
    plain: dict[str, Any] = json.loads(json.dumps(told, default=date.isoformat))
    return plain


def _windows(facts: Facts, plan: CoachingPlan, company: CompanyInputs) -> tuple[FunnelInputs, FunnelInputs]:
    assert facts.as_of is not None  # noqa: S101 -- read_company has refused
    last = min(facts.as_of.date(), plan.opened_on + timedelta(days=FOLLOWED_DAYS))
    months_ago = plan.opened_on - timedelta(days=round(WINDOW_MONTHS * _MONTH_DAYS))
    spans = ((months_ago, plan.opened_on), (plan.opened_on, max(last, plan.opened_on) + timedelta(days=1)))
    before, after = (read_funnel(facts, FunnelQuestion(*span), company) for span in spans)
    return before, after


def _effect(plan: CoachingPlan, step_key: str, before: FunnelInputs, after: FunnelInputs) -> Effect:
    step = step_of(step_key)
    found = effect(before, after, step, plan.rep_id, _others_coached(plan, step_key, after.question.end))
    if found.effect is None:
        return found
    months = max((found.until - plan.opened_on).days + 1, 1) / _MONTH_DAYS
    to_won = _to_won(before, step, plan.rep_id)
    return found if to_won is None else in_customers(found, found.n / months, to_won)


def _to_won(before: FunnelInputs, step: Step, rep_id: int) -> float | None:
    """Share of those who pass the step that become customers of this rep; None where a rate is silent."""
    told = fit_funnel(before).funnel({rep_id}).reps
    keys = [one.key for one in before.conversions]
    if not told or step.key not in keys or before.conversions[-1].later != "won":
        return None
    later = [one.rate for one in told[0].conversions[keys.index(step.key) + 1 :]]
    return None if None in later else _product([one for one in later if one is not None])


def _product(rates: Sequence[float]) -> float:
    found = 1.0
    for one in rates:
        found *= one
    return found


def _others_coached(plan: CoachingPlan, step_key: str, end: date) -> set[int]:
    """Reps with a plan at the same step meanwhile."""
    others = CoachingPlan.objects.filter(step=step_key, opened_on__lt=end).exclude(pk=plan.pk)
    return {one.rep_id for one in others if one.closed_on is None or one.closed_on >= plan.opened_on}


def _checked(new: NewPlan, proposed: Proposal, on: date) -> None:
    if CoachingPlan.objects.filter(rep_id=new.rep_id, closed_on=None).exists():
        raise _second_plan(new.rep_id)
    if not new.finding.strip():
        raise BadInput("a plan needs a finding from a call review beside the metric: say what you heard")
    if not 0.0 < new.goal < 1.0:
        raise BadInput(f"the goal must be a rate between 0 and 100 %, got {new.goal:.0%}")
    if new.review_on <= on:
        raise BadInput(f"the review must come after {on:%-d %b %Y}, got {new.review_on:%-d %b %Y}")
    is_proposed = proposed.step is not None and proposed.step.key == new.step
    if not is_proposed and not new.reason.strip():
        raise BadInput(f"say why {step_of(new.step).key}: it is not the skill that was proposed")


def _second_plan(rep_id: int) -> BadInput:
    return BadInput(
        f"rep {rep_id} has an open plan: one skill at a time, close that one before you open another"
    )


def _tell(
    what: str,
    plan: CoachingPlan,
    now: datetime,
    detail: dict[str, Any],
    *,
    record: str = "",
    outcome: str = "",
) -> None:
    place = f":{record}" if record else ""
    row = {
        "occurred_at": now,
        "recorded_at": now,
        "kind": f"coaching.{what}",
        "rep_id": plan.rep_id,
        "content": plan.step,
        "source": "quintet",
        "source_ref": f"coaching:{plan.pk}{place}#coaching.{what}",
        "detail": json.dumps(detail, sort_keys=True),
    }
    inbox.offer([row | ({"outcome": outcome} if outcome else {})])
