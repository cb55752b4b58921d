"""The rules a forecast must beat: stage x probability, last period, and pipeline over a multiple."""

from dataclasses import dataclass

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Period
from quintet.management.formula.forecast.sizes import fit_sizes
from quintet.management.formula.forecast.stays import OPEN, WON, stays_of
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, day_number

STARTING_MULTIPLE = 4.0
FEWEST_PERIODS = 2
_MOST_PERIODS = 8


@dataclass(frozen=True)
class Rule:
    """What a rule says a period will bring.

    Args:
        name: of the rule.
        values: one number, or several equally likely ones.
    """

    name: str
    values: tuple[float, ...]


def rules(
    history: History, period: Period, day: int, measure: str, calendar: FiscalCalendar
) -> tuple[Rule, ...]:
    """Every rule's forecast of a period, of what was known at the start of a day; what is booked counts.

    Args:
        history: what was known then.
        period: to be forecast.
        day: a day of it.
        measure: amount, mrr or customers.
        calendar: names the periods before.
    """
    booked = signed(history, day_number(period.start), day, measure)
    worth, eventual, timed = _pipeline(history, day, day_number(period.end) - day, measure)
    pipeline = float(worth.sum())
    before = _before(history, period, calendar)
    signed_before = tuple(signed(history, *_span(one), measure) for one in before)
    last = signed_before[:1] or (booked,)
    multiple = _own_multiple(history, period, day, measure, before)
    return (
        Rule("stage x probability", (booked + float(worth @ eventual),)),
        Rule("stage x probability of this stretch", (booked + float(worth @ timed),)),
        Rule("last period", last),
        Rule("periods so far", signed_before or (booked,)),
        Rule("pipeline / 4", (booked + pipeline / STARTING_MULTIPLE,)),
        Rule("pipeline / own multiple", (booked + pipeline / multiple,)),
    )


def signed(
    history: History, since: int, until: int, measure: str, reps: frozenset[int] | None = None
) -> float:
    """What was won between two days, the second left out."""
    deals = history.deals
    won = deals.is_won & (deals.closed >= since) & (deals.closed < until)
    if reps is not None:
        won &= np.isin(deals.rep, np.asarray(sorted(reps), dtype=np.int64))
    return float(won.sum()) if measure == "customers" else float(np.nansum(getattr(deals, measure)[won]))


def signed_by_rep(history: History, since: int, until: int, measure: str) -> dict[int, float]:
    """The same of each rep who won anything."""
    deals = history.deals
    rows = np.flatnonzero(deals.is_won & (deals.closed >= since) & (deals.closed < until))
    reps, place = np.unique(deals.rep[rows], return_inverse=True)
    values = np.ones(len(rows)) if measure == "customers" else np.nan_to_num(getattr(deals, measure)[rows])
    sums = np.bincount(place, values, len(reps))
    return dict(zip(reps.tolist(), sums.tolist(), strict=True))


def worth_of(history: History, measure: str) -> F8:
    """[n] what each deal would bring: what is known of it, else the mean of won deals of its kind."""
    if measure == "customers":
        return np.ones(len(history.deals.ids))
    amount, mrr = fit_sizes(history).typical()
    known = getattr(history.deals, measure)
    return np.where(np.isfinite(known), known, amount if measure == "amount" else mrr)


def _pipeline(history: History, day: int, ahead: int, measure: str) -> tuple[F8, F8, F8]:
    """Of each open deal: its worth, its stage's win rate, and its stage's rate of winning in so many days."""
    stays = stays_of(history)
    deals = history.deals
    rows = np.flatnonzero(stays.to == OPEN)
    place, state = stays.deal[rows], stays.state[rows]
    closed = np.flatnonzero(deals.closed[stays.deal] >= 0)
    won = deals.is_won[stays.deal[closed]].astype(float)
    tried = np.bincount(stays.state[closed], minlength=stays.states).astype(float)
    rate = np.bincount(stays.state[closed], won, stays.states) / np.maximum(tried, 1)
    days = stays.exposure(stays.since, day).sum(axis=1)
    at_risk = np.bincount(stays.state, days, stays.states)
    wins = np.bincount(stays.state[stays.to == WON], minlength=stays.states)
    timed = 1 - (1 - wins / np.maximum(at_risk, 1)) ** ahead
    return worth_of(history, measure)[place], rate[state], timed[state]


def _before(history: History, period: Period, calendar: FiscalCalendar) -> list[Period]:
    """The whole periods before, newest first."""
    shut = history.deals.closed[history.deals.closed >= 0]
    first = int(shut.min()) if len(shut) else history.newest
    found: list[Period] = []
    while len(found) < _MOST_PERIODS:
        period = calendar.previous(period)
        if day_number(period.start) < first:
            break
        found.append(period)
    return found


def _own_multiple(history: History, period: Period, day: int, measure: str, before: list[Period]) -> float:
    """Pipeline at the same day of each period before, over what the rest of it then brought; 4 until two."""
    gone = day - day_number(period.start)
    pipelines, brought = 0.0, 0.0
    if len(before) < FEWEST_PERIODS:
        return STARTING_MULTIPLE
    for one in before:
        start, end = day_number(one.start) + gone, day_number(one.end)
        then = history.on(min(start, end))
        pipelines += (
            float(worth_of(then, measure)[then.deals.is_open].sum()) if then.deals.is_won.any() else 0.0
        )
        brought += signed(history, start, end, measure)
    return pipelines / brought if brought > 0 and pipelines > 0 else STARTING_MULTIPLE


def _span(period: Period) -> tuple[int, int]:
    return day_number(period.start), day_number(period.end)
