"""Which leads a score may learn from, and which of them became customers in time."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from quintet.demand.terms.examples import B1, F8, Examples
from quintet.demand.terms.score import Ground, Target
from quintet.stats.delay import DelayCurve, fit_delay

HORIZON_SHARE = 0.95
MOST_DISCARDED = 0.5
UNDATED = "The leads carry no dates: all are taken as old enough, and nothing is validated in time order."
NO_DELAY = "Too few dated sales to learn how long a sale takes: all leads are taken as old enough."
IN_PART = (
    "More than half of the leads are too young: they count for as much of their outcome as they have shown."
)


@dataclass(frozen=True, eq=False)
class _Maturity:
    curve: DelayCurve | None
    horizon_days: int | None
    warning: str


def fit_target(examples: Examples, horizon_days: int | None = None) -> Target:
    """Which leads were worked and are old enough, and who of them bought within the horizon.

    The horizon is the age by which 95 % of those who buy have bought, learned fair to young leads. Leads
    younger than it are left out, bought or not; where that would discard more than half they are kept and
    count for the share of their outcome they have shown. A lead nobody worked is not a lost one: left out.

    Args:
        examples: all leads.
        horizon_days: the horizon, where it was settled before; learned when left out.

    Returns:
        The target; `ground.customers` counts customers within the horizon among the leads taken.

    Source: docs/formulas/demand/score.md#target
    """
    worked = examples.is_worked | examples.is_won
    found = _maturity(examples, worked)
    if horizon_days is not None and found.horizon_days is not None:
        found = replace(found, horizon_days=horizon_days)
    if found.curve is None or found.horizon_days is None:
        return _target(examples, worked, found, np.ones(len(examples)))
    shown = np.minimum(found.curve.known_by(np.floor(np.nan_to_num(examples.observed_days))), 1.0)
    shown /= max(float(found.curve.share[min(found.horizon_days, found.curve.share.size - 1)]), 1e-9)
    is_old = examples.observed_days >= found.horizon_days
    return _target(examples, worked, found, np.where(is_old, 1.0, np.clip(shown, 0.0, 1.0)))


def later_target(examples: Examples, horizon_days: int | None) -> Target:
    """The outcome of later leads by the horizon of a score: only those worked and old enough."""
    worked = examples.is_worked | examples.is_won
    if horizon_days is None or np.isnan(examples.observed_days).all():
        return _target(examples, worked, _Maturity(None, None, ""), np.ones(len(examples)))
    old = (examples.observed_days >= horizon_days).astype(np.float64)
    return _target(examples, worked, _Maturity(None, horizon_days, ""), old, keep_young=False)


def _maturity(examples: Examples, worked: B1) -> _Maturity:
    if np.isnan(examples.observed_days).all():
        return _Maturity(None, None, UNDATED if len(examples) else "")
    won = worked & examples.is_won
    lag = np.clip(examples.won_days[won], 0, None).astype(np.int64)
    age = np.clip(np.nan_to_num(examples.observed_days[worked & ~won]), 0, None).astype(np.int64)
    curve = fit_delay(np.bincount(lag, minlength=1), np.bincount(age, minlength=1))
    if not curve.is_fitted:
        return _Maturity(None, None, NO_DELAY)
    rising = "Sales were still coming in at the oldest age seen; later ones are not counted."
    return _Maturity(curve, max(curve.days_until(HORIZON_SHARE), 1), rising if curve.still_rising else "")


def _target(
    examples: Examples, worked: B1, found: _Maturity, known: F8, *, keep_young: bool | None = None
) -> Target:
    horizon = found.horizon_days
    young = worked & (known < 1.0)
    if keep_young is None:
        keep_young = bool(young.sum() > MOST_DISCARDED * max(worked.sum(), 1))
    taken = worked & ((known > 0.0) if keep_young else ~young)
    limit = np.inf if horizon is None else horizon
    won = taken & examples.is_won & (np.nan_to_num(examples.won_days, nan=np.inf) <= limit)
    dated = not np.isnat(examples.until)
    ground = Ground(
        offered=len(examples),
        unworked=int((~worked).sum()),
        young=int(young.sum()),
        leads=int(taken.sum()),
        customers=int(won.sum()),
        horizon_days=horizon,
        young_count_in_part=keep_young,
        first=_day(examples.handed_at[0]) if dated and len(examples) else None,
        until=_day(examples.until) if dated else None,
    )
    told = (found.warning, IN_PART if keep_young else "")
    return Target(taken, won, known, ground, tuple(one for one in told if one))


def _day(instant: np.datetime64) -> date:
    return date.fromisoformat(str(instant.astype("datetime64[D]")))
