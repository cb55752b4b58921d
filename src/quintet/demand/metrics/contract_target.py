"""What marketing's target is derived from, read from the facts."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from quintet.demand.formula.targets import PointsBand, Sample, TargetInputs
from quintet.demand.terms.contract import HandOvers
from quintet.demand.terms.examples import B1, F8
from quintet.facts.published import Facts

_DAY = np.timedelta64(86_400_000_000, "us")
_YEAR = 365
_SHARE_WON = 0.95
_SHORTEST, _LONGEST = 14, 365
_FEWEST_SALES = 20
_RAMP = timedelta(days=122)
_MONTHS = 6
_BANDS = 4


def read_target(facts: Facts, found: HandOvers, as_of: datetime) -> TargetInputs:
    """Counts and means of the facts; of the last year's sales, and of leads old enough to tell.

    Args:
        facts: a published version.
        found: every hand-over; judged by the newest version, whatever held on its day.
        as_of: newest instant known; UTC without a zone.
    """
    leads = _leads(facts, found)
    now = np.datetime64(as_of, "us")
    won_days = (leads["won_at"] - found.handed_at) / _DAY
    horizon = _horizon(won_days)
    old = found.handed_at <= now - np.timedelta64(horizon, "D")
    points = found.worth[:, -1]
    is_ready: B1 = ~np.isnan(points)
    chosen = is_ready & old & (found.handed_at > now - np.timedelta64(horizon + _YEAR, "D"))
    won = chosen & (won_days <= horizon)
    quota, month, reps = _quota(facts)
    unit, worth = _worth(leads, now)
    full_month, rep_months = _full_month(facts, as_of)
    return TargetInputs(
        quota=quota,
        quota_month=month,
        quota_reps=reps,
        unit=unit,
        value=_sample(worth),
        leads=int(chosen.sum()),
        customers=int(won.sum()),
        demos=int((chosen & ~np.isnat(leads["demo_at"])).sum()),
        horizon_days=horizon,
        points=_sample(points[chosen if chosen.any() else is_ready]),
        bands=_bands(points[chosen], won[chosen]),
        full_month=full_month,
        rep_months=rep_months,
        ramped=_ramped(facts, as_of),
    )


def _leads(facts: Facts, found: HandOvers) -> dict[str, np.ndarray]:
    """Columns of the leads, in the order of the hand-overs."""
    leads = facts.table("leads")
    told = facts.arrow(leads.select("lead_id", "won_at", "demo_at", "mrr", "amount", "currency"))
    ids = told["lead_id"].to_numpy()
    order = np.argsort(ids)
    at = order[np.searchsorted(ids, found.lead_ids, sorter=order)]
    instants = {
        name: told[name].cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")[at]
        for name in ("won_at", "demo_at")
    }
    money = {name: told[name].to_numpy()[at].astype(float) for name in ("mrr", "amount")}
    return instants | money | {"currency": np.array(told["currency"].to_pylist(), dtype=object)[at]}


def _horizon(won_days: F8) -> int:
    """Days in which 95 % of the sales came; 90 while there are few."""
    known = won_days[~np.isnan(won_days)]
    if len(known) < _FEWEST_SALES:
        return 90
    return int(np.clip(np.ceil(np.quantile(np.maximum(known, 0), _SHARE_WON)), _SHORTEST, _LONGEST))


def _worth(leads: dict[str, np.ndarray], now: np.datetime64) -> tuple[str, F8]:
    """What the customers of the newest year brought, in the currency most of them have."""
    recent: B1 = leads["won_at"] > now - np.timedelta64(_YEAR, "D")
    column = "mrr" if np.any(~np.isnan(leads["mrr"][recent])) else "amount"
    known = recent & ~np.isnan(leads[column])
    names, counts = np.unique([str(one or "") for one in leads["currency"][known]], return_counts=True)
    unit = str(names[np.argmax(counts)]) if len(names) else ""
    own = known & np.array([str(one or "") == unit for one in leads["currency"]], dtype=bool)
    return unit, leads[column][own]


def _sample(values: F8) -> Sample | None:
    if not len(values):
        return None
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float(values.mean())
    return Sample(float(values.mean()), error, len(values))


def _bands(points: F8, won: B1) -> tuple[PointsBand, ...]:
    """Leads by quarters of their points."""
    if not len(points):
        return ()
    edges = np.unique(np.quantile(points, np.linspace(0, 1, _BANDS + 1)[:-1], method="higher"))
    band = np.searchsorted(edges, points, side="right") - 1
    return tuple(
        PointsBand(float(points[own].min()), float(points[own].max()), int(own.sum()), int((won & own).sum()))
        for own in (band == at for at in range(len(edges)))
    )


def _quota(facts: Facts) -> tuple[float | None, str, int]:
    """The sum of the quotas of the newest month that has any."""
    months = facts.table("rep_months")
    set_ones = months.filter(months.quota.notnull())
    told = facts.arrow(
        set_ones.group_by("month").agg(quota=set_ones.quota.sum(), reps=set_ones.rep_id.count())
    )
    if not told.num_rows:
        return None, "", 0
    newest = max(told.to_pylist(), key=lambda row: row["month"])
    return float(newest["quota"]), f"{newest['month']:%Y-%m}", int(newest["reps"])


def _reps(facts: Facts) -> list[dict[str, Any]]:
    reps = facts.table("reps")
    return facts.arrow(reps.filter(reps.valid_to.isnull())).to_pylist()


def _full_month(facts: Facts, as_of: datetime) -> tuple[float | None, int]:
    """The upper quartile of the leads a ramped rep worked in a month, over the last six whole months."""
    joined = {row["rep_id"]: row["joined_on"] for row in _reps(facts) if row["role"] in (None, "rep")}
    last = as_of.date().replace(day=1)
    first = last - timedelta(days=31 * _MONTHS)
    months = facts.table("rep_months")
    told = facts.arrow(months.filter((months.month >= first) & (months.month < last))).to_pylist()
    worked = [
        row["worked"]
        for row in told
        if row["rep_id"] in joined
        and (joined[row["rep_id"]] is None or joined[row["rep_id"]] <= row["month"] - _RAMP)
    ]
    return (float(np.quantile(worked, 0.75)), len(worked)) if worked else (None, 0)


def _ramped(facts: Facts, as_of: datetime) -> int:
    day = as_of.date()
    return sum(
        row["role"] in (None, "rep")
        and (row["left_on"] is None or row["left_on"] > day)
        and (row["joined_on"] is None or row["joined_on"] <= day - _RAMP)
        for row in _reps(facts)
    )
