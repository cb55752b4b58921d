"""How long customers stay: the shifted beta-geometric on a grid, Kaplan-Meier, and what groups share.

Customers leave at the end of a month with a chance of their own, Beta(a, b) distributed; so those who are
left are ever more loyal. The posterior of (a, b) is integrated on a grid: no sampler, the same data gives
the same numbers. The likelihood alone has no peak in a quarter of companies with 20 customers and in one of
25 with 150 (docs/studies/demand_lifetime.md); the grid answers for all of them.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln

from quintet.kernel.errors import BadInput, DidNotConverge

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

#: Priors: monthly churn in logits, and the log of how alike customers are.
CHURN_PRIOR, SIZE_PRIOR = (-3.2, 1.0), (3.0, 2.0)
#: How far groups may lie apart, in logs: scale of a half-normal (what they pay), a Rayleigh (how they leave).
SPREAD_PRIOR = 0.5
_POINTS, _ZOOMS, _KEEP_NATS, _REACH = 64, 4, 16.0, 5.0


@dataclass(frozen=True, eq=False)
class Tenures:
    """How long customers stayed or have stayed so far.

    Args:
        lost: [months] customers lost in their first, second … month.
        kept: [months + 1] customers still there, by whole months seen.
    """

    lost: F8
    kept: F8

    def __post_init__(self) -> None:
        """Refuse counts that do not fit together."""
        if len(self.kept) != len(self.lost) + 1:
            raise BadInput(f"kept must have one entry more than lost, got {len(self.kept)}, {len(self.lost)}")

    @property
    def at_risk(self) -> F8:
        """[months] customers that came to the end of month t, or left in it."""
        seen_through = np.cumsum(self.kept[::-1])[::-1][1:]
        return np.asarray(np.cumsum(self.lost[::-1])[::-1] + seen_through)


def tenures(months: I8, is_lost: npt.NDArray[np.bool_]) -> Tenures:
    """Counts from single customers.

    Args:
        months: [n] whole months seen; of a lost customer the months before the one he left in.
        is_lost: [n]
    """
    longest = int(months.max(initial=0)) + 1
    lost = np.bincount(months[is_lost], minlength=longest).astype(float)
    kept = np.bincount(months[~is_lost], minlength=longest + 1).astype(float)
    return Tenures(lost, kept)


def sbg_log_likelihood(seen: Tenures, a: F8, b: F8) -> F8:
    """Log-likelihood of each (a, b), shape as they broadcast."""
    month, risk = np.arange(len(seen.lost)), seen.at_risk
    left = np.log(a) * seen.lost.sum()
    stayed = np.log(b[..., None] + month) @ (risk - seen.lost)
    return np.asarray(left + stayed - np.log((a + b)[..., None] + month) @ risk)


def sbg_survival(a: F8, b: F8, months: int) -> F8:
    """Share still there after 0 … `months` months, [..., months + 1]."""
    after = np.arange(months + 1)
    return np.asarray(np.exp(betaln(a[..., None], b[..., None] + after) - betaln(a, b)[..., None]))


class Peak(NamedTuple):
    """Where the likelihood is highest."""

    a: float
    b: float
    log_likelihood: float


def most_likely_sbg(seen: Tenures) -> Peak:
    """The maximum-likelihood fit, for comparison with published ones; use `fit_sbg` to decide by.

    Raises:
        DidNotConverge: when there is no highest point, as happens with few customers.

    Source: Fader & Hardie, How to project customer retention, J. Interactive Marketing 21 (2007).
    """
    from scipy.optimize import minimize

    def negative(log_ab: F8) -> float:
        return -float(sbg_log_likelihood(seen, np.exp(log_ab[0]), np.exp(log_ab[1])))

    found = minimize(negative, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-9})
    if not found.success or np.abs(found.x).max() > 8:  # noqa: PLR2004 -- a or b beyond 3,000: at the boundary
        raise DidNotConverge("the likelihood of these tenures has no peak: use fit_sbg, which has priors")
    return Peak(float(np.exp(found.x[0])), float(np.exp(found.x[1])), -float(found.fun))


@dataclass(frozen=True, eq=False)
class SbgFit:
    """Equally likely pairs of the posterior, in a seeded order.

    Args:
        a: [draws] first parameter: how readily customers leave.
        b: [draws] second parameter.
    """

    a: F8
    b: F8

    def survival(self, months: int) -> F8:
        """Share still there after 0 … `months` months by draw, [draws, months + 1]."""
        return sbg_survival(self.a, self.b, months)


def fit_sbg(seen: Tenures, *, draws: int = 2000, seed: int = 0) -> SbgFit:
    """How readily customers leave and how much they differ in it, with the uncertainty of both.

    Args:
        seen: tenures; customers still there count as such.
        draws: size of the sample of the posterior.
        seed: of its order.

    Source: docs/formulas/demand/lifetime.md; Fader & Hardie (2007) for the likelihood.
    """
    box = np.array([[mean - _REACH * sd, mean + _REACH * sd] for mean, sd in (CHURN_PRIOR, SIZE_PRIOR)])
    for _ in range(_ZOOMS):
        box = _zoomed(box, seen)
    logit, log_size, weight = _posterior(box, seen)
    rng = np.random.default_rng(seed)
    chosen = np.searchsorted(np.cumsum(weight), (np.arange(draws) + 0.5) / draws)
    chosen = rng.permutation(np.minimum(chosen, weight.size - 1))
    cell = (box[:, 1] - box[:, 0]) / (_POINTS - 1)
    mean = _expit(logit[chosen] + cell[0] * (rng.random(draws) - 0.5))
    size = np.exp(log_size[chosen] + cell[1] * (rng.random(draws) - 0.5))
    return SbgFit(mean * size, (1.0 - mean) * size)


def _posterior(box: F8, seen: Tenures) -> tuple[F8, F8, F8]:
    logit, log_size = (
        side.ravel() for side in np.meshgrid(*(np.linspace(lo, hi, _POINTS) for lo, hi in box))
    )
    mean, size = _expit(logit), np.exp(log_size)
    log = sbg_log_likelihood(seen, mean * size, (1.0 - mean) * size)
    for value, (centre, sd) in ((logit, CHURN_PRIOR), (log_size, SIZE_PRIOR)):
        log -= 0.5 * ((value - centre) / sd) ** 2
    weight = np.exp(log - log.max())
    return logit, log_size, weight / weight.sum()


def _zoomed(box: F8, seen: Tenures) -> F8:
    logit, log_size, weight = _posterior(box, seen)
    kept = weight > weight.max() * np.exp(-_KEEP_NATS)
    cell = (box[:, 1] - box[:, 0]) / (_POINTS - 1)
    sides = [
        (side[kept].min() - step, side[kept].max() + step)
        for side, step in zip((logit, log_size), cell, strict=True)
    ]
    return np.array(sides)


def _expit(x: F8) -> F8:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """Share still there after 0, 1, … months as counted, with an interval; [months + 1] each."""

    share: F8
    lo: F8
    hi: F8


def kaplan_meier(seen: Tenures, level: float = 0.90) -> KaplanMeier:
    """The retention curve without a model, as far as anybody was watched.

    Source: Kaplan & Meier (1958); interval on the log(-log) scale with Greenwood's variance.
    """
    risk = seen.at_risk
    watched = risk > 0
    lost = seen.lost[watched] / risk[watched]
    share = np.concatenate([[1.0], np.cumprod(1.0 - lost)])
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(lost / (risk[watched] * (1.0 - lost)))
        log = np.log(share[1:])
        wide = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(greenwood) / np.abs(log)
        lo, hi = (np.exp(log * np.exp(sign * wide)) for sign in (1.0, -1.0))
    known = np.isfinite(wide)
    lo, hi = np.where(known, lo, share[1:]), np.where(known, hi, share[1:])
    return KaplanMeier(share, np.concatenate([[1.0], lo]), np.concatenate([[1.0], hi]))


def revenue_kept(monthly: F8) -> F8:
    """Revenue a dollar of the first month has become by month 0, 1, …: losses and expansion together.

    Each month the customers watched through it are compared with themselves a month before; the ratios
    are multiplied, so that customers too young to tell do not pull the curve down.

    Args:
        monthly: [customers, months] recurring revenue at the start of each month of life; 0 once lost, NaN
            when not watched so long.
    """
    kept = [1.0]
    for before, after in zip(monthly.T[:-1], monthly.T[1:], strict=True):
        both = ~np.isnan(after) & ~np.isnan(before)
        base = float(before[both].sum())
        if base <= 0.0:
            break
        kept.append(kept[-1] * float(after[both].sum()) / base)
    return np.array(kept)


def pooled_multipliers(events: F8, expected: F8, *, draws: int = 2000, seed: int = 0) -> F8:
    """By how much more readily than all together each group leaves: gamma-Poisson, [groups, draws].

    Groups come from one gamma distribution of mean 1; how far they lie apart is learned (grid, Rayleigh prior
    on 1/sqrt(shape), which leaves no room at 0: eight groups with a dozen losses each never show that they
    are alike, and to take them so makes every interval too short). A group nobody has watched gets what
    the groups are like.

    Args:
        events: [groups] customers lost.
        expected: [groups] customers that would have been lost at everybody's churn.
        draws: size of the sample of the posterior.
        seed: of the sample.

    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6; Chung et al., A nondegenerate
    penalized likelihood estimator for variance parameters in multilevel models, Psychometrika 78 (2013).
    """
    spread = np.linspace(0.02, 2.0, 100)
    shape = spread[:, None] ** -2
    log = gammaln(shape + events) - gammaln(shape) + shape * np.log(shape)
    log -= (shape + events) * np.log(shape + expected)
    chosen = _drawn(log.sum(axis=1) + np.log(spread) - 0.5 * (spread / SPREAD_PRIOR) ** 2, draws)
    rng = np.random.default_rng([seed, 1])
    picked = rng.permutation(shape[chosen, 0])
    found = [
        rng.gamma(picked + lost, 1.0 / (picked + due)) for lost, due in zip(events, expected, strict=True)
    ]
    return np.array(found).reshape(len(events), draws)


def pooled_means(value: F8, group: I8, groups: int, *, draws: int = 2000, seed: int = 0) -> F8:
    """The mean of each group, pulled towards all by as much as it is uncertain, [groups, draws].

    Normal within and between groups; the spread between them is integrated on a grid.

    Args:
        value: [n] e.g. log of monthly revenue.
        group: [n] 0..groups-1; a group without a value gets what the groups are like.
        groups: how many there are.
        draws: size of the sample of the posterior.
        seed: of the sample.

    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.4.
    """
    n = np.bincount(group, minlength=groups).astype(float)
    total = np.bincount(group, value, groups)
    filled = n > 0
    mean = np.divide(total, n, out=np.zeros(groups), where=filled)
    free = max(len(value) - int(filled.sum()), 1)
    within = max(float(((value - mean[group]) ** 2).sum()) / free, 1e-8)
    error = np.divide(within, n, out=np.full(groups, np.inf), where=filled)
    spread = np.linspace(0.01, 2.0, 100)
    precision = 1.0 / (spread[:, None] ** 2 + error)
    centre = (precision @ mean) / precision.sum(axis=1)
    log = 0.5 * np.log(precision[:, filled]).sum(axis=1) - 0.5 * np.log(precision.sum(axis=1))
    log -= 0.5 * (precision * (mean - centre[:, None]) ** 2).sum(axis=1) + 0.5 * (spread / SPREAD_PRIOR) ** 2
    rng = np.random.default_rng([seed, 2])
    chosen = rng.permutation(_drawn(log, draws))
    middle = centre[chosen] + rng.normal(size=draws) / np.sqrt(precision[chosen].sum(axis=1))
    between = spread[chosen] ** 2
    pull = between / (between + error[:, None])
    sd = np.sqrt(between * (1.0 - pull))
    return np.asarray(middle + pull * (mean[:, None] - middle) + sd * rng.normal(size=(groups, draws)))


def _drawn(log: F8, draws: int) -> I8:
    """Positions drawn at even steps of the cumulated weights."""
    weight = np.cumsum(np.exp(log - log.max()))
    return np.asarray(np.searchsorted(weight / weight[-1], (np.arange(draws) + 0.5) / draws))


def discounted_months(survival: F8, monthly_discount: float = 0.01) -> F8:
    """Months of revenue worth today, the first one paid at once, [...].

    Args:
        survival: [..., months + 1] share still there after 0, 1, … months; the last entry is not paid for.
        monthly_discount: what money a month later is worth less.
    """
    paid = survival[..., :-1]
    return np.asarray(paid @ (1.0 + monthly_discount) ** -np.arange(paid.shape[-1]))
