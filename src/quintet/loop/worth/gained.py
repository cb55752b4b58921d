"""What each formula hands in: how much it brought in a stretch of days, told so that it can be added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from quintet.calendar.periods import Period, month_number
from quintet.loop.worth.terms import About
from quintet.stats.sure_sums import Sure

#: Months of reps by (rep, month since year 0): each counts for one formula alone.
RepMonths = frozenset[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Gained:
    """What a formula brought over its baseline.

    Args:
        customers: signed.
        mrr: their monthly recurring revenue as signed; None where it is not known in one currency.
        n: cases on the smaller side of the comparison.
        of: what such a case is.
        told_of: cases the formula decided on, of which this is told.
        note: what makes it less sure than its interval says.
    """

    customers: Sure
    mrr: Sure | None
    n: int
    of: str
    told_of: int
    note: str = ""


class Part(Protocol):
    """One formula's worth."""

    @property
    def about(self) -> About:
        """Which formula, and what it is held against."""

    @property
    def since(self) -> date | None:
        """The first day it is counted from; None while it was not in use."""

    def over(self, span: Period) -> Gained:
        """What it brought in these days.

        Raises:
            NotEnoughData: as long as nothing can be said of them.
        """


def months_of(rep_id: int, first: date, last: date) -> Iterable[tuple[int, int]]:
    """The months of a rep from one day to another, both included."""
    return ((rep_id, month) for month in range(month_number(first), month_number(last) + 1))
