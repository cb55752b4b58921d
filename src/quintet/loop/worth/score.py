"""What the lead score brought: leads it decided on beside leads held out of it by lot."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import Period
from quintet.demand.formula.worth import SILENT_BELOW, SPEAKS_FROM
from quintet.demand.terms.worth import Drawn
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.gained import Gained
from quintet.loop.worth.terms import About, Evidence
from quintet.stats.holdout import fit_holdout
from quintet.stats.sure_sums import Sure, of_levels

F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]

ABOUT = About(
    key="score",
    title="Lead score",
    evidence=Evidence.DRAWN,
    baseline="the same leads worked as they come, as leads held out of the score by lot are",
    fooled="",
)
#: The estimate is asked for at these standard errors, the middle one that of a 90 % interval.
_LEVELS = (0.8, 1.6448536269514722, 2.6)
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class ScorePart:
    """The lead score.

    Args:
        drawn: leads that were drawn into it or out of it.
        as_of: newest day of the data.
        currency: of the company's revenue; empty where there is none, or more than one.
    """

    drawn: Drawn
    as_of: date
    currency: str
    about: About = ABOUT

    @property
    def since(self) -> date | None:
        """The first hand-over of a lead that was drawn."""
        handed = self.drawn.handed_at
        first: date | None = handed.min().astype("datetime64[D]").item() if len(handed) else None
        return first

    def over(self, span: Period) -> Gained:
        """Customers signed in these days by leads the score decided on, less what held-out ones let expect.

        Leads count as they were drawn, whatever was done with them and however old they are: a lead not sold
        in these days brought nothing in them, in either arm.

        Raises:
            NotEnoughData: below 100 leads held out by the end of these days.

        Source: docs/loop/worth.md#lead-score
        """
        told, known = self.drawn, self.drawn.handed_at < np.datetime64(span.end)
        held = known & told.is_held
        self._check(int(held.sum()), int((known & ~told.is_held).sum()))
        won = known & signed_in(told, span)
        ruled = int((known & ~told.is_held).sum())
        customers = self._more(known, won.astype(np.float64), ruled)
        is_money = bool(self.currency) and told.currency == self.currency
        few = int((held & won).sum())
        return Gained(
            customers=customers,
            mrr=self._more(known, np.where(won, told.revenue, 0.0), ruled) if is_money else None,
            n=int(held.sum()),
            of="leads held out",
            told_of=ruled,
            note=f"{few} customers among the leads held out" if few < SPEAKS_FROM else "",
        )

    def _check(self, held: int, ruled: int) -> None:
        if held < SILENT_BELOW or not ruled:
            message = f"{held} leads were held out of the score, and it takes {SILENT_BELOW}"
            raise NotEnoughData(
                message, have=held, need=SILENT_BELOW, unit="leads held out", expected_on=self._expected()
            )

    def _expected(self) -> date | None:
        """When the 100th is there, at the pace so far; None before the first, and once it is."""
        held = int(self.drawn.is_held.sum())
        if not held or held >= SILENT_BELOW:
            return None
        days = max((np.datetime64(self.as_of) + _DAY - self.drawn.handed_at.min()) / _DAY, 1.0)
        return self.as_of + timedelta(days=ceil((SILENT_BELOW - held) * float(days) / held))

    def _more(self, known: B1, outcome: F8, ruled: int) -> Sure:
        told = self.drawn
        fits = [
            fit_holdout(outcome[known], told.is_held[known], told.share[known], told.p[known], z=z)
            for z in _LEVELS
        ]
        ends = [one.lo for one in fits], [one.hi for one in fits]
        return of_levels(fits[0].estimate, _LEVELS, *ends).times(ruled)


def signed_in(drawn: Drawn, span: Period) -> B1:
    """[n] became a customer in these days."""
    sold = ~np.isnan(drawn.won_days)
    after = (np.nan_to_num(drawn.won_days) * 86_400e6).astype("timedelta64[us]")
    at = drawn.handed_at + after
    return np.asarray(sold & (at >= np.datetime64(span.start)) & (at < np.datetime64(span.end)))
