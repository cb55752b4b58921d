"""Which behaviour makes a lead go faster, and which content closes fast and often?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quintet.demand.formula.reports.clocks import (
    FEWEST_EVENTS,
    FEWEST_LEADS,
    STAND_APART,
    Clock,
    counted,
    days_of,
    pooled,
    rates_of,
)
from quintet.demand.formula.reports.looks import LookLeads
from quintet.demand.metrics.reports import B1, I8, ReportLeads
from quintet.demand.terms.reports import ContentReport, Days, Look, Rate, Ratio, ReportQuestion
from quintet.kernel.finding import CausalGrade, Status
from quintet.stats.discoveries import FALSE_SHARE, fit_discoveries
from quintet.stats.strata import Ratios, fit_means, fit_rate_ratios, fit_speed_ratios, ratios_of

#: Says how far a behaviour or content may be read as cause; an experiment on it raises the grade.
GradeOf = Callable[[str], CausalGrade]
MOST_SOURCES = 11
#: Speed is compared among leads old enough that this share of conversions is in.
FOLLOWED = 0.99
_MOST_DAYS = 400


def went_with(_name: str) -> CausalGrade:
    """Nothing was tried: who touches a page chooses to."""
    return CausalGrade.ASSOCIATION


def content_report(
    leads: ReportLeads,
    clock: Clock,
    looks: tuple[Sequence[LookLeads], Sequence[LookLeads]],
    asked: tuple[ReportQuestion, B1],
    grade_of: GradeOf = went_with,
) -> ContentReport:
    """How often and how fast leads with each behaviour and each content convert, within their source.

    Both ratios of all looks are corrected together: at most a tenth of what is reported is chance.

    Args:
        leads: all leads, their clocks started at hand-over.
        clock: of the outcome, on the same leads.
        looks: first-visit behaviours, and contents.
        asked: the question, and [n] which leads count for it.
        grade_of: how far a look's name may be read as cause.
    """
    question, chosen = asked
    every = [one for part in looks for one in part]
    if not chosen.any() or not every:
        lacking = "No lead of this selection has a visit, form or campaign on record."
        return ContentReport(question, clock.outcome, int(chosen.sum()), (), (), 0, FALSE_SHARE, (lacking,))
    rows = _looks(leads, clock, every, chosen, grade_of)
    kept = [one for one in rows if one.rate.n]
    split = len(looks[0])
    behaviours = tuple(one for one in rows[:split] if one.rate.n)
    contents = tuple(one for one in rows[split:] if one.rate.n)
    warnings = () if clock.curve.is_fitted else (f"Young leads are not corrected for: {clock.curve.reason}.",)
    return ContentReport(
        question, clock.outcome, int(chosen.sum()), behaviours, contents, len(kept), FALSE_SHARE, warnings
    )


@dataclass(frozen=True, eq=False)
class _Table:
    """Leads with each look and without, by stratum; and how long mature converters took."""

    rate: Ratios
    speed: Ratios
    converted: I8
    events: I8


def _looks(
    leads: ReportLeads, clock: Clock, every: list[LookLeads], chosen: B1, grade_of: GradeOf
) -> list[Look]:
    members = [one.leads for one in every]
    counts = counted(clock, chosen, members)
    rates = rates_of(counts, pooled(counts, outliers=STAND_APART), clock)
    strata = _strata(leads.words["source"].codes, chosen)
    table = _Table(*_tables(clock, members, chosen, strata))
    more, faster = _judged(table, counts.n, int(chosen.sum()))
    at = np.flatnonzero(chosen)
    found = []
    for place, one in enumerate(every):
        mine = one.leads[chosen[one.leads]]
        others = np.setdiff1d(at, mine, assume_unique=True)
        found.append(
            Look(
                one.family,
                one.name,
                rates[place],
                _without(clock, others),
                more[place],
                days_of(clock, mine, draws=60),
                _plain_days(clock, others),
                faster[place],
                grade_of(one.name),
            )
        )
    return found


def _strata(codes: I8, chosen: B1) -> I8:
    """[n] each lead's source, the small ones together."""
    n = np.bincount(codes[chosen] + 1, minlength=int(codes.max()) + 2)
    place = np.full(n.size, MOST_SOURCES, dtype=np.int64)
    place[np.argsort(-n, kind="stable")[:MOST_SOURCES]] = np.arange(min(MOST_SOURCES, n.size))
    return place[codes + 1]


def _tables(clock: Clock, members: list[I8], chosen: B1, strata: I8) -> tuple[Ratios, Ratios, I8, I8]:
    size = int(strata.max()) + 1
    known = clock.known
    hit = clock.is_converted.astype(np.float64)
    last = min(clock.curve.days_until(FOLLOWED), _MOST_DAYS)
    day = clock.lag_days
    mature = chosen & (day >= 0) & (day <= last) & (clock.age_days > last)
    rows = [one[chosen[one]] for one in members]
    with_hits = np.array([np.bincount(strata[one], hit[one], size) for one in rows])
    with_known = np.array([np.bincount(strata[one], known[one], size) for one in rows])
    at = np.flatnonzero(chosen)
    all_hits, all_known = (np.bincount(strata[at], one[at], size) for one in (hit, known))
    slot = strata * (last + 1) + np.clip(day, 0, last)
    with_days = np.array([np.bincount(slot[one[mature[one]]], minlength=size * (last + 1)) for one in rows])
    all_days = np.bincount(slot[mature], minlength=size * (last + 1))
    shape = (len(rows), size, last + 1)
    rate = fit_rate_ratios(with_hits, with_known, all_hits - with_hits, all_known - with_known)
    speed = fit_speed_ratios(with_days.reshape(shape), (all_days - with_days).reshape(shape))
    converted = np.minimum(with_hits.sum(axis=1), (all_hits - with_hits).sum(axis=1))
    events = np.minimum(with_days.sum(axis=1), all_days.sum() - with_days.sum(axis=1))
    return rate, speed, converted.astype(np.int64), events.astype(np.int64)


def _judged(table: _Table, n: I8, leads: int) -> tuple[list[Ratio], list[Ratio]]:
    """Both ratios of every look with its right to be shown, corrected together."""
    told = (np.minimum(n, leads - n) >= FEWEST_LEADS) & (table.converted >= FEWEST_EVENTS // 2)
    timed = table.events >= FEWEST_EVENTS
    p_values = np.concatenate([table.rate.p_value, table.speed.p_value])
    tested = np.concatenate([told, timed]) & (p_values <= 1.0)
    found = fit_discoveries(np.nan_to_num(p_values, nan=1.0), tested=tested)
    size = len(n)
    few = [
        f"{count} conversions on the smaller side of {FEWEST_EVENTS // 2} needed" for count in table.converted
    ]
    late = [f"{count} of {FEWEST_EVENTS} conversions of leads followed long enough" for count in table.events]
    more = _ratios(table.rate, told, few)
    faster = _ratios(table.speed, timed, late)
    return (
        [_settled(one, found.q_value[at], found.is_reported[at]) for at, one in enumerate(more)],
        [
            _settled(one, found.q_value[size + at], found.is_reported[size + at])
            for at, one in enumerate(faster)
        ],
    )


def _ratios(given: Ratios, told: B1, reasons: list[str]) -> list[Ratio]:
    """Ratios pulled towards their common mean by as much of their spread as luck explains."""
    usable = told & np.isfinite(given.log_error) & (given.log_error > 0)
    raw = np.log(given.ratio)
    pulled, error = raw.copy(), given.log_error.copy()
    if usable.sum() > 1:
        fit = fit_means(raw[usable], given.log_error[usable])
        pulled[usable], error[usable] = fit.mean, fit.error
    shown = ratios_of(pulled, error)
    return [
        Ratio(
            float(shown.ratio[at]),
            float(shown.lo[at]),
            float(shown.hi[at]),
            float(given.ratio[at]),
            float(given.p_value[at]),
            status=Status.SPEAKS if usable[at] else Status.SILENT,
        )
        if usable[at]
        else Ratio(reason=reasons[at])
        for at in range(len(reasons))
    ]


def _settled(one: Ratio, q_value: float, is_reported: bool) -> Ratio:  # noqa: FBT001
    if one.status is Status.SILENT:
        return one
    return replace(one, q_value=float(q_value), is_reported=bool(is_reported))


def _without(clock: Clock, positions: I8) -> Rate:
    """The rate of the leads without it: many, so nothing is pulled."""
    from scipy.special import betaincinv

    hit = clock.is_converted[positions]
    n, won = int(positions.size), int(hit.sum())
    shown = max(float(clock.known[positions].sum()), won)
    if n < FEWEST_LEADS:
        return Rate(n, won, won / n if n else 0.0, reason=f"{n} leads of {FEWEST_LEADS} needed")
    lo, hi = betaincinv(won + 0.5, max(shown - won, 0.0) + 0.5, [0.05, 0.95])
    share = float(clock.known[positions].mean())
    return Rate(n, won, won / n, won / max(shown, 1.0), float(lo), float(hi), 0.0, None, share, Status.SPEAKS)


def _plain_days(clock: Clock, positions: I8) -> Days:
    return days_of(clock, positions, draws=1)
