"""Who scores mildly and who harshly: what a score owes to the rater, told apart by candidates they share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.errors import BadInput, NotEnoughData

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Fewer raters, or fewer shared candidates of a rater, tell nothing of leniency.
MIN_RATERS = 3
MIN_CANDIDATES = 5
#: Spreads of leniency that are tried, in points, and how wide the prior of the spread is.
_SPREADS = np.linspace(0.02, 3.0, 75)
_SPREAD_SCALE = 1.0
_RIDGE = 1e-3
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores one a row; who, by whom, on what: places 0, 1, 2 ... of each; all arrays have shape (N,).

    `least` is how many candidates, raters and criteria there are at least, when the last ones have no score.
    """

    candidate: IntArray
    rater: IntArray
    criterion: IntArray
    score: FloatArray
    least: tuple[int, int, int] = (0, 0, 0)

    def __post_init__(self) -> None:
        sizes = {one.size for one in (self.candidate, self.rater, self.criterion, self.score)}
        if len(sizes) > 1:
            raise BadInput(f"each score needs a candidate, a rater and a criterion, got columns of {sizes}")
        if not np.isfinite(self.score).all():
            raise BadInput("scores must be numbers: leave a row out where nothing was scored")
        rows = self.cell * self.shape[1] + self.rater
        if np.unique(rows).size < rows.size:
            raise BadInput("a rater scored a candidate twice on one criterion: give the mean of both")

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """How many candidates, raters and criteria."""
        places = (self.candidate, self.rater, self.criterion)
        candidates, raters, criteria = (
            max(int(one.max(initial=-1)) + 1, least) for one, least in zip(places, self.least, strict=True)
        )
        return candidates, raters, criteria

    @cached_property
    def cell(self) -> IntArray:
        """Place of each score's candidate and criterion in a flat table."""
        return self.candidate * self.shape[2] + self.criterion


@dataclass(frozen=True, eq=False)
class RaterFit:
    """What each rater adds to a score, and how steadily he scores.

    Args:
        leniency: points by which a rater scores above the mean of those who can be compared, pulled to 0,
            shape (J,).
        lo, hi: ends of its interval, shape (J,).
        consistency: standard deviation of a single score around what the candidate got and the rater
            adds, in points, shape (J,).
        shared: candidates he scored together with somebody else, shape (J,).
        spread: standard deviation of leniency among such raters, points.
    """

    leniency: FloatArray
    lo: FloatArray
    hi: FloatArray
    consistency: FloatArray
    shared: IntArray
    spread: float


@dataclass(frozen=True, eq=False)
class Adjusted:
    """Candidates by criteria, leniency taken out.

    Args:
        mean: of the scores, leniency taken out; the criterion's mean where nobody scored him, and
            that of all scores where nobody scored anybody, shape (I, K).
        raters: how many scored it, 0 where nobody did, shape (I, K).
    """

    mean: FloatArray
    raters: IntArray


def fit_raters(scores: Scores, *, level: float = 0.90) -> RaterFit:
    """How far each rater scores above or below others on the same candidates.

    Each candidate counts once, however many criteria he was scored on, because a rater's scores of one
    candidate share their error (halo). The spread of leniency is integrated over a grid.

    Args:
        scores: rows; candidates scored by one rater alone say nothing about leniency.
        level: of the intervals.

    Raises:
        NotEnoughData: below three raters with five shared candidates each, or when raters fall into groups
            that share no candidate, which the message names by their places.

    Source: docs/formulas/hiring_index.md#raters; Robinson, Statistical Science 6 (1991) 15-32 (BLUP).
    """
    shared = _shared_candidates(scores)
    _refuse(scores, shared)
    contrasts = _Contrasts.of(scores)
    pulled, deviation, spread = _pulled(contrasts, shared > 0)
    from scipy.special import ndtri

    reach = float(ndtri(0.5 + level / 2.0)) * deviation
    steady = _consistency(contrasts)
    return RaterFit(pulled, pulled - reach, pulled + reach, steady, shared, spread)


def adjusted(scores: Scores, leniency: FloatArray) -> Adjusted:
    """The candidates' mean scores with each rater's leniency taken out.

    Args:
        scores: rows.
        leniency: points of each rater, shape (J,); zeros leave the scores as they are.
    """
    candidates, _, criteria = scores.shape
    plain = scores.score - leniency[scores.rater]
    count = np.bincount(scores.cell, minlength=candidates * criteria).reshape(candidates, criteria)
    total = np.bincount(scores.cell, weights=plain, minlength=candidates * criteria).reshape(count.shape)
    mean = np.divide(total, count, out=np.zeros(count.shape), where=count > 0)
    seen = (count > 0).sum(axis=0)
    usual = float(plain.mean()) if plain.size else 0.0
    middle = np.divide(mean.sum(axis=0), seen, out=np.full(criteria, usual), where=seen > 0)
    return Adjusted(np.where(count > 0, mean, middle), count.astype(np.int64))


def rater_groups(scores: Scores, some: BoolArray) -> list[list[int]]:
    """Raters who can be compared, directly or through others: groups of places that share candidates.

    Args:
        scores: rows.
        some: which raters to look at, shape (J,).
    """
    meets = _meetings(scores) > 0
    left, found = set(np.flatnonzero(some).tolist()), []
    while left:
        group, new = set(), {min(left)}
        while new:
            group |= new
            new = {one for one in left - group if meets[list(new), one].any()}
        found.append(sorted(group))
        left -= group
    return found


def _meetings(scores: Scores) -> IntArray:
    """How many candidates each two raters share, shape (J, J)."""
    candidates, raters, _ = scores.shape
    saw = np.zeros((candidates, raters), dtype=np.int64)
    saw[scores.candidate, scores.rater] = 1
    return saw.T @ saw


def _shared_candidates(scores: Scores) -> IntArray:
    candidates, raters, _ = scores.shape
    saw = np.zeros((candidates, raters), dtype=np.int64)
    saw[scores.candidate, scores.rater] = 1
    return np.asarray(saw[saw.sum(axis=1) > 1].sum(axis=0))


def _refuse(scores: Scores, shared: IntArray) -> None:
    enough = shared >= MIN_CANDIDATES
    have = int(enough.sum())
    if have < MIN_RATERS:
        raise NotEnoughData(
            f"{have} raters scored {MIN_CANDIDATES} candidates together with somebody else, leniency needs"
            f" {MIN_RATERS}: let two raters score each candidate",
            have=have,
            need=MIN_RATERS,
            unit="raters",
        )
    groups = rater_groups(scores, enough)
    if len(groups) > 1:
        told = " and ".join(str(one) for one in groups)
        raise NotEnoughData(
            f"raters fall into {len(groups)} groups that share no candidate, {told}: let one of each group"
            " score a candidate together, then they can be compared",
            have=len(groups),
            need=1,
            unit="groups of raters",
        )


@dataclass(frozen=True, eq=False)
class _Contrasts:
    """Scores of cells with two raters or more, each less its cell's mean."""

    member: FloatArray  # cells by raters, 1 where he scored it
    weight: FloatArray  # of a cell: one by the cells of its candidate
    candidate: IntArray  # of each score
    rater: IntArray
    cell: IntArray
    deviation: FloatArray

    @staticmethod
    def of(scores: Scores) -> "_Contrasts":
        """The contrasts within cells."""
        _, raters, _ = scores.shape
        count = np.bincount(scores.cell)
        kept = count[scores.cell] > 1
        _, cell = np.unique(scores.cell[kept], return_inverse=True)
        candidate, rater, score = scores.candidate[kept], scores.rater[kept], scores.score[kept]
        member = np.zeros((int(cell.max()) + 1, raters))
        member[cell, rater] = 1.0
        size = member.sum(axis=1)
        owner = np.zeros(size.size, dtype=np.int64)
        owner[cell] = candidate
        weight = 1.0 / np.bincount(owner)[owner]
        mean = np.bincount(cell, weights=score) / size
        return _Contrasts(member, weight, candidate, rater, cell, score - mean[cell])

    @cached_property
    def size(self) -> FloatArray:
        """Raters of each cell."""
        return np.asarray(self.member.sum(axis=1))

    @cached_property
    def laplacian(self) -> FloatArray:
        """Information about differences of leniency, in candidates, shape (J, J)."""
        weighted = self.member * (self.weight / self.size)[:, None]
        return np.asarray(np.diag(self.weight @ self.member) - self.member.T @ weighted)

    @cached_property
    def right(self) -> FloatArray:
        """Sum of each rater's weighted deviations, shape (J,)."""
        weights = self.weight[self.cell] * self.deviation
        return np.asarray(
            np.bincount(self.rater, weights=weights, minlength=self.member.shape[1]), dtype=float
        )

    def residual(self, leniency: FloatArray) -> FloatArray:
        """What is left of each deviation when leniency is taken out."""
        mean = self.member @ leniency / self.size
        return np.asarray(self.deviation - leniency[self.rater] + mean[self.cell])

    @cached_property
    def least_squares(self) -> FloatArray:
        """Leniency without any pull."""
        return np.asarray(np.linalg.pinv(self.laplacian, hermitian=True) @ self.right)

    @cached_property
    def variance(self) -> float:
        """Of what one rater's scores of one candidate share, from the residuals of whole sheets."""
        raters = self.member.shape[1]
        _, sheet = np.unique(self.candidate * raters + self.rater, return_inverse=True)
        count = np.bincount(sheet)
        left = np.bincount(sheet, weights=self.residual(self.least_squares)) / count
        free = count.size - np.unique(self.candidate).size - (np.unique(self.rater).size - 1)
        return max(float(left @ left) / max(free, 1), _NOTHING)


def _pulled(contrasts: _Contrasts, met: BoolArray) -> tuple[FloatArray, FloatArray, float]:
    """Leniency beside the mean of those who met, and its standard deviation, over how far raters differ."""
    values, vectors = np.linalg.eigh(contrasts.laplacian)
    values = np.where(values > _NOTHING * max(values.max(), 1.0), values, 0.0)
    variance, right = contrasts.variance, vectors.T @ contrasts.right
    told = values > 0
    spread = _SPREADS[:, None] ** 2
    marginal = values[told] * (values[told] * spread + variance)
    log_weight = -0.5 * (np.log(marginal) + right[told] ** 2 / marginal).sum(axis=1)
    log_weight -= 0.5 * (_SPREADS / _SPREAD_SCALE) ** 2
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    precision = values / variance + 1.0 / spread
    beside = vectors - met @ vectors / met.sum()
    means = (np.where(told, right, 0.0) / variance / precision) @ beside.T
    mean = weight @ means
    within = weight @ ((1.0 / precision) @ (beside**2).T)
    doubt = np.sqrt(within + weight @ (means - mean) ** 2)
    return mean, np.asarray(doubt), float(np.sqrt(weight @ _SPREADS**2))


def _consistency(contrasts: _Contrasts) -> FloatArray:
    """Each rater's own noise, the others' part of his distance from the cell's mean taken out.

    Source: Grubbs, JASA 43 (1948) 243-264.
    """
    squares = contrasts.residual(contrasts.least_squares) ** 2
    raters = contrasts.member.shape[1]
    seen = np.bincount(contrasts.rater, weights=squares, minlength=raters)
    own = (1.0 - 2.0 / contrasts.size) @ contrasts.member
    others = contrasts.member.T @ (contrasts.member / contrasts.size[:, None] ** 2)
    free = float((1.0 - 1.0 / contrasts.size) @ contrasts.size)
    pooled = float(squares.sum()) / max(free, 1.0)
    ridge = _RIDGE * max(float(own.max()), 1.0)
    matrix = np.diag(own + ridge) + others
    found = np.linalg.solve(matrix, seen + ridge * pooled)
    return np.asarray(np.sqrt(np.maximum(found, 0.0)))
