"""Verbs of coaching: open a plan, log a session, move its review, close it."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from quintet.kernel.errors import BadInput
from quintet.ledger import inbox
from quintet.ledger.recommendations import Advice, Evidence, as_row
from quintet.management.models.coaching import CoachingPlan, CoachingSession
from quintet.management.terms.coaching import FORMULA, TOPIC, Effect, Proposal
from quintet.management.words import step_label, step_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: What followed is held against the promise after so many days.
FOLLOWED_AFTER_DAYS = 91
#: How a plan may end.
OUTCOMES = {
    "reached": "The goal is reached",
    "improved": "Better, go on with another skill",
    "dropped": "It did not help",
    "stopped": "Stopped for another reason",
}


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
            if plan.follows_the_proposal:
                inbox.offer([as_row(_advice(plan, proposed), now)])
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


def as_json(value: Proposal | Effect) -> dict[str, Any]:
    """A proposal or an effect as it is kept; a step by its key."""
    told = asdict(value)
    if isinstance(value, Proposal):
        told["step"] = value.step.key if value.step else ""
        for name in ("parts", "estimate"):
            told.pop(name)
    plain: dict[str, Any] = json.loads(json.dumps(told, default=date.isoformat))
    return plain


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


def _advice(plan: CoachingPlan, proposed: Proposal) -> Advice:
    """What the loop holds against what follows: the promise of the skill that is coached."""
    return Advice(
        key=str(plan.pk),
        topic=TOPIC,
        sentence=f"Coach {proposed.name} at {step_label(step_of(plan.step)).lower()}.",
        formula=FORMULA,
        version=f"rates of {plan.opened_on.isoformat()}",
        to="the manager",
        evidence=Evidence(
            measure="extra customers a month at the goal",
            unit="customers a month",
            estimate=proposed.customers or 0.0,
            lo=proposed.lo,
            hi=proposed.hi,
            n=proposed.estimate.n if proposed.estimate else 0,
        ),
        after_days=FOLLOWED_AFTER_DAYS,
        rep_id=plan.rep_id,
        is_done=True,
    )


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
