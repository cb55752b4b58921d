"""What is to be expected of the days ahead: each open deal's chance to be won, and wins of deals to come."""

from dataclasses import dataclass

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.kernel.errors import NotEnoughData
from quintet.management.formula.forecast.arrivals import Arrivals, fit_arrivals
from quintet.management.formula.forecast.hazards import (
    OLDEST,
    Hazards,
    fit_hazards,
    rep_factors,
    win_chances,
)
from quintet.management.formula.forecast.seasons import Seasons, fit_seasons
from quintet.management.formula.forecast.stays import OPEN, Stays, stays_of
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, I8, day_of

#: Won deals, and days of closings, below which nothing is said.
FEWEST_WON, FEWEST_DAYS = 30, 28
_MOST_CHANCE = 0.98


@dataclass(frozen=True, eq=False)
class Pace:
    """How this company's deals move, as seen from the start of a day.

    Args:
        history: what was known.
        day: its number.
        stays: of deals in stages.
        hazards: chances a day.
        seasons: by the month's place in the quarter.
        reps: rep ids of `factors`.
        factors: how many times the usual number of wins each has.
        rep_sd: their standard deviation; 0 where chance explains all.
        arrivals: new deals.
    """

    history: History
    day: int
    stays: Stays
    hazards: Hazards
    seasons: Seasons
    reps: I8
    factors: F8
    rep_sd: float
    arrivals: Arrivals

    def factor(self, rep: I8) -> F8:
        """[n] the factor of each rep; 1 for one without deals."""
        if not len(self.reps):
            return np.ones(len(rep))
        at = np.minimum(np.searchsorted(self.reps, rep), len(self.reps) - 1)
        return np.where(self.reps[at] == rep, self.factors[at], 1.0)


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected by the end of each stretch, without the common shock.

    Args:
        deal: [n] places of the open deals.
        rep: [n] their owners.
        chance: [n, k] to be won by each end.
        new_rep: [r] reps of deals to come.
        new_wins: [r, k] wins of deals to come by each end.
        doubt: relative variance of the rate of new deals.
    """

    deal: I8
    rep: I8
    chance: F8
    new_rep: I8
    new_wins: F8
    doubt: float

    @property
    def mean(self) -> float:
        """Customers to be expected by the last end."""
        return float(self.chance[:, -1].sum() + self.new_wins[:, -1].sum())

    @property
    def variance(self) -> float:
        """Their variance, without the common shock."""
        p, new = self.chance[:, -1], float(self.new_wins[:, -1].sum())
        return float((p * (1 - p)).sum() + new + new**2 * self.doubt)

    def by_rep(self) -> tuple[I8, F8, F8]:
        """Reps; customers to be expected of each by the last end, and their variance by chance."""
        reps = np.unique(np.concatenate([self.rep, self.new_rep]))
        p, place = self.chance[:, -1], np.searchsorted(reps, self.rep)
        new = _sums(np.searchsorted(reps, self.new_rep), self.new_wins[:, -1], len(reps))
        return reps, _sums(place, p, len(reps)) + new, _sums(place, p * (1 - p), len(reps)) + new


def fit_pace(
    history: History, day: int, calendar: FiscalCalendar, *, ahead: int, recent: int | None = None
) -> Pace:
    """How deals move, of what was known at the start of a day.

    Args:
        history: as it was known then.
        day: its number.
        calendar: the company's fiscal calendar.
        ahead: days to be forecast.
        recent: days of history that count; all when left out.

    Raises:
        NotEnoughData: under 30 won deals, or where closings have been recorded for less time than lies ahead.
    """
    _require_enough(history, day, ahead)
    stays = stays_of(history, None if recent is None else day - recent)
    hazards = fit_hazards(stays, day)
    seasons = fit_seasons(stays, hazards, day, calendar)
    reps, factors, spread = rep_factors(stays, hazards, day)
    return Pace(history, day, stays, hazards, seasons, reps, factors, spread, fit_arrivals(history, day))


def outlook(pace: Pace, ends: tuple[int, ...]) -> Outlook:
    """What is expected by the end of each stretch that begins at the pace's day.

    Args:
        pace: as fitted.
        ends: day numbers, rising; each stretch ends before its day.
    """
    stays = pace.stays
    open_ones = np.flatnonzero(stays.to == OPEN)
    aged = np.clip(pace.day - stays.start[open_ones], 0, OLDEST)
    state, rep = stays.state[open_ones], stays.rep[open_ones]
    chances, wins = [], []
    for end in ends:
        ahead, begun = win_chances(pace.hazards, pace.seasons.ahead(pace.day, end - pace.day))
        chances.append(1 - (1 - ahead[state, aged]) ** pace.factor(rep))
        wins.append(begun.sum())
    arrivals = pace.arrivals
    new = (arrivals.per_day * pace.factor(arrivals.reps))[:, None] * np.asarray(wins)[None, :]
    return Outlook(
        stays.deal[open_ones],
        rep,
        np.minimum(np.column_stack(chances), _MOST_CHANCE),
        arrivals.reps,
        new,
        arrivals.doubt(ends[-1] - pace.day),
    )


def _require_enough(history: History, day: int, ahead: int) -> None:
    won = int(history.deals.is_won.sum())
    if won < FEWEST_WON:
        msg = f"{won} deals won before {day_of(day)}: a forecast needs {FEWEST_WON}"
        raise NotEnoughData(msg, have=won, need=FEWEST_WON, unit="won deals")
    shut = history.deals.closed[history.deals.closed >= 0]
    seen, need = day - int(shut.min()), max(FEWEST_DAYS, ahead)
    if seen < need:
        msg = f"closings are recorded for {seen} days: a forecast of {ahead} days ahead needs {need}"
        raise NotEnoughData(
            msg, have=seen, need=need, unit="days of closings", expected_on=day_of(day + need - seen)
        )


def _sums(place: I8, values: F8, count: int) -> F8:
    return np.asarray(np.bincount(place, values, count), dtype=float)
