"""What a formula and the loop say to each other: trials, losses and terms. Arrays only.

A room's formula is in the loop when `<room>/in_loop.py` has `FORMULAS`, each with the methods of `Formula`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

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
        spoken: its weight in the whole points that people say; None where the formula has none.
        hits: of these units, those that came true, e.g. customers; None where it does not count them.
        rep_id: the rep it speaks of, whose number stands in its name as `rep <number>`; None where it speaks
            of nobody. Whoever may not see that rep is not told.
    """

    name: str
    estimate: float
    lo: float
    hi: float
    unit: str
    n: int
    spoken: int | None = None
    hits: int | None = None
    rep_id: int | None = None


@dataclass(frozen=True)
class Recipe:
    """One way to fit a formula; all recipes are refitted each period, one is in use.

    Args:
        name: e.g. "all past".
        sentence: what it does, for the page.
    """

    name: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Input:
    """How often each level of one input was seen, before the version was fitted and now.

    Args:
        name: e.g. "source".
        levels: in plain words, shape (k,).
        before: units in each past window, shape (w, k).
        now: units in the newest window, shape (k,).
    """

    name: str
    levels: tuple[str, ...]
    before: F8
    now: F8


@dataclass(frozen=True, eq=False)
class Watched:
    """What one version promised since it was fitted, and what came in: the inputs of the drift watch.

    Args:
        inputs: the score itself first, then what it looks at.
        days: [n] datetime64[D], every day since the version was fitted.
        promised: [n] events the version expected on that day, from what was known the day before.
        happened: [n] events of that day.
        doubt: standard deviation of the log of the promised rate, as far as the version knows.
        months: [m] text, the month in which a unit's outcome was settled, of units the version had not seen.
        said: [m] probability promised of each.
        came: [m] whether it came true.
        missing: why promises cannot be watched yet; empty where they can.
    """

    inputs: tuple[Input, ...]
    days: M8
    promised: F8
    happened: F8
    doubt: float
    months: npt.NDArray[np.str_]
    said: F8
    came: npt.NDArray[np.bool_]
    missing: str = ""


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


@runtime_checkable
class Watching(Protocol):
    """What a formula gives besides, to be watched daily for drift; one without is turned all the same."""

    def watch(
        self,
        facts: Any,  # noqa: ANN401
        version: Any,  # noqa: ANN401 -- one of the formula's own
        span: tuple[datetime, datetime],
        setting: Setting,
    ) -> Watched:
        """What came in and what was promised since a version was fitted, as it was known at the end.

        Args:
            facts: as they were known at the end of the span.
            version: the one in use, of `fit` or `baseline`.
            span: when it was fitted; the first instant that is not looked at.
            setting: as in `fit`.
        """
