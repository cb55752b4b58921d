"""Targets asked: the month beside the quota, what it takes, who hands over to whom, what has dropped."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.shelf import Shelf
from quintet.management.asks import coaching
from quintet.management.asks import funnel as funnels
from quintet.management.asks.working_days import same_working_day, working_days
from quintet.management.formula.one_skill import mrr_of_a_customer
from quintet.management.formula.targets import input_targets, pace
from quintet.management.metrics import targets as metrics
from quintet.management.metrics.coaching import signed_customers
from quintet.management.models.reviews import InputReview
from quintet.management.terms.targets import (
    INPUTS,
    WATCH_SHELF,
    EarlyWarning,
    Money,
    Month,
    Need,
    Pair,
    RepPace,
    Watch,
)

#: Reviews lapse after so many days.
REVIEW_DAYS = 7
_PAIR_DAYS = 183
_NO_MRR = "no MRR is recorded in one currency, so nobody can say how many customers a quota takes"
_NO_QUOTA = "no quota is recorded for this month: import quotas with your CRM export"


@dataclass(frozen=True)
class Reviewed:
    """When a team's inputs were last gone through.

    Args:
        team: its name.
        last: the newest review; None before the first.
        days: since then; None before the first.
        is_due: more than a week ago, or never.
        although_up: it lapsed while more was signed than last month by the same day.
    """

    team: str
    last: InputReview | None
    days: int | None
    is_due: bool
    although_up: bool


def month(facts: Facts, scope: Scope) -> Month:
    """The running month of the reps the reader may see, and what an average quota takes.

    Raises:
        NotEnoughData: when no row has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData("no row has a date: load a CRM export first", unit="dated rows")
    day = facts.as_of.date()
    bare = _empty_month(facts, day)
    now = metrics.month_of(facts, bare.start)
    before = metrics.signed_between(facts, *_same_days(bare, working_days(facts)))
    mine = {rep: one for rep, one in now.items() if scope.sees(rep)}
    share = bare.working_day / max(bare.working_days, 1)
    needs, names = _needs(facts, now), funnels.names(facts)
    reps = [
        _rep(one, names.get(rep, f"rep {rep}"), before.get(rep, 0.0), share, needs)
        for rep, one in mine.items()
    ]
    return replace(
        bare,
        needs=needs.every,
        reason=needs.reason,
        money=_together([one.money for one in reps]),
        reps=tuple(sorted(reps, key=lambda one: (one.name, one.rep_id))),
    )


def pairs(facts: Facts, scope: Scope) -> tuple[Pair, ...]:
    """Qualifying calls handed from one person to another, where the reader may see either."""
    end = coaching.today(facts, date.max) + timedelta(days=1)
    names = funnels.names(facts)
    found = funnels.kept(
        facts, "pairs", lambda: metrics.pairs(facts, names, end - timedelta(days=_PAIR_DAYS), end)
    )
    return tuple(one for one in found if scope.sees(one.setter_id) or scope.sees(one.closer_id))


def watch(facts: Facts, scope: Scope) -> Watch | None:
    """What has dropped, of the reps and teams the reader may see; None before the worker has looked."""
    text = Shelf(facts.home, WATCH_SHELF).in_use()
    if text is None:
        return None
    told = json.loads(text)
    every = tuple(_warning(one) for one in told["warnings"])
    teams = {name for name, members in teams_of(facts, scope).items() if members}
    mine = tuple(
        one for one in every if (scope.sees(one.rep_id) if one.rep_id is not None else one.team in teams)
    )
    return Watch(**{**told, "until": date.fromisoformat(told["until"]), "warnings": mine})


def reviews(facts: Facts, scope: Scope, money: Money, clock: date) -> tuple[Reviewed, ...]:
    """Each team's last review, those due first."""
    newest: dict[str, InputReview] = {}
    for one in InputReview.objects.order_by("reviewed_at").select_related("reviewed_by"):
        newest[one.team] = one
    found = [_reviewed(team, newest.get(team), money, clock) for team in teams_of(facts, scope)]
    return tuple(sorted(found, key=lambda one: (not one.is_due, one.team)))


def teams_of(facts: Facts, scope: Scope) -> Mapping[str, frozenset[int]]:
    """The teams of which the reader sees somebody besides himself, or all."""
    offered = funnels.choices(facts, scope).teams
    named = funnels.team_members(facts)
    names = {name for name, _ in offered} & set(named)
    if scope.rep_ids is None:
        return {name: named[name] for name in sorted(named)}
    return {name: named[name] for name in sorted(names) if len(named[name] & scope.rep_ids) > 1}


def _empty_month(facts: Facts, day: date) -> Month:
    start = day.replace(day=1)
    following = (start + timedelta(days=32)).replace(day=1)
    days = working_days(facts)
    return Month(
        start=start,
        day=day,
        working_day=days.working_days_between(start, day + timedelta(days=1)),
        working_days=days.working_days_between(start, following),
        currency=funnels.kept(facts, "currency", lambda: metrics.currency_of(facts)),
        needs=(),
        money=Money(0.0, None, None, 0.0),
        reps=(),
    )


def _same_days(month: Month, days: WorkingCalendar) -> tuple[date, date]:
    """Last month up to the same working day; all of it on the last day of the month."""
    months = FiscalCalendar()
    this = months.parse(f"{month.start:%Y-%m}")
    last = months.previous(this)
    if month.day + timedelta(days=1) == this.end:
        return last.start, last.end
    return last.start, same_working_day(last, month.working_day, days) + timedelta(days=1)


@dataclass(frozen=True)
class _Needs:
    """What an average quota takes, or why nobody can say."""

    quota: float
    every: tuple[Need, ...]
    reason: str


def _needs(facts: Facts, now: Mapping[int, metrics.Signed]) -> _Needs:
    """What an average quota takes a month, backwards through everybody's rates."""
    quotas = [one.quota for one in now.values() if one.quota]
    assert facts.as_of is not None  # noqa: S101 -- month() has refused
    until = facts.as_of
    signed = funnels.kept(facts, "signed customers", lambda: signed_customers(facts, until))
    a_customer, _ = mrr_of_a_customer(0, signed) if signed else (0.0, "")
    if not quotas or not a_customer:
        return _Needs(0.0, (), _NO_MRR if quotas else _NO_QUOTA)
    stages, rates = funnels.team_rates(facts, coaching.comparison(facts))
    if stages[-1:] != ("won",):
        return _Needs(0.0, (), "customers won are not recorded")
    quota = float(np.mean(quotas))
    return _Needs(quota, input_targets(quota / a_customer, stages, rates), "")


def _rep(one: metrics.Signed, name: str, last_month: float, share: float, needs: _Needs) -> RepPace:
    expected = None if one.quota is None else one.quota * share
    money = Money(one.mrr, one.quota, expected, last_month)
    scale = share * one.quota / needs.quota if one.quota and needs.every else 0.0
    inputs = tuple(
        pace(need.stage, one.counts[need.stage], need.needed * scale, outcome_is_met=money.is_on_pace)
        for need in needs.every
        if need.stage in INPUTS and scale
    )
    return RepPace(one.rep_id, name, money, one.counts["won"], inputs)


def _together(every: list[Money]) -> Money:
    quotas = [one.quota for one in every if one.quota is not None]
    expected = [one.expected for one in every if one.expected is not None]
    return Money(
        sum(one.signed for one in every),
        sum(quotas) if quotas else None,
        sum(expected) if expected else None,
        sum(one.last_month for one in every),
    )


def _reviewed(team: str, last: InputReview | None, money: Money, clock: date) -> Reviewed:
    days = None if last is None else (clock - last.reviewed_at.date()).days
    is_due = days is None or days > REVIEW_DAYS
    return Reviewed(team, last, days, is_due, is_due and money.is_up)


def _warning(told: dict[str, object]) -> EarlyWarning:
    days = {name: date.fromisoformat(str(told[name])) for name in ("since", "found")}
    return EarlyWarning(**{**told, **days})  # type: ignore[arg-type]
