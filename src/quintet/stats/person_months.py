"""What makes it happen sooner, when time is counted in months: proportional hazards, month by month.

Every person gives one row for every month watched until it happened. The chance that it happens in a month is
1 - exp(-exp(baseline + effects x)): the complementary log-log regression, whose effects are logarithms of
hazard ratios and read like Cox's. Covariates may change from month to month. The baseline is smoothed: it
wanders around a straight line, how far is averaged over by how well each width foresaw the data. Effects have
a normal prior, so that few events give a wide answer and not an infinite one; and with few events for many
effects estimates lie too far out on average, which is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput, DidNotConverge

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]

#: Weak prior of a log hazard ratio: 19 in 20 lie between a fiftieth and fifty.
EFFECT_SD = 2.0
#: How far the baseline may step off its line from one month to the next, in logs.
STEPS = (0.1, 0.3, 0.8)
_LEVEL, _LEVEL_SD, _SLOPE_SD = -2.5, 3.0, 0.5
#: Rounds in which the bias is taken back, each moving by at most so much.
_ROUNDS, _FURTHEST, _CLOSE = 40, 0.5, 1e-5
_NEWTON, _STILL, _HALVINGS = 60, 1e-9, 30
_HIGHEST = 3.4  # e^30 in a month is certain; beyond it exp overflows


@dataclass(frozen=True, eq=False)
class PersonMonths:
    """One row per person and month watched.

    Args:
        person: [n] number of the person.
        month: [n] months since the first, from 0.
        happened: [n] it happened in this month; then it is the person's last row.
        covariates: [n, p] as they were when the month began.
    """

    person: I8
    month: I8
    happened: B1
    covariates: F8

    def __post_init__(self) -> None:
        """Refuse rows that do not fit together."""
        n = len(self.person)
        if not (len(self.month) == len(self.happened) == len(self.covariates) == n):
            raise BadInput(f"each of {n} rows has its month, flag and covariates: give as many of each")
        if n and self.month.min() < 0:
            raise BadInput(f"months count from 0, got {self.month.min()}")
        last = np.full(int(self.person.max(initial=-1)) + 1, -1, dtype=np.int64)
        np.maximum.at(last, self.person, self.month)
        if (self.month[self.happened] < last[self.person[self.happened]]).any():
            raise BadInput("it happens once: the month in which it did must be the person's last row")

    @property
    def events(self) -> int:
        """How often it happened."""
        return int(self.happened.sum())


@dataclass(frozen=True, eq=False)
class HazardFit:
    """Chance of each month, and what moves it.

    Args:
        baseline: [months] log of the hazard by month where all covariates are 0; the last goes on.
        effects: [p] log hazard ratios.
        covariance: [months + p, months + p] of both.
        log_likelihood: at the estimate.
    """

    baseline: F8
    effects: F8
    covariance: F8
    log_likelihood: float

    @property
    def effects_covariance(self) -> F8:
        """Covariance of the effects, [p, p]."""
        at = len(self.baseline)
        return self.covariance[at:, at:]

    @property
    def errors(self) -> F8:
        """[p] standard errors of the effects."""
        return np.sqrt(np.diagonal(self.effects_covariance))

    def hazards(self, covariates: F8) -> F8:
        """Hazard of each month, added up within it, [months], for covariates [months, p]."""
        x = np.atleast_2d(covariates)
        baseline = self.baseline[np.minimum(np.arange(max(len(x), 1)), len(self.baseline) - 1)]
        return np.asarray(np.exp(np.minimum(baseline + x @ self.effects, _HIGHEST)))


def fit_hazard(
    rows: PersonMonths,
    *,
    prior_sd: float | F8 = EFFECT_SD,
    steps: Sequence[float] = STEPS,
    longest: int = 24,
    small_sample: bool = True,
) -> HazardFit:
    """What moves the chance of each month.

    Args:
        rows: person-months.
        prior_sd: of the effects around 0; infinite for none.
        steps: widths of the baseline's steps that are averaged over; infinite for months of their own.
        longest: months with a level of their own; later ones share the last.
        small_sample: take back by how much estimates lie too far out on average, and widen their errors by
            the effects that each event has to tell; False for plain maxima.

    Raises:
        BadInput: when it never happened.
        DidNotConverge: when no maximum is found, as without priors where a covariate settles everything.

    Source: Prentice & Gloeckler, Biometrics 34 (1978) 57-67; smoothing by a random walk, Fahrmeir &
        Wagenpfeil, JASA 91 (1996) 1584-1594; evidence, MacKay, Neural Computation 4 (1992) 415-447.
    """
    if not rows.events:
        raise BadInput("it has not happened to anybody yet: there is nothing to fit")
    month = np.minimum(rows.month, longest - 1)
    months = int(month.max()) + 1
    x = np.column_stack([np.eye(months)[month], rows.covariates])
    sd = np.broadcast_to(np.asarray(prior_sd, dtype=np.float64), (rows.covariates.shape[1],))
    start = np.zeros(x.shape[1])
    start[:months] = np.log(rows.events / len(month))
    found = []
    for step in steps:
        precision, mean, log_volume = _prior(months, sd, step)
        at, inverse, likelihood, evidence = _maximum(x, rows.happened, start, (precision, mean))
        start = at
        if small_sample:
            at, inverse = _unbiased(x, rows.happened, at, (precision, mean))
        found.append((at, inverse, likelihood, evidence + log_volume))
    return _averaged(found, months)


def _prior(months: int, sd: F8, step: float) -> tuple[F8, F8, float]:
    """Precision, mean, and half the logarithm of the precision's determinant as far as it depends on step."""
    size = months + len(sd)
    precision, mean = np.zeros((size, size)), np.zeros(size)
    mean[:months] = _LEVEL
    at = np.arange(months, size)
    precision[at, at] = 1.0 / sd**2
    if not np.isfinite(step):
        return precision, mean, 0.0
    walk = np.diff(np.eye(months), axis=0)
    steps = np.eye(months - 1) * step**2 + _SLOPE_SD**2
    precision[:months, :months] = walk.T @ np.linalg.solve(steps, walk)
    precision[0, 0] += 1.0 / _LEVEL_SD**2
    return precision, mean, -0.5 * float(np.linalg.slogdet(steps)[1])


def _maximum(x: F8, happened: B1, start: F8, prior: tuple[F8, F8]) -> tuple[F8, F8, float, float]:
    """Newton's steps, halved where they would go down: the estimate, its covariance, likelihood, evidence."""
    precision, mean = prior
    at, height = start, _height(x, happened, start, prior)
    for _ in range(_NEWTON):
        slope, weight = _derivatives(x @ at, happened)
        information = (x * weight[:, None]).T @ x + precision
        step = np.asarray(
            np.linalg.solve(information, x.T @ slope - precision @ (at - mean)), dtype=np.float64
        )
        at, height, gained = _climbed(x, happened, (at, height, step), prior)
        if gained < _STILL:
            inverse = np.asarray(np.linalg.inv(information), dtype=np.float64)
            likelihood = float(_log_chances(x @ at, happened).sum())
            _, volume = np.linalg.slogdet(information)
            return at, inverse, likelihood, height - 0.5 * float(volume)
    raise DidNotConverge("the effects do not come to rest: give them a prior, or leave one covariate out")


def _unbiased(x: F8, happened: B1, at: F8, prior: tuple[F8, F8]) -> tuple[F8, F8]:
    """The estimate with its bias of first order taken back, and its covariance.

    Source: Firth, Biometrika 80 (1993) 27-38; for this link, Kosmidis & Firth, Biometrika 96 (2009) 793-804.
    """
    precision, mean = prior
    for _ in range(_ROUNDS):
        rate = np.exp(np.minimum(x @ at, _HIGHEST))
        expected = (x * (rate**2 / np.expm1(rate))[:, None]).T @ x + precision
        inverse = np.asarray(np.linalg.inv(expected), dtype=np.float64)
        leverage = rate**2 / np.expm1(rate) * np.einsum("ij,jk,ik->i", x, inverse, x, optimize=True)
        slope, _ = _derivatives(x @ at, happened)
        step = inverse @ (x.T @ (slope + leverage * (1.0 - rate) / 2.0) - precision @ (at - mean))
        at = at + np.clip(step, -_FURTHEST, _FURTHEST)
        if np.abs(step).max() < _CLOSE:
            break
    _, weight = _derivatives(x @ at, happened)
    inverse = np.asarray(np.linalg.inv((x * weight[:, None]).T @ x + precision), dtype=np.float64)
    told = x.shape[1] - float(np.sum(precision * inverse))
    return at, inverse * (1.0 + told / float(happened.sum()))


def _climbed(
    x: F8, happened: B1, move: tuple[F8, float, F8], prior: tuple[F8, F8]
) -> tuple[F8, float, float]:
    at, height, step = move
    share = 1.0
    for _ in range(_HALVINGS):
        tried = at + share * step
        higher = _height(x, happened, tried, prior)
        if higher >= height:
            return tried, higher, higher - height
        share /= 2.0
    return at, height, 0.0


def _height(x: F8, happened: B1, at: F8, prior: tuple[F8, F8]) -> float:
    precision, mean = prior
    off = at - mean
    return float(_log_chances(x @ at, happened).sum() - 0.5 * off @ precision @ off)


def _log_chances(level: F8, happened: B1) -> F8:
    rate = np.exp(np.minimum(level, _HIGHEST))
    return np.where(happened, np.log(-np.expm1(-rate)), -rate)


def _derivatives(level: F8, happened: B1) -> tuple[F8, F8]:
    """Slope of each row's log chance in its level, and how much it bends."""
    rate = np.exp(np.minimum(level, _HIGHEST))
    away = np.expm1(rate)
    slope = np.where(happened, rate / away, -rate)
    bend = np.where(happened, rate * (rate * (away + 1.0) - away) / away**2, rate)
    return slope, np.maximum(bend, 1e-12)


def _averaged(found: list[tuple[F8, F8, float, float]], months: int) -> HazardFit:
    from quintet.stats.normal_mixtures import moments, normalised

    at, inverse, likelihood, evidence = (np.array(one) for one in zip(*found, strict=True))
    weight = normalised(evidence)
    mean, covariance = moments(weight, at, inverse)
    return HazardFit(mean[:months], mean[months:], covariance, float(weight @ likelihood))
