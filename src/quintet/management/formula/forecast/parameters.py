"""The fitted numbers of a forecast as text and back, so that an old version can still be asked.

Open deals, new ones a week and sizes are read when it is asked: they are what is known, not what was learned.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.management.formula.forecast.arrivals import fit_arrivals
from quintet.management.formula.forecast.hazards import Hazards, win_chances
from quintet.management.formula.forecast.outlook import Pace
from quintet.management.formula.forecast.seasons import Seasons
from quintet.management.formula.forecast.shock import Shock
from quintet.management.formula.forecast.stays import WON, stays_of
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8
from quintet.management.terms.forecast_answer import Miss
from quintet.stats.calibration import wilson
from quintet.stats.trials import Term

_AHEAD = 90
_DIGITS = 9
_MONTHS = ("first", "second", "third")


@dataclass(frozen=True, eq=False)
class Parameters:
    """What was learned.

    Args:
        states: names of the states with stays; "" for deals without a stage.
        hazards: of those.
        seasons: factor of the first, second and third month of a quarter.
        reps: rep id → factor.
        shocks: of quarters and of months.
        stays: [states] how many taught each.
        won: [states] of these, won out of it.
    """

    states: tuple[str, ...]
    hazards: Hazards
    seasons: tuple[float, float, float]
    reps: dict[int, float]
    shocks: dict[str, Shock]
    stays: tuple[int, ...]
    won: tuple[int, ...]

    @property
    def text(self) -> str:
        """As JSON, the same bytes for the same numbers."""
        told = {
            "states": self.states,
            "hazards": {name: _rounded(values) for name, values in vars(self.hazards).items()},
            "seasons": _rounded(np.asarray(self.seasons)),
            "reps": {str(rep): _rounded(np.asarray(factor)) for rep, factor in self.reps.items()},
            "shocks": {grain: asdict(shock) for grain, shock in self.shocks.items()},
            "stays": self.stays,
            "won": self.won,
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> "Parameters":
        """From what `text` wrote."""
        told = json.loads(text)
        first, second, third = told["seasons"]
        return cls(
            tuple(told["states"]),
            Hazards(**{name: np.asarray(values) for name, values in told["hazards"].items()}),
            (first, second, third),
            {int(rep): factor for rep, factor in told["reps"].items()},
            {grain: _shock(one) for grain, one in told["shocks"].items()},
            tuple(told["stays"]),
            tuple(told["won"]),
        )

    def pace(self, history: History, day: int, calendar: FiscalCalendar) -> Pace:
        """These numbers applied to what is known at the start of a day; unknown stages count as none."""
        reps = np.asarray(sorted(self.reps), dtype=np.int64)
        return Pace(
            history=history,
            day=day,
            stays=stays_of(history),
            hazards=self._for(("", *history.stages)),
            seasons=Seasons(self.seasons, calendar),
            reps=reps,
            factors=np.asarray([self.reps[rep] for rep in reps.tolist()]),
            rep_sd=0.0,
            arrivals=fit_arrivals(history, day),
        )

    def terms(self) -> tuple[Term, ...]:
        """Line by line, as a person says it."""
        ahead, _ = win_chances(self.hazards, np.ones(_AHEAD))
        stages = [
            Term(
                f"{name or 'no stage'}: won within {_AHEAD} days",
                float(chance),
                *wilson(float(chance), max(n, 1)),
                "probability",
                n,
                hits=won,
            )
            for name, chance, n, won in zip(self.states, ahead[:, 0], self.stays, self.won, strict=True)
        ]
        months = [
            Term(f"{name} month of a quarter", factor, factor, factor, "times", 0)
            for name, factor in zip(_MONTHS, self.seasons, strict=True)
        ]
        shocks = [
            Term(f"common shock of a {grain}", one.sd, one.sd, one.sd, "log-odds", len(one.misses))
            for grain, one in sorted(self.shocks.items())
        ]
        return (*stages, *months, *shocks)

    def _for(self, names: tuple[str, ...]) -> Hazards:
        """The hazards in the order of another history's states."""
        at = [self.states.index(name) if name in self.states else 0 for name in names]
        known = np.asarray([name in self.states for name in names])
        entry = np.where(known, self.hazards.entry[at], 0.0)
        move = np.where(known[None, None, :], self.hazards.move[at][:, :, at], 0.0)
        return Hazards(self.hazards.win[at], self.hazards.lose[at], move, entry / max(entry.sum(), 1e-12))


def of_pace(pace: Pace, shocks: dict[str, Shock]) -> Parameters:
    """What a fit learned, without what it was fitted on."""
    names = ("", *pace.history.stages)
    counts = np.bincount(pace.stays.state, minlength=len(names))
    won = np.bincount(pace.stays.state[pace.stays.to == WON], minlength=len(names))
    kept = [at for at in range(len(names)) if counts[at] or at == 0]
    hazards = pace.hazards
    return Parameters(
        tuple(names[at] for at in kept),
        Hazards(hazards.win[kept], hazards.lose[kept], hazards.move[kept][:, :, kept], hazards.entry[kept]),
        pace.seasons.factors,
        dict(zip(pace.reps.tolist(), pace.factors.tolist(), strict=True)),
        shocks,
        tuple(int(counts[at]) for at in kept),
        tuple(int(won[at]) for at in kept),
    )


def _shock(told: dict[str, Any]) -> Shock:
    return Shock(told["level"], told["sd"], told["rep_sd"], tuple(Miss(**one) for one in told["misses"]))


def _rounded(values: F8) -> Any:  # noqa: ANN401 -- nested lists of numbers
    return np.round(values, _DIGITS).tolist()
