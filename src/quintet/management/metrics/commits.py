"""Commits that were said elsewhere and came through the ledger: of a CRM or of an import."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from ibis import _

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period, local_day
from quintet.facts.asking import FactsTables
from quintet.kernel.errors import BadInput
from quintet.management.metrics.organisation import read_spells
from quintet.management.terms.commits import CommitSaid, Said
from quintet.management.terms.organisation import Spell

MEASURES = ("amount", "mrr", "customers")
#: Share of won deals that must carry a monthly recurring part for it to be what a company counts.
_RECORDED = 0.5

NOBODY = "name no person"
NO_FIGURE = "hold no figure of 0 or more"
NO_PERIOD = "name no month or quarter"
NO_MEASURE = "count something else than amount, MRR or customers"
OTHER_MONEY = "are in another currency than the deals"
TOO_LATE = "were said when the period was over"
NO_TEAM = "are of a manager who led nobody on that day"


@dataclass(frozen=True)
class CommitsTold:
    """What the facts say of commits.

    Args:
        said: those that can be held against what came, oldest first.
        left_out: (why, how many) of the others.
    """

    said: tuple[CommitSaid, ...]
    left_out: tuple[tuple[str, int], ...]


class _LeftOut(Exception):
    """This row cannot be held against what came."""


def read_commits(facts: FactsTables, zone: str) -> CommitsTold:
    """Every commit of the facts: whose deals it means, for which days, in what.

    A row that does not say whom it is for speaks for the team where its person led one on that day, else for
    the person alone; one of a manager without anybody for nobody. One that does not say what it counts
    counts what most won deals of the company carry.

    Args:
        facts: a published version.
        zone: where the team works.
    """
    rows = facts.arrow(facts.table("commits").order_by("said_at", "source", "rep_id", "period")).to_pylist()
    if not rows:
        return CommitsTold((), ())
    reading = _Reading(_Teams(read_spells(facts, zone)), *_usual(facts), zone)
    found: list[CommitSaid] = []
    left_out: Counter[str] = Counter()
    for row in rows:
        try:
            found.append(reading.of(row))
        except _LeftOut as why:
            left_out[str(why)] += 1
    return CommitsTold(tuple(found), tuple(sorted(left_out.items())))


class _Teams:
    """Who led whom on a day, through every level."""

    def __init__(self, spells: tuple[Spell, ...]) -> None:
        self.led: dict[int, list[Spell]] = defaultdict(list)
        self.leading: dict[int, list[Spell]] = defaultdict(list)
        for one in spells:
            if one.role == "manager":
                self.leading[one.rep_id].append(one)
            if one.manager_id is not None and one.manager_id != one.rep_id:
                self.led[one.manager_id].append(one)

    def leads(self, rep_id: int, day: date) -> bool:
        """Was he a manager on that day?"""
        return any(one.covers(day) for one in self.leading[rep_id])

    def under(self, manager: int, day: date) -> frozenset[int]:
        found: set[int] = set()
        waiting = [manager]
        while waiting:
            reports = {one.rep_id for one in self.led[waiting.pop()] if one.covers(day)}
            waiting.extend(reports - found)
            found |= reports
        return frozenset(found - {manager})


@dataclass(frozen=True)
class _Reading:
    """Turns a row into a commit."""

    teams: _Teams
    measure: str
    currency: str | None
    zone: str

    def of(self, row: dict[str, Any]) -> CommitSaid:
        """The commit of one row.

        Raises:
            _LeftOut: with the reason.
        """
        rep_id, at = self._person(row), row["said_at"].replace(tzinfo=UTC)
        period, measure = _period(row["period"]), self._measure(row)
        day = local_day(at, self.zone)
        if day >= period.end:
            raise _LeftOut(TOO_LATE)
        team = self.teams.under(rep_id, day) if row["is_team"] is not False else frozenset()
        is_managers = row["is_team"] or (row["is_team"] is None and self.teams.leads(rep_id, day))
        if is_managers and not team:
            raise _LeftOut(NO_TEAM)
        said = Said(period.name, row["amount"], is_team=bool(team), note=row["note"] or "", **_range(row))
        members = tuple(sorted(team or {rep_id}))
        return CommitSaid(rep_id, said, members, period.start, period.end, measure, at, source=row["source"])

    def _person(self, row: dict[str, Any]) -> int:
        if row["rep_id"] is None:
            raise _LeftOut(NOBODY)
        if row["amount"] is None or row["amount"] < 0:
            raise _LeftOut(NO_FIGURE)
        return int(row["rep_id"])

    def _measure(self, row: dict[str, Any]) -> str:
        measure: str = row["measure"] or self.measure
        if measure not in MEASURES:
            raise _LeftOut(NO_MEASURE)
        is_money = measure != "customers" and row["currency"] and self.currency
        if is_money and row["currency"] != self.currency:
            raise _LeftOut(OTHER_MONEY)
        return measure


def _period(name: str | None) -> Period:
    try:
        period = FiscalCalendar().parse(name or "")
    except BadInput:
        raise _LeftOut(NO_PERIOD) from None
    if period.grain not in {Grain.MONTH, Grain.QUARTER}:
        raise _LeftOut(NO_PERIOD)
    return period


def _range(row: dict[str, Any]) -> dict[str, float]:
    """Both ends where they hold the figure; else it is a figure alone."""
    low, high = row["low"], row["high"]
    is_whole = low is not None and high is not None and low <= row["amount"] <= high
    return {"low": low, "high": high} if is_whole else {}


def _usual(facts: FactsTables) -> tuple[str, str | None]:
    """What most won deals carry, and the currency most of them are in."""
    deals = facts.table("opportunities")
    counted = deals.filter(deals.is_won).group_by("currency").agg(n=_.count(), mrr=(_.mrr > 0).sum())
    rows = facts.arrow(counted.order_by("currency")).to_pylist()
    won, with_mrr = (sum(row[name] or 0 for row in rows) for name in ("n", "mrr"))
    named = [row for row in rows if row["currency"]]
    currency = max(named, key=lambda row: row["n"])["currency"] if named else None
    return "mrr" if won and with_mrr >= _RECORDED * won else "amount", currency
