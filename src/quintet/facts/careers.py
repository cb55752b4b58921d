"""Careers of reps: since when, until when, what they signed by month, and how long until they made quota."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import ibis

from quintet.calendar.periods import month_number
from quintet.facts.asking import FactsTables


@dataclass(frozen=True)
class RepCareer:
    """One rep: since when, until when."""

    rep_id: int
    joined_on: date | None
    left_on: date | None


@dataclass(frozen=True)
class RepMonth:
    """What a rep signed in a month, beside the quota; money in the company's currency."""

    rep_id: int
    month: date
    mrr: float
    quota: float | None


class Ending(StrEnum):
    """How the way to the first month at quota ended, or that it has not."""

    REACHED = "reached"
    LEFT = "left"
    RAMPING = "ramping"


@dataclass(frozen=True)
class QuotaSpell:
    """One rep's way to the first month at quota.

    Args:
        rep_id: who.
        joined: first day of the month of joining, which is month 1.
        months: the month in which quota was made first; without one, months that are over and that the rep
            was here for.
        ending: reached, left before, or still ramping.
    """

    rep_id: int
    joined: date
    months: int
    ending: Ending


def read_careers(facts: FactsTables) -> tuple[RepCareer, ...]:
    """Every rep once, with the first day and the last as a rep; managers and BDRs are not among them.

    Who was promoted has left the reps on that day.
    """
    reps = facts.table("reps")
    found = (
        reps.filter(reps.role == "rep")
        .group_by("rep_id")
        .agg(
            joined_on=reps.joined_on.min(),
            gone_on=reps.left_on.max(),
            is_one=reps.valid_to.isnull().any(),
            until=reps.valid_to.max().date(),
        )
    )
    ended = ibis.ifelse(found.is_one, ibis.null("date"), found.until)
    told = found.select("rep_id", "joined_on", left_on=found.gone_on.coalesce(ended))
    return tuple(RepCareer(**row) for row in _rows(facts, told.order_by("rep_id")))


def read_signed(facts: FactsTables) -> tuple[RepMonth, ...]:
    """What each rep signed in each month with any activity, in the order of reps and months."""
    months = facts.table("rep_months").select("rep_id", "month", "mrr", "quota")
    return tuple(RepMonth(**row) for row in _rows(facts, months.order_by(["rep_id", "month"])))


def quota_spells(
    careers: Sequence[RepCareer], signed: Iterable[RepMonth], until: date
) -> tuple[QuotaSpell, ...]:
    """How long each rep took to the first month at quota; who has not made it counts for the months so far.

    Reps who were there when the history begins came nobody knows when; they, reps without a quota in any
    month, and those who have not been here for a whole month yet are left out. The month of leaving counts
    for nobody, as it is not whole.

    Args:
        careers: every rep, also those who left.
        signed: their months; a month that is missing is one without a sale.
        until: the first day of the month that runs; only months before it count.

    Returns:
        In the order of careers.
    """
    months: dict[int, list[RepMonth]] = defaultdict(list)
    known = {one.rep_id for one in careers}
    rows = [one for one in signed if one.month < until and one.rep_id in known]
    for one in rows:
        months[one.rep_id].append(one)
    first = min((month_number(one.month) for one in rows), default=0)
    told = (_spell(one, months[one.rep_id], first, month_number(until)) for one in careers)
    return tuple(one for one in told if one is not None)


def _spell(one: RepCareer, months: Sequence[RepMonth], first: int, end: int) -> QuotaSpell | None:
    if one.joined_on is None or not first < month_number(one.joined_on) < end:
        return None
    if all(row.quota is None for row in months):
        return None
    start, gone = month_number(one.joined_on), month_number(one.left_on) if one.left_on else end
    stop = min(gone, end)
    hits = [month_number(row.month) for row in months if row.quota and row.mrr >= row.quota > 0]
    made = min((at for at in hits if start <= at < stop), default=None)
    joined = one.joined_on.replace(day=1)
    if made is not None:
        return QuotaSpell(one.rep_id, joined, made - start + 1, Ending.REACHED)
    return QuotaSpell(one.rep_id, joined, max(stop - start, 1), Ending.LEFT if gone < end else Ending.RAMPING)


def _rows(facts: FactsTables, expression: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return list(facts.arrow(expression).to_pylist())
