"""Measure coaching plans: did the rate move, by the newest facts."""

import math
from datetime import date, datetime, timedelta

from quintet.facts.published import Facts
from quintet.management.actions.coaching import as_json
from quintet.management.formula.coaching import effect, in_customers
from quintet.management.formula.funnel import fit_funnel
from quintet.management.metrics.inputs import CompanyInputs, FunnelInputs, read_company, read_funnel
from quintet.management.models.coaching import CoachingPlan
from quintet.management.periods import window_before
from quintet.management.terms.coaching import Effect
from quintet.management.terms.funnel import FunnelQuestion, Step
from quintet.management.words import step_of

#: An effect is followed for so many days after the plan was opened.
FOLLOWED_DAYS = 183
_MONTH_DAYS = 30.4375


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


def _windows(facts: Facts, plan: CoachingPlan, company: CompanyInputs) -> tuple[FunnelInputs, FunnelInputs]:
    assert facts.as_of is not None  # noqa: S101 -- read_company has refused
    last = min(facts.as_of.date(), plan.opened_on + timedelta(days=FOLLOWED_DAYS))
    spans = (
        (window_before(plan.opened_on), plan.opened_on),
        (plan.opened_on, max(last, plan.opened_on) + timedelta(days=1)),
    )
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
    """Share of those who pass the step that become customers of this rep; None where nobody knows the way."""
    fit = fit_funnel(before)
    keys = [one.key for one in before.conversions]
    if fit.chain is None or rep_id not in fit.rep_ids or step.key not in keys:
        return None
    place = fit.rep_ids.index(rep_id)
    later = fit.chain.pooled[keys.index(step.key) + 1 :]
    return math.prod(float(one.on_own_leads(one.mean[place], place)) for one in later)


def _others_coached(plan: CoachingPlan, step_key: str, end: date) -> set[int]:
    """Reps with a plan at the same step meanwhile."""
    others = CoachingPlan.objects.filter(step=step_key, opened_on__lt=end).exclude(pk=plan.pk)
    return {one.rep_id for one in others if one.closed_on is None or one.closed_on >= plan.opened_on}
