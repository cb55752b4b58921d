"""Which of forty criteria go with success: correlations pulled to what such criteria show, luck taken out."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput
from quintet.stats.effects import Mixtures, fit_effects
from quintet.stats.homogeneity import benjamini_hochberg
from quintet.stats.normal_mixtures import above, normalised, quantile

FloatArray = NDArray[np.float64]

#: What one criterion's score shows on average, and how unsure that is: see the published pooled validities.
PRIOR_MEAN = 0.15
PRIOR_DEVIATION = 0.15
#: A correlation of fewer people tells nothing.
LEAST_SIZE = 5
#: How far most criteria differ, which share of them stands apart, and how far those do: on Fisher's scale.
_SPREADS = np.geomspace(0.005, 0.08, 6)
_SHARES = (0.05, 0.1, 0.2, 0.4, 0.7)
_APART = 0.20
_MOST_HALO = 0.95
_EDGE = 0.999


@dataclass(frozen=True, eq=False)
class ShrunkenCorrelations:
    """Correlation of each criterion with success; all arrays have shape (K,).

    Args:
        correlation: pulled to what such criteria show, -1..1.
        lo, hi: ends of its interval.
        p_positive: probability that it is above 0.
        raw: as counted, which flatters whatever leads.
        p_value: of the raw one, two-sided; q_value is the same corrected for the number of criteria.
        q_value: see p_value.
    """

    correlation: FloatArray
    lo: FloatArray
    hi: FloatArray
    p_positive: FloatArray
    raw: FloatArray
    p_value: FloatArray
    q_value: FloatArray


def shrunken_correlations(
    raw: ArrayLike,
    sizes: ArrayLike,
    *,
    halo: float = 0.0,
    weights: ArrayLike | None = None,
    level: float = 0.90,
) -> ShrunkenCorrelations:
    """Pull each correlation to the mean of all, as far as chance explains their differences.

    Most criteria differ little from the mean, a few may stand far apart; how many and how far is integrated
    over. Scores that go up and down together (halo) make the correlations err together, too; leaving that
    out would make intervals far too short.

    Args:
        raw: correlation of each criterion with success, shape (K,).
        sizes: people each was counted on, shape (K,).
        halo: mean correlation between two criteria's scores, 0..1.
        weights: how much each was written down to matter beside the others; a criterion of weight 2 is
            expected to show twice the mean, of weight 0 nothing; all alike when left out. Shape (K,).
        level: of the intervals.

    Raises:
        BadInput: when shapes disagree, a correlation is not in -1..1, or fewer than five people were counted.

    Source: docs/formulas/hiring_index.md#which-criteria; Efron & Morris, JASA 70 (1975) 311-319.
    """
    r, n = np.asarray(raw, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    written = np.ones(r.size) if weights is None else np.asarray(weights, dtype=np.float64)
    if not r.shape == n.shape == written.shape:
        raise BadInput(f"each criterion needs a correlation, a size and a weight, got {r.size} and {n.size}")
    if r.size and not (np.abs(r).max() <= 1.0 and n.min() >= LEAST_SIZE):
        raise BadInput(f"correlations must lie in -1..1, each of {LEAST_SIZE} people or more")
    z = np.arctanh(np.clip(r, -_EDGE, _EDGE))
    weight, mean, deviation = _posterior(z, n, min(max(halo, 0.0), _MOST_HALO), written)
    tail = (1.0 - level) / 2.0
    lo, hi = (np.tanh(quantile(weight, mean, deviation, one)) for one in (tail, 1.0 - tail))
    p_value = _two_sided(z * np.sqrt(n - 3.0))
    middle, positive = np.tanh(weight @ mean), above(weight, mean, deviation, 0.0)
    return ShrunkenCorrelations(middle, lo, hi, positive, r, p_value, benjamini_hochberg(p_value))


def _posterior(
    z: FloatArray, n: FloatArray, halo: float, written: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weight of each prior (B,), and under it mean and deviation of each correlation (B, K)."""
    size = z.size
    scale = np.sqrt(n - 3.0)
    alike = (1.0 - halo) * np.eye(size) + halo
    precision = np.outer(scale, scale) * np.linalg.inv(alike)
    ties = np.column_stack([np.eye(size), written])  # each its own part, and all of them the mean's
    prior = _priors(size)
    found = fit_effects(ties.T @ precision @ ties, ties.T @ precision @ z, prior)
    mean = found.mean @ ties.T
    variance = np.einsum("ki,bij,kj->bk", ties, found.covariance, ties, optimize=True)
    return normalised(found.log_evidence), mean, np.sqrt(np.maximum(variance, 0.0))


def _priors(size: int) -> Mixtures:
    """Every spread of most criteria with every share of those that stand apart; the mean comes last."""
    grid = np.array(list(product(_SPREADS, _SHARES)))
    share, mean, variance = (np.zeros((len(grid), 2, size + 1)) for _ in range(3))
    share[:, 0], share[:, 1] = 1.0 - grid[:, 1:], grid[:, 1:]
    share[:, :, -1] = (1.0, 0.0)
    variance[:, 0], variance[:, 1] = grid[:, :1] ** 2, grid[:, :1] ** 2 + _APART**2
    mean[:, :, -1], variance[:, :, -1] = PRIOR_MEAN, PRIOR_DEVIATION**2
    return Mixtures(share, mean, variance)


def _two_sided(z: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    return np.asarray(2.0 * ndtr(-np.abs(z)))
