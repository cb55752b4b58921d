"""How far the turning of a company's history is: counted from the turns that lie on disk."""

from dataclasses import dataclass

from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.loop import jobs
from quintet.loop.asks import company_grain, turned_through
from quintet.loop.formulas import formulas
from quintet.loop.running import Turns, periods_due


@dataclass(frozen=True)
class Turning:
    """How far the turning of the history is.

    Args:
        through: the newest period that is over in the data, e.g. 2026Q4; empty when there is none.
        first: the first period of the history.
        periods: how many there are from the first through it.
        turned: formula's title → how many of them are turned.
        is_running: somebody asked for it, and the worker has not finished.
        refusal: why there is nothing to turn; empty when there is.
    """

    through: str = ""
    first: str = ""
    periods: int = 0
    turned: tuple[tuple[str, int], ...] = ()
    is_running: bool = False
    refusal: str = ""

    @property
    def done(self) -> int:
        """Periods turned, over all formulas that could be turned at all."""
        return sum(count for _, count in self.turned)

    @property
    def total(self) -> int:
        """Periods to turn, over the formulas that have begun; over all of them before any has."""
        return self.periods * (len(self.started) or len(self.turned))

    @property
    def started(self) -> tuple[str, ...]:
        """The formulas with a turn at all."""
        return tuple(title for title, count in self.turned if count)

    @property
    def is_done(self) -> bool:
        """Is every formula that can be turned at the newest period?"""
        return bool(self.started) and self.done >= self.periods * len(self.started)

    @property
    def sentence(self) -> str:
        """Where it stands, in one sentence."""
        if self.refusal:
            return self.refusal
        if not self.started:
            return f"{self.periods} periods are over and wait, {self.first} to {self.through}"
        if self.is_done:
            count = len(self.started)
            return f"{count} formula{'s are' if count > 1 else ' is'} turned through {self.through}"
        return f"{self.done} of {self.total} turns made, {self.first} to {self.through}"


def turning(home: Home) -> Turning:
    """How far the turning of the history is; a company without data is told why there is nothing to turn."""
    try:
        through = turned_through(home, None, company_grain())
        due = [one.name for one in periods_due(Facts.published(home), through)]
    except (NotEnoughData, BadInput) as error:
        return Turning(refusal=str(error))
    if not due:
        return Turning(refusal=f"no {through.grain} of this history is over yet")
    told = tuple((one.title, _turned(home, one.name, due)) for one in formulas())
    return Turning(through.name, due[0], len(due), told, bool(jobs.running()))


def _turned(home: Home, formula: str, due: list[str]) -> int:
    return sum(turn.period in due for turn in Turns(home, formula).kept())
