"""What an experiment is, and what it has shown."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.kernel.finding import CausalGrade
from quintet.stats.sequential import SamplePlan

#: What may be measured, and the instant of a lead that says so. Replies and clicks may not.
METRICS = {"qualified": "qualified_at", "demo": "demo_at", "won": "won_at"}


@dataclass(frozen=True)
class Cell:
    """One arm of an experiment.

    Args:
        name: how people call it; the first cell is what is done today.
        weight: leads it gets for every lead of a cell of weight 1; whole.
        match: for a channel, the source or campaign whose leads it is; empty when leads are drawn, and for
            the cell of all other leads.
        budget: money it may cost; None when nobody set one.
    """

    name: str
    weight: int = 1
    match: str = ""
    budget: float | None = None


@dataclass(frozen=True)
class Design:
    """What is tried, on whom, and how it will be judged; said before the first lead.

    Args:
        cells: two or more; the first is what is done today.
        is_drawn: leads are drawn into cells by us; False for a channel, where nobody can draw.
        metric: one of METRICS.
        horizon_days: a lead is judged so many days after it came into its cell.
        base_rate: share expected of the first cell, 0..1.
        effect: difference worth finding, 0..1.
        alpha: chance allowed to see a difference where there is none, for all cells together.
        power: chance wanted to find the effect when it is real.
        source: only leads of this source; empty for all.
        segment: only leads of this segment; empty for all.
    """

    cells: tuple[Cell, ...]
    is_drawn: bool
    metric: str
    horizon_days: int
    base_rate: float
    effect: float
    alpha: float = 0.05
    power: float = 0.80
    source: str = ""
    segment: str = ""

    @property
    def grade(self) -> CausalGrade:
        """Only leads that were drawn tell what was tried apart from who was tried."""
        return CausalGrade.RANDOMISED if self.is_drawn else CausalGrade.ASSOCIATION

    @property
    def alpha_each(self) -> float:
        """The share of alpha that each comparison with the first cell may use."""
        return self.alpha / (len(self.cells) - 1)


@dataclass(frozen=True)
class Forecast:
    """What an experiment will take.

    Args:
        sample: leads a cell.
        leads_per_week: leads that would have come in, from the last weeks.
        weeks: weeks until the smallest cell has what it needs, horizon included; None when no leads come.
    """

    sample: SamplePlan
    leads_per_week: float
    weeks: float | None


@dataclass(frozen=True)
class EnteredLeads:
    """The leads of an experiment, one entry a lead.

    Args:
        cell: [n] position of its cell.
        entered_at: [n] datetime64, when it came into the cell.
        converted_at: [n] datetime64, when it did what is measured; NaT where it did not.
        as_of: the newest instant known.
    """

    cell: npt.NDArray[np.int64]
    entered_at: npt.NDArray[np.datetime64]
    converted_at: npt.NDArray[np.datetime64]
    as_of: np.datetime64


@dataclass(frozen=True)
class CellResult:
    """What one cell has shown so far.

    Args:
        name: of the cell.
        assigned: leads in it.
        matured: of these, leads whose horizon is over.
        converted: of these, converted within the horizon.
        rate: converted / matured; None without a matured lead.
        lo: lower end of its 90 % interval.
        hi: upper end.
        cost: money booked for it; None when unknown.
        budget: money it may cost.
    """

    name: str
    assigned: int
    matured: int
    converted: int
    rate: float | None
    lo: float | None
    hi: float | None
    cost: float | None = None
    budget: float | None = None

    @property
    def cost_per_conversion(self) -> float | None:
        """Money for each lead that converted; None while there is none or the cost is unknown."""
        return self.cost / self.converted if self.cost is not None and self.converted else None

    @property
    def is_over_budget(self) -> bool:
        """More was spent than agreed."""
        return self.cost is not None and self.budget is not None and self.cost > self.budget


@dataclass(frozen=True)
class Look:
    """What one could have seen at the end of one day.

    Args:
        day: the day.
        pairs: matured leads of the smaller of the two cells.
        lo: lower end of the difference that no look has ruled out.
        hi: upper end.
        evidence: e-value against "no difference".
    """

    day: date
    pairs: int
    lo: float
    hi: float
    evidence: float


@dataclass(frozen=True)
class Comparison:
    """One cell beside the first.

    Args:
        name: of the cell.
        difference: its rate minus that of the first cell; None before both have a matured lead.
        lo: lower end of the interval that is valid at every look.
        hi: upper end.
        p_value: valid at every look.
        is_decided: a difference was shown, at this or an earlier look.
        looks: one per day with a matured lead.
    """

    name: str
    difference: float | None
    lo: float | None
    hi: float | None
    p_value: float
    is_decided: bool
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Result:
    """What an experiment has shown until a day.

    Args:
        as_of: the day.
        cells: in the order of the design.
        comparisons: each later cell beside the first.
        ratio_p: could chance alone have drawn such unequal cells? 1 for a channel.
        reading: one sentence for the person who runs it.
        is_enough: the sample that was planned is reached.
    """

    as_of: date
    cells: tuple[CellResult, ...]
    comparisons: tuple[Comparison, ...]
    ratio_p: float
    reading: str
    is_enough: bool
