"""What goes with a criterion among those who were hired: sums that hold no candidate."""

from dataclasses import dataclass

from quintet.stats.weighted_slopes import WeightedSlope

#: Hires scored on a criterion and known in what it is held against, below which nothing is said.
FEWEST_HIRES = 20


@dataclass(frozen=True)
class Measured:
    """What one rep gives, and how surely that is known.

    Args:
        value: e.g. log-odds at a step on equal leads.
        error: its standard error; 0 where nobody knows.
    """

    value: float
    error: float


@dataclass(frozen=True)
class CriterionLink:
    """One criterion beside one thing that reps give.

    Args:
        criterion: its key.
        measure: which thing.
        n: hires who were scored and of whom the thing is known.
        slope: change of the thing with one standard deviation of the score; None when silent.
        reason: why it is silent.
    """

    criterion: str
    measure: str
    n: int
    slope: WeightedSlope | None
    reason: str = ""
