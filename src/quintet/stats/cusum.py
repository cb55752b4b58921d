"""Are promises kept? Observed minus expected, summed day by day until the gap is more than luck.

Two sums are kept: one rises while less happens than was promised, one while more does. Each falls back
towards 0 while promises hold, so an alarm comes soon after they stop holding, and hardly ever before.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

#: Built to find soon: seven of ten promised happen, or ten where seven were promised.
RATIO = 0.7
#: Chance allowed of any false alarm in half a year of daily looks, both sides together.
FALSE_ALARM, LOOKS = 0.05, 182
#: Fewer expected events in half a year, and an alarm would come too late to be of use.
FEWEST = 20.0
_STATES = 200
_HALVINGS = 16
#: No limit lies lower or higher: a sum at rest is no alarm, however large the numbers.
_LOWEST, _HIGHEST = 1.0, 60.0
#: Promises may be off by so many of their own standard deviations and still be said to hold.
_OFF = 1.28
_TAIL = 1e-12
_COUNTS = 60


@dataclass(frozen=True, eq=False)
class Cusum:
    """The two sums after each day, with their limits.

    Args:
        too_much: rises while less happens than was promised, shape (n,).
        too_little: rises while more happens.
        limit_too_much: an alarm from here on.
        limit_too_little: likewise.
        ratio: the size of gap it is built to find, happened of promised.
        promised: expected events in all.
        happened: events in all.
    """

    too_much: FloatArray
    too_little: FloatArray
    limit_too_much: float
    limit_too_little: float
    ratio: float
    promised: float
    happened: float

    @property
    def first_too_much(self) -> int | None:
        """Place of the day of the first alarm of the one side; None without one."""
        return _first(self.too_much, self.limit_too_much)

    @property
    def first_too_little(self) -> int | None:
        """Likewise of the other."""
        return _first(self.too_little, self.limit_too_little)


def cusum(promised: ArrayLike, happened: ArrayLike, *, doubt: float = 0.0, ratio: float = RATIO) -> Cusum:
    """Sum up, day by day, the evidence that `ratio` of what was promised happens, or 1 / `ratio` of it.

    Args:
        promised: events expected on each day from what was known the day before, shape (n,).
        happened: events seen, shape (n,).
        doubt: standard deviation of the log of the promised rate, as far as whoever promised knows of it. The
            limits hold for promises that are off by 1.28 of these, and the gap looked for is at least four,
            so that thin learning is not called drift.
        ratio: the gap to be found soon, in (0, 1).

    Raises:
        BadInput: when the lengths differ, a number is negative, or the ratio is none.

    Source: Steiner, Cook, Farewell & Treasure, Biostatistics 1 (2000) 441-452, for rare events of many small
        chances; limits by the Markov chain of Brook & Evans, Biometrika 59 (1972) 539-549.
    """
    expected, seen = np.asarray(promised, np.float64), np.asarray(happened, np.float64)
    if expected.shape != seen.shape or min(expected.min(initial=0), seen.min(initial=0)) < 0:
        raise BadInput(f"one number of events, 0 or more, for each promise: got {seen.size}, {expected.size}")
    if not 0 < ratio < 1:
        raise BadInput(f"ratio must lie between 0 and 1, got {ratio}")
    wanted = min(ratio, math.exp(-4.0 * doubt))
    a_day = float(expected.mean()) if expected.size else 0.0
    return Cusum(
        too_much=_summed(_gain(seen, expected, wanted)),
        too_little=_summed(_gain(seen, expected, 1.0 / wanted)),
        limit_too_much=limit(a_day, wanted, held=math.exp(-_OFF * doubt)),
        limit_too_little=limit(a_day, 1.0 / wanted, held=math.exp(_OFF * doubt)),
        ratio=wanted,
        promised=float(expected.sum()),
        happened=float(seen.sum()),
    )


def limit(
    a_day: float, ratio: float, *, held: float = 1.0, alpha: float = FALSE_ALARM / 2, days: int = LOOKS
) -> float:
    """What one sum stays below for so many days with probability 1 - alpha, while promises hold.

    Args:
        a_day: events expected a day.
        ratio: the gap looked for: below 1 fewer, above 1 more events than promised.
        held: what happens of what was promised, while promises are said to hold.
        alpha: chance of a false alarm.
        days: daily looks.
    """
    if a_day <= 0:
        return _HIGHEST
    digits = 2 - math.floor(math.log10(a_day))
    return _limit(round(a_day, digits), round(ratio, 4), round(held, 4), alpha, days)


def run_length(values: ArrayLike, chances: ArrayLike, height: float, days: int) -> tuple[float, float]:
    """How long a sum that starts at 0 and never falls below it takes to reach a height.

    Args:
        values: what one day may add.
        chances: with which probability, summing to 1.
        height: the limit.
        days: after so many days the chance of having reached it is told.

    Returns:
        Mean number of days; chance to have reached it within `days`.
    """
    moves = _moves(np.asarray(values, np.float64), np.asarray(chances, np.float64), height)
    mean = np.linalg.solve(np.eye(len(moves)) - moves, np.ones(len(moves)))
    return float(mean[0]), _reached(moves, days)


def gap(promised: float, happened: float, level: float = 0.90) -> tuple[float, float, float]:
    """Happened of promised with its exact interval for counts.

    Source: Garwood, Biometrika 28 (1936) 437-442.
    """
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    lo = float(gammaincinv(happened, tail)) if happened > 0 else 0.0
    hi = float(gammaincinv(happened + 1, 1 - tail))
    return happened / promised, lo / promised, hi / promised


def _gain(seen: FloatArray, expected: FloatArray, ratio: float) -> FloatArray:
    """Log likelihood ratio of each day, of Poisson counts."""
    return np.asarray(seen * math.log(ratio) - (ratio - 1.0) * expected)


def _summed(gains: FloatArray) -> FloatArray:
    total = np.concatenate([[0.0], np.cumsum(gains)])
    return np.asarray((total - np.minimum.accumulate(total))[1:])


def _first(path: FloatArray, height: float) -> int | None:
    above = path >= height
    return int(above.argmax()) if above.any() else None


@lru_cache(maxsize=512)
def _limit(a_day: float, ratio: float, held: float, alpha: float, days: int) -> float:
    values, chances = _a_day_adds(a_day, ratio, held)
    low, high = _LOWEST, _HIGHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reached = _reached(_moves(values, chances, middle), days)
        low, high = (middle, high) if reached > alpha else (low, middle)
    return high


def _a_day_adds(a_day: float, ratio: float, held: float) -> tuple[FloatArray, FloatArray]:
    from scipy.special import gammaln

    come = a_day * held
    counts = np.arange(math.ceil(come + 10 * math.sqrt(come) + 12) + 1.0)
    chances = np.exp(counts * math.log(come) - come - gammaln(counts + 1))
    kept = np.flatnonzero(chances > _TAIL)
    step = max(1, kept.size // _COUNTS)  # large counts are taken together, a few at a time
    joined = (np.arange(kept.size) // step).astype(np.int64)
    weight = np.bincount(joined, chances[kept])
    middle = np.bincount(joined, chances[kept] * counts[kept]) / weight
    return _gain(middle, np.full(middle.size, a_day), ratio), weight / weight.sum()


def _moves(values: FloatArray, chances: FloatArray, height: float) -> FloatArray:
    """[s, s] chance to move from one height below the limit to another; what is missing has reached it.

    Heights lie on a grid from 0 on; what falls between two of them is split so that its mean is kept.
    """
    step = height / (_STATES - 0.5)
    at = (np.arange(_STATES)[:, None] * step + values[None, :]) / step
    floor = np.floor(at)
    part = at - floor
    row = np.broadcast_to(np.arange(_STATES)[:, None] * (_STATES + 1), at.shape)
    found = np.zeros(_STATES * (_STATES + 1))
    for place, share in ((floor, 1 - part), (floor + 1, part)):
        column = np.clip(place, 0, _STATES).astype(np.int64)
        found += np.bincount((row + column).ravel(), (chances * share).ravel(), found.size)
    return found.reshape(_STATES, -1)[:, :_STATES]


def _reached(moves: FloatArray, days: int) -> float:
    state = np.zeros(len(moves))
    state[0] = 1.0
    for _ in range(days):
        state = state @ moves
    return float(1.0 - state.sum())
