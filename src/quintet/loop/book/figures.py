"""The numbers of a quarter: what was signed, beside the quarter before, and whether chance explains it."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import Period
from quintet.facts.asking import FactsTables
from quintet.facts.metrics import METRICS, Metric
from quintet.loop.book.terms import Figure
from quintet.management.metrics.targets import currency_of
from quintet.stats.shares import wilson

F8 = npt.NDArray[np.float64]
_Z90 = 1.6448536269514722
_WEEK = 7
_KEYS = {"leads": "lead_id", "opportunities": "opportunity_id"}


@dataclass(frozen=True)
class Total:
    """A sum of single cases, and how far chance alone moves it.

    Args:
        value: the sum.
        n: cases.
        spread: standard deviation of such a sum.
    """

    value: float
    n: int
    spread: float

    @property
    def ends(self) -> tuple[float, float]:
        """Its 90 % interval; never below 0."""
        return max(self.value - _Z90 * self.spread, 0.0), self.value + _Z90 * self.spread


def figures(facts: FactsTables, period: Period, before: Period) -> tuple[Figure, ...]:
    """What the quarter brought.

    Counts and sums carry the range within which chance alone moves them: as far as the weeks of the quarter
    differ, and never less than if each case came by itself (a compound Poisson sum). Shares carry their
    Wilson interval. Below its first case a figure is left out.

    Args:
        facts: a published version.
        period: the quarter.
        before: the one before it.
    """
    currency = currency_of(facts)
    revenue = f"Recurring revenue signed, {currency or 'money'} a month"
    found = [
        _count(facts, "leads_worked", "Leads worked", "leads", (period, before)),
        _count(facts, "demos", "Demos held", "demos", (period, before)),
        _count(facts, "customers", "New customers", "customers", (period, before)),
        _sum(facts, METRICS["mrr_signed"], revenue, (period, before)),
        _share(facts, METRICS["win_rate"], "Opportunities closed that were won", (period, before)),
    ]
    return tuple(one for one in found if one)


def _count(
    facts: FactsTables, metric: str, name: str, of: str, periods: tuple[Period, Period]
) -> Figure | None:
    now, then = (_counted(facts, METRICS[metric], one) for one in periods)
    return _figure(name, of, (now, then)) if now.n else None


def _sum(facts: FactsTables, metric: Metric, name: str, periods: tuple[Period, Period]) -> Figure | None:
    now, then = (_summed(facts, metric, one) for one in periods)
    return _figure(name, "customers", (now, then)) if now.n else None


def _share(facts: FactsTables, metric: Metric, name: str, periods: tuple[Period, Period]) -> Figure | None:
    now, then = (_won_of(facts, metric, one) for one in periods)
    if not now[1]:
        return None
    lo, hi = wilson(*now)
    figure = Figure(name, f"{now[0] / now[1]:.1%}", f"{lo:.1%}", f"{hi:.1%}", now[1], "opportunities closed")
    if not then[1]:
        return figure
    return Figure(
        *(figure.name, figure.value, figure.lo, figure.hi, figure.n, figure.of),
        before=f"{then[0] / then[1]:.1%}",
        says=_said(_share_z(now, then)),
    )


def _figure(name: str, of: str, totals: tuple[Total, Total]) -> Figure:
    now, then = totals
    lo, hi = (f"{end:,.0f}" for end in now.ends)
    value = f"{now.value:,.0f}"
    if not then.n:
        return Figure(name, value, lo, hi, now.n, of)
    apart = (now.value - then.value) / math.hypot(now.spread, then.spread)
    return Figure(name, value, lo, hi, now.n, of, f"{then.value:,.0f}", _said(apart))


def _counted(facts: FactsTables, metric: Metric, period: Period) -> Total:
    days = _column(facts, metric, period, metric.at)
    return total_of(np.ones(len(days)), days, period)


def _summed(facts: FactsTables, metric: Metric, period: Period) -> Total:
    values = np.nan_to_num(_column(facts, metric, period, "mrr").astype(np.float64))
    return total_of(values, _column(facts, metric, period, metric.at), period)


def total_of(values: F8, at: npt.NDArray[np.datetime64], period: Period) -> Total:
    """The sum of a period's cases, with the spread of a sum whose weeks differ as these do.

    Args:
        values: [n] what each case adds.
        at: [n] when it came, inside the period.
        period: which.
    """
    weeks = period.days / _WEEK
    place = (at.astype("datetime64[D]") - np.datetime64(period.start)).astype(np.int64) // _WEEK
    by_week = np.bincount(place, values, minlength=int(weeks))[: int(weeks)]
    alone = float((values**2).sum())
    uneven = float(by_week.var(ddof=1)) * weeks if len(by_week) > 1 else 0.0
    return Total(float(values.sum()), len(values), math.sqrt(max(alone, uneven)))


def _won_of(facts: FactsTables, metric: Metric, period: Period) -> tuple[int, int]:
    table = _within(facts.table(metric.grain), metric.at, period)
    base = metric.base(table) if metric.base else table
    rows = facts.arrow(base.select("is_won")).column("is_won").to_pylist()
    return sum(bool(one) for one in rows), len(rows)


def _column(facts: FactsTables, metric: Metric, period: Period, column: str) -> npt.NDArray[Any]:
    """A column of the rows a metric counts in a period, in one order for all columns."""
    table = metric.records(_within(facts.table(metric.grain), metric.at, period)).order_by(
        [metric.at, _KEYS[metric.grain]]
    )
    return facts.arrow(table.select(told=table[column])).column("told").to_numpy()


def _within(table: ir.Table, at: str, period: Period) -> ir.Table:
    return table.filter(table[at] >= period.start, table[at] < period.last_day + timedelta(days=1))


def _share_z(now: tuple[int, int], then: tuple[int, int]) -> float:
    """Two shares apart, in standard errors of their difference when both are one."""
    together = (now[0] + then[0]) / (now[1] + then[1])
    error = math.sqrt(together * (1 - together) * (1 / now[1] + 1 / then[1]))
    return (now[0] / now[1] - then[0] / then[1]) / error if error else 0.0


def _said(apart: float) -> str:
    if abs(apart) < _Z90:
        return "no more than chance"
    return "up" if apart > 0 else "down"
