"""The naive answer, in use until a recipe beats it: what the same stretch brought four times before."""

from dataclasses import dataclass, field

import numpy as np

from quintet.management.formula.forecast.baselines import signed_by_rep
from quintet.management.formula.forecast.pipeline import summed
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8
from quintet.management.terms.forecast_recipe import STRETCHES_BACK


@dataclass(frozen=True, eq=False)
class PastWins:
    """What is left of a period, as the last four stretches of its length were; each as likely as the other.

    Before the first recorded closing nothing was signed: that counts as nought, as where the loop scores it.

    Args:
        history: what was known.
        day: number of the first day that is not known.
        ends: day numbers, rising; the last one is the period's end.
        length: days of the whole period.
    """

    history: History
    day: int
    ends: tuple[int, ...]
    length: int
    _signed: dict[tuple[str, int, int], dict[int, float]] = field(default_factory=dict)

    def total(self, measure: str, reps: frozenset[int] | None = None) -> F8:
        """[stretches] sum of a measure over some reps, everybody's when left out; newest first."""
        return self._until(self.ends[-1], measure, reps)

    def by_end(self, measure: str, ends: int, reps: frozenset[int] | None = None) -> F8:
        """[ends, stretches] the same by each of the first ends."""
        return np.stack([self._until(end, measure, reps) for end in self.ends[:ends]])

    def _until(self, end: int, measure: str, reps: frozenset[int] | None) -> F8:
        return np.asarray([summed(self._of(measure, end, back + 1), reps) for back in range(STRETCHES_BACK)])

    def _of(self, measure: str, end: int, back: int) -> dict[int, float]:
        """By rep, worked out once."""
        key, gone = (measure, end, back), back * self.length
        if key not in self._signed:
            self._signed[key] = signed_by_rep(self.history, self.day - gone, end - gone, measure)
        return self._signed[key]
