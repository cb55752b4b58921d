"""What young cohorts will come to: their rates and paces differ, and both are learned with their doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput
from quintet.stats.delay import DelayCurve
from quintet.stats.rates import fit_rates

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEVEL = 0.90
_DRAWS = 300
_AGE_BINS = 24
_LOG_PACES = np.linspace(-3.0, 3.0, 121)
_SPREADS = np.linspace(0.02, 1.5, 40)
_PRIOR_SPREAD = 0.5
_ODDS = np.linspace(-9.0, 4.0, 200)
_LEAST = 1e-9
_FEWEST_MONTHS = 2


@dataclass(frozen=True, eq=False)
class Paces:
    """How much faster or slower each cohort converts than the delay curve says.

    At an age where the curve says that the odds of a converter to have converted are F / (1 - F), a cohort of
    pace k has k times these odds; for log-logistic delays that is a change of the unit of time.

    Args:
        pace: median of the posterior per cohort, shape (C,); above 1 is faster.
        weight: posterior over the grid of log paces, shape (C, G).
        log_pace: that grid, shape (G,).
        spread: posterior mean of the standard deviation of log paces between cohorts.
        events: conversions that each cohort's pace rests on, shape (C,).
    """

    pace: FloatArray
    weight: FloatArray
    log_pace: FloatArray
    spread: float
    events: IntArray

    def drawn(self, size: int, rng: np.random.Generator) -> FloatArray:
        """Draws of each cohort's pace, evenly spread and in an order of their own, shape (C, size)."""
        steps = (np.arange(size) + 0.5) / size
        rows = [np.interp(steps, np.cumsum(one) - one / 2.0, self.log_pace) for one in self.weight]
        return np.exp(rng.permuted(np.array(rows).reshape(len(rows), size), axis=1))


def at_pace(known: ArrayLike, pace: ArrayLike) -> FloatArray:
    """The share of its outcome a cohort of that pace has shown where the curve says `known`, 0..1."""
    share, odds = np.asarray(known, dtype=np.float64), np.asarray(pace, dtype=np.float64)
    return np.asarray(np.clip(odds * share / (1.0 + (odds - 1.0) * share), 0.0, 1.0))


def fit_paces(curve: DelayCurve, cohort: ArrayLike, lag: ArrayLike, age: ArrayLike, cohorts: int) -> Paces:
    """Do some months or sources convert faster than others? Fair to cohorts that are still young.

    A conversion after `lag` days is seen only because the lead is `age` days old, so its density is divided
    by the chance to be seen by then. Log paces are drawn from a normal distribution around 0 whose spread is
    integrated over a grid with a half-normal(0.5) prior; so how far earlier cohorts drifted widens what is
    said of the young ones.

    Args:
        curve: how long conversions take over all.
        cohort: number of each converter's cohort, 0..cohorts-1, shape (n,).
        lag: days each took.
        age: days since each entered.
        cohorts: how many there are; one without a conversion has the common spread.

    Raises:
        BadInput: when the three differ in length, or a lag exceeds its age.

    Source: proportional odds, Bennett, Statistics in Medicine 2 (1983) 273-277; right truncation as in
        Kalbfleisch & Lawless, JASA 84 (1989) 360-372; docs/formulas/demand/reports.md#young-cohorts
    """
    who, took = np.asarray(cohort, dtype=np.int64), np.asarray(lag, dtype=np.float64)
    old = np.asarray(age, dtype=np.float64)
    if not who.size == took.size == old.size or np.any(took > old):
        raise BadInput("cohort, lag and age must have one length, and no lag exceed its age")
    log_likelihood = _pace_likelihood(curve, who, took, old, cohorts)
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    prior = np.exp(-0.5 * (_LOG_PACES[None, :] / _SPREADS[:, None]) ** 2)
    prior /= prior.sum(axis=1, keepdims=True)
    told = np.log(likelihood @ prior.T).sum(axis=0) - 0.5 * (_SPREADS / _PRIOR_SPREAD) ** 2
    share = np.exp(told - told.max())
    share /= share.sum()
    per_spread = (likelihood[:, None, :] * prior[None]) / (likelihood @ prior.T)[:, :, None]
    weight = np.einsum("s,csg->cg", share, per_spread)
    middle = [float(np.interp(0.5, np.cumsum(one) - one / 2.0, _LOG_PACES)) for one in weight]
    events = np.bincount(who, minlength=cohorts)
    return Paces(np.exp(np.array(middle)), weight, _LOG_PACES, float(share @ _SPREADS), events)


def _pace_likelihood(
    curve: DelayCurve, cohort: IntArray, lag: FloatArray, age: FloatArray, cohorts: int
) -> FloatArray:
    """Log-likelihood of each cohort along the grid of log paces, shape (C, G); equal leads counted once."""
    pairs = np.stack([cohort, np.floor(lag).astype(np.int64), np.floor(age).astype(np.int64)])
    (who, day, last), times = np.unique(pairs, axis=1, return_counts=True)
    shown = curve.known_by(day)
    most = np.maximum(curve.known_by(last), shown)
    found = np.zeros((cohorts, _LOG_PACES.size))
    for column, odds in enumerate(np.exp(_LOG_PACES) - 1.0):
        one = np.log1p(odds * most) - 2.0 * np.log1p(odds * shown)
        found[:, column] = np.bincount(who, times * one, cohorts)
    return found


@dataclass(frozen=True, eq=False)
class Forecast:
    """What each cohort will have come to at the horizon.

    Args:
        expected: converted in the end, shape (C,).
        lo: lower end of its 90 % prediction interval.
        hi: upper end.
        drawn: joint draws of the converted in the end, shape (C, D): sums over cohorts have intervals too.
    """

    expected: FloatArray
    lo: FloatArray
    hi: FloatArray
    drawn: FloatArray


@dataclass(frozen=True, eq=False)
class Cells:
    """Cohorts by month and kind, e.g. the leads of one source that came in one month.

    Args:
        month: number of each cell's month, 0.. , shape (C,).
        kind: number of each cell's kind, 0.. , shape (C,).
        converted: converted so far, shape (C,).
        waiting: not converted by whole days of age, shape (C, A); those beyond the horizon included.
    """

    month: IntArray
    kind: IntArray
    converted: FloatArray
    waiting: FloatArray


def forecast_cohorts(cells: Cells, curve: DelayCurve, paces: Paces, *, seed: int = 0) -> Forecast:
    """How many of each young cohort will have converted at the horizon, with an interval that holds.

    The rate of a cell is its month's, shifted by what its kind adds, and differs from that by chance; how
    much months, kinds and cells differ is learned from all of them. A month's rate is taken from its other
    cells, so no lead speaks twice. Each month has its own pace.

    Args:
        cells: the cohorts; all conversions counted by the time `paces` and `curve` were fitted.
        curve: how long conversions take within the horizon.
        paces: of the months.
        seed: of the draws.

    Source: docs/formulas/demand/reports.md#young-cohorts
    """
    rng = np.random.default_rng(seed)
    waiting, ages = _binned(cells.waiting, curve)
    shift, scatter, prior = _common(cells, waiting, ages)
    pace = paces.drawn(_DRAWS, rng)
    drawn = np.repeat(cells.converted[:, None], _DRAWS, axis=1).astype(np.float64)
    still = np.isin(cells.month, cells.month[waiting @ (1.0 - ages) > 0])  # the rest has nothing to come
    if still.any():
        young = Cells(cells.month[still], cells.kind[still], cells.converted[still], waiting[still])
        for draw in range(_DRAWS):
            known = at_pace(ages[None, :], pace[young.month, draw][:, None])
            rate = _drawn_rates(young, known, (shift[still], scatter, prior), rng)
            later = rate[:, None] * (1.0 - known) / (1.0 - rate[:, None] * known)
            drawn[still, draw] += rng.binomial(young.waiting.astype(np.int64), later).sum(axis=1)
    tail = (1.0 - LEVEL) / 2.0
    lo, hi = np.quantile(drawn, [tail, 1.0 - tail], axis=1)
    return Forecast(drawn.mean(axis=1), np.floor(lo), np.ceil(hi), drawn)


def _binned(waiting: FloatArray, curve: DelayCurve) -> tuple[FloatArray, FloatArray]:
    """Waiting leads by bins of how much of their outcome is known, and each bin's share."""
    known = curve.known_by(np.arange(waiting.shape[1]))
    bin_of = np.ceil(np.sqrt(1.0 - known) * _AGE_BINS)  # finest where little is left to come
    bins = np.unique(bin_of)
    member = (bin_of[:, None] == bins).astype(np.float64)
    weight = waiting.sum(axis=0) + _LEAST
    return waiting @ member, np.clip((weight * known) @ member / (weight @ member), 0.0, 1.0)


def _common(
    cells: Cells, waiting: FloatArray, ages: FloatArray
) -> tuple[FloatArray, float, tuple[float, float]]:
    """What each cell's kind adds in log-odds, how cells scatter about that, and the Beta of the months."""
    months = _grouped(cells.converted, waiting, cells.month)
    by_month = fit_rates(*months, ages) if len(months[0]) >= _FEWEST_MONTHS else None
    prior = by_month.concentration if by_month else (0.5, 0.5)
    level = (
        _logit(by_month.mean)[cells.month] - _logit(by_month.team_mean)
        if by_month
        else np.zeros(cells.month.size)
    )
    added = np.zeros(cells.month.size)
    if cells.kind.max() > 0:
        known = cells.converted + waiting @ ages
        mix = np.bincount(cells.kind, known * level) / np.maximum(np.bincount(cells.kind, known), _LEAST)
        kinds = fit_rates(*_grouped(cells.converted, waiting, cells.kind), ages, offset=mix)
        added = (_logit(kinds.mean) - _logit(kinds.team_mean))[cells.kind]
    if cells.month.size < _FEWEST_MONTHS:
        return added, 0.0, prior
    rest = fit_rates(cells.converted, waiting, ages, offset=level + added)
    size = sum(rest.concentration)
    return added, float(1.0 / np.sqrt(size * rest.team_mean * (1.0 - rest.team_mean))), prior


def _grouped(converted: FloatArray, waiting: FloatArray, group: IntArray) -> tuple[FloatArray, FloatArray]:
    member = (group[:, None] == np.arange(group.max() + 1)).astype(np.float64)
    return member.T @ converted, member.T @ waiting


def _drawn_rates(
    cells: Cells,
    known: FloatArray,
    common: tuple[FloatArray, float, tuple[float, float]],
    rng: np.random.Generator,
) -> FloatArray:
    """One joint draw of the rate of each cell given its month's pace, shape (C,)."""
    shift, scatter, (a, b) = common
    rate = 1.0 / (1.0 + np.exp(-(_ODDS[None, :] + shift[:, None])))
    likelihood = cells.converted[:, None] * np.log(rate)
    cell, age = np.nonzero(cells.waiting)  # the leads of a month have few ages
    missed = np.maximum(1.0 - rate[cell] * known[cell, age, None], 1e-12)
    told, first = np.unique(cell, return_index=True)
    if told.size:
        likelihood[told] += np.add.reduceat(cells.waiting[cell, age, None] * np.log(missed), first, axis=0)
    by_month = np.zeros((cells.month.max() + 1, _ODDS.size))
    np.add.at(by_month, cells.month, likelihood)
    others = by_month[cells.month] - likelihood
    others += -a * np.logaddexp(0.0, -_ODDS) - b * np.logaddexp(0.0, _ODDS)
    level = _picked(others, rng)
    away = (_ODDS[None, :] - level[:, None]) / max(scatter, 1e-3)
    odds = _picked(likelihood - 0.5 * away**2, rng) + shift
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def _picked(log_posterior: FloatArray, rng: np.random.Generator) -> FloatArray:
    """One draw from each row's posterior on the grid of log-odds, spread within its cell."""
    weight = np.exp(log_posterior - log_posterior.max(axis=1, keepdims=True))
    summed = np.cumsum(weight, axis=1)
    wanted = rng.random(len(weight))[:, None] * summed[:, -1:]
    at = np.minimum((summed < wanted).sum(axis=1), _ODDS.size - 1)
    return np.asarray(_ODDS[at] + (rng.random(len(weight)) - 0.5) * (_ODDS[1] - _ODDS[0]))


def _logit(rate: FloatArray | float) -> FloatArray:
    value = np.clip(np.asarray(rate, dtype=np.float64), 1e-9, 1.0 - 1e-9)
    return np.asarray(np.log(value / (1.0 - value)))


@dataclass(frozen=True)
class HalfTime:
    """The age at which half of those who will convert have.

    Args:
        days: from the Kaplan-Meier curve; the running day counts half.
        lo: lower end of its 90 % interval.
        hi: upper end.
        events: conversions it rests on.
    """

    days: float
    lo: float
    hi: float
    events: int


def fit_half_time(events_by_lag: ArrayLike, waiting_by_age: ArrayLike, *, draws: int = 200) -> HalfTime:
    """Days until half of those who convert within the horizon have; young leads counted for what they show.

    Kaplan-Meier over everybody who entered, cut at the last day; the interval resamples leads (seeded).

    Args:
        events_by_lag: converters by whole days, shape (H + 1,): H is the horizon.
        waiting_by_age: others by whole days of age, shape (H + 1,); those older stand in the last cell.
        draws: resampled data sets.

    Raises:
        BadInput: when nobody converted.

    Source: Kaplan & Meier, JASA 53 (1958) 457-481; Efron, JASA 76 (1981) 312-319.
    """
    events = np.asarray(events_by_lag, dtype=np.float64)
    waiting = np.asarray(waiting_by_age, dtype=np.float64)
    if events.sum() <= 0:
        raise BadInput("nobody converted, so there is no time to convert: choose a longer period")
    both = np.concatenate([events, waiting])
    rng = np.random.default_rng(0)
    seen = np.flatnonzero(both)
    drawn = np.zeros((draws, both.size))
    drawn[:, seen] = rng.multinomial(int(both.sum()), both[seen] / both.sum(), size=draws)
    drawn = drawn[drawn[:, : events.size].sum(axis=1) > 0]
    found = _half_times(drawn[:, : events.size], drawn[:, events.size :])
    days = float(_half_times(events[None], waiting[None])[0])
    tail = (1.0 - LEVEL) / 2.0
    lo, hi = np.quantile(found, [tail, 1.0 - tail])
    return HalfTime(days, float(lo), float(hi), int(events.sum()))


def _half_times(events: FloatArray, waiting: FloatArray) -> FloatArray:
    """Where each row's cumulative incidence reaches half of its last value, within the day by share."""
    from_here = np.cumsum((events + waiting)[:, ::-1], axis=1)[:, ::-1]
    at_risk = np.maximum(from_here - waiting / 2.0, 1.0)
    reached = 1.0 - np.cumprod(1.0 - np.minimum(events / at_risk, 1.0), axis=1)
    half = reached[:, -1:] / 2.0
    day = (reached < half).sum(axis=1)
    rows = np.arange(len(day))
    before = np.where(day > 0, reached[rows, day - 1], 0.0)
    step = np.maximum(reached[rows, day] - before, 1e-12)
    return np.asarray(day + (half[:, 0] - before) / step)
