"""How good probabilities were: proper scores, ranking, and whether 20 % meant 20 %."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.stats.logistic import minus_log_likelihood, scores, weighted

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

Z90 = 1.6448536269514722
_TINY = 1e-12
_NEWTON = 60


@dataclass(frozen=True)
class Line:
    """Log-odds of what happened = intercept + slope times what was said."""

    intercept: float
    slope: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """How often one who did ranks above one who did not.

    Args:
        auc: that share, 0..1; ties count half.
        of_won: [won] share of the others each of those who did ranks above.
        of_lost: [lost] share of those who did that rank above each of the others.
    """

    auc: float
    of_won: FloatArray
    of_lost: FloatArray

    @property
    def deviation(self) -> float:
        """Standard error of the AUC (DeLong)."""
        return math.sqrt(_variance(self.of_won) + _variance(self.of_lost))


@dataclass(frozen=True)
class Group:
    """Cases of like probability: how many, what was said, what happened."""

    cases: int
    said: float
    happened: float


def log_losses(p: ArrayLike, won: ArrayLike) -> FloatArray:
    """[n] -log of the probability given to what happened; p is kept off 0 and 1 by 1e-12."""
    said = np.clip(np.asarray(p, dtype=np.float64), _TINY, 1.0 - _TINY)
    return np.asarray(-np.where(np.asarray(won, dtype=bool), np.log(said), np.log1p(-said)))


def brier(p: ArrayLike, won: ArrayLike) -> float:
    """Mean squared error of the probabilities."""
    return float(np.mean((np.asarray(p, dtype=np.float64) - np.asarray(won, dtype=np.float64)) ** 2))


def mean_with_error(values: ArrayLike) -> tuple[float, float]:
    """Mean of independent values and its standard error; infinite with fewer than two."""
    value = np.asarray(values, dtype=np.float64)
    return float(value.mean()), math.sqrt(_variance(value)) if value.size > 1 else math.inf


def ranking(said: ArrayLike, won: ArrayLike) -> Ranking | None:
    """The AUC and what its error rests on; None when all or none did.

    Source: DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837-845.
    """
    value, did = np.asarray(said, dtype=np.float64), np.asarray(won, dtype=bool)
    if did.all() or not did.any():
        return None
    above, below = value[did], value[~did]
    of_won, of_lost = _share_below(above, below), 1.0 - _share_below(below, above)
    return Ranking(float(of_won.mean()), of_won, of_lost)


def ranking_gain(first: Ranking, second: Ranking) -> tuple[float, float]:
    """AUC of the first minus the second on the same cases, and its standard error (DeLong, paired)."""
    spread = _variance(first.of_won - second.of_won) + _variance(first.of_lost - second.of_lost)
    return first.auc - second.auc, math.sqrt(spread)


def calibration_line(
    log_odds: ArrayLike,
    won: ArrayLike,
    known: FloatArray | None = None,
    *,
    slope: float | None = None,
    around: tuple[float, float] | None = None,
    weight: FloatArray | None = None,
) -> Line:
    """The line that turns what was said into what happened.

    Args:
        log_odds: [n] what was said; any unit.
        won: [n] what happened.
        known: [n] share of its outcome a case has shown; all 1 when left out.
        slope: keep the slope at this value; fitted when left out.
        around: mean and standard deviation of the slope before any case was seen; none when left out.
        weight: [n] how many cases each counts for; all 1 when left out.
    """
    x, y = np.asarray(log_odds, dtype=np.float64), np.asarray(won, dtype=np.float64)
    centre, spread = around or (slope if slope is not None else 0.0, 1e3)
    design, prior = np.stack([np.ones_like(x), x]), np.array([0.01, spread**-2])
    theta = np.array([0.0, centre])
    loss = _line_loss(theta, design, (y, known, weight), prior * (theta - [0.0, centre]) ** 2)
    for _ in range(_NEWTON):
        score, told = (weighted(one, weight) for one in scores(theta @ design, y, known))
        gradient = design @ score - prior * (theta - [0.0, centre])
        information = (design * told) @ design.T + np.diag(prior)
        step = (
            np.linalg.solve(information, gradient)
            if slope is None
            else np.array([gradient[0] / information[0, 0], 0.0])
        )
        if float(gradient @ step) < 1e-9:  # noqa: PLR2004
            break
        for _half in range(30):
            tried = _line_loss(
                theta + step, design, (y, known, weight), prior * (theta + step - [0.0, centre]) ** 2
            )
            if tried <= loss:
                break
            step = step / 2.0
        theta, loss = theta + step, tried
    return Line(float(theta[0]), float(theta[1]))


def groups(p: ArrayLike, won: ArrayLike, count: int = 10) -> tuple[Group, ...]:
    """Equal parts by probability, lowest first: what was said and what happened in each.

    Fewer parts when there are fewer cases; ties are kept in the order the cases came in.
    """
    said, did = np.asarray(p, dtype=np.float64), np.asarray(won, dtype=np.float64)
    parts = np.array_split(np.argsort(said, kind="stable"), min(count, max(said.size, 1)))
    return tuple(
        Group(part.size, float(said[part].mean()), float(did[part].mean())) for part in parts if part.size
    )


def wilson(share: float, cases: int, z: float = Z90) -> tuple[float, float]:
    """90 % interval of a share.

    Source: Wilson, JASA 22 (1927) 209-212.
    """
    scale = 1.0 + z**2 / cases
    middle = (share + z**2 / (2 * cases)) / scale
    half = z * math.sqrt(share * (1 - share) / cases + z**2 / (4 * cases**2)) / scale
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _line_loss(
    theta: FloatArray,
    design: FloatArray,
    seen: tuple[FloatArray, FloatArray | None, FloatArray | None],
    prior: FloatArray,
) -> float:
    won, known, weight = seen
    each = minus_log_likelihood(theta @ design, won, known)
    return float(np.sum(weighted(each, weight))) + 0.5 * float(prior.sum())


def _variance(values: FloatArray) -> float:
    """Squared standard error of the mean."""
    return float(values.var(ddof=1) / values.size) if values.size > 1 else 0.0


def _share_below(values: FloatArray, others: FloatArray) -> FloatArray:
    ordered = np.sort(others)
    under = np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
    return np.asarray(under / (2.0 * ordered.size))
