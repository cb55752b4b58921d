"""Deals that are still to come: how many a day, of whom, and how sure that is."""

from dataclasses import dataclass

import numpy as np

from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, I8

_WEEK = 7
_MOST_WEEKS = 26
#: Weeks after which a week counts half as much.
HALF_LIFE = 8.0
_FEWEST_WEEKS = 3


@dataclass(frozen=True, eq=False)
class Arrivals:
    """New deals a day.

    Args:
        reps: [r] who opens them; of those who are still here.
        per_day: [r] deals a day.
        dispersion: variance of a week's deals / their mean, 1 or more.
        weeks: how many equal weeks the rate rests on.
    """

    reps: I8
    per_day: F8
    dispersion: float
    weeks: float

    def doubt(self, days: int) -> float:
        """Relative variance of the rate over so many days, beyond the chance of single deals."""
        weekly = float(self.per_day.sum()) * _WEEK
        if weekly <= 0:
            return 0.0
        rate = self.dispersion / (weekly * self.weeks)
        return rate + (self.dispersion - 1) / (weekly * max(days / _WEEK, 1.0))


def fit_arrivals(history: History, day: int) -> Arrivals:
    """New deals a day as seen from the start of a day: the last 26 weeks, the newest counting most."""
    deals = history.deals
    first = int(deals.created.min()) if len(deals.created) else day
    weeks = min(max((day - first) // _WEEK, 1), _MOST_WEEKS)
    back = (day - 1 - deals.created) // _WEEK
    recent = np.flatnonzero((back >= 0) & (back < weeks))
    weight = 0.5 ** (np.arange(weeks) / HALF_LIFE)
    weekly = np.bincount(back[recent], minlength=weeks).astype(float)
    rate = float(weight @ weekly / weight.sum())
    reps, place = np.unique(deals.rep[recent], return_inverse=True)
    share = np.bincount(place, weight[back[recent]], len(reps))
    here = ~np.isin(reps, np.asarray(list(history.left), dtype=np.int64))
    here = here if here.any() else np.ones(len(reps), dtype=bool)
    share = np.where(here, share, 0.0)
    return Arrivals(
        reps,
        rate / _WEEK * share / max(share.sum(), 1e-12),
        _dispersion(weekly),
        float(weight.sum() ** 2 / (weight**2).sum()),
    )


def _dispersion(weekly: F8) -> float:
    """From week to week, so that a slow rise or fall is not taken for chance."""
    if len(weekly) < _FEWEST_WEEKS or weekly.sum() <= 0:
        return 1.0
    step = np.diff(weekly)
    return max(1.0, float(np.mean(step**2) / 2 / weekly.mean()))
