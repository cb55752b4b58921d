"""Do these reps differ at all, or would chance alone spread them like this?"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

_ENOUGH_EXPECTED = 5.0
#: Teams drawn or shuffled at once, and at most.
_AT_ONCE, _SHUFFLES, _DRAWN = 250, 2000, 1000
#: Above this many reps their squares add up to a curve whose mean and variance are known: nothing is drawn.
_MANY_REPS = 200
#: With so many teams that spread as far, the p-value is known to a tenth of itself.
_ENOUGH_AS_FAR = 100
_TERMS = 500
_CLOSE = 1e-14
_FAR = 20.0
_HALVINGS = 50


@dataclass(frozen=True)
class Homogeneity:
    """The test whether reps share one rate.

    Args:
        statistic: chi-square.
        degrees: reps with leads, minus one.
        p_value: probability of such a spread among identical reps.
        is_exact: True when the p-value comes from shuffled leads, not from the chi-square curve.
    """

    statistic: float
    degrees: int
    p_value: float
    is_exact: bool


def fit_homogeneity(
    converted: ArrayLike, known: ArrayLike, *, offset: ArrayLike | None = None, seed: int = 0
) -> Homogeneity:
    """Would identical reps spread like this by luck alone?

    With every outcome known this is Pearson's chi-square of the reps-by-two table. Where an expected
    count is under 5 the leads are shuffled between the reps (seeded) instead of trusting the curve.

    Args:
        converted: converted per rep, shape (J,).
        known: leads per rep, each counted by the share of its outcome that is known, shape (J,).
        offset: log-odds by which each rep's leads are easier (+) or harder (-), shape (J,); then identical
            reps are expected to spread that far, and leads are drawn anew instead of shuffled.
        seed: of the shuffles.

    Raises:
        BadInput: when a rep has more conversions than leads, or a count is negative.

    Source: Pearson 1900; Agresti, Categorical Data Analysis, 3rd ed., sections 3.2 and 3.5.
    """
    won, tried = np.asarray(converted, dtype=np.float64), np.asarray(known, dtype=np.float64)
    if np.any(won < 0) or np.any(won > np.ceil(tried + 1e-9)):
        raise BadInput("converted must lie in 0..known for every rep: count each lead once")
    shift = np.zeros(won.size) if offset is None else np.asarray(offset, dtype=np.float64)
    told = np.maximum(np.rint(tried), won) > 0  # less than half a lead known says nothing
    won, tried, shift = won[told], np.maximum(tried, won)[told], shift[told]
    rate = won.sum() / tried.sum() if tried.size else 0.0
    if won.size < 2 or not 0.0 < rate < 1.0:  # noqa: PLR2004
        return Homogeneity(0.0, max(won.size - 1, 0), 1.0, is_exact=True)
    if shift.any():
        return _adjusted(won, tried, shift, seed)
    statistic = _statistic(won, tried, rate)
    if tried.min() * min(rate, 1.0 - rate) >= _ENOUGH_EXPECTED:
        return Homogeneity(statistic, won.size - 1, chi_square_tail(statistic, won.size - 1), is_exact=False)
    if won.size > _MANY_REPS:
        return _of_many(statistic, tried, np.full(won.size, rate))
    return Homogeneity(statistic, won.size - 1, _shuffled_p(won, tried, seed), is_exact=True)


def _adjusted(won: FloatArray, tried: FloatArray, shift: FloatArray, seed: int) -> Homogeneity:
    """The test against rates that differ by the reps' leads alone."""
    rate = _shifted_rates(won, tried, shift)
    statistic = _statistic(won, tried, rate)
    least = (tried * np.minimum(rate, 1.0 - rate)).min()
    if least >= _ENOUGH_EXPECTED:
        return Homogeneity(statistic, won.size - 1, chi_square_tail(statistic, won.size - 1), is_exact=False)
    if won.size > _MANY_REPS:
        return _of_many(statistic, tried, rate)
    return Homogeneity(statistic, won.size - 1, _drawn_p(won, tried, rate, seed), is_exact=True)


def _of_many(statistic: float, tried: FloatArray, rate: FloatArray) -> Homogeneity:
    """The test of many reps with few leads each: a chi-square curve stretched to the right variance.

    Source: variance of Pearson's statistic with small counts, Haldane, Biometrika 31 (1940) 346-355.
    """
    degrees, share = tried.size - 1, rate * (1.0 - rate)
    variance = float(np.sum(2.0 + (1.0 - 6.0 * share) / (tried * share))) * degrees / tried.size
    stretch = variance / (2.0 * degrees)
    return Homogeneity(
        statistic, degrees, chi_square_tail(statistic / stretch, degrees / stretch), is_exact=False
    )


def _shifted_rates(won: FloatArray, tried: FloatArray, shift: FloatArray) -> FloatArray:
    """The rates of identical reps on their own leads, as many conversions as were seen in all."""
    low, high = -_FAR, _FAR
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        expected = float((tried / (1.0 + np.exp(-middle - shift))).sum())
        low, high = (middle, high) if expected < won.sum() else (low, middle)
    return np.asarray(1.0 / (1.0 + np.exp(-(low + high) / 2.0 - shift)))


def _drawn_p(won: FloatArray, tried: FloatArray, rate: FloatArray, seed: int) -> float:
    """Share of teams of identical reps, drawn with these leads, that spread at least as far."""
    seats = np.maximum(np.rint(tried), won)
    rng, whole = np.random.default_rng(seed), seats.astype(np.int64)

    def spread(times: int) -> FloatArray:
        drawn = rng.binomial(whole, rate, size=(times, won.size))
        scale = drawn.sum(axis=1, keepdims=True) / (seats * rate).sum()
        return np.asarray(np.sum((drawn - seats * rate * scale) ** 2 / (seats * rate * (1.0 - rate)), axis=1))

    return _p_value(_statistic(won, seats, rate), spread, _DRAWN)


def _statistic(won: FloatArray, tried: FloatArray, rate: float | FloatArray) -> float:
    return float(np.sum((won - rate * tried) ** 2 / (tried * rate * (1.0 - rate))))


def _shuffled_p(won: FloatArray, tried: FloatArray, seed: int) -> float:
    """Share of random reassignments of the leads that spread the reps at least as far."""
    seats = np.maximum(np.rint(tried), won).astype(np.int64)
    rate = won.sum() / seats.sum()
    if rate >= 1.0:  # in whole leads everybody converted: there is nothing to shuffle
        return 1.0
    rng = np.random.default_rng(seed)

    def spread(times: int) -> FloatArray:
        shuffled = rng.multivariate_hypergeometric(seats, int(won.sum()), size=times)
        return np.asarray(np.sum((shuffled - rate * seats) ** 2 / (seats * rate * (1.0 - rate)), axis=1))

    found = _statistic(won, seats.astype(np.float64), float(rate))
    return _p_value(found, spread, _SHUFFLES)


def _p_value(found: float, spread: Callable[[int], FloatArray], most: int) -> float:
    """Share of made-up teams that spread at least as far; no more are made once the share is well known.

    Where reps are plainly alike the first few hundred teams say so; where they may differ all are made.

    Source: Besag & Clifford, Biometrika 78 (1991) 301-304.
    """
    as_far = made = 0
    while made < most and as_far < _ENOUGH_AS_FAR:
        as_far += int(np.count_nonzero(spread(_AT_ONCE) >= found - 1e-9))
        made += _AT_ONCE
    return (as_far + 1) / (made + 1)


def chi_square_tail(statistic: float, degrees: float) -> float:
    """Probability that a chi-square variable exceeds the statistic.

    Source: regularised incomplete gamma by series or continued fraction, Press et al., section 6.2.
    """
    if statistic <= 0.0 or degrees <= 0:
        return 1.0
    shape, x = degrees / 2.0, statistic / 2.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    return 1.0 - front * _series(shape, x) if x < shape + 1.0 else front * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    term = total = 1.0 / shape
    for k in range(1, _TERMS):
        term *= x / (shape + k)
        total += term
        if term < total * _CLOSE:
            break
    return total


def _fraction(shape: float, x: float) -> float:
    b = x + 1.0 - shape
    c, d = 1e300, 1.0 / b
    value = d
    for k in range(1, _TERMS):
        a = -k * (k - shape)
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        value *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return value


def holm(p_values: ArrayLike) -> FloatArray:
    """P-values corrected for the number of looks, so that any false alarm at all stays rare.

    Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * (p.size - np.arange(p.size)))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> FloatArray:
    """P-values corrected so that few of the findings shown are false.

    Source: Benjamini & Hochberg, JRSS B 57 (1995) 289-300.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(-p, kind="stable")
    lowered = np.minimum.accumulate(p[order] * p.size / (p.size - np.arange(p.size)))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(lowered, 1.0)
    return adjusted


def supports_ranking(rank_lo: ArrayLike, rank_hi: ArrayLike) -> bool:
    """Do the rank intervals keep any two reps apart?"""
    return bool(np.asarray(rank_hi).min() < np.asarray(rank_lo).max())
