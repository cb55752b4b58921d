"""Rates of many reps, partially pooled to their team, by exact integration on grids; no sampler."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.draws import (
    JointPosterior,
    below_mean,
    crowd_below_mean,
    crowd_quantile,
    crowd_ranks,
    cumulated,
    joint_draws,
    joint_posterior,
    quantile,
    rank_interval,
)
from quintet.stats.grids import HyperGrid, LeadCounts, RateGrid, hyper_posterior, likelihoods, rate_grid

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEVEL = 0.90
_MATURITY_BINS = 64
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class PooledRates:
    """Every rep's rate with luck taken out, and the team's.

    Arrays of shape (J,) are in the order the reps came in. Intervals are 90 %.

    Args:
        raw: converted / entered; 0 where nobody entered.
        n: entered.
        converted: of these, converted so far.
        effective_n: entered, each weighted by how much of its outcome is known.
        mean: the rate to expect of the rep, eventually; 0..1.
        lo: lower end of its interval.
        hi: upper end.
        shrinkage: how far the rep is pulled to the team, 0 (not at all) .. 1 (fully).
        p_below: probability that the rep's true rate is below the mean of such reps.
        p_above: probability that it is above.
        team_mean: the mean of such reps, luck excluded.
        team_lo: lower end of its interval.
        team_hi: upper end.
        concentration: posterior mean of (a, b) of the Beta the reps come from.
        joint: what draws and ranks are made of when somebody asks for them.
        offset: log-odds by which each rep's own leads are easier than the standard that all the rates
            above are for; 0 where nothing is adjusted.
    """

    raw: FloatArray
    n: IntArray
    converted: IntArray
    effective_n: FloatArray
    mean: FloatArray
    lo: FloatArray
    hi: FloatArray
    shrinkage: FloatArray
    p_below: FloatArray
    p_above: FloatArray
    team_mean: float
    team_lo: float
    team_hi: float
    concentration: tuple[float, float]
    joint: JointPosterior
    offset: FloatArray
    _drawn: dict[int, FloatArray] = field(default_factory=dict, repr=False)

    @property
    def draws(self) -> FloatArray:
        """Joint posterior draws of the rates, shape (J, D)."""
        return self._both_draws[0]

    def draws_of(self, place: int) -> FloatArray:
        """The draws of one rep, shape (D,), the same as in `draws`; the others' need not be made for it."""
        if "_both_draws" in vars(self):
            return np.asarray(self.draws[place])
        if place not in self._drawn:
            self.draw((place,))
        return self._drawn[place]

    def draw(self, places: Sequence[int]) -> None:
        """Make the draws of some reps together, for `draws_of`; it is quicker than one by one."""
        if "_both_draws" in vars(self):
            return
        new = [place for place in places if place not in self._drawn]
        self._drawn.update(zip(new, _rate(joint_draws(self.joint, new)[0]), strict=True))

    @property
    def team_draws(self) -> FloatArray:
        """The mean of such reps on the same draws, shape (D,)."""
        return self._both_draws[1] if "_both_draws" in vars(self) else self._team_draws

    @cached_property
    def _team_draws(self) -> FloatArray:
        return _rate(joint_draws(self.joint, ())[1])

    @cached_property
    def _both_draws(self) -> tuple[FloatArray, FloatArray]:
        draws, team_draws = joint_draws(self.joint)
        return _rate(draws), _rate(team_draws)

    @property
    def rank_lo(self) -> IntArray:
        """Best rank each rep may hold; 1 is the highest rate."""
        return self._ranks[0]

    @property
    def rank_hi(self) -> IntArray:
        """Worst rank each rep may hold."""
        return self._ranks[1]

    @cached_property
    def _ranks(self) -> tuple[IntArray, IntArray]:
        tail = (1.0 - LEVEL) / 2.0
        return crowd_ranks(self.joint, tail) if self.joint.is_crowd else rank_interval(self.draws, tail)

    def top_quartile_draws(self) -> FloatArray:
        """The rate that the best quarter of the reps with leads exceeds, on each draw, shape (D,)."""
        if self.joint.is_crowd:
            return _rate(crowd_quantile(self.joint, self.n > 0, 0.75))
        return np.asarray(np.quantile(self.draws[self.n > 0], 0.75, axis=0))

    @cached_property
    def told_on_own_leads(self) -> FloatArray:
        """Each rep's rate, its ends and the mean of such reps, on his own leads, shape (4, J)."""
        peers = np.full(self.mean.size, self.team_mean)
        return np.stack([self.on_own_leads(rate) for rate in (self.mean, self.lo, self.hi, peers)])

    def on_own_leads(self, rate: ArrayLike, place: int | Sequence[int] | None = None) -> FloatArray:
        """What a rate for standard leads is on a rep's own leads.

        Args:
            rate: 0..1; of shape (J, ...) when no rep is named; (K, D), or (D,) for all of them, of K reps.
            place: the rep, or K of them; every rep with his own rate when left out.
        """
        value = np.asarray(rate, dtype=np.float64)
        if place is None:
            shift = self.offset.reshape(-1, *[1] * (value.ndim - 1))
        else:
            shift = self.offset[place] if isinstance(place, int) else self.offset[list(place), None]
        odds = np.exp(shift) * value
        return np.asarray(odds / (1.0 - value + odds))


def fit_rates(
    converted: ArrayLike,
    unconverted: ArrayLike,
    maturity: ArrayLike | None = None,
    *,
    outliers: float = 0.0,
    seed: int = 0,
    offset: ArrayLike | None = None,
) -> PooledRates:
    """What rate to expect of each rep, with luck taken out and young leads counted for what they show.

    A converted lead adds log p; a lead not converted adds log(1 - p F), F being how much of its outcome
    is known at its age, lost or open alike. Rates come from one Beta whose mean and concentration are
    integrated over a grid of 40 means and 16 concentrations (12 and 10 above 200 reps, where they are
    sharply known) with the prior (a + b)^(-5/2). Same input, same bytes.

    Args:
        converted: leads converted per rep, shape (J,).
        unconverted: leads not converted per rep by maturity bin, shape (J, K), or (J,) when K is 1.
        maturity: F of each bin, 0..1, shape (K,); all 1 when left out. Where F is in doubt, by several
            curves that are as likely as each other (`DelayCurve.drawn_by`), shape (C, K): each rep's
            likelihood is averaged over them.
        outliers: share of reps who may stand apart from the rest, e.g. one weak rep among equals, and
            are pulled less for it; 0 is the plain Beta, which pulls a lone outlier in too far.
        seed: of the order in which draws meet; give each rate its own, so that they meet as strangers.
        offset: log-odds by which each rep's leads are easier (+) or harder (-) than the standard, shape
            (J,); then rates, intervals and draws are for standard leads, raw and counts are not.

    Raises:
        BadInput: on negative counts, shapes that disagree or maturity outside 0..1.
        NotEnoughData: with fewer than two reps, or nobody entered.

    Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.3; docs/formulas/management.md#rates
    """
    counts = _checked(converted, unconverted, maturity, outliers)
    if offset is not None:
        counts = replace(counts, offset=np.asarray(offset, dtype=np.float64))
    grid = rate_grid(counts)
    likelihood = likelihoods(counts, grid)
    hyper = hyper_posterior(counts, likelihood, grid)
    pulled = (hyper.weight[:, None] / hyper.marginal).T
    posterior = likelihood * (pulled @ hyper.density)
    cdf = cumulated(posterior)
    joint = joint_posterior(hyper, likelihood, cdf, grid.x, seed)
    if joint.is_crowd:
        below = crowd_below_mean(hyper, cdf, grid.x)
    else:
        below = below_mean(hyper, pulled, likelihood, grid)
    return _summary(counts, hyper, (grid, cdf, posterior), below, joint)


def shrink_means(values: ArrayLike, standard_errors: ArrayLike) -> tuple[FloatArray, FloatArray, float]:
    """Means of several reps pulled to their common mean by the share of spread that is luck.

    Args:
        values: one mean per rep, shape (J,).
        standard_errors: of each, in the same unit, above 0.

    Returns:
        The pulled means, their standard errors, and the share of the distance that is kept (0..1).

    Source: Efron & Morris, JASA 70 (1975) 311-319, positive part, toward the common mean.
    """
    value = np.asarray(values, dtype=np.float64)
    error = np.asarray(standard_errors, dtype=np.float64)
    precision = 1.0 / error**2
    centre = float(np.sum(precision * value) / precision.sum())
    spread = float(np.sum(precision * (value - centre) ** 2))
    kept = max(0.0, 1.0 - max(value.size - 3, 0) / spread) if spread > 0 else 0.0
    centre_error = 1.0 / math.sqrt(float(precision.sum()))
    pulled_error = np.sqrt(kept * error**2 + (1.0 - kept) * centre_error**2)
    return centre + kept * (value - centre), pulled_error, kept


def _checked(
    converted: ArrayLike, unconverted: ArrayLike, maturity: ArrayLike | None, outliers: float
) -> LeadCounts:
    won = np.asarray(converted, dtype=np.float64)
    rest = np.asarray(unconverted, dtype=np.float64)
    rest = rest[:, None] if rest.ndim == 1 else rest
    known = np.ones(rest.shape[1]) if maturity is None else np.asarray(maturity, dtype=np.float64)
    known = np.atleast_2d(known)
    if rest.shape != (won.size, known.shape[1]):
        msg = f"unconverted must have shape (reps, bins) = ({won.size}, {known.shape[1]}), got {rest.shape}"
        raise BadInput(msg)
    if won.size and (won.min() < 0 or rest.min() < 0):
        raise BadInput("counts must be 0 or more, got a negative one: count leads, not differences")
    if known.size and (known.min() < 0 or known.max() > 1):
        msg = f"maturity must lie in 0..1, got {known.min():g}..{known.max():g}"
        raise BadInput(msg)
    if won.size < 2 or won.sum() + rest.sum() == 0:  # noqa: PLR2004
        raise NotEnoughData("pooling needs two reps with leads", have=won.size, need=2, unit="reps")
    return _binned(LeadCounts(won, rest, known, outliers, np.zeros(won.size)))


def _binned(counts: LeadCounts) -> LeadCounts:
    """The same counts with at most 64 maturity bins; each keeps the mean maturity of its leads."""
    if counts.maturity.shape[1] <= _MATURITY_BINS:
        return counts
    maturity = counts.maturity.mean(axis=0)
    bin_of = np.minimum((maturity * _MATURITY_BINS).astype(np.int64), _MATURITY_BINS - 1)
    bins, place = np.unique(bin_of, return_inverse=True)
    member = (place[:, None] == np.arange(bins.size)).astype(np.float64)
    weight = counts.unconverted.sum(axis=0) + _TINY
    centre = (weight * counts.maturity) @ member / (weight @ member)
    return replace(counts, unconverted=counts.unconverted @ member, maturity=np.clip(centre, 0.0, 1.0))


def _summary(
    counts: LeadCounts,
    hyper: HyperGrid,
    marginals: tuple[RateGrid, FloatArray, FloatArray],
    below: FloatArray,
    joint: JointPosterior,
) -> PooledRates:
    grid, cdf, posterior = marginals
    density = posterior / grid.width
    tail = (1.0 - LEVEL) / 2.0
    entered = counts.converted + counts.unconverted.sum(axis=1)
    effective = counts.converted + counts.exposure
    team_lo, team_hi = _team_interval(hyper, tail)
    return PooledRates(
        raw=np.divide(counts.converted, entered, out=np.zeros_like(entered), where=entered > 0),
        n=entered.astype(np.int64),
        converted=counts.converted.astype(np.int64),
        effective_n=effective,
        mean=posterior @ _rate(grid.x) / posterior.sum(axis=1),
        lo=_rate(quantile(cdf, grid.x, tail, density)),
        hi=_rate(quantile(cdf, grid.x, 1.0 - tail, density)),
        shrinkage=hyper.weight @ (hyper.size[:, None] / (hyper.size[:, None] + effective[None, :])),
        p_below=below,
        p_above=1.0 - below,
        team_mean=float(hyper.weight @ hyper.mean),
        team_lo=team_lo,
        team_hi=team_hi,
        concentration=(
            float(hyper.weight @ (hyper.mean * hyper.size)),
            float(hyper.weight @ ((1.0 - hyper.mean) * hyper.size)),
        ),
        joint=joint,
        offset=counts.offset,
    )


def _rate(log_odds: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def _team_interval(hyper: HyperGrid, tail: float) -> tuple[float, float]:
    by_mean = hyper.weight.reshape(-1, hyper.sizes).sum(axis=1)[None, :]
    logit = np.log(hyper.means / (1.0 - hyper.means))
    cdf = cumulated(by_mean)
    lo, hi = (_rate(quantile(cdf, logit, level, by_mean))[0] for level in (tail, 1.0 - tail))
    return float(lo), float(hi)
