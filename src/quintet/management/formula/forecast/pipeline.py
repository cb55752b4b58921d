"""Pipeline over what is left of the quota, owner by owner, today and day by day."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.kernel.errors import NotEnoughData
from quintet.management.formula.coverage import LARGEST, STARTING_MULTIPLE, Multiple, needed_multiple
from quintet.management.formula.forecast.baselines import signed_by_rep, worth_of
from quintet.management.formula.forecast.outlook import Outlook, fit_pace, outlook
from quintet.management.formula.forecast.quota import measures_of, quota_sum, quotas_by_rep
from quintet.management.formula.forecast.sizes import fit_sizes
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, day_number, day_of
from quintet.management.terms.forecast_answer import CoverageRow
from quintet.stats.calibration import wilson

#: Days of history, the newest last.
DAYS = 91
_MOST_SIZES = 2_000


@dataclass(frozen=True, eq=False)
class Pipeline:
    """The open deals of a day and what is left to reach in its quarter, by rep.

    Args:
        history: what was known.
        worth: of the open deals.
        deals: how many.
        signed: in the quarter so far.
        quotas: of the quarter, and whether carried on.
    """

    history: History
    worth: dict[int, float]
    deals: dict[int, int]
    signed: dict[int, float]
    quotas: dict[int, tuple[float, bool]]

    def left(self, reps: frozenset[int] | None) -> tuple[float | None, bool]:
        """What is left of some reps' quota, everybody's when left out; and whether it is carried on."""
        quota, is_carried = quota_sum(self.quotas, reps)
        return (None if quota is None else quota - summed(self.signed, reps)), is_carried

    def coverage(self, reps: frozenset[int] | None) -> float | None:
        """Pipeline over what is left; None without a quota, or where it is reached."""
        left, _ = self.left(reps)
        return None if left is None or left <= 0 else summed(self.worth, reps) / left


Group = tuple[str, str, frozenset[int] | None]


def coverage_rows(
    history: History, day: int, calendar: FiscalCalendar
) -> tuple[tuple[CoverageRow, ...], tuple[int, ...]]:
    """Coverage of the quarter for the company, each team and each rep; and the days of its course.

    Args:
        history: as it is now.
        day: number of the first day that is not known.
        calendar: the company's fiscal calendar.
    """
    measure = measures_of(history)[0]
    now = pipeline_on(history, day, measure, calendar)
    groups = _groups(now)
    days = tuple(range(day - DAYS + 1, day + 1))
    course = [_coverages(pipeline_on(history, one, measure, calendar), groups) for one in days]
    chances = _chances(history, day, calendar)
    rows = [
        _row(now, group, measure, chances, tuple(one[place] for one in course))
        for place, group in enumerate(groups)
    ]
    return tuple(rows), days


def pipeline_on(history: History, day: int, measure: str, calendar: FiscalCalendar) -> Pipeline:
    """The open deals at the start of a day; none before the first won deal, as nobody knows their worth."""
    then, quarter = history.on(day), calendar.containing(day_of(day), Grain.QUARTER)
    rows = np.flatnonzero(then.deals.is_open) if then.deals.is_won.any() else np.zeros(0, dtype=np.int64)
    worth = worth_of(then, measure)[rows] if len(rows) else np.zeros(0)
    reps, place = np.unique(then.deals.rep[rows], return_inverse=True)
    return Pipeline(
        then,
        dict(zip(reps.tolist(), np.bincount(place, worth, len(reps)).tolist(), strict=True)),
        dict(zip(reps.tolist(), np.bincount(place, minlength=len(reps)).tolist(), strict=True)),
        signed_by_rep(then, day_number(quarter.start), day, measure),
        quotas_by_rep(then, quarter, calendar),
    )


def summed(told: Mapping[int, float], reps: frozenset[int] | None) -> float:
    """Of some reps together; of everybody when left out."""
    return float(sum(told.values()) if reps is None else sum(told.get(rep, 0) for rep in reps))


def _groups(now: Pipeline) -> list[Group]:
    history = now.history
    owners = set(now.worth) | set(now.quotas)
    reps = sorted(owners & set(history.names) - set(history.left), key=lambda rep: history.names[rep])
    found: list[Group] = [("company", "Everybody", None)]
    found += [(f"team:{manager}", name, members) for manager, (name, members) in history.teams.items()]
    return found + [(f"rep:{rep}", history.names[rep], frozenset({rep})) for rep in reps]


def _coverages(then: Pipeline, groups: list[Group]) -> list[float | None]:
    return [then.coverage(reps) for _, _, reps in groups]


def _chances(history: History, day: int, calendar: FiscalCalendar) -> Outlook | None:
    """What each open deal's chance is to be won within the quarter; None while there is too little data."""
    end = day_number(calendar.containing(day_of(day), Grain.QUARTER).end)
    try:
        return outlook(fit_pace(history.on(day), day, calendar, ahead=end - day), (end,))
    except NotEnoughData:
        return None


def _row(
    now: Pipeline, group: Group, measure: str, chances: Outlook | None, course: tuple[float | None, ...]
) -> CoverageRow:
    key, name, reps = group
    left, is_carried = now.left(reps)
    multiple = _multiple(now, reps, measure, left, chances)
    return CoverageRow(
        key=key,
        name=name,
        rep_ids=tuple(sorted(reps or ())),
        pipeline=summed(now.worth, reps),
        deals=int(summed(now.deals, reps)),
        left=left,
        is_carried=is_carried,
        coverage=now.coverage(reps),
        needed=multiple.needed,
        lo=multiple.lo,
        hi=multiple.hi,
        is_own=multiple.is_own,
        chance=multiple.chance,
        course=course,
    )


def _multiple(
    now: Pipeline, reps: frozenset[int] | None, measure: str, left: float | None, chances: Outlook | None
) -> Multiple:
    """What the owner's own deals say; the starting line where they say nothing."""
    closed = int(np.sum(now.history.deals.closed >= 0))
    starting = Multiple(STARTING_MULTIPLE, is_own=False, chance=None, deals=closed)
    if chances is None or left is None or left <= 0:
        return starting
    mine = np.ones(len(chances.rep), dtype=bool) if reps is None else np.isin(chances.rep, list(reps))
    worth = worth_of(now.history, measure)[chances.deal[mine]]
    sizes = _sizes(now.history, reps, measure)
    if not worth.sum() or not len(sizes):
        return starting
    chance = float(chances.chance[mine, -1] @ worth / worth.sum())
    lo, hi = wilson(chance, closed)
    per_quota = left / float(sizes.mean())
    told = [needed_multiple(_round(per_quota), _round(one), sizes) for one in (chance, hi, lo)]
    return Multiple(told[0], is_own=True, chance=chance, deals=closed, lo=told[1], hi=min(told[2], LARGEST))


def _sizes(history: History, reps: frozenset[int] | None, measure: str) -> F8:
    """Won deals of the kinds these reps sell."""
    sizes = fit_sizes(history)
    mine = np.ones(len(sizes.kind), dtype=bool) if reps is None else np.isin(history.deals.rep, list(reps))
    kinds = np.bincount(sizes.kind[mine], minlength=len(sizes.first))
    if not kinds.sum():
        return np.zeros(0)
    kind = int(np.argmax(kinds))
    values = sizes.amount if measure == "amount" else sizes.mrr
    return values[sizes.first[kind] : sizes.first[kind] + sizes.count[kind]][:_MOST_SIZES]


def _round(value: float) -> float:
    """Two digits: more are not known, and owners alike share an answer."""
    return float(f"{value:.2g}")
