"""How well the index foretells people it had not seen: each hire class is foretold from the others."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.answers import Validity
from quintet.stats.anchored import fit_anchored
from quintet.stats.range_restriction import Unrestricted, unrestricted
from quintet.stats.rank_scale import rank_scale

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FOLDS = 5
_EDGE = 0.999
_LEAST_SPREAD = 1e-9


@dataclass(frozen=True, eq=False)
class Followed:
    """Those hired whose outcome is known, by day of hire: scores (n, K), outcomes (n,) and days."""

    scores: FloatArray
    values: FloatArray
    hired_on: tuple[date, ...]


def validity(
    people: Followed, applicants: FloatArray, written: FloatArray, weights: FloatArray, *, level: float = 0.90
) -> Validity:
    """The index's correlation with outcomes it had not seen, and what it would be among all applicants.

    People hired in one month stay together, months are cut into five stretches, and each stretch is
    foretold by weights fitted on the others: nobody is foretold by his own class.

    Args:
        people: those followed.
        applicants: scores of everybody, (N, K).
        written: weights written down before, (K,).
        weights: of the whole fit, for how far applicants and hired differ on the index, (K,).
        level: of the intervals.
    """
    told = _foretold(people, applicants, written)
    normal = rank_scale(people.values).normal
    r, n = _correlation(told, normal), people.values.size
    lo, hi = _interval(r, n, level)
    wide = _among_applicants((r, lo, hi), applicants @ weights, people.scores @ weights)
    equal = _correlation(people.scores @ written, normal)
    return Validity(r, lo, hi, wide.correlation, wide.lo, wide.hi, wide.ratio, equal, _p_value(r, n))


def folds(hired_on: tuple[date, ...]) -> IntArray:
    """The stretch of months each person belongs to, 0..4; those hired in one month share it.

    Args:
        hired_on: in order.
    """
    months = [(day.year, day.month) for day in hired_on]
    done, found = 0, {}
    for month in sorted(set(months)):
        found[month] = min(FOLDS * done // len(months), FOLDS - 1)
        done += months.count(month)
    place = np.array([found[month] for month in months])
    if np.unique(place).size > 1:
        return np.unique(place, return_inverse=True)[1].astype(np.int64)
    return np.arange(len(months)) * FOLDS // len(months)  # all of one month: by order alone


def _foretold(people: Followed, applicants: FloatArray, written: FloatArray) -> FloatArray:
    place, told = folds(people.hired_on), np.zeros(people.values.size)
    middle = applicants.mean(axis=0)
    for one in np.unique(place):
        unseen = place == one
        outcomes = people.values[~unseen]
        weights = written
        if np.unique(outcomes).size > 1:
            known = people.scores[~unseen]
            fit = fit_anchored(known, rank_scale(outcomes).normal, applicants, written=written)
            weights = fit.weights.weight
        told[unseen] = (people.scores[unseen] - middle) @ weights
    return told


def _among_applicants(
    found: tuple[float, float, float], applicants: FloatArray, hired: FloatArray
) -> Unrestricted:
    r, lo, hi = found
    wide, narrow = float(applicants.std()), float(hired.std())
    if min(wide, narrow) < _LEAST_SPREAD:
        return Unrestricted(r, lo, hi, 1.0)
    return unrestricted(r, (lo, hi), sd_applicants=wide, sd_hired=narrow)


def _correlation(one: FloatArray, other: FloatArray) -> float:
    if min(one.std(), other.std()) < _LEAST_SPREAD:
        return 0.0
    return float(np.clip(np.corrcoef(one, other)[0, 1], -_EDGE, _EDGE))


def _interval(r: float, n: int, level: float) -> tuple[float, float]:
    from scipy.special import ndtri

    reach = float(ndtri(0.5 + level / 2.0)) / np.sqrt(max(n - 3, 1))
    lo, hi = np.tanh(np.arctanh(r) + np.array([-reach, reach])).tolist()
    return lo, hi


def _p_value(r: float, n: int) -> float:
    """Chance of a correlation at least as high without any relation; one-sided: misleading is no proof."""
    from scipy.special import ndtr

    return float(ndtr(-np.arctanh(r) * np.sqrt(max(n - 3, 1))))
