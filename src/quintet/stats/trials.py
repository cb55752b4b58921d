"""What a formula and the loop say to each other: trials, losses and terms. Arrays only.

A room's formula is in the loop when `<room>/in_loop.py` has `FORMULAS`, each with the methods of `Formula`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput

F8 = npt.NDArray[np.float64]
M8 = npt.NDArray[np.datetime64]

#: What was settled once for all versions, e.g. {"horizon_days": 90}; plain JSON values.
Setting = Mapping[str, Any]


@dataclass(frozen=True)
class Trial:
    """Units whose outcome became known in a period: what versions are scored on.

    Args:
        decided_at: [n] datetime64, when a version would have been asked: the version in use then is judged.
        clusters: [n] text; units of one cluster are not independent, e.g. "rep 12, 2026-03".
        payload: what `Fitted.losses` reads; the loop does not look inside.
    """

    decided_at: M8
    clusters: npt.NDArray[np.str_]
    payload: Any

    def __post_init__(self) -> None:
        """Refuse arrays of different lengths."""
        if len(self.decided_at) != len(self.clusters):
            msg = f"a trial has one cluster a unit, got {len(self.clusters)} for {len(self.decided_at)}"
            raise BadInput(msg)

    def __len__(self) -> int:
        """How many units."""
        return len(self.decided_at)


@dataclass(frozen=True)
class Term:
    """One line of a fitted formula, as a person says it.

    Args:
        name: e.g. "form: demo, ever".
        estimate: its weight, in `unit`.
        lo: lower end of its 90 % interval.
        hi: upper end.
        unit: e.g. "points" or "log-odds".
        n: units that showed it.
    """

    name: str
    estimate: float
    lo: float
    hi: float
    unit: str
    n: int


@dataclass(frozen=True)
class Recipe:
    """One way to fit a formula; all recipes are refitted each period, one is in use.

    Args:
        name: e.g. "all past".
        sentence: what it does, for the page.
    """

    name: str
    sentence: str


class Fitted(Protocol):
    """One version: frozen, readable, kept as JSON."""

    @property
    def text(self) -> str:
        """The version as JSON; the same data and seed give the same text."""

    def losses(self, trial: Trial) -> F8:
        """A proper score of each unit, smaller is better, shape (n,); it sees outcomes only to score."""

    def terms(self) -> tuple[Term, ...]:
        """The version line by line, always in the same order for the same lines."""


class Formula(Protocol):
    """What a formula gives to be in the loop. `facts` are facts as they were known then."""

    name: str
    title: str
    unit: str
    recipes: tuple[Recipe, ...]

    def setting(self, facts: Any, until: datetime) -> Setting:  # noqa: ANN401
        """What is settled once, at the first turn with enough data, so that all periods can be compared."""

    def fit(self, facts: Any, until: datetime, recipe: str, setting: Setting) -> Fitted:  # noqa: ANN401
        """A version of what was known until then.

        Raises:
            NotEnoughData: below the formula's minimum.
        """

    def baseline(self, facts: Any, until: datetime, setting: Setting) -> Fitted:  # noqa: ANN401
        """The naive answer of the same moment: the team's mean, the base rate."""

    def read(self, text: str) -> Fitted:
        """A version from its JSON."""

    def trial(self, facts: Any, since: datetime, until: datetime, setting: Setting) -> Trial:  # noqa: ANN401
        """Units whose outcome became known after `since`, up to and with `until`."""
