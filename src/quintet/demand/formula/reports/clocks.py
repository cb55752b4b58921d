"""How much of each lead's outcome is known by now, and rates that count young leads for that much."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from quintet.demand.metrics.reports import B1, F8, I8, ReportLeads
from quintet.demand.terms.reports import Days, Rate
from quintet.kernel.finding import Status
from quintet.stats.cohorts import Paces, at_pace, fit_half_time, fit_paces
from quintet.stats.delay import DelayCurve, fit_delay
from quintet.stats.rates import PooledRates, fit_rates

#: How far back leads teach how long conversions take.
MEMORY_DAYS = 540
FEWEST_LEADS = 10
FEWEST_EVENTS, ENOUGH_EVENTS = 12, 30
HALF_KNOWN = 0.5
#: Share of sources, campaigns or pages that may stand apart from the rest (docs/studies/demand_reports.md).
STAND_APART = 0.25
_BINS = 32


@dataclass(frozen=True, eq=False)
class Clock:
    """One outcome's clock.

    Args:
        outcome: qualified or won.
        cap_days: only conversions within this many days count; None for all.
        curve: how long they take.
        paces: of each source, and of leads without one, which come last.
        is_converted: [n] of all leads, by now.
        lag_days: [n] whole days to it; -1 where there is none or it has no date.
        age_days: [n] since each became known.
        known: [n] share of each lead's outcome known by now, 0..1.
    """

    outcome: str
    cap_days: int | None
    curve: DelayCurve
    paces: Paces
    is_converted: B1
    lag_days: I8
    age_days: F8
    known: F8

    @property
    def horizon_days(self) -> int:
        """Rates mean "within this many days"."""
        return self.curve.horizon_days


def fit_clock(leads: ReportLeads, outcome: str, cap_days: int | None = None) -> Clock:
    """When an outcome shows, learned from all leads of the last 540 days; each source at its own pace.

    Args:
        leads: all of the company's, also those outside of the period asked for.
        outcome: qualified or won.
        cap_days: count conversions within this many days only; one dated before its lead is not within.
    """
    lag, age = leads.lag_days[outcome], np.maximum(leads.age_days, 0.0)
    dated = ~np.isnan(lag) & leads.converted[outcome]
    if cap_days is not None:
        dated &= (lag >= 0) & (lag <= cap_days)
    converted = dated if cap_days is not None else leads.converted[outcome]
    days = np.where(dated, np.floor(np.clip(np.nan_to_num(lag), 0, age)), -1).astype(np.int64)
    recent = leads.since >= leads.until - np.timedelta64(MEMORY_DAYS, "D")
    curve = _curve(days[recent & dated], age[recent & ~converted], cap_days)
    source = leads.words["source"]
    kind = np.where(source.codes < 0, len(source.levels), source.codes)
    teaching = dated & recent & (days <= curve.horizon_days)
    seen_for = np.minimum(np.floor(age), curve.horizon_days + 1)
    paces = fit_paces(
        curve, kind[teaching], days[teaching], np.maximum(seen_for, days)[teaching], len(source.levels) + 1
    )
    known = at_pace(curve.known_by(age), paces.pace[kind])
    return Clock(outcome, cap_days, curve, paces, converted, days, age, known)


def _curve(days: I8, waiting: F8, cap_days: int | None) -> DelayCurve:
    """The delay curve; with a cap, leads older than the cap have shown everything."""
    ages = np.floor(waiting).astype(np.int64)
    if cap_days is None:
        return fit_delay(np.bincount(days, minlength=1), np.bincount(ages, minlength=1))
    ages = np.minimum(ages, cap_days + 1)
    return fit_delay(np.bincount(days, minlength=1), np.bincount(ages, minlength=cap_days + 2), min_at_risk=1)


@dataclass(frozen=True, eq=False)
class Counts:
    """Groups of leads: how many, converted, and not converted by how much of their outcome is known.

    Args:
        n: [J] leads.
        converted: [J] of these.
        waiting: [J, K] the others by bins of what is known.
        maturity: [K] of each bin.
        known: [J] share of the leads' outcomes known.
    """

    n: I8
    converted: I8
    waiting: F8
    maturity: F8
    known: F8

    @property
    def exposure(self) -> F8:
        """[J] leads, each by the share of its outcome known; a converter counts whole."""
        return np.asarray(self.converted + self.waiting @ self.maturity)


def counted(clock: Clock, chosen: B1, members: list[I8] | None = None, *, group: I8 | None = None) -> Counts:
    """Count groups of the chosen leads.

    Args:
        clock: of the outcome.
        chosen: [n] which leads.
        members: positions of each group's leads, when a lead may be in several; only the chosen count.
        group: [n] each lead's group, when it is in one; below 0 for none.
    """
    bin_of = np.minimum((clock.known * _BINS).astype(np.int64), _BINS - 1)
    if members is None:
        members = _members(group if group is not None else np.zeros(len(chosen), dtype=np.int64), chosen)
    waiting = np.zeros((len(members), _BINS))
    n, won, known = np.zeros(len(members)), np.zeros(len(members)), np.zeros(len(members))
    for number, positions in enumerate(members):
        mine = positions[chosen[positions]]
        hit = clock.is_converted[mine]
        n[number], won[number] = mine.size, hit.sum()
        known[number] = clock.known[mine].mean() if mine.size else 0.0
        waiting[number] = np.bincount(bin_of[mine[~hit]], minlength=_BINS)
    held = np.bincount(bin_of[chosen], minlength=_BINS)
    mass = np.bincount(bin_of[chosen], weights=clock.known[chosen], minlength=_BINS)
    middle = (np.arange(_BINS) + 0.5) / _BINS
    maturity = np.clip(np.divide(mass, held, out=middle, where=held > 0), 0.0, 1.0)
    return Counts(n.astype(np.int64), won.astype(np.int64), waiting, maturity, known)


def _members(group: I8, chosen: B1) -> list[I8]:
    """Positions of each group's chosen leads."""
    groups = int(group.max(initial=-1)) + 1
    order = np.argsort(group, kind="stable")
    order = order[chosen[order] & (group[order] >= 0)]
    edges = np.searchsorted(group[order], np.arange(groups + 1))
    return [order[start:stop] for start, stop in pairwise(edges.tolist())]


def pooled(counts: Counts, offset: F8 | None = None, *, outliers: float = 0.0) -> PooledRates:
    """Rates of the groups, partly pooled; a single group is pooled with nobody.

    Args:
        counts: of the groups.
        offset: [J] log-odds by which each group's leads are easier.
        outliers: share of groups that may stand apart and are pulled in less: STAND_APART for sources, which
            are few and unlike; 0 for hundreds of terms, most of them alike.
    """
    short = 2 - len(counts.n)
    if short <= 0:
        return fit_rates(counts.converted, counts.waiting, counts.maturity, offset=offset, outliers=outliers)
    waiting = np.pad(counts.waiting, ((0, short), (0, 0)))
    added = None if offset is None else np.pad(offset, (0, short))
    converted = np.pad(counts.converted, (0, short))
    return fit_rates(converted, waiting, counts.maturity, offset=added, outliers=outliers)


def rates_of(counts: Counts, fit: PooledRates, clock: Clock, above: F8 | None = None) -> list[Rate]:
    """Each group's rate on its own leads, with its right to be shown.

    Args:
        counts: of the groups.
        fit: their pooled rates.
        clock: of the outcome.
        above: [J] probability that each is above what it is compared with; the mean of such groups when
            left out.
    """
    higher = fit.p_above if above is None else above
    mean, lo, hi = (fit.on_own_leads(one) for one in (fit.mean, fit.lo, fit.hi))
    found = []
    for place, n in enumerate(counts.n.tolist()):
        won = int(counts.converted[place])
        status, reason = _standing(n, float(counts.known[place]), clock)
        silent = status is Status.SILENT
        found.append(
            Rate(
                n,
                won,
                won / n if n else 0.0,
                None if silent else float(mean[place]),
                None if silent else float(lo[place]),
                None if silent else float(hi[place]),
                None if silent else float(fit.shrinkage[place]),
                None if silent else float(higher[place]),
                float(counts.known[place]),
                status,
                reason,
            )
        )
    return found


def above_others(counts: Counts, fit: PooledRates) -> F8:
    """[J] probability that each group's rate is above the rate of all the others' leads together."""
    draws, weight = fit.draws[: len(counts.n)], counts.n.astype(np.float64)[:, None]
    rest = np.maximum(weight.sum() - weight, 1.0)
    others = ((draws * weight).sum(axis=0) - draws * weight) / rest
    return np.asarray((draws > others).mean(axis=1))


def _standing(n: int, known: float, clock: Clock) -> tuple[Status, str]:
    if n < FEWEST_LEADS:
        return Status.SILENT, f"{n} leads of {FEWEST_LEADS} needed"
    if not clock.curve.is_fitted:
        return Status.HEDGED, f"young leads are not corrected for: {clock.curve.reason}"
    if known < HALF_KNOWN:
        return Status.HEDGED, f"only {known:.0%} of the outcomes are known yet"
    if clock.cap_days and clock.horizon_days < clock.cap_days:
        return Status.HEDGED, f"leads were followed for {clock.horizon_days} days only"
    if clock.cap_days is None and clock.curve.still_rising:
        return Status.HEDGED, f"conversions still come in after {clock.horizon_days} days: it will grow"
    return Status.SPEAKS, ""


def days_of(clock: Clock, positions: I8, *, draws: int = 100) -> Days:
    """Days until half of those who convert have, by Kaplan-Meier over all these leads, young ones included.

    Args:
        clock: of the outcome.
        positions: which leads.
        draws: resamples behind the interval.
    """
    horizon = clock.horizon_days
    day = clock.lag_days[positions]
    events = np.bincount(day[(day >= 0) & (day <= horizon)], minlength=horizon + 1)
    found = int(events.sum())
    if found < FEWEST_EVENTS:
        return Days(found, reason=f"{found} dated conversions of {FEWEST_EVENTS} needed")
    age = np.floor(clock.age_days[positions])
    others = age[~clock.is_converted[positions] | (day > horizon)]
    waiting = np.bincount(np.minimum(others, horizon).astype(np.int64), minlength=horizon + 1)
    one = fit_half_time(events, waiting, draws=draws)
    status = Status.SPEAKS if found >= ENOUGH_EVENTS else Status.HEDGED
    reason = "" if status is Status.SPEAKS else f"{found} conversions; from {ENOUGH_EVENTS} on it is steadier"
    return Days(found, one.days, one.lo, one.hi, status, reason)
