"""What is supposed, and what would come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

#: Each step of the funnel by the stage it ends in, and how it is said.
STEPS = {
    "worked": "Lead worked",
    "connected": "Worked lead → connect",
    "qualified": "Connect → qualifying call",
    "demo": "Qualifying call → demo",
    "won": "Demo → customer",
}
MONTHS = 12
#: Whole months with leads that must be over before anything is said, and customers in them.
FEWEST_MONTHS, FEWEST_CUSTOMERS = 9, 30


@dataclass(frozen=True)
class Supposed:
    """What somebody supposes; nothing by default, which is going on as things are.

    Args:
        leads: change of the leads a month, e.g. 0.1 for a tenth more.
        rates: step → its rate from now on, 0 to 1; steps left out stay.
        hires: reps who join in the first month, and again every three months.
        cap: leads that a full rep gets a month at most; None for as many as the busiest months had.
    """

    leads: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)
    hires: int = 0
    cap: float | None = None


@dataclass(frozen=True)
class StepRate:
    """A step of the funnel as it is.

    Args:
        step: its key.
        rate: share that goes on, of leads old enough.
        lo: lower end of its 90 % interval.
        hi: upper end.
        n: leads that were there.
    """

    step: str
    rate: float
    lo: float
    hi: float
    n: int


@dataclass(frozen=True)
class Range:
    """The middle of what may come, and what holds nine times of ten."""

    middle: float
    lo: float
    hi: float


@dataclass(frozen=True)
class FutureMonth:
    """One month to come.

    Args:
        month: its first day.
        customers: signed in it, as things are.
        mrr: recurring revenue signed.
        supposed_customers: the same as supposed.
        supposed_mrr: likewise.
    """

    month: date
    customers: Range
    mrr: Range
    supposed_customers: Range
    supposed_mrr: Range


@dataclass(frozen=True)
class WhatIf:
    """The answer.

    Args:
        until: months before this day were seen.
        months: to come.
        customers: of all of them, as things are.
        mrr: likewise.
        more_customers: by how much what is supposed brings more, chance alike in both.
        more_mrr: likewise.
        unworked: share of the leads that nobody would have time for, as supposed.
        steps: the funnel as it is.
        leads: a month, as things are.
        full_reps: heads at work today, those who ramp as parts.
        cap: leads a full rep gets a month at most, as used.
        currency: of the revenue; empty when there is more than one.
        warnings: what the answer leaves out here.
    """

    until: date
    months: tuple[FutureMonth, ...]
    customers: Range
    mrr: Range
    more_customers: Range
    more_mrr: Range
    unworked: float
    steps: tuple[StepRate, ...]
    leads: Range
    full_reps: float
    cap: float
    currency: str
    warnings: tuple[str, ...]
