"""Which module shortens the ramp: hazard ratios from staggered starts, adjusted, and pulled together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_after
from quintet.facts.careers import Ending
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status
from quintet.stats.discoveries import Discoveries, fit_discoveries
from quintet.stats.person_months import EFFECT_SD, HazardFit, fit_hazard
from quintet.training.formula.person_months import RampRows, flags, plain_chances, ramp_rows
from quintet.training.formula.pulled import Pulled, pulled
from quintet.training.formula.saved import Saved, months_saved
from quintet.training.terms.modules import (
    ENOUGH_EVENTS,
    FALSE_SHARE,
    FEWEST_EACH,
    FEWEST_EVENTS,
    HORIZON,
    LEVEL,
    SURE,
    WORTH_FINDING,
    ModuleEffect,
    RampFormula,
    RampRep,
    Span,
    Weight,
)

F8 = npt.NDArray[np.float64]

_Z90 = 1.6448536
#: Both kinds of error for which what is needed is said: 5 % false alarms, 80 % found.
_Z_POWER = 1.9599640 + 0.8416212
_YEAR = 12
#: So many months nobody waits for, nor for so many times the reps there are.
_FURTHEST = 60
_TOO_FAR = 20


def fit_modules(
    reps: Sequence[RampRep],
    until: date,
    modules: Sequence[str] = (),
    *,
    fixed: Mapping[str, Sequence[float]] | None = None,
) -> RampFormula:
    """What each module did to the chance of making quota in a month.

    Adjusted for the class of joining (a trend and each quarter's own step), leads of the month, and the score
    before hire. A module counts from the month after it was finished.

    Args:
        reps: everybody on the way to quota, or there, as `metrics/ramp.py` reads them.
        until: the first day of the month that runs.
        modules: keys; those that anybody finished when left out.
        fixed: further traits that reps had on the first day; one value a rep.

    Raises:
        NotEnoughData: while fewer than ten reps made quota.
        BadInput: when a fixed trait says who ever finished a module.

    Source: docs/formulas/module_effects.md.
    """
    events = sum(one.ending is Ending.REACHED for one in reps)
    keys = tuple(modules) or tuple(sorted({name for one in reps for name in one.done}))
    table = ramp_rows(reps, keys, fixed, prior_sd=EFFECT_SD) if reps else None
    if table is None or events < FEWEST_EVENTS:
        message = f"what shortens the ramp takes {FEWEST_EVENTS} reps who made quota, and there are {events}"
        raise NotEnoughData(message, have=events, need=FEWEST_EVENTS, unit="reps who made quota")
    fit = fit_hazard(table.rows, prior_sd=table.prior_sd, longest=HORIZON)
    together = _together(fit, table)
    effects = _effects(reps, until, keys, (table, fit, together))
    return _formula(reps, until, (table, fit, together), effects)


#: Rows, their fit, and the modules pulled together.
_Fitted = tuple[RampRows, HazardFit, Pulled]


def _places(table: RampRows) -> list[int]:
    return [table.place(f"module {name}") for name in table.modules]


def _together(fit: HazardFit, table: RampRows) -> Pulled:
    at = _places(table)
    if not at:
        nothing = np.zeros(0)
        return Pulled(nothing, nothing, nothing, nothing)
    return pulled(fit.effects[at], fit.effects_covariance[np.ix_(at, at)], EFFECT_SD, LEVEL)


def _effects(
    reps: Sequence[RampRep], until: date, keys: Sequence[str], fitted: _Fitted
) -> tuple[ModuleEffect, ...]:
    table, fit, _ = fitted
    plain = plain_chances(table.rows)
    each = table.rows.events / max(len(table.modules), 1)
    counted = {name: _crowded(_counted(name, reps, plain), each) for name in keys}
    at = _places(table)
    z = fit.effects[at] / fit.errors[at]
    told = [counted[name].status is not Status.SILENT for name in table.modules]
    claims = fit_discoveries(_two_sided(z), tested=told, false_share=FALSE_SHARE)
    usual = {name: usual_month(name, reps) for name in table.modules}
    common = frozenset(name for name in keys if 2 * sum(name in one.done for one in reps) >= len(reps))
    saved = Saved(fit, table, usual, common)
    return tuple(
        _with_needs(_told(counted[name], fitted, claims, saved), fitted, reps, until) for name in keys
    )


def _two_sided(z: F8) -> F8:
    from scipy.special import ndtr

    return np.asarray(2.0 * ndtr(-np.abs(z)))


def _counted(name: str, reps: Sequence[RampRep], plain: F8) -> ModuleEffect:
    """Who had it when they made quota, and whether that is enough to speak.

    Whether it is enough is judged by how many would have made quota with it and without if it did nothing: a
    gate that looked at who did would let lucky modules through.
    """
    reached = [one for one in reps if one.ending is Ending.REACHED]
    had = sum(bool(flags(one, name, one.months)[-1]) for one in reached)
    finished = sum(one.done.get(name, one.months) < one.months for one in reps)
    due = float(sum(flags(one, name, one.months) @ plain[: one.months] for one in reps))
    few = min(due, len(reached) - due) < FEWEST_EVENTS
    status = Status.SILENT if few else Status.HEDGED if len(reached) < ENOUGH_EVENTS else Status.SPEAKS
    told = ModuleEffect(name, status, "", finished, had, len(reached) - had, due, len(reached) - due)
    return replace(told, reason=_reason(told))


def _crowded(one: ModuleEffect, each: float) -> ModuleEffect:
    """Silent, too, where there are too many modules for the events."""
    if one.status is Status.SILENT or each >= FEWEST_EACH:
        return one
    reason = (
        f"there are {each:.1f} first months at quota for each module to be told apart; it takes {FEWEST_EACH}"
    )
    return replace(one, status=Status.SILENT, reason=reason)


def _reason(one: ModuleEffect) -> str:
    if one.status is Status.SPEAKS:
        return ""
    if one.status is Status.HEDGED:
        made = one.events_with + one.events_without
        return f"{made} reps made quota so far; from {ENOUGH_EVENTS} on it speaks plainly"
    few_with = one.due_with <= one.due_without
    side, due = ("with it", one.due_with) if few_with else ("without it", one.due_without)
    return (
        f"only {due:.0f} first months at quota were to be expected {side}; it takes {FEWEST_EVENTS} to tell"
    )


def _told(one: ModuleEffect, fitted: _Fitted, claims: Discoveries, saved: Saved) -> ModuleEffect:
    table, fit, together = fitted
    if one.status is Status.SILENT or one.module not in table.modules:
        return one
    k = table.modules.index(one.module)
    place = table.place(f"module {one.module}")
    value, wide = float(fit.effects[place]), _Z90 * float(fit.errors[place])
    ends = (float(together.mean[k]), float(together.lo[k]), float(together.hi[k]))
    positive = float(together.p_positive[k])
    return replace(
        one,
        ratio=_ratio(value, value - wide, value + wide),
        pulled=_ratio(*ends),
        saved=months_saved(saved, one.module, ends),
        p_helps=positive,
        q_value=float(claims.q_value[k]),
        is_claimed=bool(claims.is_reported[k] and max(positive, 1.0 - positive) >= SURE),
    )


def _ratio(value: float, lo: float, hi: float) -> Span:
    return Span(math.exp(value), math.exp(lo), math.exp(hi))


def _with_needs(one: ModuleEffect, fitted: _Fitted, reps: Sequence[RampRep], until: date) -> ModuleEffect:
    """How many reps it would take, and when there will be so many."""
    table, fit, _ = fitted
    if one.module not in table.modules:
        return one
    error = float(fit.errors[table.place(f"module {one.module}")])
    times = (error * _Z_POWER / math.log(WORTH_FINDING)) ** 2
    if times > _TOO_FAR:
        return one
    needed = math.ceil(times * len(reps))
    return replace(one, reps_needed=needed, expected_on=_when(needed, reps, until))


def _when(needed: int, reps: Sequence[RampRep], until: date) -> date | None:
    """When so many will have come and had their time, at the pace of the last year; None if too far."""
    missing = needed - len(reps)
    if missing <= 0:
        return until
    recent = sum(one.joined >= month_after(until, -_YEAR) for one in reps)
    if not recent:
        return None
    ramp = float(np.median([one.months for one in reps if one.ending is Ending.REACHED]))
    months = math.ceil(_YEAR * missing / recent + ramp)
    return month_after(until, months) if months <= _FURTHEST else None


def usual_month(name: str, reps: Sequence[RampRep]) -> int:
    """The month in which those who finished a module mostly did."""
    return int(np.median([max(one.done[name], 0) for one in reps if name in one.done]))


def _formula(
    reps: Sequence[RampRep], until: date, fitted: _Fitted, effects: tuple[ModuleEffect, ...]
) -> RampFormula:
    table, fit, together = fitted

    def weight(name: str) -> Weight:
        if name not in table.names:
            return Weight(name, 0.0, 0.0, 0.0)
        at = table.place(name)
        value, wide = float(fit.effects[at]), _Z90 * float(fit.errors[at])
        return Weight(name, value, value - wide, value + wide)

    return RampFormula(
        until=until,
        reps=len(reps),
        events=table.rows.events,
        left=sum(one.ending is Ending.LEFT for one in reps),
        baseline=tuple(fit.baseline.tolist()),
        newest=max(one.joined for one in reps),
        trend=weight("trend"),
        classes=tuple(replace(weight(f"class {day}"), name=str(day)) for day in table.quarters),
        supply=weight("supply"),
        score=weight("score") if "score" in table.names else None,
        modules=tuple(
            Weight(name, float(together.mean[k]), float(together.lo[k]), float(together.hi[k]))
            for k, name in enumerate(table.modules)
        ),
        effects=effects,
    )
