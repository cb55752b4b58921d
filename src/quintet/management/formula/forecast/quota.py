"""The quota of a period, from those of its months."""

from collections import defaultdict

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import day_number

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
    """The quota of some reps, everybody's when left out; and whether it is carried on for a month or more."""
    return quota_sum(quotas_by_rep(history, period, calendar), reps)


def quotas_by_rep(
    history: History, period: Period, calendar: FiscalCalendar
) -> dict[int, tuple[float, bool]]:
    """Each rep's quota of a period, and whether it is carried on for a month or more; of those who have one.

    A rep without a quota in a month has his newest one of the three months before; one who left has none.
    """
    set_ones: dict[int, dict[int, float]] = defaultdict(dict)
    quotas = history.quotas
    for rep, month, quota in zip(
        quotas.rep.tolist(), quotas.month.tolist(), quotas.quota.tolist(), strict=True
    ):
        set_ones[rep][month] = quota
    months = [day_number(one.start) for one in calendar.range(period.start, period.end, Grain.MONTH)]
    found = {}
    for rep, told in set_ones.items():
        here = [month for month in months if history.left.get(rep, month + 1) > month]
        known = [one for one in (_in_month(told, month) for month in here) if one is not None]
        if known:
            found[rep] = sum(value for value, _ in known), any(carried for _, carried in known)
    return found


def quota_sum(told: dict[int, tuple[float, bool]], reps: frozenset[int] | None) -> tuple[float | None, bool]:
    """The quotas of some reps together, everybody's when left out; None where none has one."""
    mine = [told[rep] for rep in (told if reps is None else reps) if rep in told]
    if not mine:
        return None, False
    return sum(value for value, _ in mine), any(carried for _, carried in mine)


def _in_month(told: dict[int, float], month: int) -> tuple[float, bool] | None:
    if month in told:
        return told[month], False
    before = [one for one in told if month - 31 * CARRIED_MONTHS - 1 <= one < month]
    return (told[max(before)], True) if before else None
