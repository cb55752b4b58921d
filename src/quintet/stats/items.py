"""What an exam's answers say of its questions, and of the exam: difficulty, discrimination, reliability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.shares import wilson

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LEVEL = 0.90
#: Fewer takers or questions, and nothing is said of an exam.
MIN_TAKERS = 30
MIN_ITEMS = 5
_PAIR = 2
_LEAST_FOR_FISHER = 4
_NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class ItemStatistics:
    """Each question of an exam. Arrays of shape (K,) are in the order the questions came in.

    Args:
        n: takers who were asked it.
        share: of these who got it right: the difficulty, 1 is the easiest.
        share_lo, share_hi: ends of its interval.
        discrimination: correlation of getting it right with the result in the other questions; 0 where all
            answers are alike.
        discrimination_lo, discrimination_hi: ends of its interval; -1 and 1 where all answers are alike.
    """

    n: IntArray
    share: FloatArray
    share_lo: FloatArray
    share_hi: FloatArray
    discrimination: FloatArray
    discrimination_lo: FloatArray
    discrimination_hi: FloatArray


@dataclass(frozen=True)
class Reliability:
    """How far a result would repeat itself in another exam of such questions.

    Args:
        alpha: Cronbach's alpha (KR-20 where answers are right or wrong); below 0 is possible, by luck.
        lo, hi: ends of Feldt's interval.
        error: standard error of one result, as a share of the questions, 0..1. Where questions are drawn,
            luck with their difficulty is part of it.
        takers: how many.
        asked: questions each of them was asked; the mean where this differs.
    """

    alpha: float
    lo: float
    hi: float
    error: float
    takers: int
    asked: float


def fit_items(answers: ArrayLike, *, level: float = LEVEL) -> ItemStatistics:
    """How hard each question is, and whether those who get it right are those who know the rest.

    Args:
        answers: takers by questions: 1 right, 0 wrong, between the two for a part of the points, and NaN
            where the draw did not ask it, shape (N, K).
        level: of the intervals.

    Raises:
        BadInput: when an answer lies outside 0..1, or nobody was asked a question.
        NotEnoughData: with fewer than 30 takers or 5 questions.

    Source: Wilson 1927 (shares); Henrysson, Psychometrika 28 (1963) 211-218 (the question itself left out
        of the rest); Fisher, Metron 1 (1921) 3-32.
    """
    sheet = _sheet(answers)
    z = _normal_quantile(0.5 + level / 2.0)
    n, right = sheet.seen.sum(axis=0), sheet.right.sum(axis=0)
    pairs = zip(right.tolist(), n.tolist(), strict=True)
    spans = np.array([wilson(won, tried, z=z) for won, tried in pairs])
    r, lo, hi = _with_the_rest(sheet, z)
    return ItemStatistics(n.astype(np.int64), right / n, spans[:, 0], spans[:, 1], r, lo, hi)


def fit_reliability(answers: ArrayLike, *, level: float = LEVEL) -> Reliability:
    """How much of what results differ by is the takers and not luck with these questions.

    Where each taker is asked a random part of the questions, variances and covariances are taken over those
    who were asked both of a pair, and the answer is for an exam as long as those that were taken.

    Args:
        answers: as in `fit_items`.
        level: of the interval.

    Raises:
        BadInput: when an answer lies outside 0..1, nobody was asked a question, or everybody answers alike.
        NotEnoughData: with fewer than 30 takers or 5 questions.

    Source: Kuder & Richardson, Psychometrika 2 (1937) 151-160; Cronbach, Psychometrika 16 (1951) 297-334;
        Feldt, Psychometrika 30 (1965) 357-370 (interval).
    """
    sheet = _sheet(answers)
    takers, size = sheet.seen.shape
    asked = float(sheet.seen.sum(axis=1).mean())
    variance, covariance = _moments(sheet)
    whole = variance + (asked - 1.0) * covariance
    if not whole > _NOTHING:
        raise BadInput("all takers answer alike: nothing tells them apart, and no reliability can be told")
    alpha = asked * covariance / whole
    within = (takers - 1.0) * (asked - 1.0)
    lo, hi = (
        1.0 - (1.0 - alpha) * _f_quantile(takers - 1.0, within, tail)
        for tail in (0.5 + level / 2.0, 0.5 - level / 2.0)
    )
    drawn = max(0.0, 1.0 - asked / size) * float(sheet.mean.var(ddof=1))
    error = float(np.sqrt(max(0.0, variance - covariance + drawn) / asked))
    return Reliability(alpha, lo, hi, error, takers, asked)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Answers with holes: who was asked what, what was right (0 in holes), and the mean of each question."""

    seen: BoolArray
    right: FloatArray
    mean: FloatArray

    @property
    def centred(self) -> FloatArray:
        """Answers less the question's mean, 0 where it was not asked."""
        return np.where(self.seen, self.right - self.mean, 0.0)


def _sheet(answers: ArrayLike) -> _Sheet:
    given = np.asarray(answers, dtype=np.float64)
    if given.ndim != _PAIR:
        raise BadInput(f"answers must be a table of takers by questions, got {given.ndim} dimensions")
    seen = ~np.isnan(given)
    right = np.where(seen, given, 0.0)
    if right.size and not (right.min() >= 0.0 and right.max() <= 1.0):
        raise BadInput(f"an answer must lie in 0..1, got {right.min():g}..{right.max():g}")
    taken = seen.any(axis=1)
    seen, right = seen[taken], right[taken]
    _refuse_few(*seen.shape)
    count = seen.sum(axis=0)
    if not count.all():
        raise BadInput(f"{int((count == 0).sum())} questions were asked nobody: leave them out")
    return _Sheet(seen, right, right.sum(axis=0) / count)


def _refuse_few(takers: int, size: int) -> None:
    if takers < MIN_TAKERS:
        msg = f"{takers} of the {MIN_TAKERS} takers it takes to say something of an exam"
        raise NotEnoughData(msg, have=takers, need=MIN_TAKERS, unit="takers")
    if size < MIN_ITEMS:
        msg = f"{size} questions: {MIN_ITEMS} are the least to judge one by the others"
        raise NotEnoughData(msg, have=size, need=MIN_ITEMS, unit="questions")


def _with_the_rest(sheet: _Sheet, z: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Correlation of each question with the mean of a taker's others, each less its own difficulty."""
    size = sheet.mean.size
    lines = [_one_with_the_rest(sheet, place, z) for place in range(size)]
    r, lo, hi = np.array(lines, dtype=np.float64).T
    return r, lo, hi


def _one_with_the_rest(sheet: _Sheet, place: int, z: float) -> tuple[float, float, float]:
    others = sheet.seen.sum(axis=1) - sheet.seen[:, place]
    rows = sheet.seen[:, place] & (others > 0)
    x = sheet.centred
    own = x[rows, place]
    rest = (x[rows].sum(axis=1) - own) / others[rows]
    return _correlation(own, rest, z)


def _correlation(x: FloatArray, y: FloatArray, z: float) -> tuple[float, float, float]:
    """With Fisher's interval; 0, and anything possible, where one of the two does not differ."""
    if x.size < _LEAST_FOR_FISHER or min(np.ptp(x), np.ptp(y)) < _NOTHING:
        return 0.0, -1.0, 1.0
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1.0 + _NOTHING, 1.0 - _NOTHING))
    reach = z / np.sqrt(x.size - 3.0)
    middle = np.arctanh(r)
    return r, float(np.tanh(middle - reach)), float(np.tanh(middle + reach))


def _moments(sheet: _Sheet) -> tuple[float, float]:
    """Mean variance of a question, and mean covariance of two of them."""
    x, seen = sheet.centred, sheet.seen.astype(np.float64)
    both, product = seen.T @ seen, x.T @ x
    count = np.diagonal(both)
    variance = float(np.mean(np.diagonal(product) / np.maximum(count - 1.0, 1.0)))
    apart = ~np.eye(count.size, dtype=bool)
    # own means were taken out: of N who were asked both, so much of the covariance is left
    left = both * (1.0 - 1.0 / count[:, None] - 1.0 / count[None, :] + both / np.outer(count, count))
    total = float(left[apart].sum())
    if not total > _NOTHING:
        raise BadInput("no two questions were asked the same people: nothing says how they go together")
    return variance, float(product[apart].sum()) / total


def _f_quantile(df: float, df_error: float, level: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(df, df_error, level))


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(level))
