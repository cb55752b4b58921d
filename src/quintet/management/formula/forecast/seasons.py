"""Whether the first, second and third month of a quarter win alike: many teams close at its end.

A month's level is log(wins / expected). Its mean by place in the quarter is pulled to nothing by what months
of one place differ among themselves; both spreads begin at .15 with the weight of four months, and are
learned from then on.
"""

from dataclasses import dataclass

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.management.formula.forecast.hazards import Hazards, expected_wins
from quintet.management.formula.forecast.stays import WON, Stays
from quintet.management.terms.forecast import F8, I8, day_number, day_of

_PLACES = 3
_MOST_MONTHS = 24
_FEWEST_DAYS = 20
_PRIOR_SD, _PRIOR_MONTHS = 0.15, 4


@dataclass(frozen=True)
class Seasons:
    """How many times the usual chance to win a day has, by its month's place in the quarter."""

    factors: tuple[float, float, float]
    calendar: FiscalCalendar

    def ahead(self, day: int, days: int) -> F8:
        """[days] the factor of each day from a day on."""
        return np.asarray([self.factors[place_of(day + one, self.calendar)] for one in range(days)])


def place_of(day: int, calendar: FiscalCalendar) -> int:
    """0, 1 or 2: the first, second or third month of the fiscal quarter."""
    return (day_of(day).month - calendar.start_month) % _PLACES


def fit_seasons(stays: Stays, hazards: Hazards, until: int, calendar: FiscalCalendar) -> Seasons:
    """The three factors, from the months there are."""
    levels, noise, places = _months(stays, hazards, until, calendar)
    if len(levels) < _PLACES:
        return Seasons((1.0, 1.0, 1.0), calendar)
    centre = float(np.average(levels, weights=1 / (noise + _PRIOR_SD**2)))
    means, counts = _by_place(levels - centre, places)
    within = _spread(levels - centre - means[places], noise, float(np.sum(counts > 0)))
    own = within / np.maximum(counts, 1) + np.bincount(places, noise, _PLACES) / np.maximum(counts, 1) ** 2
    between = max(float(np.sum((means**2 - own)[counts > 0])), 0.0)
    between = (_PRIOR_MONTHS * _PRIOR_SD**2 + between) / (_PRIOR_MONTHS + float(np.sum(counts > 0)))
    pulled = means * between / (between + own)
    pulled = np.where(counts > 0, pulled, 0.0)
    first, second, third = np.exp(pulled - np.average(pulled)).tolist()
    return Seasons((first, second, third), calendar)


def _by_place(levels: F8, places: I8) -> tuple[F8, F8]:
    counts = np.bincount(places, minlength=_PLACES).astype(float)
    return np.bincount(places, levels, _PLACES) / np.maximum(counts, 1), counts


def _spread(residual: F8, noise: F8, used: float) -> float:
    """Variance of months of one place among themselves, less chance."""
    free = max(len(residual) - used, 0.0)
    seen = max(float(np.sum(residual**2) - np.sum(noise) * free / max(len(residual), 1)), 0.0)
    return (_PRIOR_MONTHS * _PRIOR_SD**2 + seen) / (_PRIOR_MONTHS + free)


def _months(stays: Stays, hazards: Hazards, until: int, calendar: FiscalCalendar) -> tuple[F8, F8, I8]:
    """Level, its variance by chance, and place in the quarter of each month with enough days."""
    levels, noise, places = [], [], []
    months = calendar.range(day_of(stays.since), day_of(until), Grain.MONTH)
    for month in list(months)[-_MOST_MONTHS:]:
        since, end = max(day_number(month.start), stays.since), min(day_number(month.end), until)
        if end - since < _FEWEST_DAYS:
            continue
        some = stays.within(since, end)
        expected = float(expected_wins(some, hazards, since, end).sum())
        seen = int(np.sum(some.to[some.happened(since, end)] == WON))
        levels.append(np.log((seen + 0.5) / (expected + 0.5)))
        noise.append(1 / (expected + 0.5))
        places.append(place_of(since, calendar))
    return np.asarray(levels), np.asarray(noise), np.asarray(places, dtype=np.int64)
