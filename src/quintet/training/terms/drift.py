"""Whether the step a page should move still converts as it did when the page was written."""

from dataclasses import dataclass
from datetime import date, timedelta

from quintet.kernel.finding import Status

#: So probable, and the step is said to have moved.
SURE = 0.95


@dataclass(frozen=True)
class StepRate:
    """What reps convert at a step in one span of time, luck taken out.

    Args:
        start: first day on which leads came to the step.
        end: the day after the last.
        n: leads that came to the step then, and were watched long enough.
        converted: of these, converted in time.
        reps: how many reps brought them.
        rate: what such reps convert; None where too few say it.
        lo: lower end of its 90 % interval.
        hi: upper end.
    """

    start: date
    end: date
    n: int
    converted: int
    reps: int
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None

    @property
    def last(self) -> date:
        """The last day."""
        return max(self.end - timedelta(days=1), self.start)


@dataclass(frozen=True)
class Side:
    """One row of the comparison."""

    name: str
    rate: StepRate


@dataclass(frozen=True)
class StepDrift:
    """A page's step before and after a version was written.

    Args:
        status: speaks, or silent with a reason.
        within_days: a lead counts as converted when it converted within so many days; watched that long.
        before: the half year before.
        after: since.
        change: after less before, in shares; None when silent.
        lo: lower end of its 90 % interval.
        hi: upper end.
        p_down: probability that the step converts less than before.
        reason: why silent.
    """

    status: Status
    within_days: int
    before: StepRate | None = None
    after: StepRate | None = None
    change: float | None = None
    lo: float | None = None
    hi: float | None = None
    p_down: float | None = None
    reason: str = ""

    @property
    def sides(self) -> tuple[Side, ...]:
        """Before and after, as far as counted."""
        both = (("Before", self.before), ("Since", self.after))
        return tuple(Side(name, rate) for name, rate in both if rate is not None)

    @property
    def has_moved(self) -> bool:
        """Did the step drift, beyond chance?"""
        return self.p_down is not None and not 1 - SURE < self.p_down < SURE

    @property
    def is_worse(self) -> bool:
        """Did it drift down?"""
        return self.p_down is not None and self.p_down >= SURE

    @property
    def sentence(self) -> str:
        """What may be said of it."""
        if self.before is None or self.after is None or self.change is None or self.reason:
            return f"{self.reason[:1].upper()}{self.reason[1:]}."
        told = (
            f"{self.after.rate:.0%} of {self.after.n:,} leads since, {self.before.rate:.0%} of "
            f"{self.before.n:,} before: {100 * self.change:+.0f} points "
            f"({100 * (self.lo or 0.0):+.0f} to {100 * (self.hi or 0.0):+.0f})"
        )
        if not self.has_moved:
            return f"Its step converts as it did: {told}."
        return f"Its step has {'dropped' if self.is_worse else 'risen'} since it was written: {told}."
