"""Weekly counts of many people: who does less than he used to, with false alarms held to so many a year.

Each week is told by how unlikely it is beside the person's own weeks before; a sum of that rises while weeks
stay low, and an alarm comes when it passes a limit that all the counts of a team together pass by chance no
more often than stated.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import ndtri

from quintet.kernel.errors import BadInput
from quintet.stats.cusum import run_length

FloatArray = NDArray[np.float64]

#: False alarms a year, of all the counts of a team together.
FALSE_ALARMS = 1.0
WEEKS_A_YEAR = 52
#: A week is judged by these before it: not the newest, which a drop would have touched already.
BASELINE_WEEKS, GAP_WEEKS, LEAST_WEEKS = 39, 4, 26
#: The sum rises by how far a week lies below what was to be expected, less this, in standard deviations.
ALLOWANCE = 0.5
#: What was to be expected may be off by so many of its own errors, and the limit still holds.
_OFF = 0.25
#: One week counts for at most so many standard deviations: a week of illness is no alarm.
MOST_A_WEEK = 3.0
_SHARE_FOUND = 0.8
_LONGEST = 104
_POINTS = 121
_LOWEST, _HIGHEST = 1.0, 40.0
_HALVINGS = 24
_TINY = 1e-12


@dataclass(frozen=True)
class Alarm:
    """A count that has dropped.

    Args:
        stream: its place among the counts.
        week: place of the week in which the alarm came.
        since: place of the week from which on it was low.
        expected: a working day's count to be expected, by the weeks before.
        seen: a working day's count since.
    """

    stream: int
    week: int
    since: int
    expected: float
    seen: float


def weekly_scores(counts: ArrayLike, days: ArrayLike, dispersion: float = 1.0) -> FloatArray:
    """How far each week lies from the weeks before, as standard normal scores, shape (S, T).

    The count to expect is the mean a working day of the 39 weeks before the last four, fewer at the start;
    its own doubt and the spread beyond chance widen what counts as usual. NaN where fewer than 26 weeks
    tell, or the person was away.

    Args:
        counts: of each stream and week, shape (S, T).
        days: working days of each, 0 where away, shape (S, T).
        dispersion: variance over mean of weekly counts, 1 or more.

    Raises:
        BadInput: on shapes that disagree or a dispersion below 1.
    """
    seen, open_days = np.asarray(counts, dtype=np.float64), np.asarray(days, dtype=np.float64)
    if seen.shape != open_days.shape or dispersion < 1.0:
        raise BadInput(f"one number of days a count and a dispersion of 1 or more, got {dispersion:g}")
    found = np.full(seen.shape, np.nan)
    for week in range(seen.shape[1]):
        before = slice(max(0, week - GAP_WEEKS - BASELINE_WEEKS), max(0, week - GAP_WEEKS))
        told = np.count_nonzero(open_days[:, before], axis=1) >= LEAST_WEEKS
        ready = told & (open_days[:, week] > 0)
        if ready.any():
            found[ready, week] = _scores(
                seen[ready, week],
                open_days[ready, week],
                seen[ready, before],
                open_days[ready, before],
                dispersion,
            )
    return found


def dispersion_of(counts: ArrayLike, days: ArrayLike) -> float:
    """Variance over mean of the weekly counts of people, each beside the own average; at least 1.

    Args:
        counts: of each stream and week, shape (S, T).
        days: working days, 0 where away, shape (S, T).

    Source: Pearson's chi-square over its degrees of freedom; McCullagh & Nelder, 2nd ed., section 4.5.
    """
    seen, open_days = np.asarray(counts, dtype=np.float64), np.asarray(days, dtype=np.float64)
    total = open_days.sum(axis=1, keepdims=True)
    mean = np.divide(
        (seen * (open_days > 0)).sum(axis=1, keepdims=True), total, out=np.zeros_like(total), where=total > 0
    )
    expected = mean * open_days
    used = expected > 0
    freedom = used.sum() - (used.any(axis=1)).sum()
    if freedom <= 0:
        return 1.0
    squares = np.divide((seen - expected) ** 2, expected, out=np.zeros_like(seen), where=used)
    return max(1.0, float(squares.sum() / freedom))


def drops(scores: ArrayLike, counts: ArrayLike, days: ArrayLike, limit: float) -> list[Alarm]:
    """Every alarm, oldest first. After one the sum starts anew.

    Args:
        scores: `weekly_scores`.
        counts: as there.
        days: as there.
        limit: `alarm_limit`.
    """
    z, seen, open_days = (np.asarray(one, dtype=np.float64) for one in (scores, counts, days))
    found: list[Alarm] = []
    for stream in range(z.shape[0]):
        total, since = 0.0, 0
        for week in np.flatnonzero(~np.isnan(z[stream])).tolist():
            if total <= 0.0:
                total, since = 0.0, week
            total += min(-z[stream, week], MOST_A_WEEK) - ALLOWANCE
            if total >= limit:
                found.append(_alarm(stream, week, since, seen[stream], open_days[stream]))
                total = 0.0
    return sorted(found, key=lambda one: (one.week, one.stream))


def alarm_limit(streams: int, a_year: float = FALSE_ALARMS) -> float:
    """What the sum of one of so many counts passes by chance so seldom that all together stay within a_year.

    Args:
        streams: counts watched together, e.g. reps times metrics.
        a_year: false alarms a year that all of them may give.

    Source: Page, Biometrika 41 (1954) 100-115; run lengths by Brook & Evans, Biometrika 59 (1972) 539-549.
    """
    if streams < 1 or a_year <= 0:
        raise BadInput(f"alarms need a count to watch and a rate above 0, got {streams} and {a_year:g}")
    return _limit(round(streams * WEEKS_A_YEAR / a_year))


def weeks_to_find(drop: float, a_week: float, dispersion: float, limit: float) -> int | None:
    """Within how many weeks a drop is found in 8 of 10 cases; None when that takes longer than two years.

    Args:
        drop: share that is missing, 0..1.
        a_week: count to expect a week.
        dispersion: as of `weekly_scores`.
        limit: `alarm_limit`.
    """
    if a_week <= 0:
        return None
    shift = drop * a_week / math.sqrt(dispersion * a_week)
    spread = math.sqrt(1.0 - drop + 1.0 / BASELINE_WEEKS)
    values, chances = _steps(-shift, spread)
    for weeks in range(1, _LONGEST + 1):
        if run_length(values, chances, limit, weeks)[1] >= _SHARE_FOUND:
            return weeks
    return None


def _scores(
    seen: FloatArray, days: FloatArray, before: FloatArray, days_before: FloatArray, dispersion: float
) -> FloatArray:
    known = np.maximum(days_before.sum(axis=1), 1.0)
    rate = ((before * (days_before > 0)).sum(axis=1) + 0.5) / known
    mean = rate * days
    variance = dispersion * mean * (1.0 + days / known)
    size = mean**2 / np.maximum(variance - mean, 1e-6 * mean)
    share = size / (size + mean)
    below = stats.nbinom.cdf(seen - 1, size, share) + 0.5 * stats.nbinom.pmf(seen, size, share)
    return np.asarray(ndtri(np.clip(below, _TINY, 1.0 - _TINY)))


def _alarm(stream: int, week: int, since: int, seen: FloatArray, days: FloatArray) -> Alarm:
    before = slice(max(0, since - BASELINE_WEEKS), since)
    now = slice(since, week + 1)
    rates = [
        float((seen[span] * (days[span] > 0)).sum() / max(days[span].sum(), 1.0)) for span in (before, now)
    ]
    return Alarm(stream, week, since, *rates)


@lru_cache(maxsize=256)
def _limit(weeks: int) -> float:
    """The height that one sum reaches once in so many weeks on average, while nothing changes."""
    values, chances = _steps(-_OFF / math.sqrt(BASELINE_WEEKS), 1.0)
    low, high = _LOWEST, _HIGHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        mean, _ = run_length(values, chances, middle, 1)
        low, high = (middle, high) if mean < weeks else (low, middle)
    return high


def _steps(mean: float, spread: float) -> tuple[FloatArray, FloatArray]:
    """What one week adds to the sum, and with which chances, when scores are normal."""
    points = np.linspace(-6.0, 6.0, _POINTS)
    chances = np.exp(-0.5 * points**2)
    scores = mean + spread * points
    return np.minimum(-scores, MOST_A_WEEK) - ALLOWANCE, chances / chances.sum()
