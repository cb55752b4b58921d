"""Customers who buy when they like: how often, for how long, and for how much (BG/NBD and gamma-gamma).

Without a subscription nobody says that he left; a long silence only makes it likelier. Both fits are by
maximum likelihood, and refuse below the number of customers at which that was found to be stable.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

from quintet.kernel.errors import BadInput, DidNotConverge, NotEnoughData

F8 = npt.NDArray[np.float64]

#: docs/studies/demand_lifetime.md: from here on every planted company had a fit, and intervals held.
MIN_CUSTOMERS, MIN_REPEATERS = 500, 150
_BOUNDARY = 9.0  # log of a parameter that has run away
_NEARLY_ENDLESS = 0.05  # q so little above 1 that the mean order value has no end


@dataclass(frozen=True, eq=False)
class Buyers:
    """One entry per customer.

    Args:
        repeats: [n] days with a purchase after the first.
        last: [n] from the first purchase to the last, in weeks.
        watched: [n] from the first purchase to the end of watching, in weeks.
    """

    repeats: F8
    last: F8
    watched: F8

    def __post_init__(self) -> None:
        """Refuse customers whose last purchase is after the end of watching."""
        if bool((self.last > self.watched).any()) or bool((self.last < 0).any()):
            raise BadInput("last must lie in 0..watched for every customer: check the dates of the orders")


@dataclass(frozen=True)
class PurchaseFit:
    """BG/NBD: buying rates are Gamma(r, alpha), the chance to leave after a purchase Beta(a, b).

    Args:
        r: shape of the buying rate.
        alpha: its rate, in weeks.
        a: first parameter of leaving.
        b: second parameter of leaving.
        log_likelihood: at the peak.
        spread: covariance of the logs of (r, alpha, a, b), row by row.
        n: customers.
        repeaters: those who came back.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    spread: tuple[tuple[float, ...], ...]
    n: int
    repeaters: int

    def draws(self, size: int, seed: int = 0) -> F8:
        """Parameters as uncertain as they are, [size, 4]: normal in logs around the peak."""
        rng = np.random.default_rng(seed)
        peak = np.log([self.r, self.alpha, self.a, self.b])
        return np.asarray(np.exp(rng.multivariate_normal(peak, np.array(self.spread), size, method="eigh")))


@dataclass(frozen=True)
class SpendFit:
    """Gamma-gamma: a customer's mean order value, given how many orders he placed.

    Args:
        p: shape within a customer.
        q: shape across customers.
        gamma: scale, in currency.
        spread: covariance of the logs of (p, q, gamma), row by row.
        n: repeaters it was fitted on.
    """

    p: float
    q: float
    gamma: float
    spread: tuple[tuple[float, ...], ...]
    n: int

    @property
    def mean(self) -> float:
        """Mean order value of a new customer."""
        return self.p * self.gamma / (self.q - 1.0)

    def draws(self, size: int, seed: int = 0) -> F8:
        """The mean order value, as uncertain as it is, [size]."""
        rng = np.random.default_rng(seed)
        peak = np.log([self.p, self.q, self.gamma])
        p, q, gamma = np.exp(rng.multivariate_normal(peak, np.array(self.spread), size, method="eigh")).T
        return np.asarray(p * gamma / np.maximum(q - 1.0, _NEARLY_ENDLESS))


def purchase_log_likelihood(seen: Buyers, r: float, alpha: float, a: float, b: float) -> float:
    """Log-likelihood of all customers."""
    x, again = seen.repeats, seen.repeats > 0
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    stays = -(r + x) * np.log(alpha + seen.watched)
    tail = np.log(a) - np.log(b + np.maximum(x, 1.0) - 1.0) - (r + x) * np.log(alpha + seen.last)
    return float((common + np.where(again, np.logaddexp(stays, tail), stays)).sum())


def fit_purchases(seen: Buyers) -> PurchaseFit:
    """How often customers buy and how readily they stay away, by maximum likelihood.

    Raises:
        NotEnoughData: below the size at which the fit is stable.
        DidNotConverge: when the likelihood has no peak: a parameter runs away.

    Source: Fader, Hardie & Lee, "Counting your customers" the easy way, Marketing Science 24 (2005).
    """
    repeaters = int((seen.repeats > 0).sum())
    if len(seen.repeats) < MIN_CUSTOMERS or repeaters < MIN_REPEATERS:
        raise NotEnoughData(
            f"{len(seen.repeats)} customers with {repeaters} who came back: repeat buying needs "
            f"{MIN_CUSTOMERS} customers and {MIN_REPEATERS} who came back to be told apart from leaving",
            have=min(repeaters, len(seen.repeats)),
            need=MIN_REPEATERS,
            unit="customers who bought again",
        )
    peak, value, spread = _peak(lambda logs: purchase_log_likelihood(seen, *np.exp(logs)), np.zeros(4))
    r, alpha, a, b = (float(one) for one in np.exp(peak))
    return PurchaseFit(r, alpha, a, b, value, spread, len(seen.repeats), repeaters)


def fit_spend(repeats: F8, mean_amount: F8) -> SpendFit:
    """How much customers spend an order, by maximum likelihood on those who came back.

    Args:
        repeats: [n] repeat purchases, 1 or more.
        mean_amount: [n] their mean value, above 0.

    Raises:
        DidNotConverge: when the likelihood has no peak, or the mean order value no end.

    Source: Fader & Hardie, The gamma-gamma model of monetary value (2013), equation 1a.
    """
    scale = float(mean_amount.mean())
    amount = mean_amount / scale

    def log_likelihood(logs: F8) -> float:
        p, q, gamma = np.exp(logs)
        px = p * repeats
        found = -betaln(px, q) + q * np.log(gamma) + (px - 1) * np.log(amount) + px * np.log(repeats)
        return float((found - (px + q) * np.log(gamma + repeats * amount)).sum())

    peak, _, spread = _peak(log_likelihood, np.array([1.0, 1.0, 0.0]))
    p, q, gamma = (float(one) for one in np.exp(peak))
    if q <= 1.0 + _NEARLY_ENDLESS:
        raise DidNotConverge("a few huge orders leave no mean order value: judge those customers one by one")
    return SpendFit(p, q, gamma * scale, spread, len(repeats))


def expected_purchases(weeks: F8, r: F8, alpha: F8, a: F8, b: F8) -> F8:
    """Repeat purchases to expect of a new customer by each of `weeks`; arrays broadcast.

    Source: Fader, Hardie & Lee (2005), equation 9.
    """
    share = weeks / (alpha + weeks)
    with np.errstate(divide="ignore", invalid="ignore"):
        stays = (alpha / (alpha + weeks)) ** r * hyp2f1(r, b, a + b - 1.0, share)
        return np.asarray((a + b - 1.0) / (a - 1.0) * (1.0 - stays))


def _peak(
    log_likelihood: Callable[[F8], float], start: F8
) -> tuple[F8, float, tuple[tuple[float, ...], ...]]:
    """The highest point, its height, and the inverse curvature there."""

    def negative(logs: F8) -> float:
        with np.errstate(all="ignore"):
            found = log_likelihood(logs)
        return -found if np.isfinite(found) else 1e300

    rough = minimize(negative, start, method="Nelder-Mead", options={"maxiter": 2000, "adaptive": True})
    fine = minimize(
        negative, rough.x, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-8}
    )
    if not fine.success or np.abs(fine.x).max() > _BOUNDARY:
        raise DidNotConverge("the likelihood has no peak: too few customers came back to tell")
    curvature = _curvature(negative, fine.x)
    if np.linalg.eigvalsh(curvature).min() <= 0:
        raise DidNotConverge("the likelihood is flat at its peak: too few customers came back to tell")
    spread = np.linalg.inv(curvature)
    return fine.x, -float(fine.fun), tuple(tuple(float(one) for one in row) for row in spread)


def _curvature(function: Callable[[F8], float], at: F8, step: float = 1e-3) -> F8:
    size = len(at)
    move = np.eye(size) * step
    found = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            corners = (function(at + u * move[i] + v * move[j]) * u * v for u in (1, -1) for v in (1, -1))
            found[i, j] = sum(corners) / (4.0 * step * step)
    return found
