"""Questions about headcount: what the past teaches, what to hire, and how kept plans came out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from quintet.facts.asking import running_month
from quintet.facts.careers import read_careers, read_signed
from quintet.facts.published import Facts
from quintet.hiring.formula.headcount import plan
from quintet.hiring.formula.ramp import Learned, learn
from quintet.hiring.metrics.careers import managers_today, signed_by_month
from quintet.hiring.models.plan import SavedPlan
from quintet.hiring.terms.plan import HeadcountPlan, PlanInputs

_QUARTER = 3


@dataclass(frozen=True)
class Basis:
    """What a plan starts from.

    Args:
        learned: ramp, attrition and what a full rep signs.
        managers: who leads reps today.
        mrr: signed a month, mean of the last three that are over.
    """

    learned: Learned
    managers: int
    mrr: float


@dataclass(frozen=True)
class Compared:
    """A month of a kept plan beside what happened; None while it is not over."""

    month: date
    reps_planned: float
    reps: int | None
    mrr_lo: float
    mrr_hi: float
    mrr: float | None

    @property
    def is_inside(self) -> bool | None:
        """Did the MRR come out in the range? None while it is not known."""
        return None if self.mrr is None else self.mrr_lo <= self.mrr <= self.mrr_hi


def basis(facts: Facts) -> Basis:
    """What the past teaches.

    Raises:
        NotEnoughData: saying what is missing.
    """
    until = running_month(facts)
    careers, signed = read_careers(facts), read_signed(facts)
    learned = learn(careers, signed, until)
    months = [mrr for month, (_, mrr) in signed_by_month(careers, signed).items() if month < until]
    return Basis(learned, managers_today(facts), sum(months[-_QUARTER:]) / max(len(months[-_QUARTER:]), 1))


def planned(known: Basis, inputs: PlanInputs) -> HeadcountPlan:
    """The plan for a target.

    Raises:
        BadInput: when no number of hires meets it in time.
    """
    return plan(known.learned, inputs, managers_now=known.managers)


def compared(one: SavedPlan, facts: Facts) -> tuple[Compared, ...]:
    """A kept plan, month by month, beside what happened."""
    until = running_month(facts)
    real = signed_by_month(read_careers(facts), read_signed(facts))
    return tuple(_compared(one.answer["months"], real, until))


def _compared(
    months: list[dict[str, object]], real: dict[date, tuple[int, float]], until: date
) -> Iterator[Compared]:
    for told in months:
        month = date.fromisoformat(str(told["month"]))
        reps, mrr = real.get(month, (0, 0.0)) if month < until else (None, None)
        ranges = (float(str(told[key])) for key in ("reps", "mrr_lo", "mrr_hi"))
        planned_reps, lo, hi = ranges
        yield Compared(month, planned_reps, reps, lo, hi, mrr)
