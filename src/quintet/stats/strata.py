"""With against without, source by source: how much more often and how much faster."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

_Z90 = 1.6448536269514722
_SPREADS = 200
#: A skewness that makes no difference.
_STRAIGHT = 1e-3


@dataclass(frozen=True, eq=False)
class Ratios:
    """A ratio per look, with against without, within strata.

    Args:
        ratio: above 1 is more (or faster) with, shape (J,); 1 where nothing can be said.
        lo: lower end of its 90 % interval.
        hi: upper end.
        log_error: standard error of its logarithm; infinite where nothing can be said.
        p_value: two-sided, of ratio 1.
    """

    ratio: FloatArray
    lo: FloatArray
    hi: FloatArray
    log_error: FloatArray
    p_value: FloatArray


def fit_rate_ratios(
    converted_with: ArrayLike, known_with: ArrayLike, converted_without: ArrayLike, known_without: ArrayLike
) -> Ratios:
    """How much more often leads convert with something than without, compared within their source.

    Mantel-Haenszel; leads count by the share of their outcome that is known. The p-value is Cochran's, given
    the totals, with their skewness: it keeps its level where few convert, far in the tails too.

    Args:
        converted_with: converters per look and stratum, shape (J, S).
        known_with: leads per look and stratum, each by the share of its outcome known, shape (J, S).
        converted_without: the same of the others.
        known_without: the same of the others.

    Raises:
        BadInput: on shapes that disagree.

    Source: Greenland & Robins, Biometrics 41 (1985) 55-68, equations 1 and 13.
    """
    a, n1, c, n0 = (
        np.asarray(one, dtype=np.float64)
        for one in (converted_with, known_with, converted_without, known_without)
    )
    if not a.shape == n1.shape == c.shape == n0.shape:
        raise BadInput("the four counts must have one shape (looks, strata)")
    n1, n0 = np.maximum(n1, a), np.maximum(n0, c)
    n = np.where(n1 + n0 > 0, n1 + n0, 1.0)
    top, bottom = (a * n0 / n).sum(axis=1), (c * n1 / n).sum(axis=1)
    spread = (((a + c) * n1 * n0 / n - a * c) / n).sum(axis=1)
    told = (top > 0) & (bottom > 0)
    log = np.log(
        np.divide(top, bottom, out=np.ones_like(top), where=told), where=told, out=np.zeros_like(top)
    )
    error = np.sqrt(np.divide(spread, top * bottom, out=np.full_like(top, np.inf), where=told))
    return replace(ratios_of(log, error), p_value=_conditional_p((a, n1, c, n0), n))


def _conditional_p(
    counts: tuple[FloatArray, FloatArray, FloatArray, FloatArray], n: FloatArray
) -> FloatArray:
    """Cochran-Mantel-Haenszel with half a count to the safe side: holds its level also where few convert."""
    a, n1, c, n0 = counts
    events = a + c
    spread = events * (n - events) * n1 * n0 / (n**2 * np.maximum(n - 1.0, 1.0))
    leaning = spread * (n - 2.0 * events) * (n0 - n1) / (n * np.maximum(n - 2.0, 1.0))
    gap = (a - events * n1 / n).sum(axis=1)
    return _skewed_p(gap, spread.sum(axis=1), leaning.sum(axis=1), step=1.0)


def _skewed_p(gap: FloatArray, spread: FloatArray, leaning: FloatArray, *, step: float = 0.0) -> FloatArray:
    """Two-sided p-values of sums with these second and third cumulants around 0: twice the smaller tail.

    A normal tail is wrong by several times where a look has few leads beside many others, and hundreds of
    looks are judged by their farthest tails; the gamma with the same skewness is not.

    Args:
        gap: the sums, shape (J,).
        spread: their variances.
        leaning: their third cumulants.
        step: between the values a sum can take; half of it counts on the safe side.

    Source: Pearson type III for permutation sums, Mielke & Berry, Permutation Methods, 2nd ed., chapter 2.
    """
    from scipy.special import gammainc, gammaincc, ndtr

    error = np.sqrt(spread, out=np.ones_like(spread), where=spread > 0)
    skew = leaning / error**3
    size = np.sign(gap) * np.maximum(np.abs(gap) - step / 2.0, 0.0) / error
    lean = np.where(np.abs(skew) > _STRAIGHT, skew, _STRAIGHT)
    shape = 4.0 / lean**2
    at = np.maximum(shape + np.sign(lean) * size * np.sqrt(shape), 0.0)
    lower, upper = gammainc(shape, at), gammaincc(shape, at)
    smaller = np.where(np.abs(skew) > _STRAIGHT, np.minimum(lower, upper), ndtr(-np.abs(size)))
    return np.asarray(np.where(spread > 0, np.minimum(2.0 * smaller, 1.0), 1.0))


def fit_speed_ratios(with_by_day: ArrayLike, without_by_day: ArrayLike) -> Ratios:
    """How much faster those with something convert, among those who convert: hazard ratio within sources.

    Peto's one-step estimate from the stratified log-rank table: exp((O - E) / V). Only converters followed
    for the whole horizon may be given, so nobody is censored and nobody young is missed. The p-value is of
    O - E among all ways to draw as many leads of each stratum, with their skewness.

    Args:
        with_by_day: converters by look, stratum and whole days taken, shape (J, S, D).
        without_by_day: the same of the others.

    Raises:
        BadInput: on shapes that disagree.

    Source: Yusuf, Peto et al., Progress in Cardiovascular Diseases 27 (1985) 335-371; ties as in Mantel 1966.
    """
    one, other = np.asarray(with_by_day, dtype=np.float64), np.asarray(without_by_day, dtype=np.float64)
    if one.shape != other.shape or one.ndim != 3:  # noqa: PLR2004
        raise BadInput("both counts must have one shape (looks, strata, days)")
    risk_one = np.cumsum(one[:, :, ::-1], axis=2)[:, :, ::-1]
    risk = np.cumsum((one + other)[:, :, ::-1], axis=2)[:, :, ::-1]
    events = one + other
    share = np.divide(risk_one, risk, out=np.zeros_like(risk), where=risk > 0)
    tied = np.divide(risk - events, risk - 1.0, out=np.zeros_like(risk), where=risk > 1)
    gain = (one - events * share).sum(axis=(1, 2))
    spread = (events * share * (1.0 - share) * tied).sum(axis=(1, 2))
    told = spread > 0
    log = np.divide(gain, spread, out=np.zeros_like(gain), where=told)
    error = np.sqrt(np.divide(1.0, spread, out=np.full_like(gain, np.inf), where=told))
    return replace(ratios_of(log, error), p_value=_permuted_p(one, events, risk, gain))


def _permuted_p(one: FloatArray, events: FloatArray, risk: FloatArray, gain: FloatArray) -> FloatArray:
    """Log-rank, as a sum of scores of leads drawn from their stratum: its cumulants are known exactly."""
    score = 1.0 - np.cumsum(np.divide(events, risk, out=np.zeros_like(risk), where=risk > 0), axis=2)
    square, cube = (events * score**2).sum(axis=2), (events * score**3).sum(axis=2)
    with_it, n = one.sum(axis=2), risk[:, :, 0]
    without = n - with_it
    spread = with_it * without * square / np.maximum(n * (n - 1.0), 1.0)
    leaning = with_it * without * (without - with_it) * cube / np.maximum(n * (n - 1.0) * (n - 2.0), 1.0)
    return _skewed_p(gain, spread.sum(axis=1), leaning.sum(axis=1))


def ratios_of(log_ratio: FloatArray, log_error: FloatArray) -> Ratios:
    """Ratios with 90 % intervals and two-sided p-values from logarithms and their standard errors."""
    from scipy.special import ndtr

    with np.errstate(over="ignore"):
        lo = np.where(np.isfinite(log_error), np.exp(log_ratio - _Z90 * log_error), 0.0)
        hi = np.where(np.isfinite(log_error), np.exp(log_ratio + _Z90 * log_error), np.inf)
    p_value = 2.0 * ndtr(-np.abs(log_ratio) / log_error)
    return Ratios(np.exp(log_ratio), lo, hi, log_error, np.asarray(p_value))


@dataclass(frozen=True, eq=False)
class PulledMeans:
    """Means of several looks, each pulled to the common mean by as much of the spread as luck explains.

    Args:
        mean: posterior mean, shape (J,).
        error: posterior standard deviation, shape (J,).
        centre: posterior mean of the common mean.
        spread: posterior mean of the standard deviation between looks.
    """

    mean: FloatArray
    error: FloatArray
    centre: float
    spread: float


def fit_means(values: ArrayLike, standard_errors: ArrayLike) -> PulledMeans:
    """What to expect of each look once luck is taken out; how far looks differ is learned, with its doubt.

    Means come from one normal; its centre and spread have flat priors, the spread is integrated on a grid.

    Args:
        values: one mean per look, e.g. log ratios, shape (J,); two or more.
        standard_errors: of each, above 0.

    Raises:
        BadInput: with fewer than two looks, or an error that is not above 0.

    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.4.
    """
    value, error = np.asarray(values, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if value.size < 2 or not error.min() > 0:  # noqa: PLR2004
        raise BadInput(f"two or more means with errors above 0 are needed, got {value.size}")
    spread = np.linspace(0.0, 3.0 * float(value.std(ddof=1)) + float(np.median(error)), _SPREADS)[:, None]
    precision = 1.0 / (error**2 + spread**2)
    total = precision.sum(axis=1)
    centre = (precision * value).sum(axis=1) / total
    log = 0.5 * np.log(precision).sum(axis=1) - 0.5 * np.log(total)
    log -= 0.5 * (precision * (value - centre[:, None]) ** 2).sum(axis=1)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    kept = spread**2 / (spread**2 + error**2)
    mean = kept * value + (1.0 - kept) * centre[:, None]
    variance = kept * error**2 + (1.0 - kept) ** 2 / total[:, None]
    expected = weight @ mean
    doubt = weight @ (variance + (mean - expected) ** 2)
    return PulledMeans(expected, np.sqrt(doubt), float(weight @ centre), float(weight @ spread[:, 0]))
