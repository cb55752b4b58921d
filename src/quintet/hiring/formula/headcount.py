"""Hires month by month so that a target is met: cohorts that ramp and leave, drawn two thousand times.

A month's MRR is that of every rep there, each by age. Reps differ, months differ; both as past ones did. The
fewest hires a class that meet the target four times of five are the plan.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_after
from quintet.hiring.formula.ramp import Learned
from quintet.hiring.terms.plan import (
    ENOUGH_HIRES,
    RAMPED_AFTER,
    SURE,
    HeadcountPlan,
    PlanInputs,
    PlanMonth,
)
from quintet.kernel.errors import BadInput

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
#: Draws with which the number is looked for; it is confirmed with all.
_FEW_DRAWS = 400
_MOST_PER_CLASS = 2048
_EARLY = 3
_RANGE = (0.10, 0.90)


@dataclass(frozen=True, eq=False)
class Drawn:
    """Futures under one number of hires: reps, ramped reps and MRR, [draws, months] each."""

    reps: F8
    ramped: F8
    mrr: F8


def plan(learned: Learned, inputs: PlanInputs, *, managers_now: int, seed: int = 0) -> HeadcountPlan:
    """The fewest hires a class with which the last month meets the target four times of five.

    Args:
        learned: from the past.
        inputs: what is asked.
        managers_now: who leads reps today.
        seed: of the draws.

    Raises:
        BadInput: when the target is not above 0, or no number of hires meets it in time.
    """
    _check(inputs)
    per_class = _fewest(learned, inputs, seed)
    futures = simulate(learned, inputs, per_class, seed=seed)
    chance = float((futures.mrr[:, -1] >= inputs.target).mean())
    months = _months(learned, inputs, per_class, futures)
    promotions, by = _promotions(learned, inputs, months, managers_now)
    is_hedged = learned.hires < ENOUGH_HIRES
    said = _sentence(inputs, per_class, chance, months[-1])
    return HeadcountPlan(inputs, per_class, chance, months, managers_now, promotions, by, is_hedged, said)


def simulate(
    learned: Learned, inputs: PlanInputs, per_class: int, *, draws: int | None = None, seed: int = 0
) -> Drawn:
    """What would become of the reps, of those hired and of the MRR.

    Args:
        learned: from the past.
        inputs: what is asked; the target plays no part.
        per_class: hires of each class.
        draws: of those learned, the first so many; all by default.
        seed: of the chance in it.
    """
    n = min(draws or len(learned.full), len(learned.full))
    rng = np.random.default_rng([seed, 12])
    heads = np.repeat(learned.reps_by_age[None, :], n, axis=0)
    fresh, leaves = np.zeros_like(heads), learned.leaves[:n]
    luck = rng.normal(size=(n, inputs.months + 1))
    found = [np.zeros((n, inputs.months)) for _ in range(3)]
    for at in range(inputs.months):
        starts = per_class if is_class(inputs, at) else 0
        fresh[:, 0] += starts
        every = heads + fresh
        found[0][:, at] = every.sum(axis=1)
        found[1][:, at] = every[:, RAMPED_AFTER]
        found[2][:, at] = _signed(learned, every, fresh, luck[:, [0, at + 1]])
        heads = _older(leaves, heads, rng)
        fresh = _older(np.minimum(leaves * learned.newcomers[:n, None], 1.0), fresh, rng)
    return Drawn(*found)


def is_class(inputs: PlanInputs, month: int) -> bool:
    """Does a class start in that month, counted from 0?"""
    first = inputs.lead_months
    return month >= first and (month - first) % inputs.class_every == 0


def _signed(learned: Learned, every: I8, fresh: I8, luck: F8) -> F8:
    """[draws] MRR of a month: every rep's share of a full one, with what reps and months differ by."""
    n = len(every)
    curve, full = learned.curve[:n], learned.full[:n]
    lasting, monthly = learned.spread
    shares = (every * curve).sum(axis=1)
    new = (fresh * curve).sum(axis=1)
    people = np.maximum(fresh.sum(axis=1), 1)
    spread = new * lasting / np.sqrt(people) * luck[:, 0]
    noise = np.sqrt((every * curve**2).sum(axis=1)) * monthly * luck[:, 1]
    return np.asarray(full * np.maximum(shares + spread + noise, 0.0))


def _older(leaves: F8, heads: I8, rng: np.random.Generator) -> I8:
    """Who is left a month later, each a month older."""
    chance = np.where(np.arange(RAMPED_AFTER + 1)[None, :] < _EARLY, leaves[:, [0]], leaves[:, [1]])
    stays = rng.binomial(heads, 1.0 - chance)
    older = np.zeros_like(stays)
    older[:, 1:] = stays[:, :-1]
    older[:, -1] += stays[:, -1]
    return older


def _check(inputs: PlanInputs) -> None:
    if inputs.target <= 0:
        raise BadInput(f"the target must be above 0, got {inputs.target:g}")
    if inputs.lead_months >= inputs.months:
        raise BadInput(
            f"a class can start after {inputs.lead_months} months at the earliest, and the target is due "
            f"in {inputs.months}: give it more months"
        )


def _fewest(learned: Learned, inputs: PlanInputs, seed: int) -> int:
    def chance(per_class: int, draws: int | None) -> float:
        drawn = simulate(learned, inputs, per_class, draws=draws, seed=seed)
        return float((drawn.mrr[:, -1] >= inputs.target).mean())

    if chance(0, None) >= SURE:
        return 0
    high = 1
    while chance(high, _FEW_DRAWS) < SURE:
        high *= 2
        if high > _MOST_PER_CLASS:
            raise BadInput(
                f"not even {_MOST_PER_CLASS} hires a class meet {inputs.target:,.0f} in {inputs.months} "
                "months: give it more months, as hires ramp first"
            )
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle, _FEW_DRAWS) >= SURE else (middle, high)
    while chance(high, None) < SURE:
        high += 1
    return high


def _months(learned: Learned, inputs: PlanInputs, per_class: int, drawn: Drawn) -> tuple[PlanMonth, ...]:
    (reps_lo, reps_hi), (mrr_lo, mrr_hi) = (
        np.quantile(one, _RANGE, axis=0) for one in (drawn.reps, drawn.mrr)
    )
    return tuple(
        PlanMonth(
            month=month_after(learned.until, at),
            hires=per_class if is_class(inputs, at) else 0,
            reps=float(drawn.reps[:, at].mean()),
            reps_lo=float(reps_lo[at]),
            reps_hi=float(reps_hi[at]),
            ramped=float(drawn.ramped[:, at].mean()),
            managers=managers_for(float(drawn.reps[:, at].mean()), inputs.span),
            managers_lo=managers_for(float(reps_lo[at]), inputs.span),
            managers_hi=managers_for(float(reps_hi[at]), inputs.span),
            mrr=float(drawn.mrr[:, at].mean()),
            mrr_lo=float(mrr_lo[at]),
            mrr_hi=float(mrr_hi[at]),
        )
        for at in range(inputs.months)
    )


def managers_for(reps: float, span: int) -> int:
    """Managers that so many reps take, whole ones."""
    return int(-(-round(reps) // span))


def _promotions(
    learned: Learned, inputs: PlanInputs, months: tuple[PlanMonth, ...], managers_now: int
) -> tuple[int, date | None]:
    """Managers to make: those the reps take more, and those who will have left; and when the first begins."""
    leave = managers_now * (1.0 - (1.0 - learned.attrition.value) ** inputs.months)
    promotions = max(0, months[-1].managers - managers_now + round(leave))
    short = next((one.month for one in months if one.managers > managers_now), None)
    needed = short or months[-1].month
    return promotions, month_after(needed, -inputs.manager_months) if promotions else None


def _sentence(inputs: PlanInputs, per_class: int, chance: float, last: PlanMonth) -> str:
    when = f"{last.month:%B %Y}"
    if not per_class:
        return f"Nobody has to be hired: {inputs.target:,.0f} in {when} is met with probability {chance:.0%}."
    every = "month" if inputs.class_every == 1 else f"{inputs.class_every} months"
    return (
        f"Hire {per_class} every {every}: then {inputs.target:,.0f} in {when} is met with probability "
        f"{chance:.0%}. That makes {last.reps:,.0f} reps and {last.managers} managers."
    )
