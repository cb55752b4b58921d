"""Logistic regression on features of levels, each shrunk as much as its own levels differ by luck."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from quintet.kernel.errors import BadInput, DidNotConverge
from quintet.stats.crossing import Design, crossed, design_of, inverse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Codes = NDArray[np.int16]

#: The log-odds of an average lead before any was seen: mean and standard deviation.
BASE_PRIOR = (-2.0, 3.0)
_SPREAD_PRIOR = (
    0.3,
    1.0,
)  # a feature's levels differ by .3 log-odds, as sure as one more level would make it
_SPREAD_RANGE = (0.01, 4.0)
_ROUNDS = 30
_NEWTON = 50
#: Spread of a feature nothing is known of yet.
EVEN = 0.5
#: Gain in log likelihood left before the last step: of a fit that is kept, and of one that is a trial.
EXACT, ROUGH = 1e-7, 1e-3
_CHUNK = 1 << 15
_ENOUGH = 1e-3
_CHAIN_LOOSE = 0.05


@dataclass(frozen=True)
class Blocks:
    """How the columns of a design are cut into features.

    Args:
        sizes: levels of each feature.
        chains: of each feature, how many of its first levels follow each other (ranges of a number):
            they are shrunk to their neighbours, the others to the average.
    """

    sizes: tuple[int, ...]
    chains: tuple[int, ...]

    @property
    def starts(self) -> IntArray:
        """Position of each feature's first level among all levels."""
        return np.cumsum([0, *self.sizes], dtype=np.int64)[:-1]

    @property
    def width(self) -> int:
        """How many levels in all."""
        return sum(self.sizes)


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """Log-odds = base + one effect per feature.

    Args:
        base: log-odds of the average.
        effects: [width] of each level, feature after feature.
        covariance: [1 + width, 1 + width] posterior covariance of (base, effects), Laplace; empty where it
            was not asked for.
        spreads: [features] standard deviation the levels of each feature come from.
    """

    base: float
    effects: FloatArray
    covariance: FloatArray
    spreads: FloatArray

    def log_odds(self, codes: Codes, blocks: Blocks) -> FloatArray:
        """[n] of each row."""
        return summed(self.base, self.effects, codes, blocks)

    def deviations(self, codes: Codes, blocks: Blocks) -> FloatArray:
        """[n] posterior standard deviation of each row's log-odds."""
        starts, cov = blocks.starts, self.covariance
        total = np.full(len(codes), cov[0, 0])
        for rows in _chunks(len(codes)):
            place = 1 + starts + codes[rows].astype(np.int64)
            for f in range(codes.shape[1]):
                total[rows] += 2.0 * cov[0, place[:, f]] + cov[place[:, f], place[:, f]]
                for g in range(f):
                    total[rows] += 2.0 * cov[place[:, f], place[:, g]]
        return np.asarray(np.sqrt(np.maximum(total, 0.0)))


@dataclass(frozen=True, eq=False)
class _Problem:
    codes: Codes
    blocks: Blocks
    won: FloatArray
    known: FloatArray | None
    weight: FloatArray | None
    design: Design


def summed(base: float, effects: FloatArray, codes: Codes, blocks: Blocks) -> FloatArray:
    """[n] base plus the effect of each feature's level, added in the order of the features."""
    total = np.full(len(codes), base)
    for feature, start in enumerate(blocks.starts):
        total += effects[start + codes[:, feature].astype(np.int64)]
    return total


def fit_spreads(  # noqa: PLR0913 -- what is known of the rows, and how the fit begins
    codes: Codes,
    blocks: Blocks,
    won: FloatArray,
    known: FloatArray | None = None,
    *,
    weight: FloatArray | None = None,
    start: LogisticFit | None = None,
    tolerance: float = EXACT,
) -> LogisticFit:
    """Fit, and learn for each feature how much its levels truly differ.

    Args:
        codes: [n, features] level of each row.
        blocks: the features.
        won: [n] 1 or 0; where `known` is left out, also the share of the row's weight that was won.
        known: [n] share of its outcome a row has shown, 0..1; all 1 when left out. A row not (yet) won
            counts log(1 - known P).
        weight: [n] how many rows each counts for, 0 or more; all 1 when left out.
        start: where to begin, with its spreads; at the base rate when left out.
        tolerance: largest gain in log likelihood left before the last step.

    Raises:
        BadInput: when shapes disagree or a code is no level.
        DidNotConverge: when no maximum is found.

    Source: MacKay, Neural Computation 4 (1992) 415-447 (evidence); Breslow & Clayton, JASA 88 (1993) 9-25.
    """
    problem = _checked(codes, blocks, won, (known, weight))
    even = np.full(len(blocks.sizes), EVEN)
    fit = start or LogisticFit(_start(problem), np.zeros(blocks.width), np.zeros((0, 0)), even)
    for _ in range(_ROUNDS):
        fit = _maximum(problem, fit, 1.0, tolerance=ROUGH)
        spreads = _spreads(fit, blocks)
        moved = np.max(np.abs(np.log(spreads / fit.spreads)), initial=0.0)
        fit = replace(fit, spreads=spreads)
        if moved < 0.05:  # noqa: PLR2004
            break
    return _maximum(problem, fit, 1.0, tolerance=tolerance)


def fit_logistic(  # noqa: PLR0913 -- what is known of the rows, and how the fit begins
    codes: Codes,
    blocks: Blocks,
    won: FloatArray,
    known: FloatArray | None = None,
    *,
    weight: FloatArray | None = None,
    start: LogisticFit,
    strength: float = 1.0,
    tolerance: float = EXACT,
    doubt: bool = True,
) -> LogisticFit:
    """Fit with spreads that are given.

    Args:
        codes: [n, features] level of each row.
        blocks: the features.
        won: [n] 1 or 0.
        known: [n] as for `fit_spreads`.
        weight: [n] as for `fit_spreads`.
        start: where to begin, with the spreads.
        strength: of the shrinkage; 1 as the spreads say, more pulls closer to the average.
        tolerance: largest gain in log likelihood left before the last step.
        doubt: work out the covariance, which costs as much as the fit; where it is not, it is empty.

    Raises:
        BadInput: when shapes disagree or a code is no level.
        DidNotConverge: when no maximum is found.
    """
    problem = _checked(codes, blocks, won, (known, weight))
    return _maximum(problem, start, strength, tolerance=tolerance, doubt=doubt)


def penalty(blocks: Blocks, spreads: FloatArray, strength: float = 1.0) -> FloatArray:
    """[1 + width, 1 + width] precision of the prior of (base, effects)."""
    whole = np.zeros((1 + blocks.width, 1 + blocks.width))
    whole[0, 0] = BASE_PRIOR[1] ** -2
    for start, size, chain, spread in zip(blocks.starts, blocks.sizes, blocks.chains, spreads, strict=True):
        at = slice(1 + start, 1 + start + size)
        whole[at, at] = structure(size, chain) * (strength / spread**2)
    return whole


def structure(size: int, chain: int) -> FloatArray:
    """[size, size] which differences of levels are penalised: of neighbours in the chain, else from 0."""
    whole = np.eye(size)
    if chain > 1:
        step = np.diff(np.eye(chain), axis=0)
        whole[:chain, :chain] = step.T @ step + _CHAIN_LOOSE * np.eye(chain)
    return whole


def _checked(
    codes: Codes, blocks: Blocks, won: FloatArray, counted: tuple[FloatArray | None, FloatArray | None]
) -> _Problem:
    if codes.ndim != 2 or codes.shape[1] != len(blocks.sizes) or len(codes) != len(won):  # noqa: PLR2004
        msg = f"codes must have shape (rows, features) = ({len(won)}, {len(blocks.sizes)}), got {codes.shape}"
        raise BadInput(msg)
    if len(codes) and ((codes < 0).any() or (codes >= np.array(blocks.sizes)).any()):
        raise BadInput(
            "each code must lie in 0..levels - 1 of its feature: encode unknown levels as one of them"
        )
    known, weight = counted
    if weight is not None and (
        len(weight) != len(won) or not np.isfinite(weight).all() or (weight < 0).any()
    ):
        raise BadInput(
            "each row must have a finite weight of 0 or more: leave weights out where there are none"
        )
    return _Problem(
        codes, blocks, np.asarray(won, dtype=np.float64), known, weight, design_of(codes, blocks.sizes)
    )


def _start(problem: _Problem) -> float:
    rows = float(len(problem.won)) if problem.weight is None else float(problem.weight.sum())
    rate = (weighted(problem.won, problem.weight).sum() + 0.5) / (rows + 1.0)
    return float(np.log(rate / (1.0 - rate)))


def _maximum(
    problem: _Problem, fit: LogisticFit, strength: float, *, tolerance: float, doubt: bool = True
) -> LogisticFit:
    """Newton with expected information and step halving."""
    prior = penalty(problem.blocks, fit.spreads, strength)
    theta = np.concatenate(([fit.base], fit.effects))
    loss, eta = _loss(problem, prior, theta)
    for _ in range(_NEWTON):
        gradient, information = _derivatives(problem, prior, theta, eta)
        factor = cho_factor(information, lower=True, overwrite_a=True, check_finite=False)
        step: FloatArray = np.asarray(cho_solve(factor, gradient, check_finite=False), dtype=np.float64)
        decrement = float(gradient @ step)
        if decrement < tolerance:
            covariance = inverse(factor[0]) if doubt else np.zeros((0, 0))
            theta = theta + step  # so near the maximum Newton's step is safe, and free
            return replace(fit, base=float(theta[0]), effects=theta[1:], covariance=covariance)
        theta, eta, loss = _stepped(problem, prior, (theta, step), (loss, eta), decrement)
    raise DidNotConverge(f"the logistic fit of {len(problem.won)} rows found no maximum in {_NEWTON} steps")


def _stepped(
    problem: _Problem,
    prior: FloatArray,
    move: tuple[FloatArray, FloatArray],
    before: tuple[float, FloatArray],
    decrement: float,
) -> tuple[FloatArray, FloatArray, float]:
    theta, step = move
    length = 1.0
    for _ in range(30):
        loss, eta = _loss(problem, prior, theta + length * step)
        if loss <= before[0] - 1e-4 * length * decrement + 1e-10 * abs(before[0]):
            return theta + length * step, eta, loss
        length /= 2.0
    return theta, before[1], before[0]


def _loss(problem: _Problem, prior: FloatArray, theta: FloatArray) -> tuple[float, FloatArray]:
    eta = summed(float(theta[0]), theta[1:], problem.codes, problem.blocks)
    away = theta.copy()
    away[0] -= BASE_PRIOR[0]
    each = minus_log_likelihood(eta, problem.won, problem.known)
    loss = float(np.sum(weighted(each, problem.weight)))
    return loss + 0.5 * float(away @ prior @ away), eta


def weighted(values: FloatArray, weight: FloatArray | None) -> FloatArray:
    """[n] values times how many rows each counts for; as they are where weights are left out."""
    return values if weight is None else values * weight


def minus_log_likelihood(eta: FloatArray, won: FloatArray, known: FloatArray | None) -> FloatArray:
    """[n] of outcomes with these log-odds; a row not (yet) won counts log(1 - known P)."""
    if known is None:
        return np.asarray(np.logaddexp(0.0, eta) - won * eta)
    chance = 1.0 / (1.0 + np.exp(-eta))
    lost = -np.log1p(-np.minimum(known * chance, 1.0 - 1e-15))
    return np.asarray(np.where(won > 0, np.logaddexp(0.0, -eta), lost))


def _derivatives(
    problem: _Problem, prior: FloatArray, theta: FloatArray, eta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    score, told = (weighted(one, problem.weight) for one in scores(eta, problem.won, problem.known))
    information = prior + crossed(problem.design, told)
    away = theta.copy()
    away[0] -= BASE_PRIOR[0]
    return column_sums(problem.codes, problem.blocks, score) - prior @ away, information


def scores(eta: FloatArray, won: FloatArray, known: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """[n] derivative of the log-likelihood by the log-odds, and expected information."""
    chance = 1.0 / (1.0 + np.exp(-eta))
    if known is None:
        return won - chance, chance * (1.0 - chance)
    left = np.maximum(1.0 - known * chance, 1e-15)
    lost = known * chance * (1.0 - chance) / left
    return np.where(won > 0, 1.0 - chance, -lost), lost * (1.0 - chance)


def column_sums(codes: Codes, blocks: Blocks, values: FloatArray) -> FloatArray:
    """[1 + width] sum of the values, in all and over the rows of each level."""
    sums = np.zeros(1 + blocks.width)
    sums[0] = values.sum()
    for feature, (start, size) in enumerate(zip(blocks.starts, blocks.sizes, strict=True)):
        sums[1 + start : 1 + start + size] = np.bincount(codes[:, feature], values, minlength=size)
    return sums


def cross_counts(codes: Codes, blocks: Blocks, weight: FloatArray) -> FloatArray:
    """[1 + width, 1 + width] sum of the weights over the rows that show both levels."""
    return crossed(design_of(codes, blocks.sizes), weight)


def _spreads(fit: LogisticFit, blocks: Blocks) -> FloatArray:
    """Each feature's spread given its effects and their uncertainty, one step of the evidence."""
    found = np.empty(len(blocks.sizes))
    for f, (start, size, chain) in enumerate(zip(blocks.starts, blocks.sizes, blocks.chains, strict=True)):
        at = slice(1 + start, 1 + start + size)
        shape, effect = structure(size, chain), fit.effects[start : start + size]
        square = float(effect @ shape @ effect)
        left = float(np.sum(shape * fit.covariance[at, at])) / fit.spreads[f] ** 2
        told = max(size - left, _ENOUGH)
        prior, weight = _SPREAD_PRIOR
        found[f] = np.sqrt((square + weight * prior**2) / (told + weight))
    return np.clip(found, *_SPREAD_RANGE)


def with_doubt_of_spreads(fit: LogisticFit, blocks: Blocks, strength: float = 1.0) -> LogisticFit:
    """The same fit; its covariance also counts that the spreads are learned (Laplace over their logs).

    Args:
        fit: at its maximum.
        blocks: the features.
        strength: of the shrinkage, as it was fitted.

    Source: Kass & Steffey, JASA 84 (1989) 717-726; information of the log spreads as in REML.
    """
    prior = penalty(blocks, fit.spreads, strength)
    spans = [slice(1 + s, 1 + s + size) for s, size in zip(blocks.starts, blocks.sizes, strict=True)]
    shrunk = np.eye(len(prior)) - fit.covariance @ prior
    crossed = shrunk * shrunk.T
    starts = 1 + blocks.starts
    told = np.add.reduceat(np.add.reduceat(crossed, starts, axis=0), starts, axis=1)
    information = 2.0 * (told + _SPREAD_PRIOR[1] * np.eye(len(spans)))
    pull = np.zeros((len(prior), len(spans)))
    for f, span in enumerate(spans):
        pull[span, f] = 2.0 * prior[span, span] @ fit.effects[span.start - 1 : span.stop - 1]
    moved = fit.covariance @ pull
    return replace(fit, covariance=fit.covariance + moved @ np.linalg.solve(information, moved.T))


def _chunks(rows: int) -> list[slice]:
    return [slice(start, min(start + _CHUNK, rows)) for start in range(0, rows, _CHUNK)]
