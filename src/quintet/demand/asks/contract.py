"""Read-only questions about the contract: where the month stands, what is owed, the leads behind a number."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period, local_day
from quintet.calendar.zones import midnight
from quintet.demand.formula.contract_month import count_clauses, count_month, select, version_on
from quintet.demand.formula.contract_rule import outline, parse_rule
from quintet.demand.formula.pace import MonthPace, month_pace
from quintet.demand.formula.targets import Target, TargetInputs, derive_target
from quintet.demand.metrics.contract_store import Counted, PointsBy, read_counted
from quintet.demand.terms.contract import ClauseCount, Clauses, MonthCounts, Version
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home

_INSTANT = timedelta(microseconds=1)
_REMEMBERED = 64


@dataclass(frozen=True)
class Asked:
    """The day a reader asks about.

    Args:
        month: of the day.
        on: the day, included.
        until: the end of it, or the newest instant known; UTC without a zone.
        first: the first day that may be asked about.
        last: the last day.
    """

    month: Period
    on: date
    until: datetime
    first: date
    last: date


@dataclass(frozen=True, eq=False)
class ContractStatus:
    """Where the contract stands at the end of a day.

    Args:
        asked: the day.
        version: the one that held on it.
        counts: the month so far.
        pace: what it will come to.
        clauses: rejections by clause of the rule, of the version that held.
        reasons: why sales sent leads back in the month, most frequent first.
        points: where the points come from.
        facts_version: what it was counted from.
        as_of: newest instant of it; UTC without a zone.
        undated: leads left out because they have no date.
    """

    asked: Asked
    version: Version
    counts: MonthCounts
    pace: MonthPace
    clauses: tuple[ClauseCount, ...]
    reasons: tuple[tuple[str, int], ...]
    points: PointsBy
    facts_version: int
    as_of: datetime
    undated: int

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        return " ".join((_marketing(self), _sales(self)))


def counted_contract(home: Home) -> Counted:
    """The contract as the worker last counted it.

    Raises:
        NotEnoughData: before the first count.
    """
    found = read_counted(home)
    if found is None:
        msg = "the contract was not counted yet: the worker does it within minutes"
        raise NotEnoughData(msg, have=0, need=1, unit="counts")
    return found


def ask_day(counted: Counted, on: str = "") -> Asked:
    """The day a reader asks about; the newest one when left out.

    Raises:
        BadInput: for a day that is none, or lies outside the contract and the data.
    """
    first = counted.versions[0].valid_from
    newest = counted.versions[-1].clauses.zone
    last = max(local_day(counted.as_of.replace(tzinfo=UTC), newest), first)
    day = _day(on) if on else last
    if not first <= day <= last:
        raise BadInput(
            f"the day must lie in {first} to {last}, where the contract and the data are, got {day}"
        )
    held = version_on(counted.versions, day) or counted.versions[0]
    after = day + timedelta(days=1)
    end = midnight(held.clauses.zone, after.year, after.month, after.day).replace(tzinfo=None) - _INSTANT
    month = FiscalCalendar().containing(day, Grain.MONTH)
    return Asked(month, day, min(end, counted.as_of), first, last)


_memory: OrderedDict[tuple[str, date], ContractStatus] = OrderedDict()


def status(counted: Counted, on: str = "") -> ContractStatus:
    """Where the contract stands at the end of a day; team figures, the same for everybody.

    Raises:
        BadInput: as `ask_day`.
    """
    asked = ask_day(counted, on)
    key = (counted.key, asked.on)
    known = _memory.get(key)
    if known is None:
        known = _memory[key] = _status(counted, asked)
        while len(_memory) > _REMEMBERED:
            _memory.popitem(last=False)
    return known


def target(counted: Counted, quota: float | None = None) -> Target:
    """What marketing would owe to make the quota, or another one."""
    return derive_target(TargetInputs.of_json(counted.target), quota)


def clauses_in_words(clauses: Clauses, points: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Marketing's duties and sales' duties, a sentence each; `points` says which table counts, in words."""
    rule = tuple("– " * (depth + 1) + words for depth, words in outline(parse_rule(clauses.rule)))
    marketing = (
        f"{clauses.points_per_month:,.0f} points of sales-ready leads a month, by {points}.",
        "A lead is sales-ready when, by what was known at hand-over:",
        *rule,
    )
    tries = f"{clauses.attempts} attempts within {clauses.within_days} working days after the hand-over's day"
    sales = (
        f"A first attempt within {clauses.first_attempt_hours:g} working hours of the hand-over.",
        f"{tries}, unless the lead is connected, sent back or set aside before.",
        f"A lead is sent back only for: {', '.join(clauses.reasons)}.",
        f"Working hours: {_hours(clauses)}, clock of {clauses.zone}{_off(clauses)}.",
    )
    return marketing, sales


def _status(counted: Counted, asked: Asked) -> ContractStatus:
    found, versions = counted.found, counted.versions
    held = version_on(versions, asked.on) or versions[0]
    words = tuple(part.words for part in parse_rule(held.clauses.rule).parts)
    back = select(found, "rejected", asked.month, asked.until)
    codes, counts = np.unique(found.reason[back], return_counts=True)
    return ContractStatus(
        asked=asked,
        version=held,
        counts=count_month(found, versions, asked.month, asked.on, asked.until),
        pace=month_pace(found, versions, asked.month, asked.on, asked.until),
        clauses=count_clauses(found, held.version, words, asked.month, asked.until),
        reasons=tuple(
            (counted.reasons[codes[at]], int(counts[at])) for at in np.argsort(-counts, kind="stable")
        ),
        points=counted.points[versions.index(held)],
        facts_version=counted.facts_version,
        as_of=counted.as_of,
        undated=counted.undated,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"a day is written 2026-03-31, got {text!r}") from None


def _marketing(one: ContractStatus) -> str:
    counts, answer = one.counts, one.pace.answer
    where = f"{counts.behind:,.0f} behind the pace" if counts.behind >= 1 else "on or ahead of the pace"
    said = (
        f"Marketing has delivered {counts.delivered:,.0f} of the {counts.due:,.0f} points due by now"
        f" ({counts.target:,.0f} in the month): {where}"
    )
    if counts.on == one.asked.month.last_day or answer.estimate is None:
        return f"{said}."
    return (
        f"{said}; {answer.estimate:,.0f} are to be expected at the month's end"
        f" ({answer.lo:,.0f} to {answer.hi:,.0f}, four times in five)."
    )


def _sales(one: ContractStatus) -> str:
    counts = one.counts.counts
    return (
        f"Sales made {counts['late']:,} first attempts too late or not yet,"
        f" and gave up {counts['given_up']:,} leads before the agreed attempts."
    )


def _hours(clauses: Clauses) -> str:
    groups: list[tuple[list[str], str]] = []
    for day, text in clauses.hours.items():
        if groups and groups[-1][1] == text:
            groups[-1][0].append(day)
        else:
            groups.append(([day], text))
    named = ((days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}", text) for days, text in groups if text)
    return ", ".join(f"{days.title()} {text}" for days, text in named)


def _off(clauses: Clauses) -> str:
    place = "-".join(filter(None, (clauses.country, clauses.subdivision)))
    said = f", without the public holidays of {place}" if place else ""
    return said + (f", and {len(clauses.days_off)} days of the company's own" if clauses.days_off else "")
