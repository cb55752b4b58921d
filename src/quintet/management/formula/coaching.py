"""Did it move: one rep's rate since a plan was opened, beside what his past and his peers let expect."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.counted import counted
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status
from quintet.management.formula.counts import StepCounts, step_counts, step_delay
from quintet.management.formula.estimates import MIN_REP_LEADS, OUTLIERS, YOUNG
from quintet.management.formula.fair_peers import step_peers
from quintet.management.formula.funnel import refusal_of, rep_ids_of
from quintet.management.metrics.inputs import FunnelInputs
from quintet.management.terms.coaching import SURE, Effect
from quintet.management.terms.funnel import Step
from quintet.stats.change import Change, Period, fit_change
from quintet.stats.delay import DelayCurve

FloatArray = NDArray[np.float64]

#: Nothing is said before so many days; up to three months it is said with a hedge.
FIRST_DAYS = 28
PLAIN_DAYS = 91
#: So many leads before, and the rep's own past is known.
MIN_BEFORE = 20


@dataclass(frozen=True, eq=False)
class _Window:
    """One period of one step: counts of all reps, and how much of each age's outcome is known."""

    counts: StepCounts
    period: Period
    known: FloatArray


def effect(
    before: FunnelInputs, after: FunnelInputs, step: Step, rep_id: int, coached: Collection[int] = ()
) -> Effect:
    """Has a rep's rate moved since the plan was opened, beyond luck, regression to the mean and drift?

    Args:
        before: `metrics.inputs.read_funnel` of the months before, the one that led to the plan included.
        after: the same of the time since.
        step: the step that is coached.
        rep_id: who is coached.
        coached: other reps with a plan at this step meanwhile: they do not show what happens without one.

    Source: docs/formulas/coaching.md#effect
    """
    until = min(after.question.end, after.as_of.date() + timedelta(days=1))
    refused = refusal_of(after) or _not_there(after, step)
    if refused:
        return Effect(Status.SILENT, until - timedelta(days=1), 0, 0, 0, reason=refused)
    rep_ids = tuple(sorted({*rep_ids_of(before), *rep_ids_of(after), rep_id}))
    place = rep_ids.index(rep_id)
    old, new = (_window(inputs, step, rep_ids) for inputs in (before, after))
    bare = _counted(old, new, place, until)
    days = (until - after.question.start).days
    reason, more = _too_early(bare, days)
    if reason:
        return replace(bare, reason=reason, tells_on=until + timedelta(days=more) if more else None)
    peers = ~np.isin(rep_ids, [*coached, rep_id])
    try:
        found = fit_change(old.period, new.period, place, peers, outliers=OUTLIERS)
    except NotEnoughData as error:
        return replace(bare, reason=str(error))
    return _spoken(bare, found, days)


def in_customers(found: Effect, leads_per_month: float, to_won: float) -> Effect:
    """The effect in customers a month.

    Args:
        found: `effect`.
        leads_per_month: leads of the rep that come to the step.
        to_won: share of those that pass it who become customers.
    """
    if found.effect is None or found.effect_lo is None or found.effect_hi is None:
        return found
    each = leads_per_month * to_won
    return replace(
        found,
        customers=each * found.effect,
        customers_lo=each * found.effect_lo,
        customers_hi=each * found.effect_hi,
    )


def _not_there(inputs: FunnelInputs, step: Step) -> str:
    if any(one.key == step.key for one in inputs.steps):
        return ""
    return f"{step.earlier} to {step.later} is not recorded in this data any more"


def _window(inputs: FunnelInputs, step: Step, rep_ids: tuple[int, ...]) -> _Window:
    at = next(place for place, one in enumerate(inputs.steps) if one.key == step.key)
    counts = step_counts(inputs.cohorts, inputs.steps, rep_ids)[at]
    delay = step_delay(inputs.delays, at)
    offset = step_peers(inputs.mixes, at, rep_ids, delay, counts.ages).offset
    period = Period(
        counts.converted.astype(np.float64),
        counts.unconverted.astype(np.float64),
        delay.drawn_by(counts.ages),
        offset,
    )
    return _Window(counts, period, _known(counts, delay))


def _known(counts: StepCounts, delay: DelayCurve) -> FloatArray:
    """Share of each rep's outcomes that is in, shape (J,)."""
    known = counts.converted + counts.unconverted @ delay.known_by(counts.ages)
    return np.divide(known, counts.n, out=np.zeros(known.size), where=counts.n > 0)


def _counted(old: _Window, new: _Window, place: int, until: date) -> Effect:
    return Effect(
        Status.SILENT,
        until - timedelta(days=1),
        n_before=int(old.counts.n[place]),
        n=int(new.counts.n[place]),
        converted=int(new.counts.converted[place]),
        known_share=float(new.known[place]),
    )


def _too_early(one: Effect, days: int) -> tuple[str, int]:
    """Why nothing can be said yet, and in how many days it may; 0 where nobody knows."""
    if one.n_before < MIN_BEFORE:
        return f"{one.n_before} leads in the six months before: {MIN_BEFORE} show what to expect of a rep", 0
    if days < FIRST_DAYS:
        since = f"{counted(days, 'day')} since"
        return f"too early: {since}, {FIRST_DAYS} are the least", FIRST_DAYS - days
    if one.n < MIN_REP_LEADS:
        more = int(np.ceil(days * (MIN_REP_LEADS - one.n) / max(one.n, 1)))
        return f"too early: {one.n} leads since, {MIN_REP_LEADS} are the least", more
    if one.known_share < YOUNG:
        return f"too early: {one.known_share:.0%} of the outcomes of {one.n} leads are in", 0
    return "", 0


def _spoken(bare: Effect, found: Change, days: int) -> Effect:
    is_young = days < PLAIN_DAYS
    told = replace(
        bare,
        status=Status.HEDGED if is_young else Status.SPEAKS,
        reason=f"{days} days since: three months tell more" if is_young else "",
        expected=found.expected,
        expected_lo=found.expected_lo,
        expected_hi=found.expected_hi,
        observed=found.observed,
        observed_lo=found.observed_lo,
        observed_hi=found.observed_hi,
        effect=found.effect,
        effect_lo=found.effect_lo,
        effect_hi=found.effect_hi,
        p_above=found.p_above,
        peers=found.peers,
    )
    return replace(told, reading=_reading(told, found))


def _reading(one: Effect, found: Change) -> str:
    """E.g. "It moved: 41% of 63 leads where 30% was to be expected anyway: +11 points (3 to 19)."."""
    told = (
        f"{found.observed:.0%} of {one.n} leads where {found.expected:.0%} was to be expected anyway: "
        f"{100 * found.effect:+.0f} points ({100 * found.effect_lo:+.0f} to {100 * found.effect_hi:+.0f})"
    )
    if found.p_above >= SURE:
        return f"It moved: {told}."
    if found.p_above <= 1.0 - SURE:
        return f"It went down: {told}."
    return f"Not told apart from chance so far: {told}."
