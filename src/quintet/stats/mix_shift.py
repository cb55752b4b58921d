"""Has what comes in changed since? The population stability index, beside what chance alone gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

#: The usual readings of the index: from .1 something moved, from .25 it is time to act.
MOVED, ACTS = 0.10, 0.25
#: Chance allowed of any false alarm in half a year of daily looks.
FALSE_ALARM, LOOKS = 0.05, 182
#: Fewer units now, and nothing is said.
FEWEST = 30
_LEAST_EXPECTED = 5.0
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class MixShift:
    """How far the mix has moved.

    Args:
        index: sum over levels of (share now - share before) times log(share now / share before).
        by_chance: what the index is on average, at these counts, when nothing moved.
        limit: what it stays below, when nothing moved, in at least 95 of 100 half years of daily looks.
        before: share of each level before, shape (k,).
        now: share of each level now.
        parts: what each level adds to the index.
        units_before: how many.
        units_now: how many.
        dispersion: by how much past months differ more than chance alone explains; 1 is not at all.
    """

    index: float
    by_chance: float
    limit: float
    before: FloatArray
    now: FloatArray
    parts: FloatArray
    units_before: int
    units_now: int
    dispersion: float

    @property
    def is_speaking(self) -> bool:
        """Were there enough units on both sides?"""
        return min(self.units_before, self.units_now) >= FEWEST

    @property
    def has_moved(self) -> bool:
        """More than a little, and more than chance."""
        return self.is_speaking and self.index >= max(MOVED, self.limit)

    @property
    def is_alarm(self) -> bool:
        """So far that what was learned before may not hold for what comes now."""
        return self.is_speaking and self.index >= max(ACTS, self.limit)


def mix_shift(before: ArrayLike, now: ArrayLike, *, alpha: float = FALSE_ALARM / LOOKS) -> MixShift:
    """Compare what comes in now with what came in before, level by level.

    The index is about (1/n + 1/m) times a chi-square of k - 1 degrees of freedom when nothing moved. Levels
    expected fewer than five times now are compared as one. Past windows that differ from each other by more
    than chance (campaigns, seasons, lists bought) raise the limit by as much.

    Args:
        before: units of each level in each past window, shape (w, k) or (k,).
        now: units of each level now, shape (k,).
        alpha: chance allowed of a false alarm at this one look; by default 5 % in half a year of daily looks.

    Raises:
        BadInput: when the levels differ in number, or a count is negative.

    Source: Yurdakul 2018, Statistical properties of population stability index, chapter 3; the factor for
        what is not independent: McCullagh & Nelder, Generalized Linear Models, 2nd ed., section 4.5.
    """
    past, new = np.atleast_2d(np.asarray(before, np.float64)), np.asarray(now, np.float64)
    if past.shape[1] != new.size or min(past.min(initial=0.0), new.min(initial=0.0)) < 0:
        raise BadInput(
            f"before and now must count the same levels, 0 or more, got {past.shape[1]} and {new.size}"
        )
    old = past.sum(axis=0)
    groups = _groups(old, float(new.sum()))
    grouped_old, grouped_new = _summed(old, groups), _summed(new, groups)
    free = grouped_old.size - 1
    n, m = float(old.sum()), float(new.sum())
    scale = 1.0 / max(n, 1.0) + 1.0 / max(m, 1.0)
    spread = _dispersion(np.stack([_summed(one, groups) for one in past]))
    each = _parts(grouped_old, grouped_new)
    parts = _shared_out(each, groups, _parts(old, new))
    return MixShift(
        index=float(each.sum()),
        by_chance=scale * free * spread,
        limit=scale * spread * _chi_square_limit(free, alpha),
        before=old / max(n, 1.0),
        now=new / max(m, 1.0),
        parts=parts,
        units_before=int(n),
        units_now=int(m),
        dispersion=spread,
    )


def _groups(old: FloatArray, units_now: float) -> NDArray[np.int64]:
    """[k] the group each level is compared in: its own, or that of all rare ones."""
    expected = old / max(old.sum(), 1.0) * units_now
    often = expected >= _LEAST_EXPECTED
    group = np.where(often, np.cumsum(often) - 1, often.sum())
    return np.unique(group, return_inverse=True)[1].astype(np.int64)


def _summed(counts: FloatArray, groups: NDArray[np.int64]) -> FloatArray:
    return np.asarray(np.bincount(groups, counts, minlength=int(groups.max(initial=0)) + 1), np.float64)


def _parts(old: FloatArray, new: FloatArray) -> FloatArray:
    """What each level adds; half a unit is lent to every level, so that none is empty."""
    before = (old + _HALF) / (old.sum() + _HALF * old.size)
    now = (new + _HALF) / (new.sum() + _HALF * new.size)
    return np.asarray((now - before) * np.log(now / before))


def _shared_out(each: FloatArray, groups: NDArray[np.int64], alone: FloatArray) -> FloatArray:
    """[k] the index by level: what levels compared as one add, in proportion to each alone."""
    total = _summed(alone, groups)[groups]
    share = np.divide(alone, total, out=np.zeros_like(alone), where=total > 0)
    return np.asarray(each[groups] * share)


def _dispersion(windows: FloatArray) -> float:
    """Mean chi-square of past windows about their sum, by degree of freedom; 1 where they differ by luck."""
    sizes, total = windows.sum(axis=1), windows.sum(axis=0)
    told = windows[sizes >= FEWEST]
    free = (len(told) - 1) * (int((total > 0).sum()) - 1)
    if free < 1:
        return 1.0
    expected = told.sum(axis=1, keepdims=True) * told.sum(axis=0) / told.sum()
    square = np.divide((told - expected) ** 2, expected, out=np.zeros_like(told), where=expected > 0)
    return max(1.0, float(square.sum()) / free)


def _chi_square_limit(free: int, alpha: float) -> float:
    from scipy.special import chdtri

    return float(chdtri(free, alpha)) if free > 0 else 0.0
