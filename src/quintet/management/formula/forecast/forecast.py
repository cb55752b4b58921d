"""The forecast of a running period, for the company, each team and each rep, beside the rules of thumb."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Period
from quintet.kernel.errors import NotEnoughData
from quintet.management.formula.forecast.baselines import rules, signed, signed_by_rep
from quintet.management.formula.forecast.outlook import Outlook, Pace, fit_pace, outlook
from quintet.management.formula.forecast.past_wins import PastWins
from quintet.management.formula.forecast.pipeline import Group, summed
from quintet.management.formula.forecast.quota import measures_of, quota_sum, quotas_by_rep
from quintet.management.formula.forecast.shock import Memory, Shock, fit_shock
from quintet.management.formula.forecast.simulate import Wins, draws_for, simulate
from quintet.management.formula.forecast.sizes import fit_sizes
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, LEVELS, day_number, day_of
from quintet.management.terms.forecast_answer import (
    Ahead,
    FanDay,
    OwnerForecast,
    PastPeriod,
    PeriodForecast,
    RuleLine,
    Spread,
)
from quintet.management.terms.forecast_recipe import ForecastRecipe
from quintet.stats.scores import crps_sample

#: Days of the fan at most, and past periods that are scored.
_FAN_DAYS, _PAST = 8, 8
_WEEK = 7
_USUAL = ForecastRecipe()


@dataclass(frozen=True, eq=False)
class PeriodFit:
    """A forecast as draws.

    Args:
        period: what is forecast.
        day: number of the first day that is not known.
        history: what was known.
        pace: how deals move.
        told: expected of each open deal, and of deals to come.
        shock: common to all.
        wins: drawn; of the naive answer, those of earlier stretches.
        ends: day numbers of the fan; the last one is the period's end.
    """

    period: Period
    day: int
    history: History
    pace: Pace
    told: Outlook
    shock: Shock
    wins: Wins | PastWins
    ends: tuple[int, ...]

    def booked(self, measure: str, reps: frozenset[int] | None = None) -> float:
        """Won so far in the period."""
        return signed(self.history, day_number(self.period.start), self.day, measure, reps)

    def total(self, measure: str, reps: frozenset[int] | None = None) -> F8:
        """[draws] what the period comes to."""
        return self.booked(measure, reps) + self.wins.total(measure, reps)


def fit_period(
    memory: Memory,
    period: Period,
    day: int,
    *,
    recipe: ForecastRecipe = _USUAL,
    has_fan: bool = True,
    seed: int = 0,
) -> PeriodFit:
    """The forecast of a period, of what was known at the start of a day; of what came later it sees nothing.

    Args:
        memory: the company's history.
        period: to be forecast.
        day: number of a day of it.
        recipe: to make it by; the memory looks as far back as it does.
        has_fan: also at days between.
        seed: everything random follows from it, the period and the day.

    Raises:
        NotEnoughData: under 30 won deals, or with less history than lies ahead.
    """
    history, end = memory.history.on(day), day_number(period.end)
    pace = fit_pace(history, day, memory.calendar, ahead=end - day, recent=memory.recent)
    ends = _ends(day, end) if has_fan else (end,)
    told = outlook(pace, ends)
    shock = fit_shock(memory.misses(period, day), is_common=recipe.is_common)
    wins: Wins | PastWins
    if recipe.is_naive:
        wins = PastWins(history, day, ends, end - day_number(period.start))
    else:
        wins = simulate(history, told, fit_sizes(history), shock, seed=seed, draws=draws_for(told))
    return PeriodFit(period, day, history, pace, told, shock, wins, ends)


def forecast_period(
    memory: Memory, period: Period, day: int, recipe: ForecastRecipe = _USUAL
) -> PeriodForecast:
    """The forecast with all that is shown beside it, past periods by the same recipe.

    Raises:
        NotEnoughData: as `fit_period`.
    """
    fit = fit_period(memory, period, day, recipe=recipe)
    measures = measures_of(fit.history)
    told = rules(fit.history, period, day, measures[0], memory.calendar)
    return PeriodForecast(
        period=period.name,
        grain=str(period.grain),
        start=period.start,
        end=period.end,
        day=day_of(day),
        measures=measures,
        owners=_owners(fit, measures, memory.calendar),
        expected_open=float(fit.told.chance[:, -1].sum()),
        expected_new=float(fit.told.new_wins[:, -1].sum()),
        new_a_week=float(fit.pace.arrivals.per_day.sum()) * _WEEK,
        shock_level=fit.shock.level,
        shock_sd=fit.shock.sd,
        rep_sd=fit.shock.rep_sd,
        misses=fit.shock.misses,
        seasons=fit.pace.seasons.factors,
        rules=tuple(RuleLine(one.name, float(np.mean(one.values))) for one in told),
        past=_past(memory, period, measures[0], recipe),
    )


def spread_of(draws: F8) -> Spread:
    """Draws as mean and quantiles."""
    return Spread(float(draws.mean()), tuple(map(float, np.quantile(draws, LEVELS))))


def _ends(day: int, end: int) -> tuple[int, ...]:
    days = np.unique(np.rint(np.linspace(day, end, min(_FAN_DAYS, end - day) + 1)).astype(int))[1:]
    return tuple(days.tolist())


def _owners(fit: PeriodFit, measures: tuple[str, ...], calendar: FiscalCalendar) -> tuple[OwnerForecast, ...]:
    history = fit.history
    active = set(fit.told.rep.tolist()) | set(fit.told.new_rep.tolist())
    reps = sorted((active | _recent(fit)) & set(history.names), key=lambda rep: history.names[rep])
    groups: list[Group] = [("company", "Everybody", None)]
    groups += [(f"team:{manager}", name, members) for manager, (name, members) in history.teams.items()]
    groups += [
        (f"rep:{rep}", history.names[rep], frozenset({rep})) for rep in reps if rep not in history.left
    ]
    start = day_number(fit.period.start)
    facts = _Known(
        quotas_by_rep(history, fit.period, calendar),
        {one: signed_by_rep(history, start, fit.day, one) for one in measures},
        Counter(fit.told.rep.tolist()),
    )
    return tuple(_owner(fit, group, measures, facts) for group in groups)


def _recent(fit: PeriodFit) -> set[int]:
    """Reps who won something in the period."""
    deals = fit.history.deals
    return set(deals.rep[deals.is_won & (deals.closed >= day_number(fit.period.start))].tolist())


@dataclass(frozen=True, eq=False)
class _Known:
    """By rep: quota of the period, what is signed so far by measure, and open deals."""

    quotas: dict[int, tuple[float, bool]]
    signed: dict[str, dict[int, float]]
    deals: Counter[int]


def _owner(fit: PeriodFit, group: Group, measures: tuple[str, ...], known: _Known) -> OwnerForecast:
    key, name, reps = group
    quota, _ = quota_sum(known.quotas, reps)
    ahead = tuple(
        _ahead(fit, measure, reps, summed(known.signed[measure], reps), None if place else quota)
        for place, measure in enumerate(measures)
    )
    return OwnerForecast(key, name, tuple(sorted(reps or ())), int(summed(known.deals, reps)), ahead)


def _ahead(
    fit: PeriodFit, measure: str, reps: frozenset[int] | None, booked: float, quota: float | None
) -> Ahead:
    totals = booked + fit.wins.by_end(measure, len(fit.ends), reps)
    fan = tuple(_fan_day(end, total) for end, total in zip(fit.ends, totals, strict=True))
    p_quota = None if quota is None else float(np.mean(totals[-1] >= quota))
    return Ahead(measure, booked, spread_of(totals[-1]), fan, quota, p_quota)


def _fan_day(end: int, total: F8) -> FanDay:
    return FanDay(day_of(end - 1), *map(float, np.quantile(total, (0.025, 0.1, 0.5, 0.9, 0.975))))


def _past(memory: Memory, period: Period, measure: str, recipe: ForecastRecipe) -> tuple[PastPeriod, ...]:
    """Periods that are over, each forecast at its start of what was known then; newest first."""
    found: list[PastPeriod] = []
    for _ in range(_PAST):
        period = memory.calendar.previous(period)
        day, end = day_number(period.start), day_number(period.end)
        try:
            total = fit_period(memory, period, day, recipe=recipe, has_fan=False).total(measure)
        except NotEnoughData:
            break
        happened = signed(memory.history, day, end, measure)
        told = rules(memory.history.on(day), period, day, measure, memory.calendar)
        lo, median, hi = map(float, np.quantile(total, (0.1, 0.5, 0.9)))
        scores = tuple(crps_sample(one.values, happened) for one in told)
        found.append(PastPeriod(period.name, happened, median, lo, hi, crps_sample(total, happened), scores))
    return tuple(found)
