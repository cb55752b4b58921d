"""The loop's read-only questions: the curve, the turns, the versions and what changed between two of them."""

import os
from dataclasses import dataclass
from datetime import datetime

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.loop.curve import curve
from quintet.loop.diff import diff
from quintet.loop.formulas import formula_named, formulas
from quintet.loop.naming import Changes, as_read_by
from quintet.loop.refits import kept_refits
from quintet.loop.running import Turns, newest_period, shelf_of
from quintet.loop.terms import BASELINE, Curve, Turn
from quintet.stats.trials import Formula

GRAINS = (Grain.QUARTER, Grain.MONTH)


@dataclass(frozen=True)
class Standing:
    """One formula as it stands.

    Args:
        formula: which.
        turns: oldest first.
        curve: its compounding curve.
    """

    formula: Formula
    turns: tuple[Turn, ...]
    curve: Curve

    @property
    def last(self) -> Turn | None:
        """The newest turn; None before the first."""
        return self.turns[-1] if self.turns else None


@dataclass(frozen=True)
class Version:
    """One fitted version.

    Args:
        version: its digest.
        period: the turn that fitted it.
        until: what was known then.
        recipe: how it was fitted.
        came_into_use: it was the one in use after that turn.
    """

    version: str
    period: str
    until: datetime
    recipe: str
    came_into_use: bool


def standings(home: Home) -> tuple[Standing, ...]:
    """Every formula in the loop, with its curve."""
    return tuple(standing(home, one.name) for one in formulas())


def standing(home: Home, name: str) -> Standing:
    """One formula in the loop.

    Raises:
        BadInput: when there is no such formula.
    """
    formula = formula_named(name)
    turns = tuple(Turns(home, name).kept())
    return Standing(formula, turns, curve(name, turns))


def versions(home: Home, name: str) -> tuple[Version, ...]:
    """Every version of a formula, newest first; the naive answers are left out."""
    formula_named(name)
    told = [
        Version(version, turn.period, datetime.fromisoformat(turn.until), recipe, recipe == turn.next)
        for turn in Turns(home, name).kept()
        for recipe, version in turn.fitted.items()
        if recipe != BASELINE
    ]
    told += [
        Version(one.version, f"{one.after}, refitted early", datetime.fromisoformat(one.at), one.recipe, True)  # noqa: FBT003 -- came_into_use
        for one in kept_refits(home, name)
        if one.version and one.recipe != BASELINE
    ]
    return tuple(sorted(told, key=lambda one: one.until, reverse=True))


def changes(home: Home, name: str, before: str, after: str, scope: Scope) -> Changes:
    """What changed between two versions, what changed most surely first, as a reader may read it.

    Raises:
        BadInput: when there is no such formula or version.
    """
    formula = formula_named(name)
    shelf = shelf_of(home, formula)
    old, new = (formula.read(shelf.read(version)) for version in (before, after))
    return as_read_by(scope, diff(old.terms(), new.terms()), lambda: names_of_reps(Facts.published(home)))


def company_grain() -> Grain:
    """How long this company's periods are: `QUINTET_TURN`, a quarter when it is not set.

    Raises:
        BadInput: unless it says quarter or month.
    """
    return grain_named(os.environ.get("QUINTET_TURN", Grain.QUARTER))


def grain_named(name: str) -> Grain:
    """The length of a period a person names.

    Raises:
        BadInput: unless it is quarter or month.
    """
    if name not in GRAINS:
        msg = f"a turn takes a {' or a '.join(GRAINS)}, got {name!r}"
        raise BadInput(msg)
    return Grain(name)


def turned_through(home: Home, period: str | None, grain: Grain) -> Period:
    """The period a person names, else the newest one that is over in the data.

    Raises:
        BadInput: when the name is no month and no quarter.
    """
    calendar = FiscalCalendar()
    if not period:
        return newest_period(Facts.published(home), grain, calendar)
    found = calendar.parse(period)
    grain_named(found.grain)
    return found
