"""The quota of a period, from those of its months."""

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, day_number

#: A quota goes on for so many months in which none was set.
CARRIED_MONTHS = 3
_RECORDED = 0.5


def measures_of(history: History) -> tuple[str, ...]:
    """What this company's forecast counts, the quota's first: MRR where it is recorded, else value."""
    won = history.deals.is_won
    found = [
        name
        for name in ("mrr", "amount")
        if won.any() and float(np.mean(np.isfinite(getattr(history.deals, name)[won]))) >= _RECORDED
    ]
    return (*found, "customers")


def quota_of(
    history: History, period: Period, reps: frozenset[int] | None, calendar: FiscalCalendar
) -> tuple[float | None, bool]:
    """The quota of some reps, everybody's when left out; and whether it is carried on for a month or more.

    A rep without a quota in a month has his newest one of the three months before; one who left has none.
    """
    quotas = history.quotas
    months = [day_number(one.start) for one in calendar.range(period.start, period.end, Grain.MONTH)]
    total, is_carried, is_set = 0.0, False, False
    for rep in np.unique(quotas.rep).tolist():
        if reps is not None and rep not in reps:
            continue
        mine = quotas.rep == rep
        for month in months:
            if history.left.get(rep, month + 1) <= month:
                continue
            value, carried = _in_month(quotas.month[mine], quotas.quota[mine], month)
            if value is not None:
                total, is_set, is_carried = total + value, True, is_carried or carried
    return (total if is_set else None), is_carried


def _in_month(months: F8, quota: F8, month: int) -> tuple[float | None, bool]:
    own = np.flatnonzero(months == month)
    if len(own):
        return float(quota[own[0]]), False
    before = np.flatnonzero((months < month) & (months >= month - 31 * CARRIED_MONTHS - 1))
    return (float(quota[before[-1]]), True) if len(before) else (None, False)
