"""The forecast in the loop: each rep's period forecast at its start, scored when it is over, and refitted."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.facts.once import OncePerVersion
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.management.formula.forecast.baselines import signed
from quintet.management.formula.forecast.outlook import FEWEST_WON, Pace, fit_pace, outlook
from quintet.management.formula.forecast.parameters import Parameters, of_pace
from quintet.management.formula.forecast.quota import measures_of
from quintet.management.formula.forecast.shock import Memory, Shock, fit_shock
from quintet.management.formula.forecast.simulate import Wins, simulate
from quintet.management.formula.forecast.sizes import fit_sizes
from quintet.management.metrics.forecast import History, read_history
from quintet.management.terms.forecast import F8, I8, day_number, day_of
from quintet.management.terms.forecast_recipe import (
    ALL,
    ALONE,
    FORMULA,
    RECENT,
    STRETCHES_BACK,
    ForecastRecipe,
)
from quintet.stats.scores import crps_sample
from quintet.stats.trials import Recipe, Setting, Term, Trial

_CALENDAR = FiscalCalendar()
_GRAINS = (Grain.QUARTER, Grain.MONTH)
#: A stretch of more days than this is forecast with the shock of quarters.
_LONG = 45
_DRAWS = 500


@dataclass(frozen=True, eq=False)
class Opening:
    """The reps of a period as they stood at its start, and what they signed in it.

    Args:
        history: what was known at the start.
        start: number of the first day.
        end: of the day after the last.
        reps: [n] who is judged.
        signed: [n] of each.
        before: [n, k] of each in the stretches of the same length before, newest first.
        measure: amount, mrr or customers.
        scale: what losses are divided by.
    """

    history: History
    start: int
    end: int
    reps: I8
    signed: F8
    before: F8
    measure: str
    scale: float


@dataclass(frozen=True, eq=False)
class ForecastVersion:
    """One fitted forecast: hazards, factors and shocks; open deals and new ones are read when it is asked."""

    parameters: Parameters

    @property
    def text(self) -> str:
        """As JSON."""
        return self.parameters.text

    def losses(self, trial: Trial) -> F8:
        """CRPS of each rep's period."""
        opening: Opening = trial.payload
        if not len(opening.reps):
            return np.zeros(0)
        told = self._drawn(opening)
        return _losses(
            opening, [told.total(opening.measure, frozenset({rep})) for rep in opening.reps.tolist()]
        )

    def terms(self) -> tuple[Term, ...]:
        """The chance to be won within 90 days by stage, months of the quarter, and the shocks."""
        return self.parameters.terms()

    def _drawn(self, opening: Opening) -> Wins:
        pace = self.parameters.pace(opening.history, opening.start, _CALENDAR)
        grain = Grain.QUARTER if opening.end - opening.start > _LONG else Grain.MONTH
        shock = self.parameters.shocks[str(grain)]
        told = outlook(pace, (opening.end,))
        return simulate(opening.history, told, fit_sizes(opening.history), shock, seed=0, draws=_DRAWS)


@dataclass(frozen=True)
class LastPeriods:
    """The naive answer: what a rep signed in the last four stretches, each as likely as the other."""

    @property
    def text(self) -> str:
        """As JSON."""
        return json.dumps({"last_periods": STRETCHES_BACK})

    def losses(self, trial: Trial) -> F8:
        """CRPS of each rep's period."""
        return _losses(trial.payload, list(trial.payload.before))

    def terms(self) -> tuple[Term, ...]:
        """One line."""
        count = float(STRETCHES_BACK)
        return (Term("the last stretches of a rep", count, count, count, "periods", STRETCHES_BACK),)


@dataclass(frozen=True)
class ForecastInLoop:
    """What each rep's period will bring, refitted each period."""

    name: str = FORMULA
    title: str = "Forecast"
    unit: str = "CRPS of a rep's period, in usual ones"
    recipes: tuple[Recipe, ...] = (
        Recipe(ALL, "every deal so far, with a common shock learned from past misses"),
        Recipe(RECENT, "what happened in the last 12 months alone"),
        Recipe(ALONE, "every deal so far, each by itself: no common shock"),
    )

    def setting(self, facts: Facts, until: datetime) -> Setting:
        """The measure, and what a rep usually signs in a quarter; settled at the first turn.

        Raises:
            NotEnoughData: under 30 won deals.
        """
        history, day = _read(facts).history, _day(until)
        won = int(history.deals.is_won.sum())
        if won < FEWEST_WON:
            msg = f"{won} deals won so far: a forecast needs {FEWEST_WON}"
            raise NotEnoughData(msg, have=won, need=FEWEST_WON, unit="won deals")
        measure = measures_of(history)[0]
        quarter = day - 91
        reps = max(len(np.unique(history.deals.rep[history.deals.closed >= quarter])), 1)
        return {"measure": measure, "scale": max(signed(history, quarter, day, measure) / reps, 1.0)}

    def fit(self, facts: Facts, until: datetime, recipe: str, setting: Setting) -> ForecastVersion:  # noqa: ARG002 -- the loop asks so
        """The forecast's parameters, of what was known then.

        Raises:
            NotEnoughData: under 30 won deals, or 91 days of closings.
        """
        read, day, by = _read(facts), _day(until), ForecastRecipe(recipe)
        pace, memory = read.pace(day, by.recent), read.memory(by.recent)
        shocks = {str(grain): _shock(memory, grain, day, is_common=by.is_common) for grain in _GRAINS}
        return ForecastVersion(of_pace(pace, shocks))

    def baseline(self, facts: Facts, until: datetime, setting: Setting) -> LastPeriods:  # noqa: ARG002 -- the loop asks so
        """A rep's last four stretches of the same length."""
        return LastPeriods()

    def read(self, text: str) -> ForecastVersion | LastPeriods:
        """A version from its JSON."""
        return LastPeriods() if "last_periods" in json.loads(text) else ForecastVersion(Parameters.of(text))

    def trial(self, facts: Facts, since: datetime, until: datetime, setting: Setting) -> Trial:
        """Every rep who had a deal open or opened one lately, with what he signed in the period."""
        whole, start, end = _read(facts).history, _day(since), _day(until)
        history, measure = whole.on(start), setting["measure"]
        reps = _at_work(history, start)
        opening = Opening(
            history,
            start,
            end,
            reps,
            np.asarray([signed(whole, start, end, measure, frozenset({rep})) for rep in reps.tolist()]),
            _before(history, reps, (start, end), measure),
            measure,
            float(setting["scale"]),
        )
        decided = np.full(len(reps), np.datetime64(since.astimezone(UTC).replace(tzinfo=None), "us"))
        clusters = np.asarray([f"{rep} {day_of(start)}" for rep in reps.tolist()], dtype=np.str_)
        return Trial(decided, clusters, opening)


FORMULAS = (ForecastInLoop(),)


class _Read:
    """The deals of one version of the facts, and what recipes that learn from the same days share."""

    def __init__(self, facts: Facts) -> None:
        self.history = read_history(facts)
        self._memories: dict[int | None, Memory] = {}
        self._paces: dict[tuple[int, int | None], Pace] = {}

    def memory(self, recent: int | None) -> Memory:
        """Of so many days; all when None."""
        if recent not in self._memories:
            self._memories[recent] = Memory(self.history, _CALENDAR, recent)
        return self._memories[recent]

    def pace(self, day: int, recent: int | None) -> Pace:
        """As it was at the start of a day, of so many days before it."""
        if (day, recent) not in self._paces:
            then = self.history.on(day)
            self._paces[day, recent] = fit_pace(then, day, _CALENDAR, ahead=91, recent=recent)
        return self._paces[day, recent]


_read = OncePerVersion(_Read)


def _day(moment: datetime) -> int:
    """The day that begins at a midnight, whichever the time zone."""
    return day_number((moment.astimezone(UTC) + timedelta(hours=12)).date())


def _shock(memory: Memory, grain: Grain, day: int, *, is_common: bool) -> Shock:
    return fit_shock(memory.misses(_CALENDAR.containing(day_of(day), grain), day), is_common=is_common)


def _at_work(history: History, start: int) -> I8:
    deals = history.deals
    active = deals.is_open | (deals.created >= start - 91)
    here = ~np.isin(deals.rep, np.asarray([0, *history.left], dtype=np.int64))
    return np.unique(deals.rep[active & here])


def _before(history: History, reps: I8, span: tuple[int, int], measure: str) -> F8:
    start, days = span[0], span[1] - span[0]
    stretches = [(start - days * (back + 1), start - days * back) for back in range(STRETCHES_BACK)]
    return np.asarray(
        [[signed(history, *one, measure, frozenset({rep})) for one in stretches] for rep in reps.tolist()]
    ).reshape(len(reps), STRETCHES_BACK)


def _losses(opening: Opening, forecasts: list[F8]) -> F8:
    told = zip(forecasts, opening.signed.tolist(), strict=True)
    return np.asarray([crps_sample(one, happened) / opening.scale for one, happened in told])
