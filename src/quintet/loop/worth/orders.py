"""What the order of modules brought: hires drawn into the order the formula would give, beside the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from quintet.calendar.periods import Period
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.gained import Gained
from quintet.loop.worth.people import Months, beside
from quintet.loop.worth.terms import About, Evidence
from quintet.stats.sure_sums import added

ABOUT = About(
    key="modules",
    title="Which module first",
    evidence=Evidence.DRAWN,
    baseline="hires of the same classes who were drawn into another order of the same modules",
    fooled="",
)


@dataclass(frozen=True, eq=False)
class DrawnOrder:
    """One drawn order of modules.

    Args:
        name: of it.
        since: the day from which hires were drawn.
        months: hires in the months in which orders differ; mine are those drawn to take first what the
            formula in use before the draw has as the strongest; nobody where none was in use.
        has_choice: such a formula was in use.
        events: first months at quota so far, while orders differ.
        needed: that were planned; it is not compared before, unless it was ended.
        may_tell: it may be compared.
        expected_on: when it was to be over; None where nobody knows.
    """

    name: str
    since: date
    months: Months
    has_choice: bool
    events: int
    needed: int
    may_tell: bool
    expected_on: date | None


@dataclass(frozen=True, eq=False)
class OrderPart:
    """Which module first.

    Args:
        orders: drawn ones.
        is_money: revenue is known in one currency.
    """

    orders: Sequence[DrawnOrder]
    is_money: bool
    about: About = ABOUT

    @property
    def since(self) -> date | None:
        """The first day of a draw that may be compared."""
        return min((one.since for one in self.orders if one.has_choice and one.may_tell), default=None)

    def over(self, span: Period) -> Gained:
        """What hires signed more in these days who were drawn to take the formula's choice first.

        Hires count as they were drawn, whatever they took, and go on counting when they have left.

        Raises:
            NotEnoughData: before an order may be compared, or with fewer than 8 hires on either side.

        Source: docs/loop/worth.md#which-module-first
        """
        told = [one for one in self.orders if one.has_choice and one.may_tell]
        if not told:
            raise self._missing()
        found = [beside(one.months, span, rest_from_start=False) for one in told]
        return Gained(
            customers=added([one[0] for one in found]),
            mrr=added([one[1] for one in found]) if self.is_money else None,
            n=sum(min(one[2], one[3]) for one in found),
            of="hires drawn",
            told_of=sum(one[2] for one in found),
        )

    def _missing(self) -> NotEnoughData:
        waiting = [one for one in self.orders if one.has_choice]
        if waiting:
            one = max(waiting, key=lambda order: order.events / order.needed)
            told = f"{one.events} of {one.needed} first months at quota are in"
            message = (
                f"{one.name}: {told}, and it is not compared before, so that nobody stops at a lucky moment"
            )
            return NotEnoughData(
                message, have=one.events, need=one.needed, unit="months", expected_on=one.expected_on
            )
        if self.orders:
            return NotEnoughData("no version that tells modules apart was in use before the order was drawn")
        return NotEnoughData("no order of modules was drawn: under What shortens the ramp one can be started")
