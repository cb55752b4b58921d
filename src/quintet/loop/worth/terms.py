"""What the formulas in use were worth over the baseline, in customers and monthly recurring revenue."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quintet.kernel.errors import BadInput


class Evidence(StrEnum):
    """Where a number is from: strongest first."""

    DRAWN = "drawn"
    COMPARED = "compared"


#: How each is said.
EVIDENCE_WORDS = {
    Evidence.DRAWN: "by hold-out: chance decided who got the formula",
    Evidence.COMPARED: "compared, not drawn: something else may be behind it",
}


@dataclass(frozen=True)
class Amount:
    """A number with its 90 % interval."""

    value: float
    lo: float
    hi: float

    @property
    def is_shown(self) -> bool:
        """The whole interval is on one side of 0."""
        return self.lo > 0 or self.hi < 0


@dataclass(frozen=True)
class Brought:
    """What was brought over the baseline.

    Args:
        customers: signed.
        mrr: their monthly recurring revenue as signed; None where it is not known in one currency.
        n: cases on the smaller side of the comparison.
        of: what such a case is.
        told_of: cases the formula decided on, of which this is told.
        note: what makes it less sure than its interval says; empty where nothing does.
    """

    customers: Amount
    mrr: Amount | None
    n: int
    of: str
    told_of: int
    note: str = ""


@dataclass(frozen=True)
class Silence:
    """Why nothing can be said yet.

    Args:
        reason: what is missing, in a sentence without its full stop.
        expected_on: when it may be there, at the present flow; None where nobody knows.
    """

    reason: str
    expected_on: date | None = None


@dataclass(frozen=True)
class About:
    """One formula, and what its worth is held against.

    Args:
        key: in addresses.
        title: as people say it.
        evidence: where the number is from.
        baseline: what would have been without the formula, and how that is known.
        fooled: what could make the number wrong; empty where chance decided.
    """

    key: str
    title: str
    evidence: Evidence
    baseline: str
    fooled: str


@dataclass(frozen=True)
class FormulaWorth:
    """One formula in one period.

    Args:
        about: which, and held against what.
        now: brought in the period; None where nothing can be said of it.
        so_far: brought from the start to the end of the period; likewise.
        why_not_now: why nothing can be said of the period.
        why_not: why nothing can be said at all.
    """

    about: About
    now: Brought | None
    so_far: Brought | None
    why_not_now: Silence | None
    why_not: Silence | None


@dataclass(frozen=True)
class Total:
    """Several formulas together.

    Args:
        customers: signed over the baseline; None where no formula has an answer.
        mrr: likewise; of those that know it.
        adds: titles of the formulas in it.
        without_mrr: of these, titles of those whose revenue is not known.
        missing: titles of those with no answer: their part is unknown, not 0.
    """

    customers: Amount | None
    mrr: Amount | None
    adds: tuple[str, ...]
    without_mrr: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class PeriodWorth:
    """One period.

    Args:
        period: its key, e.g. 2026Q3.
        first_day: of the period.
        last_day: of the period.
        is_over: all of it is in the data.
        parts: by formula.
        drawn_now: formulas with a hold-out, in the period.
        drawn: the same from the start to the end of the period.
        wider_now: all formulas with an answer, in the period.
        wider: the same from the start to the end of the period.
    """

    period: str
    first_day: date
    last_day: date
    is_over: bool
    parts: tuple[FormulaWorth, ...]
    drawn_now: Total
    drawn: Total
    wider_now: Total
    wider: Total


@dataclass(frozen=True)
class Worth:
    """The whole.

    Args:
        as_of: newest day of the data.
        since: the first day a formula in use is counted from; None while none was in use.
        currency: of the revenue; empty where there is none, or more than one.
        facts_version: of the facts it rests on.
        periods: oldest first.
    """

    as_of: date
    since: date | None
    currency: str
    facts_version: int
    periods: tuple[PeriodWorth, ...]

    @property
    def newest(self) -> PeriodWorth:
        """The newest period that is over; before one is, the one that runs."""
        over = [one for one in self.periods if one.is_over]
        return (over or self.periods)[-1]

    def of(self, period: str) -> PeriodWorth:
        """One period.

        Raises:
            BadInput: when it is none of them.
        """
        found = {one.period: one for one in self.periods}
        if period not in found:
            raise BadInput(f"worth is told of {', '.join(found)}; got {period!r}")
        return found[period]
