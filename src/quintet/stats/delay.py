"""How long conversions take: what share of those who will convert has done so by a given age."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]

MIN_EVENTS = 20
MIN_AT_RISK = 30
_THIN_SHARE = 0.05
_LATE_PART = 0.8
_LATE_SHARE = 0.05
_LATE_EVENTS = 3
#: A curve that rests on fewer dated conversions than this is drawn several times, to show how sure it is.
FEW_EVENTS = 100
#: Curves drawn then.
DRAWN = 10


@dataclass(frozen=True, eq=False)
class DelayCurve:
    """The share of eventual converters who have converted by each age.

    Args:
        share: share[t] of those who convert within `horizon_days` have done so by the end of day t, 0..1.
        horizon_days: the oldest age the data can speak about; rates mean "within this many days".
        events: dated conversions the curve rests on.
        still_rising: conversions were still coming in at the horizon, so rates will grow further.
        is_fitted: False when there were too few events; then nothing is corrected.
        reason: why it is not fitted, or what to keep in mind; empty when there is nothing.
        counts: what it was fitted to: converted by lag and not converted by age, in days.
    """

    share: FloatArray
    horizon_days: int
    events: int
    still_rising: bool
    is_fitted: bool
    reason: str = ""
    counts: tuple[FloatArray, FloatArray] = field(default=(np.zeros(0), np.zeros(0)), repr=False)

    def known_by(self, age_days: ArrayLike) -> FloatArray:
        """The share of its eventual outcome a lead of that age has shown; the running day counts half.

        Args:
            age_days: whole days since the lead entered the stage, 0 or more.
        """
        return _known_by(self.share, age_days)

    def drawn_by(self, age_days: ArrayLike) -> FloatArray:
        """The same by each of ten curves that are as likely, where few conversions leave the curve in doubt.

        Args:
            age_days: whole days since the lead entered the stage, shape (K,).

        Returns:
            Shape (10, K); shape (1, K), the curve itself, from 100 dated conversions on and where it is not
            fitted.
        """
        is_sure = not self.is_fitted or self.events >= FEW_EVENTS
        return _known_by(self.share[None, :] if is_sure else self._drawn, age_days)

    @cached_property
    def _drawn(self) -> FloatArray:
        """Curves from leads that each weigh as a unit exponential, up to the same horizon.

        Source: Rubin, The Bayesian bootstrap, Annals of Statistics 9 (1981) 130-134.
        """
        rng = np.random.default_rng(0)
        found = []
        for _ in range(DRAWN):
            incidence, _at_risk = _incidence(*(rng.standard_gamma(count) for count in self.counts))
            found.append(incidence[: self.horizon_days + 1])
        shares = np.stack(found)
        return np.asarray(shares / shares[:, -1:])

    def days_until(self, share: float) -> int:
        """The age in days by which that share of eventual converters has converted."""
        return int(np.searchsorted(self.share, min(share, 1.0) - 1e-12))


def fit_delay(
    converted_by_lag: ArrayLike,
    unconverted_by_age: ArrayLike,
    *,
    undated: int = 0,
    min_events: int = MIN_EVENTS,
    min_at_risk: int = MIN_AT_RISK,
) -> DelayCurve:
    """How long conversions take here, fair to leads that entered only lately.

    Everybody who entered is at risk until conversion or until today; a lead that was given up is
    followed to today like the others, because giving up is not an outcome we may condition on. The
    running day of a lead counts half. The curve ends where too few leads are old enough to speak.

    Args:
        converted_by_lag: count of converters by whole days from entering to converting; callers put
            conversions dated before the entry at lag 0.
        unconverted_by_age: count of leads not (yet) converted by whole days since entering.
        undated: conversions without a usable date; they count as converted but shape no curve.
        min_events: dated conversions below which no curve is fitted.
        min_at_risk: the curve ends where fewer leads than this are still followed.

    Raises:
        BadInput: when a count is negative.

    Source: cumulative incidence with actuarial censoring (Kalbfleisch & Prentice, 2nd ed., section 1.4);
        docs/formulas/management.md#young-cohorts
    """
    events = np.atleast_1d(np.asarray(converted_by_lag, dtype=np.float64))
    waiting = np.atleast_1d(np.asarray(unconverted_by_age, dtype=np.float64))
    _require_counts(events, waiting)
    found = int(events.sum())
    if found < min_events:
        return _unfitted(found, undated, min_events)
    incidence, at_risk = _incidence(events, waiting)
    thin = max(float(min_at_risk), _THIN_SHARE * (events.sum() + waiting.sum()))
    horizon = max(int(np.sum(at_risk >= thin)) - 1, 0)
    if incidence[horizon] <= 0.0:
        return _unfitted(0, undated, min_events)
    share = incidence[: horizon + 1] / incidence[horizon]
    reason = f"{undated} conversions carry no date" if undated else ""
    rising = _is_rising(share, events)
    return DelayCurve(share, horizon, found, rising, is_fitted=True, reason=reason, counts=(events, waiting))


def _known_by(share: FloatArray, age_days: ArrayLike) -> FloatArray:
    """Each curve of shares (the last axis) at some ages."""
    age = np.clip(np.asarray(age_days, dtype=np.int64), 0, share.shape[-1])
    end = (*share.shape[:-1], 1)
    padded = np.concatenate([np.zeros(end), share, np.ones(end)], axis=-1)
    return np.asarray((padded[..., age] + padded[..., age + 1]) / 2.0)


def _require_counts(events: FloatArray, waiting: FloatArray) -> None:
    if min(events.min(initial=0.0), waiting.min(initial=0.0)) < 0:
        raise BadInput("counts by day must be 0 or more: put conversions dated before the entry at lag 0")


def _incidence(events: FloatArray, waiting: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cumulative incidence and number at risk by day, on a common grid of days."""
    days = max(events.size, waiting.size)
    events = np.pad(events, (0, days - events.size))
    waiting = np.pad(waiting, (0, days - waiting.size))
    from_here = np.cumsum((events + waiting)[::-1])[::-1]
    at_risk = from_here - waiting / 2.0
    hazard = np.divide(events, at_risk, out=np.zeros(days), where=at_risk > 0)
    return np.asarray(1.0 - np.cumprod(1.0 - np.minimum(hazard, 1.0))), at_risk


def _is_rising(share: FloatArray, events: FloatArray) -> bool:
    """Did more than 5 % of the conversions seen come in the last fifth of the horizon?"""
    late_from = int(_LATE_PART * (share.size - 1))
    late = events[late_from + 1 : share.size].sum()
    return bool(1.0 - share[late_from] > _LATE_SHARE and late >= _LATE_EVENTS)


def _unfitted(events: int, undated: int, needed: int) -> DelayCurve:
    reason = f"only {events} dated conversions of {needed} needed to learn how long they take"
    if undated:
        reason += f"; {undated} carry no date"
    return DelayCurve(np.ones(1), 0, events, still_rising=False, is_fitted=False, reason=reason)
