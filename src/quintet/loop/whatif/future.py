"""Two thousand futures, as things are and as supposed, with the same chance in both.

A cohort of leads brings customers month by month: by age, at the share that past cohorts of that age
brought. What is supposed multiplies the leads to come, the share of a cohort by what its steps change by,
and the leads that reps have time for. Leads that are there already go on as they came.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_after
from quintet.kernel.errors import BadInput
from quintet.loop.whatif.past import AGES, Past
from quintet.loop.whatif.terms import MONTHS, STEPS, FutureMonth, Range, StepRate, Supposed, WhatIf
from quintet.stats.shares import wilson

F8 = npt.NDArray[np.float64]

DRAWS = 2000
_LEVEL = (0.05, 0.95)
#: Leads so many months old have mostly gone as far as they go: steps are read off them.
_RIPE = 4
#: Months whose leads say how many come now, and how they vary.
_RECENT, _YEAR = 6, 12
_CLASS_MONTHS = 3
#: Whole months that show customers of every age.
_BACK_WANTED = AGES + 1
_JEFFREYS = 0.5
_BUSY = 0.95
_MOST_LEADS, _MOST_HIRES = 10.0, 1000


@dataclass(frozen=True, eq=False)
class Reps:
    """How reps ramp and leave, as the headcount plan learned it.

    Args:
        curve: [n] share of a full rep's leads by months since joining; 1 from its end on.
        leaves: chance to leave in a month.
    """

    curve: F8
    leaves: float


#: Nobody ramps, nobody leaves: what is assumed where too few hires were seen.
STEADY = Reps(np.ones(1), 0.0)


def what_if(past: Past, supposed: Supposed, reps: Reps | None = None, *, seed: int = 0) -> WhatIf:
    """Customers and revenue of twelve months, as things are and as supposed.

    Args:
        past: what was.
        supposed: what somebody supposes.
        reps: how they ramp and leave; None where that is not known: heads then stay, and hires are refused.
        seed: of the draws.

    Raises:
        BadInput: for a rate outside 0..1, too few leads, or hires whose ramp nobody knows.

    Source: docs/loop/what_if.md.
    """
    _check(supposed, reps)
    steps = step_rates(past)
    chance = _Chance.drawn(past, seed)
    cap = _usual_cap(past) if supposed.cap is None else supposed.cap
    now = _Future.of(past, chance, Supposed(), (reps or STEADY, _usual_cap(past)), steps)
    then = _Future.of(past, chance, supposed, (reps or STEADY, cap), steps)
    return WhatIf(
        until=past.until,
        months=tuple(_month(past, at, now, then) for at in range(MONTHS)),
        customers=_range(now.customers.sum(axis=1)),
        mrr=_range(now.mrr.sum(axis=1)),
        more_customers=_range((then.customers - now.customers).sum(axis=1)),
        more_mrr=_range((then.mrr - now.mrr).sum(axis=1)),
        unworked=float(then.unworked.sum() / max(then.leads.sum(), 1.0)),
        steps=steps,
        leads=_range(chance.leads.mean(axis=1)),
        full_reps=float(_heads(past, Supposed(), reps or STEADY)[0]),
        cap=cap,
        currency=past.currency,
        warnings=_warnings(past, reps),
    )


def step_rates(past: Past) -> tuple[StepRate, ...]:
    """The funnel as it is, of leads old enough to have gone their way."""
    ripe = past.reached[: max(past.months - _RIPE, 1)].sum(axis=0)
    before = np.concatenate([[past.leads[: max(past.months - _RIPE, 1)].sum()], ripe[:-1]])
    found = []
    for step, tried, went in zip(STEPS, before.tolist(), ripe.tolist(), strict=True):
        if tried:
            lo, hi = wilson(int(went), int(tried))
            found.append(StepRate(step, went / tried, lo, hi, int(tried)))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Chance:
    """What chance does, the same in both futures.

    Args:
        leads: [draws, MONTHS] that come as things are.
        by_age: [draws, AGES] customers a lead, by months since it came.
        luck: [draws, MONTHS] standard normal, of the customers of a month.
        uneven: variance of a month's customers over what single sales would give.
        mrr: [draws] mean of a customer's revenue.
        mrr_spread: of one customer.
        sizes: [draws, MONTHS] standard normal, of a month's revenue.
    """

    leads: F8
    by_age: F8
    luck: F8
    uneven: float
    mrr: F8
    mrr_spread: float
    sizes: F8

    @classmethod
    def drawn(cls, past: Past, seed: int) -> "_Chance":
        rng = np.random.default_rng([seed, 21])
        won, seen = _by_age(past)
        by_age = rng.gamma(won + _JEFFREYS / AGES, 1.0, (DRAWS, AGES)) / np.maximum(seen, 1.0)
        weights = rng.exponential(size=(DRAWS, len(past.mrr))) if len(past.mrr) else np.ones((DRAWS, 1))
        signed = past.mrr if len(past.mrr) else np.zeros(1)
        return cls(
            leads=_leads(past, rng),
            by_age=by_age,
            luck=rng.normal(size=(DRAWS, MONTHS)),
            uneven=_uneven(past, won / np.maximum(seen, 1.0)),
            mrr=weights @ signed / weights.sum(axis=1),
            mrr_spread=float(signed.std()),
            sizes=rng.normal(size=(DRAWS, MONTHS)),
        )


def _by_age(past: Past) -> tuple[F8, F8]:
    """Customers by age, and leads that were watched at that age."""
    age = np.arange(AGES)
    watched = (np.arange(past.months)[:, None] + age[None, :]) < past.months
    watched[:, -1] = np.arange(past.months) + AGES - 1 < past.months
    return np.where(watched, past.won, 0.0).sum(axis=0), np.where(watched, past.leads[:, None], 0.0).sum(
        axis=0
    )


def _leads(past: Past, rng: np.random.Generator) -> F8:
    """[draws, MONTHS] leads to come: as many as in the last half year, varying as the last year did."""
    recent = past.leads[-_RECENT:]
    level = rng.dirichlet(np.ones(len(recent)), DRAWS) @ recent
    year = past.leads[-_YEAR:]
    line = np.polyval(np.polyfit(np.arange(len(year)), year, 1), np.arange(len(year)))
    spread = max(float(((year - line) ** 2).sum()) / max(len(year) - 2, 1), float(year.mean()))
    return np.maximum(level[:, None] + np.sqrt(spread) * rng.normal(size=(DRAWS, MONTHS)), 0.0)


def _uneven(past: Past, by_age: F8) -> float:
    """How much more a month's customers vary than single sales would, over the last year; at least 1."""
    expected, came = [], []
    for month in range(max(past.months - _YEAR, 1), past.months):
        ages = month - np.arange(month + 1)
        told = ages < AGES
        expected.append(float((past.leads[: month + 1][told] * by_age[ages[told]]).sum()))
        came.append(float(sum(past.won[cohort, month - cohort] for cohort in np.flatnonzero(told))))
    mean, seen = np.maximum(np.asarray(expected), 1e-9), np.asarray(came)
    scaled = mean * seen.sum() / mean.sum()
    return max(float(((seen - scaled) ** 2 / scaled).sum() / max(len(seen) - 1, 1)), 1.0)


@dataclass(frozen=True, eq=False)
class _Future:
    """[draws, MONTHS] each."""

    leads: F8
    unworked: F8
    customers: F8
    mrr: F8

    @classmethod
    def of(
        cls,
        past: Past,
        chance: _Chance,
        supposed: Supposed,
        having: tuple[Reps, float],
        steps: tuple[StepRate, ...],
    ) -> "_Future":
        reps, cap = having
        leads = chance.leads * (1.0 + supposed.leads)
        room = _heads(past, supposed, reps) * cap
        taken = np.minimum(leads, room[None, :])
        times = _times(supposed, steps)
        mean = _coming(past, chance, taken * times)
        noisy = mean + np.sqrt(chance.uneven * mean) * chance.luck
        customers = np.maximum(noisy, 0.0)
        revenue = customers * chance.mrr[:, None] + np.sqrt(customers) * chance.mrr_spread * chance.sizes
        return cls(leads, leads - taken, customers, np.maximum(revenue, 0.0))


def _coming(past: Past, chance: _Chance, taken: F8) -> F8:
    """[draws, MONTHS] customers to be expected: of leads that are there, and of those to come."""
    found = np.zeros((DRAWS, MONTHS))
    for at in range(MONTHS):
        for age in range(AGES):
            cohort = past.months + at - age
            if cohort >= past.months:
                found[:, at] += taken[:, cohort - past.months] * chance.by_age[:, age]
            elif cohort >= 0:
                found[:, at] += past.leads[cohort] * chance.by_age[:, age]
    return found


def _times(supposed: Supposed, steps: tuple[StepRate, ...]) -> float:
    """What the share of a cohort is multiplied by."""
    usual = {one.step: one.rate for one in steps}
    unknown = [STEPS[step] for step in supposed.rates if not usual.get(step)]
    if unknown:
        raise BadInput(f"nobody went through {unknown[0]!r} so far: what another rate brings cannot be told")
    return float(np.prod([rate / usual[step] for step, rate in supposed.rates.items()]))


def _heads(past: Past, supposed: Supposed, reps: Reps) -> F8:
    """[MONTHS] full reps at work: those here as they ramp and leave, and the classes supposed."""
    month = np.arange(MONTHS)
    found = np.zeros(MONTHS)
    for tenure in past.tenure.tolist():
        found += _share(reps, tenure + month) * (1.0 - reps.leaves) ** month
    for first in range(0, MONTHS, _CLASS_MONTHS):
        age = month - first
        there = age >= 0
        found += supposed.hires * np.where(
            there, _share(reps, np.maximum(age, 0)) * (1.0 - reps.leaves) ** np.maximum(age, 0), 0.0
        )
    return found


def _share(reps: Reps, age: npt.NDArray[np.int64]) -> F8:
    return np.asarray(np.append(reps.curve, 1.0)[np.minimum(age, len(reps.curve))])


def _usual_cap(past: Past) -> float:
    """Leads that a rep had in the busiest months: of the last year, one of twenty rep-months had more."""
    year = past.worked_by_rep[:, -_YEAR:]
    told = year[year > 0]
    return float(np.quantile(told, _BUSY)) if len(told) else float(past.leads[-_RECENT:].mean())


def _month(past: Past, at: int, now: _Future, then: _Future) -> FutureMonth:
    return FutureMonth(
        month_after(past.until, at),
        _range(now.customers[:, at]),
        _range(now.mrr[:, at]),
        _range(then.customers[:, at]),
        _range(then.mrr[:, at]),
    )


def _range(drawn: F8) -> Range:
    lo, hi = np.quantile(drawn, _LEVEL)
    return Range(float(np.median(drawn)), float(lo), float(hi))


def _check(supposed: Supposed, reps: Reps | None) -> None:
    for step, rate in supposed.rates.items():
        if step not in STEPS or not 0.0 <= rate <= 1.0:
            raise BadInput(f"a rate of {', '.join(STEPS)} lies between 0 and 100 %; got {step} {rate}")
    if not -1.0 <= supposed.leads <= _MOST_LEADS:
        raise BadInput(f"leads may change by -100 % to +1,000 %, got {supposed.leads:.0%}")
    if supposed.cap is not None and supposed.cap <= 0:
        raise BadInput(f"a full rep gets more than 0 leads a month, got {supposed.cap:g}")
    if not 0 <= supposed.hires <= _MOST_HIRES:
        raise BadInput(f"hires a class must lie in 0..{_MOST_HIRES}, got {supposed.hires}")
    if supposed.hires and reps is None:
        raise BadInput("nobody knows yet how hires ramp here: the headcount plan says what is missing")


def _warnings(past: Past, reps: Reps | None) -> tuple[str, ...]:
    told = []
    if reps is None:
        told.append("Too few hires were seen to know how they ramp and leave: heads stay as they are.")
    if past.others:
        told.append(
            f"Of {past.others} customers of the last year no revenue in {past.currency or 'one currency'} is"
            " known: all are taken to sign what the others did."
        )
    if past.months < _BACK_WANTED:
        told.append(f"Only {past.months} whole months of leads: late customers are counted too low.")
    return tuple(told)
