"""Item response: how hard each question is on the scale of what takers know, and how sharply it tells.

Who knows theta answers a question right with the probability 1 / (1 + exp(-a (theta - b))); what takers know
is normal with mean 0 and deviation 1, and is integrated out on 41 Gauss-Hermite nodes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, DidNotConverge, NotEnoughData

FloatArray = NDArray[np.float64]

MIN_TAKERS_RASCH = 50
MIN_TAKERS_2PL = 250
MIN_ITEMS = 5
#: Deviation of log a around 0, where discriminations are shrunk.
PRIOR = 0.4
_NODES = 41
_MOST_ROUNDS = 300
_STILL = 1e-3
_STEEPEST = 4.0
_PAIR = 2


@dataclass(frozen=True, eq=False)
class ItemResponse:
    """Where each question lies, in the order they came in; shape (K,).

    Args:
        difficulty: b: of whom half get it right, 0 is the average taker, 1 one deviation above.
        difficulty_error: its standard error.
        discrimination: a: how fast the chance rises around b; the same for all under the Rasch model.
        discrimination_error: its standard error.
        log_likelihood: of all answers, takers integrated out.
        takers: how many.
    """

    difficulty: FloatArray
    difficulty_error: FloatArray
    discrimination: FloatArray
    discrimination_error: FloatArray
    log_likelihood: float
    takers: int


def fit_rasch(answers: ArrayLike) -> ItemResponse:
    """Every question tells takers apart equally well; how well is learned, and how hard each one is.

    Args:
        answers: takers by questions: 1 right, 0 wrong, between for a part of the points (it counts as that
            part of a right answer), NaN where the draw did not ask it, shape (N, K).

    Raises:
        BadInput: when an answer lies outside 0..1, or all answers to a question are alike.
        NotEnoughData: with fewer than 50 takers or 5 questions.
        DidNotConverge: when no maximum is found.

    Source: Thissen, Psychometrika 47 (1982) 175-186.
    """
    problem = _checked(answers, MIN_TAKERS_RASCH, np.inf)
    size = problem.right.shape[1]
    design = np.zeros((2 * size, size + 1))
    design[:size, 0] = 1.0
    design[size:, 1:] = np.eye(size)
    return _fitted(problem, design)


def fit_two_parameters(answers: ArrayLike, *, prior: float = PRIOR) -> ItemResponse:
    """How hard each question is, and how sharply it tells takers apart.

    A discrimination is above 0: a question that better takers get wrong comes out near 0, see
    `items.fit_items` for its sign.

    Args:
        answers: as in `fit_rasch`.
        prior: deviation of log a around 0; infinity for plain maximum likelihood.

    Raises:
        BadInput: when an answer lies outside 0..1, or all answers to a question are alike.
        NotEnoughData: with fewer than 250 takers or 5 questions.
        DidNotConverge: when no maximum is found.

    Source: Bock & Lieberman, Psychometrika 35 (1970) 179-197; Bock & Aitkin, Psychometrika 46 (1981)
        443-459; Mislevy, Psychometrika 51 (1986) 177-195 (prior).
    """
    problem = _checked(answers, MIN_TAKERS_2PL, prior)
    return _fitted(problem, np.eye(2 * problem.right.shape[1]))


@dataclass(frozen=True, eq=False)
class _Problem:
    """Answers with holes, the nodes of the normal, and the prior's deviation.

    Parameters are log a of each question, then the log-odds of an average taker (-a b).
    """

    right: FloatArray
    seen: FloatArray
    node: FloatArray
    weight: FloatArray
    prior: float


def _checked(answers: ArrayLike, least: int, prior: float) -> _Problem:
    given = np.asarray(answers, dtype=np.float64)
    if given.ndim != _PAIR:
        raise BadInput(f"answers must be a table of takers by questions, got {given.ndim} dimensions")
    seen = ~np.isnan(given)
    right = np.where(seen, given, 0.0)
    if right.size and not (right.min() >= 0.0 and right.max() <= 1.0):
        raise BadInput(f"an answer must lie in 0..1, got {right.min():g}..{right.max():g}")
    _refuse_few(int(seen.any(axis=1).sum()), right.shape[1], least)
    share = right.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    alike = np.flatnonzero((share <= 0.0) | (share >= 1.0))
    if alike.size:
        raise BadInput(f"all answers to question {alike[0] + 1} are alike: leave it out")
    node, weight = np.polynomial.hermite_e.hermegauss(_NODES)
    return _Problem(right, seen.astype(np.float64), node, weight / weight.sum(), prior)


def _refuse_few(takers: int, size: int, least: int) -> None:
    if takers < least:
        msg = f"{takers} of the {least} takers it takes to place questions on a scale"
        raise NotEnoughData(msg, have=takers, need=least, unit="takers")
    if size < MIN_ITEMS:
        msg = f"{size} questions: {MIN_ITEMS} are the least to make a scale"
        raise NotEnoughData(msg, have=size, need=MIN_ITEMS, unit="questions")


def _fitted(problem: _Problem, design: FloatArray) -> ItemResponse:
    from scipy.optimize import minimize

    size = problem.right.shape[1]
    share = problem.right.sum(axis=0) / problem.seen.sum(axis=0)
    start = np.linalg.lstsq(design, np.concatenate([np.zeros(size), np.log(share / (1.0 - share))]))[0]

    def lost(free: FloatArray) -> tuple[float, FloatArray]:
        value, slope = _objective(problem, design @ free)
        return -value, -(design.T @ slope)

    is_slope = design[:size].sum(axis=0) > 0
    bounds = [(-_STEEPEST, _STEEPEST) if one else (None, None) for one in is_slope.tolist()]
    found = minimize(
        lost,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _MOST_ROUNDS, "maxcor": 30, "ftol": 1e-11, "gtol": _STILL},
    )
    if not found.success:
        raise DidNotConverge(f"the questions' places did not settle: {found.message}")
    return _told(problem, design, np.asarray(found.x, dtype=np.float64))


def _told(problem: _Problem, design: FloatArray, free: FloatArray) -> ItemResponse:
    size = problem.right.shape[1]
    whole = design @ free
    covariance = design @ np.linalg.pinv(design.T @ _information(problem, whole) @ design) @ design.T
    a, d = np.exp(whole[:size]), whole[size:]
    # b = -d exp(-log a): it moves by -b per unit of log a, and by -1/a per unit of d
    first, second = np.arange(size), np.arange(size, 2 * size)
    b = -d / a
    variance_b = (
        b**2 * covariance[first, first]
        + 2.0 * b / a * covariance[first, second]
        + covariance[second, second] / a**2
    )
    return ItemResponse(
        difficulty=b,
        difficulty_error=np.sqrt(np.maximum(variance_b, 0.0)),
        discrimination=a,
        discrimination_error=a * np.sqrt(np.maximum(covariance[first, first], 0.0)),
        log_likelihood=float(_per_taker(problem, whole)[1].sum()),
        takers=int(problem.seen.any(axis=1).sum()),
    )


def _chances(problem: _Problem, whole: FloatArray) -> FloatArray:
    """Log-odds of a right answer at each node, shape (Q, K)."""
    size = problem.right.shape[1]
    return np.asarray(problem.node[:, None] * np.exp(whole[:size]) + whole[size:])


def _per_taker(problem: _Problem, whole: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where each taker lies on the nodes (N, Q), and the log-likelihood of their answers (N,)."""
    odds = _chances(problem, whole)
    missed = -np.logaddexp(0.0, odds)
    log = problem.right @ odds.T + problem.seen @ missed.T + np.log(problem.weight)
    top = log.max(axis=1, keepdims=True)
    place = np.exp(log - top)
    total = place.sum(axis=1, keepdims=True)
    return place / total, (top + np.log(total))[:, 0]


def _objective(problem: _Problem, whole: FloatArray) -> tuple[float, FloatArray]:
    """Log-likelihood with the prior of log a, and its slope."""
    size = problem.right.shape[1]
    place, log = _per_taker(problem, whole)
    chance = 1.0 / (1.0 + np.exp(-_chances(problem, whole)))
    beyond = place.T @ problem.right - (place.T @ problem.seen) * chance
    pull = whole[:size] / problem.prior**2
    slope = np.exp(whole[:size]) * (problem.node @ beyond) - pull
    value = float(log.sum()) - 0.5 * float(whole[:size] @ pull)
    return value, np.concatenate([slope, beyond.sum(axis=0)])


def _information(problem: _Problem, whole: FloatArray) -> FloatArray:
    """Observed information: what complete data would tell, less what not knowing the takers takes away.

    Source: Louis, JRSS B 44 (1982) 226-233.
    """
    size, nodes = problem.right.shape[1], problem.node
    place, _ = _per_taker(problem, whole)
    chance = 1.0 / (1.0 + np.exp(-_chances(problem, whole)))
    a = np.exp(whole[:size])
    counts = place.T @ problem.seen
    told = counts * chance * (1.0 - chance)
    rise = nodes[:, None] * a
    beyond = place.T @ problem.right - counts * chance
    first, second = np.arange(size), np.arange(size, 2 * size)
    total = np.zeros((2 * size, 2 * size))
    total[first, first] = (told * rise**2 - beyond * rise).sum(axis=0) + problem.prior**-2
    total[first, second] = total[second, first] = (told * rise).sum(axis=0)
    total[second, second] = told.sum(axis=0)
    return total - _lost(problem, place, (chance, rise))


def _lost(problem: _Problem, place: FloatArray, at: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Variance of the complete data's slope over where each taker may lie, added up over takers."""
    chance, rise = at
    size = problem.right.shape[1]
    square = np.zeros((2 * size, 2 * size))
    middle = np.zeros((problem.right.shape[0], 2 * size))
    for node in range(problem.node.size):
        off = problem.right - problem.seen * chance[node]
        slope = np.hstack([off * rise[node], off])
        weighted = slope * place[:, node, None]
        square += slope.T @ weighted
        middle += weighted
    return np.asarray(square - middle.T @ middle)
