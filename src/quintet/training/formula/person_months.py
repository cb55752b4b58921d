"""Reps' months on the way to quota as rows, with what each rep had at the time and nothing of later.

A module counts from the month after it was finished. Whether somebody *ever* finished it is known only at the
end: whoever takes long to reach quota has more time to finish it, so as a trait of the rep from the first day
it makes useful modules look harmful (immortal time). Such a column is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_number
from quintet.facts.careers import Ending
from quintet.kernel.errors import BadInput
from quintet.stats.person_months import PersonMonths
from quintet.training.terms.modules import RampRep

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

#: Prior of a class's step off the trend, in logs; of everything else, stats/person_months.py.
CLASS_SD = 0.3
_QUARTER = 3
_MONTHS = 12
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class RampRows:
    """Person-months with named columns.

    Args:
        rows: person-months of the reps, in their order.
        names: of the columns: trend, classes, supply, score, further fixed ones, modules.
        prior_sd: of each column.
        modules: those with months both with and without.
        newest: month number of the newest class, at which the trend is 0.
        quarters: first day of each class's quarter.
    """

    rows: PersonMonths
    names: tuple[str, ...]
    prior_sd: F8
    modules: tuple[str, ...]
    newest: int
    quarters: tuple[date, ...]

    def place(self, name: str) -> int:
        """Position of a column."""
        return self.names.index(name)


def quarter(day: date) -> date:
    """First day of its quarter."""
    return date(day.year, day.month - (day.month - 1) % _QUARTER, 1)


def flags(rep: RampRep, module: str, months: int) -> F8:
    """Had the rep finished a module when months 1, 2 … began? The month of finishing does not count yet."""
    at = rep.done.get(module)
    return np.zeros(months) if at is None else (np.arange(1, months + 1) > at).astype(np.float64)


def ramp_rows(
    reps: Sequence[RampRep],
    modules: Sequence[str],
    fixed: Mapping[str, Sequence[float]] | None = None,
    *,
    prior_sd: float,
) -> RampRows:
    """One row for each rep and month on the way.

    Args:
        reps: on their way, or there.
        modules: keys.
        fixed: further traits that reps had on the first day, e.g. a territory; one value a rep.
        prior_sd: of effects but those of classes.

    Raises:
        BadInput: when a fixed trait says whether somebody ever finished a module, or has not a value a rep.
    """
    traits = {name: np.asarray(values, dtype=np.float64) for name, values in (fixed or {}).items()}
    for name, values in traits.items():
        _require_known_on_day_one(name, values, reps, modules)
    months = np.array([one.months for one in reps])
    person = np.repeat(np.arange(len(reps)), months)
    month = np.concatenate([np.arange(one.months) for one in reps])
    reached = np.array([one.ending is Ending.REACHED for one in reps])
    happened = reached[person] & (month == months[person] - 1)
    newest = max(month_number(one.joined) for one in reps)
    columns = _traits(reps, newest)
    quarters = tuple(sorted({quarter(one.joined) for one in reps}))
    shown = {name: values[person] for name, values in {**columns, **traits}.items()}
    shown["supply"] = np.concatenate([_supply(one) for one in reps])
    taken = {name: np.concatenate([flags(one, name, one.months) for one in reps]) for name in modules}
    varied = tuple(name for name in modules if 0.0 < taken[name].mean() < 1.0)
    shown |= {f"module {name}": taken[name] for name in varied}
    sd = np.array([CLASS_SD if name.startswith("class ") else prior_sd for name in shown])
    table = np.column_stack(list(shown.values()))
    return RampRows(PersonMonths(person, month, happened, table), tuple(shown), sd, varied, newest, quarters)


def plain_chances(rows: PersonMonths) -> F8:
    """Share of those still on their way who made it in month 1, 2 …, as counted."""
    seen = np.bincount(rows.month)
    return np.asarray(np.bincount(rows.month, rows.happened, len(seen)) / np.maximum(seen, 1))


def _traits(reps: Sequence[RampRep], newest: int) -> dict[str, F8]:
    """Trend and class of joining, and the score before hire where half have one."""
    found = {"trend": np.array([(month_number(one.joined) - newest) / _MONTHS for one in reps])}
    quarters = sorted({quarter(one.joined) for one in reps})
    if len(quarters) > 1:
        for day in quarters:
            found[f"class {day}"] = np.array([float(quarter(one.joined) == day) for one in reps])
    scored = np.array([one.score is not None for one in reps])
    if 2 * scored.sum() >= len(reps):
        found["score"] = np.array([one.score or 0.0 for one in reps])
        if not scored.all():
            found["not scored"] = (~scored).astype(np.float64)
    return found


def _supply(rep: RampRep) -> F8:
    told = np.zeros(rep.months)
    given = rep.supply[: rep.months]
    told[: len(given)] = given
    return told


def _require_known_on_day_one(name: str, values: F8, reps: Sequence[RampRep], modules: Sequence[str]) -> None:
    if values.shape != (len(reps),):
        raise BadInput(f"{name!r} must have one value a rep, got {values.size} for {len(reps)}")
    ever = {module: np.array([float(module in one.done) for one in reps]) for module in modules}
    if ever:
        ever["how many modules"] = np.sum(list(ever.values()), axis=0)
    for module, flag in ever.items():
        if name in modules or _says_the_same(values, flag):
            raise BadInput(
                f"{name!r} says from the first day who ever finished {module!r}: nobody knows that on the"
                " first day. Who takes long to reach quota has more time to finish it, so useful modules"
                " would look harmful (immortal time). Give the month it was finished, in `done`; it then"
                " counts from the month after"
            )


def _says_the_same(values: F8, flag: F8) -> bool:
    """Is one a straight line of the other?"""
    a, b = values - values.mean(), flag - flag.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return size > 0.0 and abs(float(a @ b)) > (1.0 - _SAME) * size
