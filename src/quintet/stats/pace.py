"""How much a month will come to, from what earlier months brought on which kind of day.

A day's amount has the mean level x profile[kind of day] and a variance that is a multiple of it
(quasi-Poisson). The level of a month is drawn anew around the recent ones, with a log-sd that is learned
from the months there are and pulled to .15 with the weight of four months; what the month has shown so far
moves it as in a gamma-Poisson model. So what is left of the month is negative binomial: no sampler.

Source: McCullagh & Nelder, Generalized Linear Models, 2nd ed., section 6.2 (dispersion);
Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6 (gamma-Poisson).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput, NotEnoughData

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

PRIOR_LOG_SD = 0.15
PRIOR_MONTHS = 4
#: Months after which a month counts half as much for the level.
HALF_LIFE = 2.0
#: Days of its class's mean that each kind of day starts from.
PRIOR_DAYS = 2.0
FEWEST_DAYS = 28
_ROUNDS = 20
_BISECTIONS = 80


@dataclass(frozen=True)
class PaceFit:
    """What a usual month looks like.

    Args:
        level: amount on a day of profile 1, to be expected of a new month.
        level_cv: how far a month's true level strays from it, as a share.
        profile: amount of each kind of day, a mean working day being 1.
        dispersion: variance of a day's amount / its mean.
        month_sd: log-sd of the level from month to month.
        months: months it rests on.
        days: days it rests on.
    """

    level: float
    level_cv: float
    profile: tuple[float, ...]
    dispersion: float
    month_sd: float
    months: int
    days: int


@dataclass(frozen=True)
class PaceForecast:
    """What the month will come to.

    Args:
        total: amount at the month's end: so far, plus the mean of what is left.
        lo: lower end of its interval.
        hi: upper end.
        p_hit: probability of reaching the target.
    """

    total: float
    lo: float
    hi: float
    p_hit: float


def fit_pace(amounts: F8, kinds: I8, months: I8, is_working: npt.NDArray[np.bool_]) -> PaceFit:
    """What a usual month looks like.

    Args:
        amounts: [n] of each day of whole months, 0 or more.
        kinds: [n] kind of each day, 0 … k-1, e.g. the day of the week, and one for holidays.
        months: [n] number of each day's month, oldest lowest.
        is_working: [k] is the kind a working day? Kinds of one class teach one another.

    Raises:
        BadInput: for a negative amount, or arrays of different length.
        NotEnoughData: with less than 28 days, or without any amount.
    """
    if len({len(amounts), len(kinds), len(months)}) != 1 or np.any(amounts < 0):
        raise BadInput("amounts must be 0 or more, with one kind and one month each")
    if len(amounts) < FEWEST_DAYS or amounts.sum() <= 0:
        msg = "a forecast needs at least four weeks with points before the month began"
        raise NotEnoughData(msg, have=len(amounts) if amounts.sum() else 0, need=FEWEST_DAYS, unit="days")
    _, month = np.unique(months, return_inverse=True)
    profile, levels = _profile(amounts, kinds, month, is_working)
    exposure = np.bincount(month, profile[kinds]).astype(float)
    used = len(np.unique(kinds)) - 1 + len(levels)
    mean = np.maximum(levels[month] * profile[kinds], 1e-9)
    dispersion = float(np.sum((amounts - mean) ** 2 / mean) / max(len(amounts) - used, 1))
    dispersion = max(dispersion, 1e-3 * float(amounts.mean()), 1e-9)
    level, weights = _level(levels)
    spread = _month_sd(levels, exposure, dispersion)
    noise = float(np.sum(weights**2 * dispersion / np.maximum(level * exposure, 1e-9)))
    cv2 = np.expm1(spread**2 * (1 + np.sum(weights**2))) + noise
    return PaceFit(
        level, float(np.sqrt(cv2)), tuple(map(float, profile)), dispersion, spread, len(levels), len(amounts)
    )


def forecast_pace(
    fit: PaceFit, so_far: float, gone: float, left: float, target: float, *, level: float = 0.8
) -> PaceForecast:
    """What the month will come to, given what it brought so far.

    Args:
        fit: of earlier months.
        so_far: amount so far.
        gone: sum of the profile over the days that are over (a part of a day counts in part).
        left: sum of the profile over what is left.
        target: amount wanted at the month's end.
        level: of the interval.
    """
    if left <= 0:
        return PaceForecast(so_far, so_far, so_far, float(so_far >= target))
    # In units of the dispersion amounts are Poisson around a gamma level: the rest is negative binomial.
    shape = fit.level_cv**-2 + so_far / fit.dispersion
    rate = fit.level_cv**-2 / fit.level + gone / fit.dispersion
    odds = left / fit.dispersion / rate
    mean = so_far + fit.dispersion * shape * odds
    tail = (1 - level) / 2
    lo, hi = (so_far + fit.dispersion * _quantile(p, shape, odds) for p in (tail, 1 - tail))
    missing = (target - so_far) / fit.dispersion
    p_hit = 1 - _below(missing - 0.5, shape, odds) if missing > 0 else 1.0
    return PaceForecast(mean, lo, hi, p_hit)


def _profile(amounts: F8, kinds: I8, month: I8, is_working: npt.NDArray[np.bool_]) -> tuple[F8, F8]:
    """Kind of day and level of month, fitted in turns."""
    count = len(is_working)
    sums = np.bincount(kinds, amounts, minlength=count).astype(float)
    totals = np.bincount(month, amounts)
    profile = np.ones(count)
    levels = np.ones(len(totals))
    for _ in range(_ROUNDS):
        levels = totals / np.maximum(np.bincount(month, profile[kinds]), 1e-9)
        exposure = np.bincount(kinds, levels[month], minlength=count).astype(float)
        usual = np.where(is_working, *(_ratio(sums[one], exposure[one]) for one in (is_working, ~is_working)))
        typical = levels.mean()
        profile = (sums + PRIOR_DAYS * typical * usual) / (exposure + PRIOR_DAYS * typical)
        profile = profile / max(
            _ratio(profile[is_working] @ exposure[is_working], exposure[is_working]), 1e-9
        )
    return profile, totals / np.maximum(np.bincount(month, profile[kinds]), 1e-9)


def _ratio(sums: F8 | float, exposure: F8) -> float:
    return float(np.sum(sums) / max(float(np.sum(exposure)), 1e-9))


def _level(levels: F8) -> tuple[float, F8]:
    """The level to expect of the next month, and the weight of each earlier one."""
    weights = 0.5 ** (np.arange(len(levels))[::-1] / HALF_LIFE)
    weights /= weights.sum()
    return float(weights @ levels), weights


def _month_sd(levels: F8, exposure: F8, dispersion: float) -> float:
    """Log-sd from month to month: how far each fell from what those before it promised, less chance."""
    squares = 0.0
    for at in range(1, len(levels)):
        expected, weights = _level(levels[:at])
        if levels[at] <= 0 or expected <= 0:
            continue
        own = dispersion / (levels[at] * exposure[at])
        before = float(np.sum(weights**2 * dispersion / np.maximum(levels[:at] * exposure[:at], 1e-9)))
        squares += (np.log(levels[at] / expected) ** 2 - own - before) / (1 + float(np.sum(weights**2)))
    seen = len(levels) - 1
    return float(np.sqrt((PRIOR_MONTHS * PRIOR_LOG_SD**2 + max(squares, 0.0)) / (PRIOR_MONTHS + seen)))


def _below(x: float, shape: float, odds: float) -> float:
    """P(a negative binomial amount < x), read between whole numbers."""
    from scipy.special import betainc

    return float(betainc(shape, x + 0.5, 1 / (1 + odds))) if x > -0.5 else 0.0  # noqa: PLR2004


def _quantile(p: float, shape: float, odds: float) -> float:
    lo, hi = 0.0, 1.0 + shape * odds * 10
    while _below(hi, shape, odds) < p:
        hi *= 2
    for _ in range(_BISECTIONS):
        middle = (lo + hi) / 2
        lo, hi = (middle, hi) if _below(middle, shape, odds) < p else (lo, middle)
    return (lo + hi) / 2
