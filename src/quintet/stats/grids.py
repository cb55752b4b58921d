"""The grids that pooled rates are integrated on: of a rep's rate, and of the Beta the reps come from."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_HYPER_POINTS = 40
_HYPER_POINTS_MANY = 20
_MANY_REPS = 200
_ZOOM_POINTS = 12
_ZOOMS = 4
_KEEP_NATS = 14.0
#: The grid of rates widens from its centre by at most this share of the distance, and by no less.
_STEEPEST, _FLATTEST = 0.05, 0.03
#: Points across one standard deviation of what a rep's own leads say, at least.
_POINTS_A_SPREAD = 3.0
_IDENTICAL_AT = 100.0
_OUTLIER_VARIANCE = 0.64
_TINY = 1e-300
_NEXT_TO_NOTHING = -200.0
_PRIOR_LEADS = 4.0
_STIRLING_FROM = 10
_HALF_LOG_TAU = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, eq=False)
class LeadCounts:
    """Leads per rep: converted (J,), not converted by maturity bin (J, K), and the bins' maturity.

    `maturity` (C, K) are C curves, each as likely as the others; one where it is certain.
    `offset` (J,) are log-odds by which a rep's leads are easier than those the rates are for.
    """

    converted: FloatArray
    unconverted: FloatArray
    maturity: FloatArray
    outliers: float
    offset: FloatArray

    @property
    def exposure(self) -> FloatArray:
        """Leads not converted, each weighted by how much of its outcome is known, shape (J,)."""
        return np.asarray(self.unconverted @ self.maturity.mean(axis=0))


@dataclass(frozen=True, eq=False)
class RateGrid:
    """Log-odds that a rate is known at, shape (G,), and how much of the axis each of them stands for."""

    x: FloatArray
    width: FloatArray


@dataclass(frozen=True, eq=False)
class HyperGrid:
    """The hyper-grid with its posterior weights: `points` means, under each `points` concentrations."""

    mean: FloatArray
    size: FloatArray
    density: FloatArray
    weight: FloatArray
    marginal: FloatArray
    points: int


def rate_grid(counts: LeadCounts) -> RateGrid:
    """A grid of log-odds: fine where reps alike would lie, wider away from there, wide enough for all.

    The points lie evenly on the inverse of a hyperbolic sine, so that sums over the grid stay as exact as
    on an even one: beside the pooled rate as fine as the narrowest posterior, elsewhere a share of the
    distance, so that a rep with one lead, who may lie anywhere, costs a few points more and not a thousand.
    """
    rate = _pooled_rate(counts)
    hit = counts.converted + max(0.5, _PRIOR_LEADS * rate)
    miss = counts.exposure + max(0.5, _PRIOR_LEADS * (1.0 - rate))
    seen = (counts.converted + counts.exposure) > 0
    own = np.log(hit[seen] / miss[seen]) - counts.offset[seen]
    spread = np.sqrt(1.0 / hit[seen] + 1.0 / miss[seen])
    narrowest = 1.0 / math.sqrt(float((hit + miss).max() + _largest_size(counts)) * rate * (1.0 - rate))
    centre = math.log(rate / (1.0 - rate))
    apart = np.maximum(np.abs(own - centre), narrowest)
    slope = float(np.clip((spread / apart).min() / _POINTS_A_SPREAD, _FLATTEST, _STEEPEST))
    ends = np.array([(own - 8.0 * spread).min(), (own + 8.0 * spread).max()]) - centre
    lo, hi = np.arcsinh(ends * slope / narrowest)
    even, step = np.linspace(lo, hi, math.ceil((hi - lo) / slope) + 1, retstep=True)
    x = centre + narrowest / slope * np.sinh(even)
    return RateGrid(x, narrowest / slope * np.cosh(even) * float(step))


def _pooled_rate(counts: LeadCounts) -> float:
    """What all reps convert together, never quite 0 or 1."""
    converted = float(counts.converted.sum())
    return (converted + 0.5) / (converted + float(counts.exposure.sum()) + 1.0)


def _largest_size(counts: LeadCounts) -> float:
    """A Beta this concentrated leaves no difference between reps that their leads could show."""
    return _IDENTICAL_AT * max(10.0, float(np.median(counts.converted + counts.exposure)))


def likelihoods(counts: LeadCounts, x: FloatArray) -> FloatArray:
    """Likelihood of each rep's leads along the grid, scaled to 1 at its best, shape (J, G).

    Where the maturity is not certain it is the average over its curves, taken before it is scaled.
    """
    found = [_log_likelihoods(counts, curve, x) for curve in counts.maturity]
    if len(found) == 1:
        return _exp(found[0] - found[0].max(axis=1, keepdims=True))
    best = np.max([one.max(axis=1) for one in found], axis=0)[:, None]
    mean = np.mean([_exp(one - best) for one in found], axis=0)
    return np.asarray(mean / mean.max(axis=1, keepdims=True))


def _log_likelihoods(counts: LeadCounts, maturity: FloatArray, x: FloatArray) -> FloatArray:
    if not counts.offset.any():
        log_p, missed = _log_chances(maturity, x)
        return np.asarray(counts.converted[:, None] * log_p + counts.unconverted @ missed)
    found = np.empty((counts.converted.size, x.size))
    for rep, shift in enumerate(counts.offset):
        bins = counts.unconverted[rep] > 0
        log_p, missed = _log_chances(maturity[bins], x + shift)
        found[rep] = counts.converted[rep] * log_p + counts.unconverted[rep, bins] @ missed
    return found


def _log_chances(maturity: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Log of the chance to convert (G,), and of not having converted yet by maturity bin (K, G)."""
    log_p = -np.logaddexp(0.0, -x)
    missed = np.log1p(-np.exp(log_p)[None, :] * np.minimum(maturity, 1.0 - 1e-15)[:, None])
    missed[maturity >= 1.0] = -np.logaddexp(0.0, x)
    return log_p, missed


def hyper_posterior(counts: LeadCounts, likelihood: FloatArray, grid: RateGrid) -> HyperGrid:
    """Zoom to where the hyper-parameters live, then lay the 40 x 40 grid there."""
    rate = _pooled_rate(counts)
    bounds = np.array(
        [
            [math.log(rate / (1.0 - rate)) - 4.0, math.log(rate / (1.0 - rate)) + 4.0],
            [0.0, math.log(_largest_size(counts))],
        ]
    )
    box = bounds
    for _ in range(_ZOOMS):
        last, box = box, _zoomed(box, bounds, likelihood, grid, counts.outliers)
        if np.array_equal(box, last):
            break
    points = _HYPER_POINTS if counts.converted.size <= _MANY_REPS else _HYPER_POINTS_MANY
    return _hyper_grid(box, points, likelihood, grid, counts.outliers)


def _zoomed(
    box: FloatArray, bounds: FloatArray, likelihood: FloatArray, grid: RateGrid, outliers: float
) -> FloatArray:
    weight = _hyper_grid(box, _ZOOM_POINTS, likelihood, grid, outliers).weight
    kept = weight.reshape(_ZOOM_POINTS, _ZOOM_POINTS) > weight.max() * math.exp(-_KEEP_NATS)
    cell = (box[:, 1] - box[:, 0]) / (_ZOOM_POINTS - 1)
    rows = np.flatnonzero(kept.any(axis=1))
    columns = np.flatnonzero(kept.any(axis=0))
    span = np.array([[rows[0] - 1, rows[-1] + 1], [columns[0] - 1, columns[-1] + 1]])
    return np.clip(box[:, :1] + span * cell[:, None], bounds[:, :1], bounds[:, 1:])


def _hyper_grid(
    box: FloatArray, points: int, likelihood: FloatArray, grid: RateGrid, outliers: float
) -> HyperGrid:
    means = 1.0 / (1.0 + np.exp(-np.linspace(box[0, 0], box[0, 1], points)))
    log_sizes = np.linspace(box[1, 0], box[1, 1], points)
    density = _beta_cells(means, np.exp(log_sizes)[None, :], grid)
    if outliers > 0.0:
        density *= 1.0 - outliers
        by_mean = density.reshape(points, points, -1)
        by_mean += outliers * _outlier_cells(means, grid)[:, None, :]
    mean, log_size = np.repeat(means, points), np.tile(log_sizes, points)
    marginal = np.maximum(density @ likelihood.T, _TINY)
    log_weight = np.log(mean * (1.0 - mean)) - 0.5 * log_size + np.log(marginal).sum(axis=1)
    weight = np.exp(log_weight - log_weight.max()) * _trapezoid(points)
    return HyperGrid(mean, np.exp(log_size), density, weight / weight.sum(), marginal, points)


def _trapezoid(points: int) -> FloatArray:
    """Half weight at the borders of the grid, where the concentration need not have died out."""
    side = np.ones(points)
    side[[0, -1]] = 0.5
    return np.outer(side, side).ravel()


def _outlier_cells(means: FloatArray, grid: RateGrid) -> FloatArray:
    """The wide Beta of reps who stand apart: same mean, spread of about 0.8 on the log-odds scale."""
    sizes = np.maximum(1.0 / (_OUTLIER_VARIANCE * means * (1.0 - means)) - 1.0, 1.0)
    return _beta_cells(means, sizes[:, None], grid)


def _beta_cells(means: FloatArray, sizes: FloatArray, grid: RateGrid) -> FloatArray:
    """Mass that each Beta puts into each cell of the log-odds grid; the ends take their tails.

    Args:
        means: of the Betas, shape (M,).
        sizes: concentrations under each mean, shape (M, K), or (1, K) when all have the same.
        grid: G log-odds.

    Returns:
        Shape (M * K, G).
    """
    log_p, log_q = -np.logaddexp(0.0, -grid.x), -np.logaddexp(0.0, grid.x)
    a, b = means[:, None] * sizes, (1.0 - means[:, None]) * sizes
    norm = (log_gamma(sizes) - log_gamma(a) - log_gamma(b)).ravel()
    a, b = a.ravel(), b.ravel()
    terms = np.stack([log_p, log_q, np.ones(grid.x.size), np.log(grid.width)])
    cells = _exp(np.stack([a, b, norm, np.ones(a.size)], axis=1) @ terms)
    cells[:, 0] = np.minimum(cells[:, 0], 1.0) / 2.0 + _tail(a, log_p[0], norm)
    cells[:, -1] = np.minimum(cells[:, -1], 1.0) / 2.0 + _tail(b, log_q[-1], norm)
    return cells


def _exp(log: FloatArray) -> FloatArray:
    """The exponential; what is next to nothing is kept from being so small that processors are slow on it."""
    np.maximum(log, _NEXT_TO_NOTHING, out=log)
    return np.asarray(np.exp(log, out=log))


def log_gamma(z: FloatArray) -> FloatArray:
    """Logarithm of the gamma function of numbers above 0, to 12 digits.

    Source: Stirling's series from 10 on, below it by gamma(z + 1) = z gamma(z); Press et al., section 6.1.
    """
    small = z < _STIRLING_FROM
    near = z[small]
    product = near.copy()
    for step in range(1, _STIRLING_FROM):
        product *= near + step
    far = z + _STIRLING_FROM * small
    square = 1.0 / far**2
    series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / far
    found = (far - 0.5) * np.log(far) - far + _HALF_LOG_TAU + series
    found[small] -= np.log(product)
    return np.asarray(found)


def _tail(shape: FloatArray, log_end: float, norm: FloatArray) -> FloatArray:
    """Mass of a Beta beyond the end of the grid, where its density is a pure power."""
    return np.asarray(np.exp(np.minimum(shape * log_end + norm - np.log(shape), 0.0)))
