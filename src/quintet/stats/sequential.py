"""Two shares compared while leads come in: test and interval stay valid however often one looks."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

_GRID = 801
_HALVINGS = 30
_TINY = 1e-9
#: Leads that the expected share weighs before the first outcome, per arm.
_PRIOR_LEADS = 20.0
_RUNS = 600
_LOOKS_TO_PLAN = 40
_LONGEST = 8.0


@dataclass(frozen=True)
class SequentialComparison:
    """How far arm b is from arm a, after each look.

    Args:
        e_values: evidence against "no difference" after each look, shape (T,); 20 allows one to say at
            5 % that there is one, whatever made one stop there.
        lo: lower end of the difference b - a after each look, 0..1 scale, shape (T,).
        hi: upper end, shape (T,).
        estimate: difference of the two shares now; NaN before both arms have a lead.
        p_value: 1 / the largest e-value so far, at most 1.
        alpha: the promised chance of a false stop.
    """

    e_values: FloatArray
    lo: FloatArray
    hi: FloatArray
    estimate: float
    p_value: float
    alpha: float

    @property
    def is_decided(self) -> bool:
        """Has any look shown a difference? What was shown once stays shown."""
        return bool(self.p_value <= self.alpha)


@dataclass(frozen=True)
class SamplePlan:
    """How many leads an arm needs, said before the first is drawn.

    Args:
        fixed: leads an arm for one look at the end.
        expected: median leads an arm at which the sequential test stops when the effect is real.
        needed: leads an arm by which it has stopped with the wanted power.
        power: that power.
    """

    fixed: int
    expected: int
    needed: int
    power: float


def fit_sequential(
    tried_a: ArrayLike,
    won_a: ArrayLike,
    tried_b: ArrayLike,
    won_b: ArrayLike,
    *,
    alpha: float = 0.05,
    base_rate: float = 0.5,
) -> SequentialComparison:
    """Does arm b convert another share than arm a, judged after every look?

    The leads of a look are one block: how many there are must not depend on what became of them, so count
    a lead when its horizon is over, not when it converts. Within a block the two arms are independent.

    Args:
        tried_a: new leads of arm a at each look, shape (T,).
        won_a: of these, converted.
        tried_b: new leads of arm b.
        won_b: of these, converted.
        alpha: the chance allowed to ever see a difference where there is none.
        base_rate: share expected before the first outcome, in (0, 1); it moves the power, never the error.

    Raises:
        BadInput: when counts do not fit together, or alpha or base_rate lie outside (0, 1).

    Source: Turner, Ly and Grünwald 2024, Generic E-variables for exact sequential k-sample tests that allow
        for optional stopping, sections 2-3; Turner and Grünwald 2023, Exact anytime-valid confidence
        intervals for contingency tables and beyond, section 3 (difference of two shares).
    """
    counts = _counts(tried_a, won_a, tried_b, won_b)
    for name, value in (("alpha", alpha), ("base_rate", base_rate)):
        if not 0 < value < 1:
            msg = f"{name} must lie between 0 and 1, got {value}"
            raise BadInput(msg)
    differences = np.linspace(-1 + 1e-6, 1 - 1e-6, _GRID)
    logs = _log_evidence(counts, differences, base_rate)
    null = _log_evidence(counts, np.zeros(1), base_rate)[:, 0]
    lo, hi = _ends(logs, differences, alpha)
    return SequentialComparison(
        e_values=np.exp(np.minimum(null, 700.0)),
        lo=lo,
        hi=hi,
        estimate=_difference(counts),
        p_value=float(min(1.0, math.exp(-max(0.0, float(null.max(initial=0.0)))))),
        alpha=alpha,
    )


def sample_plan(
    base_rate: float, effect: float, *, alpha: float = 0.05, power: float = 0.8, seed: int = 0
) -> SamplePlan:
    """How many leads does each arm need to show an effect of that size?

    Args:
        base_rate: share that converts in arm a, in (0, 1).
        effect: difference worth finding, b - a; base_rate + effect in (0, 1), not 0.
        alpha: chance allowed of a false stop.
        power: chance wanted to find the effect when it is real.
        seed: of the simulated runs.

    Raises:
        BadInput: when a share falls outside (0, 1) or the effect is 0.

    Source: fixed size: Fleiss, Levin and Paik 2003, section 4.2; sequential size: simulated runs of the test.
    """
    other = base_rate + effect
    if not (0 < base_rate < 1 and 0 < other < 1) or effect == 0:
        msg = f"base rate and effect must give two different shares inside 0..1, got {base_rate} and {other}"
        raise BadInput(msg)
    fixed = _fixed_size(base_rate, other, alpha, power)
    step = max(1, fixed * _LONGEST / _LOOKS_TO_PLAN / 2)
    size = math.ceil(step)
    stops = np.sort(_simulated_stops(base_rate, other, alpha, size, seed))
    return SamplePlan(fixed, _quantile(stops, 0.5, size), _quantile(stops, power, size), power)


def sample_ratio_p(assigned: ArrayLike, shares: ArrayLike) -> float:
    """Could chance alone give the arms these numbers of leads? A tiny value means the draw is broken.

    Args:
        assigned: leads in each arm, shape (k,).
        shares: the share each arm was to get, shape (k,), summing to 1.

    Returns:
        The p-value of the chi-square test.

    Source: Fabijan et al. 2019, Diagnosing sample ratio mismatch in online controlled experiments.
    """
    from scipy.special import gammaincc

    counts, wanted = np.asarray(assigned, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    expected = counts.sum() * wanted / wanted.sum()
    if counts.sum() == 0:
        return 1.0
    statistic = float(((counts - expected) ** 2 / expected).sum())
    return float(gammaincc((len(counts) - 1) / 2, statistic / 2))


def _counts(*given: ArrayLike) -> FloatArray:
    """[T, 4]: tried a, won a, tried b, won b."""
    counts = np.stack([np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in given], axis=1)
    wrong = (counts < 0).any() or (counts[:, 1] > counts[:, 0]).any() or (counts[:, 3] > counts[:, 2]).any()
    if wrong:
        msg = "won must lie in 0..tried at every look: count each lead once, when its horizon is over"
        raise BadInput(msg)
    return counts


def _log_evidence(counts: FloatArray, differences: FloatArray, base_rate: float) -> FloatArray:
    """[T, D] log evidence against each difference, after each look."""
    tried_a, won_a, tried_b, won_b = counts.T
    share_a = _predicted(tried_a, won_a, base_rate)[:, None]
    share_b = _predicted(tried_b, won_b, base_rate)[:, None]
    null_a = _nearest(share_a, share_b, tried_a[:, None], tried_b[:, None], differences[None, :])
    null_b = np.clip(null_a + differences, _TINY, 1 - _TINY)
    gains = _gain(share_a, null_a, tried_a, won_a) + _gain(share_b, null_b, tried_b, won_b)
    return np.cumsum(gains, axis=0)


def _predicted(tried: FloatArray, won: FloatArray, base_rate: float) -> FloatArray:
    """The share foreseen for each look from the looks before it."""
    before = np.concatenate([[0.0], np.cumsum(tried)[:-1]])
    seen = np.concatenate([[0.0], np.cumsum(won)[:-1]])
    return (seen + base_rate * _PRIOR_LEADS) / (before + _PRIOR_LEADS)


def _gain(share: FloatArray, null: FloatArray, tried: FloatArray, won: FloatArray) -> FloatArray:
    lost = (tried - won)[:, None]
    return won[:, None] * (np.log(share) - np.log(null)) + lost * (np.log1p(-share) - np.log1p(-null))


def _nearest(
    share_a: FloatArray, share_b: FloatArray, tried_a: FloatArray, tried_b: FloatArray, difference: FloatArray
) -> FloatArray:
    """The share of arm a under "b - a = difference" that lies nearest to what is foreseen (in KL).

    The slope of the divergence rises along the line, so halving finds where it is nothing.
    """
    low = np.maximum(_TINY, _TINY - difference) + np.zeros_like(share_a + tried_a + tried_b)
    high = np.minimum(1 - _TINY, 1 - _TINY - difference) + np.zeros_like(low)
    weight_a, weight_b = np.maximum(tried_a, _TINY), np.maximum(tried_b, _TINY)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        other = np.clip(middle + difference, _TINY, 1 - _TINY)
        slope = weight_a * (middle - share_a) / (middle * (1 - middle))
        slope = slope + weight_b * (other - share_b) / (other * (1 - other))
        low, high = np.where(slope < 0, middle, low), np.where(slope < 0, high, middle)
    return np.clip((low + high) / 2, _TINY, 1 - _TINY)


def _ends(logs: FloatArray, differences: FloatArray, alpha: float) -> tuple[FloatArray, FloatArray]:
    """Ends of the differences no look has ruled out, after each look."""
    standing = np.maximum.accumulate(logs, axis=0) < math.log(1 / alpha)
    some = standing.any(axis=1)
    first = differences[standing.argmax(axis=1)]
    last = differences[len(differences) - 1 - standing[:, ::-1].argmax(axis=1)]
    half = (differences[1] - differences[0]) / 2
    lo, hi = np.maximum(first - half, -1.0), np.minimum(last + half, 1.0)
    return np.where(some, lo, np.nan), np.where(some, hi, np.nan)


def _difference(counts: FloatArray) -> float:
    tried_a, won_a, tried_b, won_b = counts.sum(axis=0)
    return float(won_b / tried_b - won_a / tried_a) if tried_a and tried_b else math.nan


def _fixed_size(base: float, other: float, alpha: float, power: float) -> int:
    from scipy.special import ndtri

    middle = (base + other) / 2
    null = ndtri(1 - alpha / 2) * math.sqrt(2 * middle * (1 - middle))
    real = ndtri(power) * math.sqrt(base * (1 - base) + other * (1 - other))
    return math.ceil(((null + real) / (other - base)) ** 2)


def _simulated_stops(base: float, other: float, alpha: float, step: int, seed: int) -> FloatArray:
    """Leads an arm at which each run stopped; infinite where it never did."""
    rng = np.random.default_rng(seed)
    looks = 2 * _LOOKS_TO_PLAN
    won_a, won_b = (rng.binomial(step, share, (_RUNS, looks)).astype(float) for share in (base, other))
    foreseen_a, foreseen_b = (_foreseen(won, step, base) for won in (won_a, won_b))
    null = (foreseen_a + foreseen_b) / 2
    gains = sum(
        won * np.log(share / null) + (step - won) * np.log((1 - share) / (1 - null))
        for won, share in ((won_a, foreseen_a), (won_b, foreseen_b))
    )
    crossed = np.cumsum(gains, axis=1) >= math.log(1 / alpha)
    return np.where(crossed.any(axis=1), (crossed.argmax(axis=1) + 1.0) * step, np.inf)


def _foreseen(won: FloatArray, step: int, base: float) -> FloatArray:
    seen = np.cumsum(won, axis=1) - won
    before = step * np.arange(won.shape[1])
    return np.asarray((seen + base * _PRIOR_LEADS) / (before + _PRIOR_LEADS))


def _quantile(stops: FloatArray, share: float, step: int) -> int:
    """Where that share of the runs, sorted, had stopped; the longest run tried where fewer ever did."""
    found = float(stops[math.ceil(share * len(stops)) - 1])
    return math.ceil(found) if math.isfinite(found) else step * 2 * _LOOKS_TO_PLAN
