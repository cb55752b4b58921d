"""How far several people who score the same candidates agree: intraclass correlations, with intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_LEAST = 2
_NOTHING = 1e-12


@dataclass(frozen=True)
class Agreement:
    """An intraclass correlation: the share of what scores differ by that is the candidates.

    Args:
        single: of one rater's score.
        single_lo, single_hi: ends of its interval.
        average: of the mean of as many raters as score a candidate.
        average_lo, average_hi: ends of its interval.
        raters: how many score a candidate; a mean of unequal counts.
    """

    single: float
    single_lo: float
    single_hi: float
    average: float
    average_lo: float
    average_hi: float
    raters: float


@dataclass(frozen=True)
class Agreements:
    """The three readings of one table.

    Args:
        one_way: each candidate has other raters, ICC(1).
        two_way: the same raters score all and are a sample of raters; leniency counts against them, ICC(2).
        fixed: these raters alone are meant, and their leniency does not count, ICC(3).
    """

    one_way: Agreement
    two_way: Agreement
    fixed: Agreement


def agreements(table: ArrayLike, *, level: float = 0.90) -> Agreements:
    """How far raters agree who all scored the same candidates.

    Args:
        table: candidates by raters, without holes, shape (n, k).
        level: of the intervals.

    Raises:
        BadInput: with fewer than two candidates or raters, or when all candidates score the same on average.

    Source: Shrout & Fleiss, Psychological Bulletin 86 (1979) 420-428; McGraw & Wong, Psychological
        Methods 1 (1996) 30-46, table 7 (intervals).
    """
    x = np.asarray(table, dtype=np.float64)
    if x.ndim != _LEAST or min(x.shape) < _LEAST:
        raise BadInput(f"two candidates and two raters are the least to agree, got a table of {x.shape}")
    n, k = x.shape
    between, raters, error = _mean_squares(x)
    _refuse_alike(between)
    within = (raters * (k - 1) + error * (n - 1) * (k - 1)) / (n * (k - 1))
    one_way = _of_ratio(_Ratio(between, within, n - 1, n * (k - 1)), k, level)
    fixed = _of_ratio(_Ratio(between, error, n - 1, (n - 1) * (k - 1)), k, level)
    return Agreements(one_way, _two_way((between, raters, error), (n, k), level), fixed)


def one_way_agreement(candidate: ArrayLike, score: ArrayLike, *, level: float = 0.90) -> Agreement:
    """How far raters agree when each candidate is scored by other raters, and by more or fewer of them.

    Args:
        candidate: whom a score is of, shape (N,).
        score: shape (N,).
        level: of the interval.

    Raises:
        BadInput: unless two candidates have scores and one of them two, or when all candidates score the same
            on average.

    Source: Searle, Casella & McCulloch, Variance Components (1992), section 3.6 (unequal counts).
    """
    _, place = np.unique(np.asarray(candidate), return_inverse=True)
    x = np.asarray(score, dtype=np.float64)
    count = np.bincount(place).astype(np.float64)
    groups, total = count.size, x.size
    if groups < _LEAST or total <= groups:
        raise BadInput("to see whether raters agree, two candidates need scores and one of them two")
    mean = np.bincount(place, weights=x) / count
    inner = float(((x - mean[place]) ** 2).sum())
    outer = float(count @ (mean - x.mean()) ** 2)
    _refuse_alike(outer)
    size = (total - float(count @ count) / total) / (groups - 1)
    ratio = _Ratio(outer / (groups - 1), inner / (total - groups), groups - 1, total - groups)
    return _of_ratio(ratio, size, level)


def _refuse_alike(between: float) -> None:
    if not between > _NOTHING:
        raise BadInput("all candidates score the same on average: nothing tells them apart")


@dataclass(frozen=True)
class _Ratio:
    between: float
    error: float
    df: float
    df_error: float


def _mean_squares(x: FloatArray) -> tuple[float, float, float]:
    """Mean squares of candidates, of raters and of the rest."""
    n, k = x.shape
    rows, columns, mean = x.mean(axis=1), x.mean(axis=0), x.mean()
    between = float(k * ((rows - mean) ** 2).sum() / (n - 1))
    raters = float(n * ((columns - mean) ** 2).sum() / (k - 1))
    rest = x - rows[:, None] - columns[None, :] + mean
    return between, raters, float((rest**2).sum() / ((n - 1) * (k - 1)))


def _of_ratio(one: _Ratio, size: float, level: float) -> Agreement:
    """From the ratio of two mean squares and its F-distribution."""
    upper = (1.0 + level) / 2.0
    ratio = one.between / max(one.error, 1e-12)
    low = ratio / _f_quantile(one.df, one.df_error, upper)
    high = ratio * _f_quantile(one.df_error, one.df, upper)
    single, lo, hi = (float((f - 1.0) / (f + size - 1.0)) for f in (ratio, low, high))
    average, average_lo, average_hi = (float(1.0 - 1.0 / f) for f in (ratio, low, high))
    return Agreement(single, lo, hi, average, average_lo, average_hi, size)


def _two_way(squares: tuple[float, float, float], shape: tuple[int, int], level: float) -> Agreement:
    """ICC(2): leniency is error, so the interval has Satterthwaite's degrees of freedom."""
    (between, raters, error), (n, k) = squares, shape
    single = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    fj = raters / max(error, 1e-12)
    lean = k * single * fj
    rest = n * (1.0 + (k - 1) * single) - k * single
    df = (k - 1) * (n - 1) * (lean + rest) ** 2 / ((n - 1) * lean**2 + rest**2)
    upper = (1.0 + level) / 2.0
    above, below = _f_quantile(n - 1, df, upper), _f_quantile(df, n - 1, upper)
    noise = k * raters + (k * n - k - n) * error
    lo = n * (between - above * error) / (above * noise + n * between)
    hi = n * (below * between - error) / (noise + n * below * between)
    average, average_lo, average_hi = (float(k * one / (1.0 + (k - 1) * one)) for one in (single, lo, hi))
    return Agreement(float(single), float(lo), float(hi), average, average_lo, average_hi, float(k))


def _f_quantile(df: float, df_error: float, level: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(df, df_error, level))
