"""What a month asks of each rep and team: input targets backwards from the quota, up to a working day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts
from quintet.facts.schema import STAGES
from quintet.management.asks import coaching
from quintet.management.asks import funnel as funnels
from quintet.management.formula.one_skill import mrr_of_a_customer
from quintet.management.formula.spread import WEEKS, Spread, spread_of
from quintet.management.formula.targets import input_targets
from quintet.management.metrics import targets as metrics
from quintet.management.metrics.coaching import signed_customers
from quintet.management.metrics.daily import DayCounts, Presence, day_counts, presence
from quintet.management.terms.targets import INPUTS, Aims, MonthSoFar, Need
from quintet.management.words import stage_label

_NO_MRR = "no MRR is recorded in one currency, so nobody can say how many customers a quota takes"
_NO_QUOTA = "no quota is recorded for this month: import quotas with your CRM export"
_NO_OWN_QUOTA = "no quota is recorded for this month"
_BY_OTHERS = "most demos come from qualifying calls that others held"
#: Who gave so many demos at least, most of them after somebody else's qualifying call, is handed his calls.
_FEWEST_DEMOS, _HALF, _HANDED_DAYS = 10, 0.5, 183


@dataclass(frozen=True)
class Needs:
    """What an average quota takes a month, or why nobody can say."""

    quota: float
    every: tuple[Need, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class MonthAims:
    """What one month asks, by the end of a day.

    Args:
        so_far: how much of the month is over.
        needs: what an average quota takes.
        months: each rep's month: quota and what was signed.
    """

    so_far: MonthSoFar
    needs: Needs
    months: Mapping[int, metrics.Signed]
    _past: "_Past"
    _handed: Mapping[tuple[int, int], int]

    def of_rep(self, rep_id: int) -> Aims:
        """What the month asks of one rep."""
        return self._aims([rep_id], self._past.of_rep(rep_id))

    def together(self, rep_ids: Collection[int] | None) -> Aims:
        """What it asks of some reps together; None means everybody."""
        members = sorted(self.months if rep_ids is None else set(rep_ids))
        return self._aims(members, self._past.together(members))

    def _aims(self, members: list[int], dispersion: Mapping[str, float]) -> Aims:
        months = [self.months[rep] for rep in members if rep in self.months]
        quota = sum(one.quota or 0.0 for one in months)
        times = quota / self.needs.quota if self.needs.quota else 0.0
        needed = {one.stage: one.needed * times for one in self.needs.every} if times else {}
        handed = self._is_handed(members)
        mine = {stage: one for stage, one in needed.items() if not (handed and _before_demo(stage))}
        signed = sum(one.mrr for one in months)
        return Aims(
            so_far=self.so_far,
            needed=mine,
            outcome_is_met=bool(quota) and signed >= quota * self.so_far.share,
            dispersion=dispersion,
            reasons={stage: self._reason(stage, quota, needed) for stage in STAGES if stage not in mine},
        )

    def _is_handed(self, members: list[int]) -> bool:
        """Do most of their demos follow a qualifying call that somebody else held?"""
        mine = set(members)
        demos = {pair: count for pair, count in self._handed.items() if pair[1] in mine}
        total = sum(demos.values())
        own = sum(count for pair, count in demos.items() if pair[0] in mine)
        return total >= _FEWEST_DEMOS and own < _HALF * total

    def _reason(self, stage: str, quota: float, needed: Mapping[str, float]) -> str:
        if not self.needs.every:
            return self.needs.reason
        if not quota:
            return _NO_OWN_QUOTA
        if stage in needed:
            return _BY_OTHERS
        return f"the share of {stage_label(stage).lower()} that goes on is not known yet"


def month_aims(facts: Facts, so_far: MonthSoFar, calendar: WorkingCalendar) -> MonthAims:
    """What the month asks of everybody, kept for the version of the facts.

    Args:
        facts: the published version.
        so_far: `working_days.month_so_far`.
        calendar: the company's.
    """

    def answer() -> MonthAims:
        months = metrics.month_of(facts, so_far.start)
        end = so_far.day + timedelta(days=1)
        handed = metrics.demos_by_pair(facts, end - timedelta(days=_HANDED_DAYS), end)
        return MonthAims(so_far, needs_of(facts, months), months, _past(facts, so_far, calendar), handed)

    return funnels.kept(facts, ("aims", so_far, calendar), answer)


def needs_of(facts: Facts, now: Mapping[int, metrics.Signed]) -> Needs:
    """What an average quota takes a month, backwards through everybody's rates."""
    quotas = [one.quota for one in now.values() if one.quota]
    assert facts.as_of is not None  # noqa: S101 -- who asks has refused
    until = facts.as_of
    signed = funnels.kept(facts, "signed customers", lambda: signed_customers(facts, until))
    a_customer, _ = mrr_of_a_customer(0, signed) if signed else (0.0, "")
    if not quotas or not a_customer:
        return Needs(0.0, (), _NO_MRR if quotas else _NO_QUOTA)
    stages, rates = funnels.team_rates(facts, coaching.comparison(facts))
    if stages[-1:] != ("won",):
        return Needs(0.0, (), "customers won are not recorded")
    quota = float(np.mean(quotas))
    return Needs(quota, input_targets(quota / a_customer, stages, rates), "")


@dataclass(frozen=True, eq=False)
class _Past:
    """The year before the month, day by day: how far counts swing by themselves."""

    found: DayCounts
    there: Presence
    workdays: int
    everybody: Mapping[str, Spread]

    def of_rep(self, rep_id: int) -> dict[str, float]:
        if rep_id not in self.found.rep_ids:
            return {}
        at = self.found.rep_ids.index(rep_id)
        return {stage: spread.reps[at] for stage, spread in self.everybody.items()}

    def together(self, members: list[int]) -> dict[str, float]:
        wanted = set(members)
        rows = np.array([at for at, rep in enumerate(self.found.rep_ids) if rep in wanted], dtype=np.int64)
        told = _spreads(self.found, self.there, rows, self.workdays) if rows.size else {}
        return {stage: spread.together for stage, spread in told.items()}


def _past(facts: Facts, so_far: MonthSoFar, calendar: WorkingCalendar) -> _Past:
    """Whole weeks before the month, fewer where the data begin later."""
    company = funnels.company(facts)
    until = so_far.start - timedelta(days=so_far.start.weekday())
    found = day_counts(company, None, until - timedelta(weeks=WEEKS), until)
    there = presence(facts, found, calendar)
    every = np.arange(len(found.rep_ids))
    return _Past(found, there, so_far.working_day, _spreads(found, there, every, so_far.working_day))


def _spreads(found: DayCounts, there: Presence, rows: np.ndarray, workdays: int) -> dict[str, Spread]:
    told = {
        stage: spread_of(counts[rows], there.works[rows], there.busy[rows], workdays)
        for stage, counts in found.counts.items()
        if stage in INPUTS
    }
    return {stage: one for stage, one in told.items() if one is not None}


def _before_demo(stage: str) -> bool:
    return STAGES.index(stage) < STAGES.index("demo")
