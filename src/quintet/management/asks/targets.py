"""Targets asked: the month beside the quota, what it takes, who hands over to whom, what has dropped."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import fsum

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.shelf import Shelf
from quintet.management.asks import coaching
from quintet.management.asks import funnel as funnels
from quintet.management.asks.input_targets import month_aims
from quintet.management.asks.working_days import month_so_far, same_working_day, working_days
from quintet.management.formula.targets import paces
from quintet.management.metrics import targets as metrics
from quintet.management.models.reviews import InputReview
from quintet.management.terms.targets import (
    WATCH_SHELF,
    Aims,
    EarlyWarning,
    Money,
    Month,
    MonthSoFar,
    Pair,
    RepPace,
    Watch,
)

#: Reviews lapse after so many days.
REVIEW_DAYS = 7
_PAIR_DAYS = 183


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

    Who sees no single rep is told the sums of the company, as on the other pages of the room.

    Raises:
        NotEnoughData: when no row has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData("no row has a date: load a CRM export first", unit="dated rows")
    calendar = working_days(facts)
    asked = month_aims(facts, month_so_far(facts.as_of.date(), calendar), calendar)
    last_month = same_days(asked.so_far, calendar)
    before = metrics.signed_between(facts, *last_month)
    names = funnels.names(facts)
    is_summed = scope.sees_sums_alone
    reps = [
        _rep(one, names.get(rep, f"rep {rep}"), before.get(rep, 0.0), asked.of_rep(rep))
        for rep, one in asked.months.items()
        if is_summed or scope.sees(rep)
    ]
    return Month(
        so_far=asked.so_far,
        currency=funnels.kept(facts, "currency", lambda: metrics.currency_of(facts)),
        needs=asked.needs.every,
        reason=asked.needs.reason,
        money=replace(
            _together([one.money for one in reps]),
            last_month=fsum(signed for rep, signed in before.items() if is_summed or scope.sees(rep)),
        ),
        last_month=last_month,
        reps=() if is_summed else tuple(sorted(reps, key=lambda one: (one.name, one.rep_id))),
        is_summed=is_summed,
    )


def pair_days(facts: Facts) -> tuple[date, date]:
    """The days whose hand-overs are counted: first, and the one after the last."""
    end = coaching.today(facts, date.max) + timedelta(days=1)
    return end - timedelta(days=_PAIR_DAYS), end


def pairs(facts: Facts, scope: Scope) -> tuple[Pair, ...]:
    """Qualifying calls handed from one person to another, where the reader may see either."""
    names = funnels.names(facts)
    found = funnels.kept(facts, "pairs", lambda: metrics.pairs(facts, names, *pair_days(facts)))
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


def same_days(so_far: MonthSoFar, days: WorkingCalendar) -> tuple[date, date]:
    """Last month up to, and without, the day after the same working day; all of it at the month's end."""
    months = FiscalCalendar()
    last = months.previous(months.parse(f"{so_far.start:%Y-%m}"))
    if so_far.day + timedelta(days=1) == so_far.end:
        return last.start, last.end
    return last.start, same_working_day(last, so_far.working_day, days) + timedelta(days=1)


def _rep(one: metrics.Signed, name: str, last_month: float, aims: Aims) -> RepPace:
    expected = None if one.quota is None else one.quota * aims.so_far.share
    money = Money(one.mrr, one.quota, expected, last_month)
    return RepPace(one.rep_id, name, money, one.counts["won"], paces(aims, one.counts))


def _together(every: list[Money]) -> Money:
    # exact sums: in whatever order the reps come, a month is as high
    quotas = [one.quota for one in every if one.quota is not None]
    expected = [one.expected for one in every if one.expected is not None]
    return Money(
        fsum(one.signed for one in every),
        fsum(quotas) if quotas else None,
        fsum(expected) if expected else None,
        fsum(one.last_month for one in every),
    )


def _reviewed(team: str, last: InputReview | None, money: Money, clock: date) -> Reviewed:
    days = None if last is None else (clock - last.reviewed_at.date()).days
    is_due = days is None or days > REVIEW_DAYS
    return Reviewed(team, last, days, is_due, is_due and money.is_up)


def _warning(told: dict[str, object]) -> EarlyWarning:
    days = {name: date.fromisoformat(str(told[name])) for name in ("since", "found")}
    return EarlyWarning(**{**told, **days})  # type: ignore[arg-type]
