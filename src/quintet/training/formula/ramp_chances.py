"""What a fitted version says of one rep: the chance of each month to be the first at quota."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_number
from quintet.facts.careers import Ending
from quintet.kernel.errors import NotEnoughData
from quintet.training.formula.person_months import flags, plain_chances, quarter, ramp_rows
from quintet.training.terms.modules import FEWEST_EVENTS, HORIZON, PlainCurve, RampFormula, RampRep

F8 = npt.NDArray[np.float64]

_YEAR = 12
_HIGHEST = 3.4


def fit_plain(reps: Sequence[RampRep], until: date) -> PlainCurve:
    """The naive answer: every rep ramps like all reps so far.

    Args:
        reps: on their way, there, or gone.
        until: only months before this day were seen.

    Raises:
        NotEnoughData: while fewer than ten reps made quota.
    """
    events = sum(one.ending is Ending.REACHED for one in reps)
    if events < FEWEST_EVENTS:
        message = f"a ramp curve takes {FEWEST_EVENTS} reps who made quota, and there are {events}"
        raise NotEnoughData(message, have=events, need=FEWEST_EVENTS, unit="reps who made quota")
    rows = ramp_rows(reps, (), prior_sd=1.0).rows
    return PlainCurve(until, len(reps), events, tuple(plain_chances(rows)[:HORIZON].tolist()))


def hazards(formula: RampFormula, rep: RampRep) -> F8:
    """Hazard of months 1 … HORIZON for a rep with the modules finished so far; leads to come are average."""
    level = np.array(formula.baseline)[np.minimum(np.arange(HORIZON), len(formula.baseline) - 1)]
    behind = min(month_number(rep.joined) - month_number(formula.newest), 0) / _YEAR
    classes = {one.name: one.value for one in formula.classes}
    level = level + formula.trend.value * behind + classes.get(str(quarter(rep.joined)), 0.0)
    supply = np.zeros(HORIZON)
    told = rep.supply[:HORIZON]
    supply[: len(told)] = told
    level = level + formula.supply.value * supply
    if formula.score is not None and rep.score is not None:
        level = level + formula.score.value * rep.score
    for one in formula.modules:
        level = level + one.value * flags(rep, one.name, HORIZON)
    return np.asarray(np.exp(np.minimum(level, _HIGHEST)))


def chances(formula: RampFormula, rep: RampRep, after: int = 0) -> F8:
    """Chance that month 1 … HORIZON is the first at quota; the last entry is later than that.

    Args:
        formula: a fitted version.
        rep: with modules and leads as known when asked.
        after: months already over without quota; they get no chance.
    """
    return _first(-np.expm1(-hazards(formula, rep)), after)


def plain(curve: PlainCurve, after: int = 0) -> F8:
    """The same by the naive answer."""
    given = np.array(curve.chances)
    return _first(given[np.minimum(np.arange(HORIZON), len(given) - 1)], after)


def _first(monthly: F8, after: int) -> F8:
    monthly = np.where(np.arange(HORIZON) < after, 0.0, monthly)
    still = np.concatenate([[1.0], np.cumprod(1.0 - monthly)])
    return np.asarray(np.append(still[:-1] * monthly, still[-1]))
