"""The ramp in the loop: scored month by month on reps still on their way, beside the plain ramp curve."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_after, month_number
from quintet.facts.careers import Ending
from quintet.facts.once import OncePerVersion
from quintet.facts.published import Facts
from quintet.kernel.plain import as_plain, as_report
from quintet.stats.shares import wilson
from quintet.stats.trials import Recipe, Setting, Term, Trial
from quintet.training.formula.modules import fit_modules
from quintet.training.formula.ramp_chances import fit_plain, hazards
from quintet.training.metrics.ramp import read_ramps
from quintet.training.terms.kept import FORMULA
from quintet.training.terms.modules import HORIZON, PlainCurve, RampFormula, RampRep, Weight

F8 = npt.NDArray[np.float64]

MODULES, CLASSES = "modules", "class and leads"
RECIPES = {
    MODULES: "modules finished before the month, beside class, leads and the score before hire",
    CLASSES: "class, leads and the score before hire; nothing of modules",
}
#: No month is certain: a chance is never told closer to 0 or 1 than this.
_LEAST = 1e-4


@dataclass(frozen=True)
class OnTheWay:
    """A month of a rep who had not made quota before it.

    Args:
        rep: with what was finished, and when; leads of that month and later are not known to whom is asked.
        month: since joining, the month of joining is 1.
        made: quota was made in it.
    """

    rep: RampRep
    month: int
    made: bool


@dataclass(frozen=True)
class RampVersion:
    """One fitted version.

    Args:
        recipe: how it was fitted.
        formula: what it says.
        supply: leads that reps usually have in month 1, 2 … beside the average rep, as logarithms: what is
            expected of a month to come.
    """

    recipe: str
    formula: RampFormula
    supply: tuple[float, ...]

    @property
    def text(self) -> str:
        """As JSON."""
        return json.dumps(as_plain(self), sort_keys=True)

    def losses(self, trial: Trial) -> F8:
        """Log loss of each month."""
        return _losses(trial.payload, [self._chance(one) for one in trial.payload])

    def terms(self) -> tuple[Term, ...]:
        """Each module, then what it is adjusted for."""
        told = {one.module: one for one in self.formula.effects}
        of_modules = [
            _term(one, told[one.name].finished, told[one.name].events_with) for one in self.formula.modules
        ]
        others = [
            replace(self.formula.trend, name="joined a year later"),
            replace(self.formula.supply, name="leads, e times as many"),
            *([replace(self.formula.score, name="a better score before hire")] if self.formula.score else []),
        ]
        return (*of_modules, *(_term(one, self.formula.reps, self.formula.events) for one in others))

    def _chance(self, one: OnTheWay) -> float:
        known = replace(one.rep, supply=self.supply)
        return float(-np.expm1(-hazards(self.formula, known)[min(one.month, HORIZON) - 1]))


@dataclass(frozen=True)
class PlainVersion:
    """The naive answer: a rep ramps like all reps so far."""

    curve: PlainCurve

    @property
    def text(self) -> str:
        """As JSON."""
        return json.dumps(as_plain(self), sort_keys=True)

    def losses(self, trial: Trial) -> F8:
        """Log loss of each month."""
        given = self.curve.chances
        return _losses(trial.payload, [given[min(one.month, len(given)) - 1] for one in trial.payload])

    def terms(self) -> tuple[Term, ...]:
        """One line: how many have made quota so far, of all who came."""
        made, came = self.curve.events, self.curve.reps
        lo, hi = wilson(made, came)
        return (Term("made quota so far", made / came, lo, hi, "probability", came, None, made),)


@dataclass(frozen=True)
class RampInLoop:
    """In which month a rep makes quota first, by modules finished; refitted each period."""

    name: str = FORMULA
    title: str = "Ramp and modules"
    unit: str = "log loss of a month on the way to quota"
    recipes: tuple[Recipe, ...] = tuple(Recipe(name, sentence) for name, sentence in RECIPES.items())

    def setting(self, facts: Facts, until: datetime) -> Setting:
        """Nothing is settled; told from the first turn with enough reps at quota on.

        Raises:
            NotEnoughData: as `fit`.
        """
        self.baseline(facts, until, {})
        return {}

    def fit(self, facts: Facts, until: datetime, recipe: str, setting: Setting) -> RampVersion:  # noqa: ARG002 -- the loop asks so
        """What shortened the ramp, of what was known then.

        Raises:
            NotEnoughData: while fewer than ten reps have made quota.
        """
        end = _first_day(until)
        return version_of(_reps(facts, end), end, recipe)

    def baseline(self, facts: Facts, until: datetime, setting: Setting) -> PlainVersion:  # noqa: ARG002
        """The plain ramp curve of the same moment.

        Raises:
            NotEnoughData: while fewer than ten reps have made quota.
        """
        end = _first_day(until)
        return PlainVersion(fit_plain(_reps(facts, end), end))

    def read(self, text: str) -> RampVersion | PlainVersion:
        """A version from its JSON."""
        told: dict[str, Any] = json.loads(text)
        return as_report(PlainVersion, told) if "curve" in told else as_report(RampVersion, told)

    def trial(self, facts: Facts, since: datetime, until: datetime, setting: Setting) -> Trial:  # noqa: ARG002
        """Months of the period, of reps who had not made quota before; each month is judged by itself."""
        start, end = _first_day(since), _first_day(until)
        found = months_between(_reps(facts, end), start, end)
        begun = [month_after(one.rep.joined, one.month - 1) for one in found]
        return Trial(
            np.asarray(begun, dtype="datetime64[us]"),
            np.asarray([f"{one.rep.rep_id}" for one in found], dtype=np.str_),
            found,
        )


FORMULAS = (RampInLoop(),)


class _Read:
    """The reps of one version of the facts, by the day before which months count."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._reps: dict[date, tuple[RampRep, ...]] = {}

    def reps(self, end: date) -> tuple[RampRep, ...]:
        """On their way to quota, or there."""
        if end not in self._reps:
            self._reps[end] = read_ramps(self._facts, end).reps
        return self._reps[end]


_read = OncePerVersion(_Read)


def _reps(facts: Facts, end: date) -> tuple[RampRep, ...]:
    return _read(facts).reps(end)


def version_of(reps: Sequence[RampRep], until: date, recipe: str) -> RampVersion:
    """A version of what was known on a day.

    Raises:
        NotEnoughData: while fewer than ten reps have made quota.
    """
    told = reps if recipe == MODULES else tuple(replace(one, done={}) for one in reps)
    return RampVersion(recipe, fit_modules(told, until), _usual_supply(reps))


def months_between(reps: Sequence[RampRep], start: date, end: date) -> list[OnTheWay]:
    """Months from one day up to, and without, another, of reps who had not made quota before them."""
    return [
        OnTheWay(one, month, made=one.ending is Ending.REACHED and month == one.months)
        for one in reps
        for month in range(1, one.months + 1)
        if month_number(start) <= month_number(one.joined) + month - 1 < month_number(end)
    ]


def _first_day(instant: datetime) -> date:
    """First day of the month that runs at an instant: months before it are over."""
    return instant.astimezone(UTC).date().replace(day=1)


def _usual_supply(reps: Sequence[RampRep]) -> tuple[float, ...]:
    """Mean over reps of each month since joining that anybody was seen in."""
    months = max((len(one.supply) for one in reps), default=0)
    seen = [[one.supply[at] for one in reps if len(one.supply) > at] for at in range(min(months, HORIZON))]
    return tuple(sum(one) / len(one) for one in seen)


def _term(one: Weight, n: int, hits: int) -> Term:
    ratio, lo, hi = (math.exp(end) for end in (one.value, one.lo, one.hi))
    return Term(one.name, ratio, lo, hi, "times as likely to make quota in a month", n, None, hits)


def _losses(found: Sequence[OnTheWay], chances: Sequence[float]) -> F8:
    made = np.asarray([one.made for one in found])
    given = np.clip(np.asarray(chances, dtype=np.float64), _LEAST, 1.0 - _LEAST)
    return np.asarray(-np.log(np.where(made, given, 1.0 - given)))
