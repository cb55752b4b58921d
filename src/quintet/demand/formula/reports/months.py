"""What the leads of each month will have come to, with the young months forecast."""

from datetime import date
from typing import cast

import numpy as np

from quintet.demand.formula.reports.clocks import Clock
from quintet.demand.metrics.reports import B1, I8, ReportLeads
from quintet.demand.terms.reports import WITHIN_DAYS, CohortMonth
from quintet.stats.cohorts import Cells, Forecast, fit_paces, forecast_cohorts

MOST_SOURCES = 8
FEWEST_MONTHS = 2


def months_of(leads: ReportLeads, clock: Clock, chosen: B1) -> tuple[CohortMonth, ...]:
    """Of each month's leads, how many were won within 90 days; forecast with an interval while young.

    Args:
        leads: all leads.
        clock: of won within 90 days.
        chosen: [n] which count.

    Returns:
        Oldest first; empty where too little is known of how long it takes, or for fewer than two months.
    """
    found = source_months(leads, clock, chosen)
    if found is None:
        return ()
    months, cells, forecast = found
    rows = []
    for number, month in enumerate(months):
        mine = cells.month == number
        total = forecast.drawn[mine].sum(axis=0)
        waits = cells.waiting[mine][:, : WITHIN_DAYS + 1].sum() > 0
        lo, hi = np.quantile(total, [0.05, 0.95])
        n = int(cells.converted[mine].sum() + cells.waiting[mine].sum())
        won = int(cells.converted[mine].sum())
        rows.append(
            CohortMonth(
                month, n, won, float(total.mean()), float(np.floor(lo)), float(np.ceil(hi)), bool(waits)
            )
        )
    return tuple(rows)


def source_months(
    leads: ReportLeads, clock: Clock, chosen: B1
) -> tuple[tuple[date, ...], Cells, Forecast] | None:
    """Cohorts by month and source with their forecast; None where it cannot be made."""
    at = np.flatnonzero(chosen)
    months, month = np.unique(leads.since[at].astype("datetime64[M]"), return_inverse=True)
    if not clock.curve.is_fitted or len(months) < FEWEST_MONTHS:
        return None
    kind = _kinds(leads.words["source"].codes[at])
    pair = month * (kind.max() + 1) + kind
    seen, cell = np.unique(pair, return_inverse=True)
    hit = clock.is_converted[at]
    oldest = clock.horizon_days + 1
    age = np.minimum(np.floor(clock.age_days[at]), oldest).astype(np.int64)
    waiting = np.zeros((len(seen), max(oldest, WITHIN_DAYS + 1) + 1))
    np.add.at(waiting, (cell[~hit], age[~hit]), 1.0)
    cells = Cells(
        seen // (kind.max() + 1),
        seen % (kind.max() + 1),
        np.bincount(cell, hit, len(seen)).astype(np.float64),
        waiting,
    )
    lag = np.minimum(clock.lag_days[at][hit], clock.horizon_days)
    paces = fit_paces(clock.curve, month[hit], lag, np.maximum(age[hit], lag), len(months))
    days = tuple(cast("date", one.astype("datetime64[D]").item()) for one in months)
    return days, cells, forecast_cohorts(cells, clock.curve, paces)


def _kinds(codes: I8) -> I8:
    """The largest sources each on its own, the others together, numbered without gaps."""
    n = np.bincount(codes + 1)
    order = np.argsort(-n, kind="stable")
    place = np.full(n.size, min(MOST_SOURCES, n.size - 1), dtype=np.int64)
    place[order[:MOST_SOURCES]] = np.arange(min(MOST_SOURCES, n.size))
    return np.unique(place[codes + 1], return_inverse=True)[1]
