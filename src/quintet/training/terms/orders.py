"""Who takes which module first: an order drawn for every hire, and what it showed."""

from dataclasses import dataclass
from datetime import date

from quintet.facts.careers import Ending
from quintet.kernel.finding import CausalGrade
from quintet.training.terms.modules import WORTH_FINDING, Span

#: What may be decided at the end.
DECISIONS = {
    "first": "Give the better one first",
    "drop": "Drop the one that does nothing",
    "unclear": "It did not show",
}
FEWEST_MODULES, MOST_MODULES = 2, 4
LONGEST_GAP = 6


@dataclass(frozen=True)
class OrderDesign:
    """What is drawn, and what would be worth finding; said before the first hire.

    Args:
        modules: keys, two to four. Each hire takes all of them, one after the other.
        gap: months from one to the next; the first is due in the month of joining.
        ratio: of the chances to make quota in a month, of who has a module beside who has another in its
            stead, that should be found.
        alpha: chance allowed to see a difference where there is none.
        power: chance wanted to find the ratio when it is real.
    """

    modules: tuple[str, ...]
    gap: int
    ratio: float = WORTH_FINDING
    alpha: float = 0.05
    power: float = 0.80

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """As many orders as modules; every module comes once in every place."""
        return tuple(self.modules[at:] + self.modules[:at] for at in range(len(self.modules)))

    @property
    def last_month(self) -> int:
        """The last month in which orders differ: then everybody has had all."""
        return 1 + (len(self.modules) - 1) * self.gap

    def due(self, order: int, module: str) -> int:
        """Month since joining in which a module is due in one of the orders; the month of joining is 1."""
        return 1 + self.orders[order].index(module) * self.gap


@dataclass(frozen=True)
class OrderPlan:
    """What it takes.

    Args:
        events: first months at quota in the months in which orders differ.
        share: of the hires, who make quota first in these months, as reps did so far.
        reps: hires to be drawn.
        hires_a_month: of the last twelve months.
        months: until the last hire has been watched; None where nobody was hired.
    """

    events: int
    share: float
    reps: int
    hires_a_month: float
    months: float | None


@dataclass(frozen=True)
class DrawnRep:
    """A hire whose order was drawn, and the way to quota so far.

    Args:
        rep_id: who.
        order: position among the orders of the design.
        joined: first day of the month of joining.
        months: watched.
        ending: reached, left, or still ramping.
    """

    rep_id: int
    order: int
    joined: date
    months: int
    ending: Ending


@dataclass(frozen=True)
class ArmResult:
    """Hires of one order: drawn, made quota while the orders differed, and made it at all."""

    order: tuple[str, ...]
    reps: int
    early: int
    reached: int


@dataclass(frozen=True)
class ModuleContrast:
    """One module beside the others in its stead: ratio of the chances to make quota in a month."""

    module: str
    ratio: Span
    is_shown: bool


@dataclass(frozen=True)
class OrderResult:
    """What an order has shown until a day.

    Args:
        as_of: the day.
        arms: one for each order.
        events: first months at quota while the orders differed.
        needed: that were planned.
        contrasts: each module beside the others; empty before so many events, unless it was ended.
        reading: one sentence for the person who runs it.
        grade: orders were drawn.
    """

    as_of: date
    arms: tuple[ArmResult, ...]
    events: int
    needed: int
    contrasts: tuple[ModuleContrast, ...]
    reading: str
    grade: CausalGrade = CausalGrade.RANDOMISED
