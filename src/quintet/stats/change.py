"""Did one rep's rate move after something was done, beyond what luck and everybody's drift explain?"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from quintet.kernel.errors import NotEnoughData
from quintet.stats.draws import cumulated, interpolated
from quintet.stats.grids import LeadCounts, RateGrid, likelihoods, rate_grid
from quintet.stats.rates import PooledRates, fit_rates

FloatArray = NDArray[np.float64]

LEVEL = 0.90
#: Fewer comparable reps than this cannot tell how everybody's rate moved meanwhile.
MIN_PEERS = 4
#: How much reps wander by themselves between the two periods, log-odds: spreads, and the scale they fade by.
_WANDERS = np.array([0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8])
_WANDER_SCALE = 0.25
_DRIFTS = 31
_DRIFT_ERRORS, _DRIFT_LEAST = 6.0, 0.3
_PEER_DRAWS = 200
_DRAWS = 1200
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Period:
    """Leads of all reps in one period, as `fit_rates` takes them; arrays in the same order of reps.

    Args:
        converted: leads converted per rep, shape (J,).
        unconverted: not converted, by maturity bin, shape (J, K).
        maturity: how much of each bin's outcome is known, shape (K,) or (C, K).
        offset: log-odds by which each rep's leads are easier than the standard, shape (J,).
    """

    converted: FloatArray
    unconverted: FloatArray
    maturity: FloatArray
    offset: FloatArray


@dataclass(frozen=True)
class Change:
    """One rep's rate after, beside what it would have been anyway. Rates are on the leads he got, 0..1.

    Args:
        expected: the rate to expect had nothing been done: his own, luck taken out, and everybody's drift.
        expected_lo: lower end of its 90 % interval.
        expected_hi: upper end.
        observed: the rate after, of the leads that came in then.
        observed_lo: lower end.
        observed_hi: upper end.
        effect: observed - expected.
        effect_lo: lower end.
        effect_hi: upper end.
        p_above: probability that the effect is above 0.
        drift: how peers' rates moved, log-odds.
        wander: how much reps move by themselves, standard deviation on the log-odds scale.
        peers: reps whose leads show the drift.
    """

    expected: float
    expected_lo: float
    expected_hi: float
    observed: float
    observed_lo: float
    observed_hi: float
    effect: float
    effect_lo: float
    effect_hi: float
    p_above: float
    drift: float
    wander: float
    peers: int


def fit_change(
    before: Period, after: Period, place: int, peers: ArrayLike, *, outliers: float = 0.0, seed: int = 0
) -> Change:
    """How far one rep's rate after is from what his past and his peers' drift let expect.

    The rep is mostly chosen because he did badly: his raw rate before is low by bad luck too and rises by
    itself. So his rate before is pooled with all reps', which takes the luck out whoever was chosen and
    why. Peers tell how everybody's rate moved, and how much single reps wander between two periods; both
    add to the doubt. What he does after is judged by his own leads alone, with Jeffreys' prior.

    Args:
        before: leads of all reps before, the month that made somebody choose him included.
        after: leads of the same reps after.
        place: the rep.
        peers: reps to compare with, booleans, shape (J,): those to whom nothing was done meanwhile.
        outliers: as of `fit_rates`.
        seed: of the order in which draws meet.

    Raises:
        NotEnoughData: with fewer than 4 peers with leads in both periods, or no leads of the rep after.

    Source: Efron & Morris, JASA 70 (1975) 311-319 (regression to the mean); docs/formulas/coaching.md#effect
    """
    told = _comparable(before, after, place, np.asarray(peers, dtype=bool))
    rng = np.random.default_rng(seed)
    past = fit_rates(
        before.converted, before.unconverted, before.maturity, outliers=outliers, offset=before.offset
    )
    counts = _counts(after)
    grid = rate_grid(counts)
    likelihood = likelihoods(counts, grid)
    drift, wander, weight = _movements(past, likelihood, grid, told, rng)
    picked = _systematic(weight, _DRAWS)
    luck = ndtri(rng.permutation(_strata(_DRAWS)))
    start = rng.permutation(np.resize(_log_odds(past.draws_of(place)), _DRAWS))
    shift = after.offset[place]
    expected = _rate(start + drift[picked] + wander[picked] * luck + shift)
    observed = _rate(rng.permutation(_drawn(likelihood[place], grid)) + shift)
    moved = observed - expected
    return Change(
        *_told(expected),
        *_told(observed),
        *_told(moved),
        p_above=float((moved > 0).mean()),
        drift=float(drift @ weight),
        wander=float(wander @ weight),
        peers=int(np.count_nonzero(told)),
    )


def _comparable(before: Period, after: Period, place: int, peers: NDArray[np.bool_]) -> NDArray[np.bool_]:
    known = [one.converted + one.unconverted.sum(axis=1) > 0 for one in (before, after)]
    told = peers & known[0] & known[1]
    told[place] = False
    if not known[1][place]:
        raise NotEnoughData("no lead of the rep came to this step since", have=0, need=1, unit="leads")
    if np.count_nonzero(told) < MIN_PEERS:
        have = int(np.count_nonzero(told))
        msg = f"{have} reps without a plan have leads before and after: {MIN_PEERS} show how rates moved"
        raise NotEnoughData(msg, have=have, need=MIN_PEERS, unit="peers")
    return told


def _counts(period: Period) -> LeadCounts:
    return LeadCounts(
        period.converted.astype(np.float64),
        period.unconverted.astype(np.float64),
        np.atleast_2d(period.maturity),
        0.0,
        period.offset,
    )


def _movements(
    past: PooledRates,
    likelihood: FloatArray,
    grid: RateGrid,
    told: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Drifts and wanders on a grid, with the posterior weight that the peers give each pair."""
    drifts = _first_drifts(past, likelihood, grid, told)
    drift, wander = np.repeat(drifts, _WANDERS.size), np.tile(_WANDERS, drifts.size)
    log_weight = -0.5 * (wander / _WANDER_SCALE) ** 2 - 0.5 * drift**2
    log_weight += np.tile(np.log(np.gradient(_WANDERS)), drifts.size)
    log_likelihood = np.log(likelihood + _TINY)
    for peer in np.flatnonzero(told).tolist():
        start = rng.permutation(_log_odds(past.draws_of(peer)))[:_PEER_DRAWS]
        luck = ndtri(rng.permutation(_strata(_PEER_DRAWS)))
        at = start + drift[:, None] + wander[:, None] * luck
        log_weight += np.log(np.exp(np.interp(at, grid.x, log_likelihood[peer])).mean(axis=1) + _TINY)
    weight = np.exp(log_weight - log_weight.max())
    return drift, wander, weight / weight.sum()


def _first_drifts(
    past: PooledRates, likelihood: FloatArray, grid: RateGrid, told: NDArray[np.bool_]
) -> FloatArray:
    """An even grid around what the peers' best rates moved by on the whole."""
    best = grid.x[likelihood[told].argmax(axis=1)]
    width = np.sqrt((likelihood[told] * grid.width).sum(axis=1) ** 2 / (2.0 * math.pi))
    moved = best - _log_odds(past.mean[told])
    precision = 1.0 / (width**2 + _WANDER_SCALE**2)
    centre = float((precision * moved).sum() / precision.sum())
    reach = _DRIFT_LEAST + _DRIFT_ERRORS / math.sqrt(float(precision.sum()))
    return np.linspace(centre - reach, centre + reach, _DRIFTS)


def _drawn(likelihood: FloatArray, grid: RateGrid) -> FloatArray:
    """Log-odds after, by the rep's own leads and Jeffreys' prior, evenly spread over their posterior."""
    rate = _rate(grid.x)
    posterior = likelihood * np.sqrt(rate * (1.0 - rate)) * grid.width
    return interpolated(cumulated(posterior[None, :]), _strata(_DRAWS)[None, :], grid.x)[0]


def _systematic(weight: FloatArray, number: int) -> NDArray[np.int64]:
    found = np.searchsorted(np.cumsum(weight), _strata(number))
    return np.asarray(np.minimum(found, weight.size - 1))


def _strata(number: int) -> FloatArray:
    return (np.arange(number) + 0.5) / number


def _told(draws: FloatArray) -> tuple[float, float, float]:
    lo, hi = np.quantile(draws, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return float(draws.mean()), float(lo), float(hi)


def _rate(log_odds: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def _log_odds(rate: FloatArray) -> FloatArray:
    return np.asarray(np.log(rate / (1.0 - rate)))
