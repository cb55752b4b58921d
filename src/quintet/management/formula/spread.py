"""How far counts of a rep swing around his own level by themselves, from the year before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, ndtri, stdtrit

from quintet.management.formula.targets import BEHIND

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Weeks before the month that tell how far counts swing, and the fewest with anything done.
WEEKS, LEAST_WEEKS = 52, 12
#: A rep swings more than the others when chance alone would show him so seldom.
_OWN = 0.05
_WEEK = 7


@dataclass(frozen=True)
class Spread:
    """Variance over mean of the counts of one stage over so many working days, 1 or more.

    Args:
        reps: of each rep, in the order of the counts.
        together: of all of them added up.
    """

    reps: tuple[float, ...]
    together: float


def spread_of(counts: FloatArray, works: Flags, busy: Flags, workdays: int) -> Spread | None:
    """How far counts over as many working days as are over swing; None where fewer than 12 weeks tell.

    The weeks before are cut into pieces of so many working days, each beside the rep's own mean. Reps are
    pooled; who swings beyond chance more than the others has his own. Weeks in which a rep did nothing at all
    are weeks away.

    Args:
        counts: reps × days, whole weeks.
        works: reps × days, was it a working day of his?
        busy: reps × weeks, did he do anything at all?
        workdays: of the month, over by now.

    Source: docs/formulas/targets.md#behind
    """
    if busy.any(axis=0).sum() < LEAST_WEEKS or not workdays or not works.any():
        return None
    there = np.repeat(busy, _WEEK, axis=1)
    pieces = _pieces(np.asarray(works.any(axis=0)), workdays)
    done, days = (np.add.reduceat(one * there, pieces, axis=1)[:, :-1] for one in (counts, works * 1.0))
    squares, freedom = _squares(done, days)
    pooled = _dispersion(squares.sum(), freedom.sum())
    own = _dispersion(squares, freedom)
    each = np.where(own > pooled * _most(freedom), own, pooled) * _doubt(int(freedom.sum()))
    squares, freedom = _squares(*(one.sum(axis=0, keepdims=True) for one in (done, days)))
    together = float(_dispersion(squares.sum(), freedom.sum())) * _doubt(int(freedom.sum()))
    return Spread(tuple(each.tolist()), together)


def _pieces(working: Flags, workdays: int) -> NDArray[np.int64]:
    """Where each piece begins, the last one being what is left over; days off belong to the piece before."""
    at = np.flatnonzero(working)
    whole = at.size // workdays
    return at[[*range(0, whole * workdays, workdays), min(whole * workdays, at.size - 1)]]


def _squares(done: FloatArray, days: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pearson's chi-square of each rep beside his own mean, and its degrees of freedom."""
    mean = (done * (days > 0)).sum(axis=1) / np.maximum(days.sum(axis=1), 1.0)
    expected = mean[:, None] * days
    used = expected > 0
    parts = np.divide((done - expected) ** 2, expected, out=np.zeros_like(expected), where=used)
    return parts.sum(axis=1), np.maximum(used.sum(axis=1) - 1.0, 0.0)


def _dispersion(squares: FloatArray, freedom: FloatArray) -> FloatArray:
    return np.maximum(1.0, squares / np.maximum(freedom, 1.0))


def _most(freedom: FloatArray) -> FloatArray:
    """What chance alone makes of the dispersion of one rep among reps alike, over theirs."""
    return np.where(freedom > 0, chdtri(np.maximum(freedom, 1.0), _OWN) / np.maximum(freedom, 1.0), np.inf)


def _doubt(freedom: int) -> float:
    """By how much an estimate from few pieces is widened: as Student's t is wider than the normal curve."""
    return float(stdtrit(max(freedom, 1), BEHIND) / ndtri(BEHIND)) ** 2
