"""The headcount plan: who to hire when, so that a target is met, and who has to lead them."""

from dataclasses import dataclass
from datetime import date

#: Reps a manager leads well, and what is planned with: Roberge 2015 names eight to ten, and nine.
SPAN_RANGE, SPAN = (8, 10), 9
#: From this month on a rep counts as fully ramped; before it the curve says how far.
RAMPED_AFTER = 12
#: A plan is offered that meets the target at least this often.
SURE = 0.80
#: Fewer fully ramped reps, or fewer hires whose first months were seen, are no plan.
FEWEST_RAMPED, FEWEST_HIRES, FEWEST_REP_MONTHS = 5, 5, 60
#: With fewer hires a plan is hedged.
ENOUGH_HIRES = 12


@dataclass(frozen=True)
class RampMonth:
    """How much of a full rep's MRR a hire brings, so many months after the first.

    Args:
        month: 0 is the month of the first day.
        share: expected, 0..1.
        lo: lower end of its 90 % interval.
        hi: upper end.
        reps: hires it was seen of.
    """

    month: int
    share: float
    lo: float
    hi: float
    reps: int


@dataclass(frozen=True)
class Rate:
    """A number with its 90 % interval, and what it was counted from."""

    value: float
    lo: float
    hi: float
    n: int


@dataclass(frozen=True)
class QuotaShare:
    """Of those hired, by so many months: who had made quota once, and who had left before."""

    month: int
    made: float
    left: float


@dataclass(frozen=True)
class PlanInputs:
    """What is asked.

    Args:
        target: MRR to be signed in the last month.
        months: how many months ahead that is.
        span: reps a manager leads.
        class_every: months between hire classes.
        lead_months: months from the decision to hire to the first day.
        manager_months: months it takes to make a manager.
    """

    target: float
    months: int = 12
    span: int = SPAN
    class_every: int = 1
    lead_months: int = 2
    manager_months: int = 6


@dataclass(frozen=True)
class PlanMonth:
    """One month of a plan; ranges hold four times of five.

    Args:
        month: its first day.
        hires: who starts.
        reps: expected at its start, those who start included.
        reps_lo: the fewest to reckon with.
        reps_hi: the most.
        ramped: of the expected, fully ramped.
        managers: the expected reps take, at the span.
        managers_lo: for the fewest.
        managers_hi: for the most.
        mrr: expected to be signed.
        mrr_lo: the least to reckon with.
        mrr_hi: the most.
    """

    month: date
    hires: int
    reps: float
    reps_lo: float
    reps_hi: float
    ramped: float
    managers: int
    managers_lo: int
    managers_hi: int
    mrr: float
    mrr_lo: float
    mrr_hi: float


@dataclass(frozen=True)
class HeadcountPlan:
    """The answer.

    Args:
        inputs: what was asked.
        per_class: hires of each class.
        probability: that the last month meets the target.
        months: month by month.
        managers_now: who leads reps today.
        promotions: managers to make until the last month, those who leave replaced.
        promote_by: the month by which the first of them has to begin; None where none is needed.
        is_hedged: from so few hires that the ramp is known roughly.
        sentence: the same in words.
    """

    inputs: PlanInputs
    per_class: int
    probability: float
    months: tuple[PlanMonth, ...]
    managers_now: int
    promotions: int
    promote_by: date | None
    is_hedged: bool
    sentence: str
