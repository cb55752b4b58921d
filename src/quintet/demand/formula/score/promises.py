"""What a score promises day by day: seen long before the horizon ends, and fair to early customers.

A lead that was worked and has not bought yet is expected to buy today with the chance P f(age) / (1 - P F(age
until yesterday)), where F is the share of customers who had bought by that age. Only what was known the day
before enters, so promises that hold are kept on average on every single day: early customers add to what was
promised as well as to what happened.
"""

from dataclasses import dataclass

import numpy as np

from quintet.demand.terms.examples import B1, F8, I8
from quintet.kernel.errors import NotEnoughData
from quintet.stats.delay import MIN_EVENTS, fit_delay

_BINS = 64
_CLIP = (0.5, 2.0)
#: A day that never comes.
NEVER = 10**9


@dataclass(frozen=True, eq=False)
class Course:
    """Leads in days.

    Args:
        handed: [n] day of the hand-over, as days since 1970.
        started: [n] day it was first worked, not before the hand-over; NEVER where it was not.
        won: [n] day of the sale; NEVER where there was none.
    """

    handed: I8
    started: I8
    won: I8

    def __len__(self) -> int:
        """How many leads."""
        return len(self.handed)


@dataclass(frozen=True, eq=False)
class Pace:
    """How soon customers buy, as it was known when a score was fitted.

    Args:
        share: [horizon + 1] of those who buy within the horizon, the share that has by the end of each day.
        seen: customers on this clock, of all customers whom the score counts: sales nobody worked for are
            not on it.
    """

    share: F8
    seen: float


def fit_pace(course: Course, fitted: int, horizon: int) -> Pace:
    """The pace of sales by the leads that were known when the score was fitted.

    Args:
        course: all leads.
        fitted: the first day after the fit.
        horizon: days within which a lead must buy.

    Raises:
        NotEnoughData: below 20 dated sales.
    """
    known = course.started < fitted
    won = known & (course.won < fitted) & (course.won >= course.started)
    lag = (course.won - course.started)[won]
    waiting = fitted - course.started[known & ~won]
    found = fit_delay(_by_day(lag), _by_day(waiting))
    if not found.is_fitted:
        msg = f"{len(lag)} dated sales when the score was fitted: the pace of promises needs {MIN_EVENTS}"
        raise NotEnoughData(msg, have=len(lag), need=MIN_EVENTS, unit="dated sales")
    share = np.ones(horizon + 1)
    told = found.share[: horizon + 1]
    share[: told.size] = told / told[-1]
    return Pace(share, _seen(course, fitted, horizon))


def accrued(course: Course, p: F8, pace: Pace, fitted: int, end: int) -> tuple[F8, F8]:
    """Customers promised and come on each day from `fitted` until before `end`, shape (end - fitted,) each.

    Args:
        course: the leads.
        p: [n] promised chance to buy within the horizon.
        pace: how soon.
        fitted: the first day after the fit.
        end: the first day that is not counted.
    """
    horizon = len(pace.share) - 1
    rows = (course.started < end) & (course.started >= fitted - horizon) & (course.won >= course.started)
    started, won, said = course.started[rows], course.won[rows], p[rows]
    level, means = _binned(np.clip(said * pace.seen, 0.0, 1.0 - 1e-9))
    first = fitted - horizon
    starts = np.bincount(
        (started - first) * len(means) + level, minlength=(horizon + end - fitted) * len(means)
    ).reshape(-1, len(means))
    promised, happened = np.zeros(end - fitted), np.zeros(end - fitted)
    bought = _bought(started, won, level, horizon)
    order = np.argsort(bought[0], kind="stable")
    days, at_start, at_level = (one[order] for one in bought)
    at_risk = starts.astype(np.float64)
    edge = np.searchsorted(days, [first - 1, *range(fitted, end + 1)])
    np.subtract.at(at_risk, (at_start[: edge[1]] - first, at_level[: edge[1]]), 1.0)
    before = np.concatenate([[0.0], pace.share])
    for place, day in enumerate(range(fitted, end)):
        age = day - np.arange(first, first + len(starts))
        there = (age >= 0) & (age <= horizon)
        share, then = pace.share[age[there]][:, None], before[age[there]][:, None]
        chance = means * (share - then) / (1.0 - means * then)
        promised[place] = float((at_risk[there] * chance).sum())
        new = slice(edge[place + 1], edge[place + 2])
        happened[place] = float(len(days[new]))
        np.subtract.at(at_risk, (at_start[new] - first, at_level[new]), 1.0)
    return promised, happened


def settled(course: Course, is_worked: B1, horizon: int, fitted: int, end: int) -> B1:
    """[n] worked, and the horizon ended after the fit and before `end`."""
    over = course.handed + horizon
    return np.asarray(is_worked & (over >= fitted) & (over < end))


def _by_day(days: I8) -> I8:
    return np.bincount(np.maximum(days, 0), minlength=1)


def _seen(course: Course, fitted: int, horizon: int) -> float:
    """Of the old leads: customers within the horizon from the first work, of those from hand-over."""
    old = course.handed + horizon < fitted
    lag = course.won - course.started
    on_clock = old & (course.started < NEVER) & (lag >= 0) & (lag <= horizon)
    counted = old & (course.won - course.handed <= horizon)
    if counted.sum() < MIN_EVENTS:
        return 1.0
    return float(np.clip(on_clock.sum() / counted.sum(), *_CLIP))


def _binned(p: F8) -> tuple[I8, F8]:
    """Bins of like chance, and the mean of each."""
    if not p.size:
        return np.zeros(0, dtype=np.int64), np.zeros(1)
    cuts = np.unique(np.quantile(p, np.linspace(0, 1, _BINS + 1)[1:-1]))
    level = np.searchsorted(cuts, p, side="left")
    count = np.bincount(level, minlength=len(cuts) + 1)
    return level, np.bincount(level, p, len(cuts) + 1) / np.maximum(count, 1)


def _bought(started: I8, won: I8, level: I8, horizon: int) -> tuple[I8, I8, I8]:
    """Day of sale, first day and bin of those who bought within the horizon."""
    rows = (won < NEVER) & (won - started <= horizon)
    return won[rows], started[rows], level[rows]
