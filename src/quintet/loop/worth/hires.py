"""What the hiring index brought: hires it spoke for, beside hires made otherwise, at equal leads."""

from dataclasses import dataclass
from datetime import date

from quintet.calendar.periods import Period
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.gained import Gained
from quintet.loop.worth.people import Months, beside
from quintet.loop.worth.terms import About, Evidence
from quintet.stats.beside_rest import FEWEST

ABOUT = About(
    key="index",
    title="Hiring index",
    evidence=Evidence.COMPARED,
    baseline="as many hires like those made without the index or against it, with the same leads",
    fooled=(
        "Interviewers may have liked the same people without the index; hires came at other times, into "
        "other teams; and of those who were turned down nobody knows what they would have sold."
    ),
)
_YEAR = 12


@dataclass(frozen=True, eq=False)
class HiresPart:
    """The hiring index.

    Args:
        months: hires in their fourth to twelfth month; mine are those the index spoke for.
        is_money: revenue is known in one currency.
    """

    months: Months
    is_money: bool
    about: About = ABOUT

    @property
    def since(self) -> date | None:
        """The first month that counts of somebody the index spoke for."""
        told = self.months
        counted = (told.due[told.is_mine] > 0).any(axis=0)
        if not counted.any():
            return None
        year, month = divmod(int(told.month[counted].min()), _YEAR)
        return date(year, month + 1, 1)

    def over(self, span: Period) -> Gained:
        """Customers of leads of these months, less those that hires made otherwise would have won from them.

        Raises:
            NotEnoughData: with fewer than 8 hires on either side.

        Source: docs/loop/worth.md#hiring-index
        """
        try:
            customers, mrr, mine, rest = beside(self.months, span, rest_from_start=True)
        except NotEnoughData as error:
            raise NotEnoughData(self._missing(), have=error.have, need=FEWEST, unit=error.unit) from error
        return Gained(customers, mrr if self.is_money else None, min(mine, rest), "hires", mine)

    def _missing(self) -> str:
        told = self.months
        counts = (told.due > 0).any(axis=1)
        mine, rest = int((counts & told.is_mine).sum()), int((counts & ~told.is_mine).sum())
        past = f"{mine} hires the index spoke for and {rest} others are past their third month"
        return f"{past}: {FEWEST} on either side are needed in the days asked for"
