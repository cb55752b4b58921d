"""How far whole periods miss: a common shock on every chance at once, learned from this formula's own misses.

Deals of one period are not independent: a good month is good for all. What earlier forecasts of the same
stretch missed, beyond the chance of single deals, gives the shock's spread; it begins at .3 with the weight
of four periods. Their mean, pulled to nothing with the same weight, moves the level. Beside it each rep has
a shock of the own, as wide as reps strayed from one another in those periods beyond chance.
"""

from dataclasses import dataclass

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Period
from quintet.kernel.errors import NotEnoughData
from quintet.management.formula.forecast.outlook import Outlook, fit_pace, outlook
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import I8, day_number
from quintet.management.terms.forecast_answer import Miss

PRIOR_SD, PRIOR_PERIODS = 0.3, 4
MOST_PERIODS = 12
SMALLEST_SD = 0.05


@dataclass(frozen=True)
class Shock:
    """What moves all chances of a period at once, on the scale of log-odds.

    Args:
        level: mean of it.
        sd: its standard deviation.
        rep_sd: standard deviation of each rep's own shock beside it.
        misses: of earlier periods, newest first.
    """

    level: float
    sd: float
    rep_sd: float
    misses: tuple[Miss, ...]


class Memory:
    """What earlier forecasts of a history said, each worked out once: the same ones are asked for again.

    Args:
        history: as it is now; every forecast sees of it what was known on its day.
        calendar: the company's fiscal calendar.
        recent: days of history that count; all when left out.
    """

    def __init__(self, history: History, calendar: FiscalCalendar, recent: int | None = None) -> None:
        self.history, self.calendar, self.recent = history, calendar, recent
        self._known: dict[tuple[int, int], Miss | None] = {}

    def misses(self, period: Period, day: int) -> tuple[Miss, ...]:
        """Forecasts of the periods before, newest first, each made as far into it as now."""
        gone = day - day_number(period.start)
        found: list[Miss] = []
        for _ in range(MOST_PERIODS):
            period = self.calendar.previous(period)
            start, end = day_number(period.start) + gone, day_number(period.end)
            if start >= end:
                continue
            one = self._miss(period, start, end)
            if one is None:
                break
            found.append(one)
        return tuple(found)

    def _miss(self, period: Period, start: int, end: int) -> Miss | None:
        if (start, end) not in self._known:
            self._known[start, end] = self._worked_out(period, start, end)
        return self._known[start, end]

    def _worked_out(self, period: Period, start: int, end: int) -> Miss | None:
        then = self.history.on(start)
        try:
            pace = fit_pace(then, start, self.calendar, ahead=end - start, recent=self.recent)
        except NotEnoughData:
            return None
        told = outlook(pace, (end,))
        won = won_by(self.history, start, end)
        excess, square = _among_reps(told, won)
        return Miss(period.name, told.mean, told.variance, len(won), excess, square)


def won_by(history: History, since: int, until: int) -> I8:
    """The rep of each customer won between two days, the second left out."""
    deals = history.deals
    return deals.rep[deals.is_won & (deals.closed >= since) & (deals.closed < until)]


def _among_reps(told: Outlook, won: I8) -> tuple[float, float]:
    """How far reps strayed from their shares of what came, squared, less chance; the shares squared."""
    reps, expected, variance = told.by_rep()
    happened = np.bincount(np.searchsorted(reps, won[np.isin(won, reps)]), minlength=len(reps))
    share = expected * happened.sum() / max(expected.sum(), 1e-9)
    scale = happened.sum() / max(expected.sum(), 1e-9)
    return float(np.sum((happened - share) ** 2 - variance * scale)), float(np.sum(share**2))


def fit_shock(misses: tuple[Miss, ...], *, is_common: bool = True) -> Shock:
    """The shock that the misses tell of.

    Args:
        misses: of earlier periods.
        is_common: False leaves the shock out, to see what it is worth.
    """
    if not is_common:
        return Shock(0.0, 0.0, 0.0, misses)
    own = _rep_variance(misses)
    ratio = np.asarray([_log_ratio(one) for one in misses])
    noise = np.asarray([_noise(one, own) for one in misses])
    level = float(ratio.sum() / (PRIOR_PERIODS + len(ratio)))
    beyond = max(float(np.sum((ratio - level) ** 2 - noise)), 0.0)
    variance = (PRIOR_PERIODS * PRIOR_SD**2 + beyond) / (PRIOR_PERIODS + len(ratio))
    return Shock(level, max(float(np.sqrt(variance)), SMALLEST_SD), float(np.sqrt(own)), misses)


def _rep_variance(misses: tuple[Miss, ...]) -> float:
    """Of the reps' own shocks: what is left of their differences in past periods once chance is taken off.

    It begins where the common one does, with the weight of one period.
    """
    square = sum(one.rep_square for one in misses)
    if square <= 0:
        return PRIOR_SD**2
    usual = square / len(misses)
    excess = sum(one.rep_excess for one in misses)
    return max((PRIOR_SD**2 * usual + excess) / (usual + square), 0.0)


def _log_ratio(one: Miss) -> float:
    """Log of happened / expected."""
    return float(np.log((one.happened + 0.5) / (one.expected + 0.5)))


def _noise(one: Miss, own: float) -> float:
    """Its variance by the chance of single deals, and by the reps' own shocks."""
    among = own * one.rep_square / max(one.happened, 1) ** 2
    return one.variance / (one.expected + 0.5) ** 2 + among
