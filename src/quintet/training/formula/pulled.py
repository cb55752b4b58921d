"""Effects of several modules together: each pulled towards nothing by how little all of them seem to do."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.stats.normal_mixtures import above, moments, normalised, quantile

F8 = npt.NDArray[np.float64]

#: How far modules' log hazard ratios may lie from 0: the grid, and the scale of its half-normal prior.
SPREADS = np.geomspace(0.03, 1.5, 40)
_SPREAD_SD = 0.5


@dataclass(frozen=True, eq=False)
class Pulled:
    """What is known of each module's log hazard ratio, seen together.

    Args:
        mean: [k]
        lo: [k] lower end of its interval.
        hi: [k] upper end.
        p_positive: [k] probability that it is above 0.
    """

    mean: F8
    lo: F8
    hi: F8
    p_positive: F8


def pulled(effects: F8, covariance: F8, prior_sd: float, level: float) -> Pulled:
    """Pull effects together, exactly, over a grid of how far they lie from nothing.

    Args:
        effects: [k] log hazard ratios, as fitted.
        covariance: [k, k] of them.
        prior_sd: of the prior they were fitted with, which is taken out first.
        level: of the interval.

    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.4 (normal hierarchical model on a grid).
    """
    information = np.linalg.inv(covariance)
    right = information @ effects
    data = information - np.eye(len(effects)) / prior_sd**2
    found = [_under(spread, data, right) for spread in SPREADS]
    mean, inverse, evidence = (np.array(one) for one in zip(*found, strict=True))
    prior = np.log(SPREADS) - 0.5 * (SPREADS / _SPREAD_SD) ** 2  # even in logs times the half-normal
    weight = normalised(evidence + prior)
    deviation = np.sqrt(np.diagonal(inverse, axis1=1, axis2=2))
    middle, _ = moments(weight, mean, inverse)
    tail = 0.5 - level / 2.0
    return Pulled(
        middle,
        quantile(weight, mean, deviation, tail),
        quantile(weight, mean, deviation, 1.0 - tail),
        above(weight, mean, deviation, 0.0),
    )


def _under(spread: float, data: F8, right: F8) -> tuple[F8, F8, float]:
    inverse = np.asarray(np.linalg.inv(data + np.eye(len(right)) / spread**2))
    mean = inverse @ right
    _, volume = np.linalg.slogdet(inverse)
    return mean, inverse, float(0.5 * right @ mean + 0.5 * volume - len(right) * np.log(spread))
