"""What became of the people who were hired: attainment, productivity at equal leads, customers who stay."""

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property

#: A rep is judged on these months since joining, the month of joining being the first: ramp is over by then.
FIRST_MONTH, LAST_MONTH = 4, 12
#: Judged once so many of them are over.
FEWEST_MONTHS = 3
#: A rep's leads tell something once so many customers were to be expected of them.
FEWEST_DUE = 5.0
#: A customer lost within so many days may have been pressed.
EARLY_DAYS = 90
#: Said of a rep when he is this sure to lose more of his customers early than his colleagues do.
PRESSED_AT = 0.95

_REACH = 1.6449
#: The outcomes an index is held against, and how each is said; the first leads.
ATTAINMENT, PRODUCTIVITY, LIFETIME = "attainment", "productivity", "lifetime"
OUTCOME_WORDS = {
    ATTAINMENT: "Quota attainment at equal leads",
    PRODUCTIVITY: "Signed a month",
    LIFETIME: "Lifetime value of a customer signed",
}


@dataclass(frozen=True)
class EarlyChurn:
    """Customers of one rep who left within EARLY_DAYS, of those watched that long.

    Args:
        customers: watched for EARLY_DAYS, or lost before.
        lost: of these, lost within EARLY_DAYS.
        rate: with luck taken out; None where it cannot be told from others' (one rep, or nobody lost early).
        lo: lower end of its 90 % interval.
        hi: upper end.
        p_above: probability that it is above that of the average rep.
    """

    customers: int
    lost: int
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None
    p_above: float | None = None

    @property
    def is_pressed(self) -> bool:
        """May deals have been pressed?"""
        return self.p_above is not None and self.p_above >= PRESSED_AT


@dataclass(frozen=True)
class LeadsBrought:
    """What came of the leads a rep got in some months.

    Args:
        leads: how many.
        customers: won from them so far.
        signed: by them so far.
        expected: what the average rep would have signed from them by now.
        due: customers the average rep would have won from them by now.
        noise: standard deviation of the log of signed / expected that chance alone gives.
    """

    leads: int
    customers: int
    signed: float
    expected: float
    due: float
    noise: float


@dataclass(frozen=True)
class RepSuccess:
    """What one rep brought in months FIRST_MONTH to LAST_MONTH, as far as they are over.

    Args:
        rep_id: who.
        name: as the facts have it.
        joined_on: first day; the first month with any activity where the source has no date.
        left_on: None while here.
        months: of the window, that are over and in which the rep was here.
        signed: in the window, in `unit` of the company.
        quota: of the months in the window that had one; None where none had.
        brought: what came of the leads of the window.
        worth: lifetime value of a customer signed, beside its segment's; None where no churn is on record.
        early_churn: customers lost early.
    """

    rep_id: int
    name: str
    joined_on: date
    left_on: date | None
    months: int
    signed: float
    quota: float | None
    brought: LeadsBrought
    worth: float | None
    early_churn: EarlyChurn

    @property
    def is_judged(self) -> bool:
        """Are enough months over?"""
        return self.months >= FEWEST_MONTHS

    @property
    def attainment(self) -> float | None:
        """Signed over quota; 1 is the quota."""
        return self.signed / self.quota if self.is_judged and self.quota else None

    @property
    def productivity(self) -> float | None:
        """Signed from own leads over what the average rep would have signed from them; 1 is the average.

        None where too few customers were to be expected of them: a gate that does not look at the outcome.
        """
        told = self.brought
        return told.signed / told.expected if self.is_judged and told.due >= FEWEST_DUE else None

    @property
    def productivity_range(self) -> tuple[float, float] | None:
        """Where productivity would lie in nine of ten such stretches, by the luck of so many customers."""
        told = self.productivity
        if not told:
            return None
        reach = math.exp(_REACH * self.brought.noise)
        return told / reach, told * reach

    @property
    def per_month(self) -> float | None:
        """Signed a month."""
        return self.signed / self.months if self.is_judged else None


@dataclass(frozen=True)
class Success:
    """Every rep's success, and how this company counts it.

    Args:
        reps: newest first.
        measure: mrr, amount or customers.
        currency: of money; empty for customers.
        as_of: newest day of the data.
    """

    reps: tuple[RepSuccess, ...]
    measure: str
    currency: str
    as_of: date

    @cached_property
    def by_rep(self) -> dict[int, RepSuccess]:
        """rep_id → his success."""
        return {one.rep_id: one for one in self.reps}

    @property
    def judged(self) -> tuple[RepSuccess, ...]:
        """Those of whom enough months are over."""
        return tuple(one for one in self.reps if one.is_judged)

    @property
    def usual_attainment(self) -> float | None:
        """Attainment of all who are judged together; None where no quota is on record."""
        signed = sum(one.signed for one in self.judged if one.quota)
        quota = sum(one.quota or 0.0 for one in self.judged)
        return signed / quota if quota else None

    def outcomes(self, name: str) -> dict[int, float]:
        """One of OUTCOME_WORDS by rep, of those it can be told of.

        Attainment is that of the rep with the average rep's leads: productivity times usual attainment, in
        per cent of quota, or in per cent of the average rep where no quota is on record.
        """
        usual = 100.0 * (self.usual_attainment or 1.0)
        attribute = {ATTAINMENT: "productivity", PRODUCTIVITY: "per_month", LIFETIME: "worth"}[name]
        times = usual if name == ATTAINMENT else 1.0
        found = {one.rep_id: getattr(one, attribute) for one in self.judged}
        return {rep_id: times * value for rep_id, value in found.items() if value is not None}

    @property
    def left_early(self) -> tuple[RepSuccess, ...]:
        """Those who left before they could be judged."""
        return tuple(one for one in self.reps if one.left_on is not None and not one.is_judged)
