"""The ways to fit a forecast that compete in the loop, and which of them a forecast was made by."""

from dataclasses import dataclass
from datetime import date

#: The forecast's name on its shelf and in the loop.
FORMULA = "management.forecast"
#: Names the loop knows them by; the naive answer has none.
ALL, RECENT, ALONE, NAIVE = "all past", "last 12 months", "deal by deal", ""
RECENT_DAYS = 365
#: What the naive answer looks back to: so many stretches of the same length.
STRETCHES_BACK = 4
UNDECIDED = "The loop has not scored enough periods yet to decide between recipes."


@dataclass(frozen=True)
class ForecastRecipe:
    """Which way a forecast is made, and since when the loop has it in use.

    Args:
        name: one of ALL, RECENT and ALONE; NAIVE where nothing was shown to beat the naive answer.
        since: the day from which it is; None while the loop has decided nothing.
        turn: the period whose turn decided it, e.g. 2026Q3.
        why: one sentence.
    """

    name: str = ALL
    since: date | None = None
    turn: str = ""
    why: str = UNDECIDED

    @property
    def said(self) -> str:
        """As a person says it."""
        return f"“{self.name}”" if self.name else "the naive answer"

    @property
    def is_naive(self) -> bool:
        """A rep's own last stretches are in use, and no fit."""
        return self.name == NAIVE

    @property
    def is_common(self) -> bool:
        """One shock moves all deals of a period."""
        return self.name != ALONE

    @property
    def recent(self) -> int | None:
        """Days of history that count; None for all."""
        return RECENT_DAYS if self.name == RECENT else None
