"""The grids that pooled rates are integrated on: of a rep's rate, and of the Beta the reps come from."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.chebyshev import chebvander
from numpy.typing import NDArray
from scipy.special import gammaln

FloatArray = NDArray[np.float64]

#: Means and concentrations of the hyper-grid; above 200 reps both are sharply known.
_HYPER_POINTS = (40, 16)
_HYPER_POINTS_MANY = (12, 10)
_MANY_REPS = 200
#: Where they live is found on a coarse grid of them, and every second log-odds will do for that.
_ZOOM_POINTS = (12, 12)
_ZOOM_STRIDE = 2
_ZOOMS = 12
#: The zoom ends with a box that holds the posterior and is not much narrower than the one before.
_AS_WIDE = 0.5
#: How far from the pooled log-odds the mean is first looked for, in its errors and at least; and at most.
_FIRST_ERRORS, _FIRST_LEAST, _FURTHEST = 6.0, 0.1, 4.0
#: Weights of the first and last points of an even grid that sum like the integral, to the fourth order.
_ENDS = np.array([3.0 / 8.0, 7.0 / 6.0, 23.0 / 24.0])
_KEEP_NATS = 14.0
#: The grid of rates widens from its centre by at most this share of the distance, and by no less.
_STEEPEST, _FLATTEST = 0.05, 0.03
#: Points across one standard deviation of what a rep's own leads say, at least.
_POINTS_A_SPREAD = 3.0
_IDENTICAL_AT = 100.0
#: What shifting a log likelihood to a rep's own leads may err by; and reps' offsets differ by this at least.
_SHIFTED_ERROR, _LEAST_REACH = 1e-7, 1e-6
_OUTLIER_VARIANCE = 0.64
_TINY = 1e-300
_NEXT_TO_NOTHING = -200.0
#: Reps whose marginals are multiplied before a logarithm is taken.
_TOGETHER = 8
_PRIOR_LEADS = 4.0


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

    @classmethod
    def at(cls, even: FloatArray, centre: float, scale: float) -> "RateGrid":
        """The grid at centre + scale * sinh(even numbers)."""
        step = float(even[1] - even[0])
        return cls(centre + scale * np.sinh(even), scale * np.cosh(even) * step)

    def coarse(self, stride: int) -> "RateGrid":
        """Every n-th point."""
        return RateGrid(self.x[::stride], self.width[::stride] * stride)


@dataclass(frozen=True, eq=False)
class HyperGrid:
    """The hyper-grid with its posterior weights: means, and under each of them `sizes` concentrations."""

    mean: FloatArray
    size: FloatArray
    density: FloatArray
    weight: FloatArray
    marginal: FloatArray
    sizes: int

    @property
    def means(self) -> FloatArray:
        """Each mean once."""
        return self.mean[:: self.sizes]


def rate_grid(counts: LeadCounts) -> RateGrid:
    """A grid of log-odds: fine where reps alike would lie, wider away from there, wide enough for all.

    The points lie evenly on the inverse of a hyperbolic sine, so that sums over the grid stay as exact as
    on an even one: beside the pooled rate as fine as the narrowest posterior, elsewhere a share of the
    distance, so that a rep with one lead, who may lie anywhere, costs a few points more and not a thousand.
    """
    rate, (hit, miss), (odds, seen) = _pooled_rate(counts), _softened(counts), _own_odds(counts)
    own = (odds - counts.offset)[seen]
    spread = np.sqrt(1.0 / hit[seen] + 1.0 / miss[seen])
    narrowest = 1.0 / math.sqrt(float((hit + miss).max() + _largest_size(counts)) * rate * (1.0 - rate))
    centre = math.log(rate / (1.0 - rate))
    apart = np.maximum(np.abs(own - centre), narrowest)
    slope = float(np.clip((spread / apart).min() / _POINTS_A_SPREAD, _FLATTEST, _STEEPEST))
    ends = np.array([(own - 8.0 * spread).min(), (own + 8.0 * spread).max()]) - centre
    lo, hi = np.arcsinh(ends * slope / narrowest)
    return RateGrid.at(np.linspace(lo, hi, math.ceil((hi - lo) / slope) + 1), centre, narrowest / slope)


def _pooled_rate(counts: LeadCounts) -> float:
    """What all reps convert together, never quite 0 or 1."""
    converted = float(counts.converted.sum())
    return (converted + 0.5) / (converted + float(counts.exposure.sum()) + 1.0)


def _largest_size(counts: LeadCounts) -> float:
    """A Beta this concentrated leaves no difference between reps that their leads could show."""
    return _IDENTICAL_AT * max(10.0, float(np.median(counts.converted + counts.exposure)))


def likelihoods(counts: LeadCounts, grid: RateGrid) -> FloatArray:
    """Likelihood of each rep's leads along the grid, scaled to 1 at its best, shape (J, G).

    Where the maturity is not certain it is the average over its curves, taken before it is scaled.
    """
    shifts = _Shifts.of(counts)
    found = [_log_likelihoods(counts, curve, grid, shifts) for curve in counts.maturity]
    if len(found) == 1:
        return _exp(found[0] - found[0].max(axis=1, keepdims=True))
    best = np.max([one.max(axis=1) for one in found], axis=0)[:, None]
    mean = np.mean([_exp(one - best) for one in found], axis=0)
    return np.asarray(mean / mean.max(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class _Shifts:
    """Each rep's own log-odds by way of a few shifts that all reps share.

    A log likelihood is so smooth in the log-odds that its values at a few shifts of the grid, each with a
    weight of the rep's own, are its values on the grid shifted by his offset: one product of matrices,
    where his own chances would take logarithms at every point.

    Args:
        at: the shifts, shape (M,).
        weight: of each shift for each rep, shape (J, M).

    Source: Chebyshev interpolation and its error, Trefethen, Approximation Theory and Approximation
    Practice (2013), chapters 3 and 8.
    """

    at: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, counts: LeadCounts) -> "_Shifts":
        """As many as keep the error of the rep with most leads below a ten-millionth."""
        offset = counts.offset
        if not offset.any():
            return cls(np.zeros(1), np.ones((offset.size, 1)))
        middle = (offset.max() + offset.min()) / 2.0
        reach = max((offset.max() - offset.min()) / 2.0, _LEAST_REACH)
        # the nearest place where a log likelihood is not smooth is half a turn off the real axis
        gain = math.log((math.pi + math.hypot(math.pi, reach)) / reach)
        leads = float((counts.converted + counts.unconverted.sum(axis=1)).max())
        number = max(2, math.ceil(math.log(max(leads, 1.0) / _SHIFTED_ERROR) / gain))
        nodes = np.cos(math.pi * (np.arange(number) + 0.5) / number)
        share = 2.0 / number * chebvander(nodes, number - 1).T
        share[0] /= 2.0
        return cls(middle + reach * nodes, chebvander((offset - middle) / reach, number - 1) @ share)


def _log_likelihoods(counts: LeadCounts, maturity: FloatArray, grid: RateGrid, shifts: _Shifts) -> FloatArray:
    chances = np.vstack([_log_chances(maturity, grid.x + shift) for shift in shifts.at])
    leads = np.column_stack((counts.converted, counts.unconverted))
    return np.asarray((shifts.weight[:, :, None] * leads[:, None, :]).reshape(len(leads), -1) @ chances)


def _log_chances(maturity: FloatArray, x: FloatArray) -> FloatArray:
    """Log of the chance to convert, then of not having converted yet by maturity bin, shape (1 + K, G)."""
    log_p = -np.logaddexp(0.0, -x)
    missed = np.log1p(-np.exp(log_p)[None, :] * np.minimum(maturity, 1.0 - 1e-15)[:, None])
    missed[maturity >= 1.0] = -np.logaddexp(0.0, x)
    return np.vstack((log_p, missed))


def hyper_posterior(counts: LeadCounts, likelihood: FloatArray, grid: RateGrid) -> HyperGrid:
    """Zoom to where the hyper-parameters live, then lay the fine grid there."""
    bounds, box = _whole_box(counts), _first_box(counts)
    few = np.ascontiguousarray(likelihood[:, ::_ZOOM_STRIDE])
    for _ in range(_ZOOMS):
        last, (box, is_inside) = box, _zoomed(box, bounds, few, grid.coarse(_ZOOM_STRIDE), counts.outliers)
        if is_inside and np.all(np.diff(box) > _AS_WIDE * np.diff(last)):
            break
    points = _HYPER_POINTS if counts.converted.size <= _MANY_REPS else _HYPER_POINTS_MANY
    return _hyper_grid(box, points, likelihood, grid, counts.outliers)


def _whole_box(counts: LeadCounts) -> FloatArray:
    """Everywhere that the mean, as log-odds, and the logarithm of the concentration may lie."""
    rate = _pooled_rate(counts)
    centre = math.log(rate / (1.0 - rate))
    return np.array([[centre - _FURTHEST, centre + _FURTHEST], [0.0, math.log(_largest_size(counts))]])


def _first_box(counts: LeadCounts) -> FloatArray:
    """Where to look first: any concentration, and means near all leads and the reps' own."""
    box = _whole_box(counts)
    own, seen = _own_odds(counts)
    centre, mean = box[0].mean(), float((own - counts.offset)[seen].mean())
    error = float((own - counts.offset)[seen].std()) / math.sqrt(np.count_nonzero(seen))
    reach = min(_FURTHEST, abs(mean - centre) + _FIRST_ERRORS * error + _FIRST_LEAST)
    box[0] = centre - reach, centre + reach
    return box


def _own_odds(counts: LeadCounts) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Log-odds that each rep's own leads show, softened, and who has any."""
    hit, miss = _softened(counts)
    return np.log(hit / miss), (counts.converted + counts.exposure) > 0


def _softened(counts: LeadCounts) -> tuple[FloatArray, FloatArray]:
    """Leads converted and not, with a few more at everybody's rate, so that nobody has none."""
    rate = _pooled_rate(counts)
    hit = counts.converted + max(0.5, _PRIOR_LEADS * rate)
    return hit, counts.exposure + max(0.5, _PRIOR_LEADS * (1.0 - rate))


def _zoomed(
    box: FloatArray, bounds: FloatArray, likelihood: FloatArray, grid: RateGrid, outliers: float
) -> tuple[FloatArray, bool]:
    """The part of a box that holds the posterior and one cell around it, and whether the box held all of it.

    Where the posterior reaches the border of the box, it is looked for beyond it: a coarse grid steps over
    the ridge along which reps are alike.
    """
    weight = _hyper_grid(box, _ZOOM_POINTS, likelihood, grid, outliers).weight
    kept = weight.reshape(_ZOOM_POINTS) > weight.max() * math.exp(-_KEEP_NATS)
    last = np.array(_ZOOM_POINTS)[:, None] - 1
    cell = np.diff(box) / last
    found = np.array([np.flatnonzero(kept.any(axis=1 - axis))[[0, -1]] for axis in (0, 1)])
    at_border = (found == np.hstack([0 * last, last])) & (np.abs(box - bounds) > _TINY)
    step = np.where(at_border, last / 2.0, 1.0) * np.array([-1.0, 1.0])
    new = np.clip(box[:, :1] + (found + step) * cell, bounds[:, :1], bounds[:, 1:])
    return new, not at_border.any()


def _hyper_grid(
    box: FloatArray, points: tuple[int, int], likelihood: FloatArray, grid: RateGrid, outliers: float
) -> HyperGrid:
    means = 1.0 / (1.0 + np.exp(-np.linspace(box[0, 0], box[0, 1], points[0])))
    log_sizes = np.linspace(box[1, 0], box[1, 1], points[1])
    density = _beta_cells(means, np.exp(log_sizes)[None, :], grid)
    if outliers > 0.0:
        density *= 1.0 - outliers
        by_mean = density.reshape(*points, -1)
        by_mean += outliers * _outlier_cells(means, grid)[:, None, :]
    mean, log_size = np.repeat(means, points[1]), np.tile(log_sizes, points[0])
    marginal = np.maximum(density @ likelihood.T, _TINY)
    log_weight = np.log(mean * (1.0 - mean)) - 0.5 * log_size + _log_of_all(marginal)
    weight = np.exp(log_weight - log_weight.max()) * np.outer(*(_evenly(one) for one in points)).ravel()
    return HyperGrid(mean, np.exp(log_size), density, weight / weight.sum(), marginal, points[1])


def _log_of_all(marginal: FloatArray) -> FloatArray:
    """Sum of the logarithms of each row: products of a few columns take fewer logarithms, if large enough."""
    rows, columns = marginal.shape
    least = float(marginal.min())
    together = _TOGETHER if least**_TOGETHER > _TINY else 1
    products = columns // together
    several = marginal[:, : products * together].reshape(rows, together, products).prod(axis=1)
    rest = marginal[:, products * together :]
    return np.asarray(np.log(several).sum(axis=1) + np.log(rest).sum(axis=1))


def _evenly(points: int) -> FloatArray:
    """Weights of an even grid; less at its borders, where the concentration need not have died out.

    Source: Gregory's rule to third differences, Press et al., section 4.1.
    """
    side = np.ones(points)
    side[:3], side[-3:] = _ENDS, _ENDS[::-1]
    return side


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
    norm = (gammaln(sizes) - gammaln(a) - gammaln(b)).ravel()
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


def _tail(shape: FloatArray, log_end: float, norm: FloatArray) -> FloatArray:
    """Mass of a Beta beyond the end of the grid, where its density is a pure power."""
    return np.asarray(np.exp(np.minimum(shape * log_end + norm - np.log(shape), 0.0)))
