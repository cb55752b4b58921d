"""Facts in, reps on their way to quota out: what they had, and when."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from math import log

import ibis

from quintet.calendar.periods import month_number
from quintet.facts.asking import FactsTables, names_of_reps, running_month
from quintet.facts.careers import QuotaSpell, quota_spells, read_careers, read_signed
from quintet.facts.pre_hire import pre_hire_scores
from quintet.training.terms.modules import RampRep
from quintet.training.terms.ramp import Journey

#: Month since joining, by module.
Done = dict[str, int]


@dataclass(frozen=True)
class Ramps:
    """Everybody on the way to quota, or there.

    Args:
        reps: in the order of their ids.
        journeys: the same, with name and manager, for lists.
        until: the first day of the month that runs; only months before it count.
        unknown: reps of whom nobody can know: there when the history begins, without a quota in any month, or
            not here for a whole month yet.
    """

    reps: tuple[RampRep, ...]
    journeys: tuple[Journey, ...]
    until: date
    unknown: int


def read_ramps(facts: FactsTables, until: date | None = None) -> Ramps:
    """Reps' ways to the first month at quota, with modules, leads and the score before hire.

    Args:
        facts: a published version, or facts as they were known.
        until: only months before this day count; the month in which the data ends when left out.
    """
    end = until or running_month(facts)
    careers = read_careers(facts)
    spells = quota_spells(careers, read_signed(facts), end)
    done, supply, scores = _done(facts, spells, end), _supply(facts, end), pre_hire_scores(facts)
    reps = tuple(
        RampRep(
            one.rep_id,
            one.joined,
            one.months,
            one.ending,
            done[one.rep_id],
            _months_of(one, supply),
            scores.get(one.rep_id),
        )
        for one in spells
    )
    return Ramps(reps, _journeys(facts, spells), end, len(careers) - len(spells))


def journeys(facts: FactsTables, until: date | None = None) -> tuple[Journey, ...]:
    """Each rep's way to quota, newest first; without anything a formula needs."""
    end = until or running_month(facts)
    return _journeys(facts, quota_spells(read_careers(facts), read_signed(facts), end))


def _journeys(facts: FactsTables, spells: tuple[QuotaSpell, ...]) -> tuple[Journey, ...]:
    names, managers = names_of_reps(facts), _first_managers(facts)
    told = [
        Journey(
            one.rep_id,
            names.get(one.rep_id, str(one.rep_id)),
            managers.get(one.rep_id),
            one.joined,
            one.months,
            one.ending,
        )
        for one in spells
    ]
    return tuple(sorted(told, key=lambda one: (one.joined, one.name), reverse=True))


def _first_managers(facts: FactsTables) -> dict[int, int]:
    """Whose team each rep came into: the manager of the first spell that has one."""
    reps = facts.table("reps")
    known = reps.filter((reps.role == "rep") & reps.manager_id.notnull())
    rows = facts.arrow(known.select("rep_id", "manager_id", "valid_from").order_by(["rep_id", "valid_from"]))
    found: dict[int, int] = {}
    for row in rows.to_pylist():
        found.setdefault(row["rep_id"], row["manager_id"])
    return found


def _done(facts: FactsTables, spells: tuple[QuotaSpell, ...], end: date) -> dict[int, Done]:
    """rep_id → module → month since joining in which it was finished."""
    joined = {one.rep_id: month_number(one.joined) for one in spells}
    found: dict[int, Done] = {one: {} for one in joined}
    table = facts.table("module_completions")
    rows = facts.arrow(table.select("rep_id", "module", "completed_at").order_by(["rep_id", "module"]))
    for row in rows.to_pylist():
        if row["rep_id"] in joined and row["completed_at"].date() < end:
            month = month_number(row["completed_at"].date()) - joined[row["rep_id"]] + 1
            found[row["rep_id"]][row["module"]] = month
    return found


def _supply(facts: FactsTables, end: date) -> dict[int, dict[int, float]]:
    """Month → rep_id → leads beside the average rep of that month, as a logarithm; nobody is average there.

    A lead counts for who worked it first, or for its owner where nobody did, in the month it was created.
    """
    leads = facts.table("leads")
    told = leads.filter(leads.created_at.notnull() & (leads.created_at < ibis.literal(end, type="timestamp")))
    rep = ibis.coalesce(told.worked_by, told.rep_id)
    named = told.select(rep_id=rep, month=told.created_at.truncate("M").date()).filter(rep.notnull())
    counted = named.group_by(["rep_id", "month"]).agg(leads=named.count()).order_by(["month", "rep_id"])
    months: dict[int, Counter[int]] = defaultdict(Counter)
    for row in facts.arrow(counted).to_pylist():
        months[month_number(row["month"])][row["rep_id"]] = row["leads"]
    return {at: _relative(count) for at, count in months.items()}


def _relative(count: Counter[int]) -> dict[int, float]:
    mean = sum(count.values()) / len(count)
    return {rep: log((n + 1.0) / (mean + 1.0)) for rep, n in count.items()} | {0: log(1.0 / (mean + 1.0))}


def _months_of(one: QuotaSpell, supply: dict[int, dict[int, float]]) -> tuple[float, ...]:
    """Of months 1, 2 …; a rep without a lead in a month had less than everybody."""
    start = month_number(one.joined)
    return tuple(_of_month(one.rep_id, supply.get(start + at, {})) for at in range(one.months))


def _of_month(rep_id: int, month: dict[int, float]) -> float:
    return month.get(rep_id, month.get(0, 0.0))


def months_finished(facts: FactsTables, module: str) -> dict[int, date]:
    """Day on which each rep finished a module, by rep_id."""
    table = facts.table("module_completions")
    mine = table.filter(table.module == module).select("rep_id", "completed_at").order_by("rep_id")
    return {row["rep_id"]: row["completed_at"].date() for row in facts.arrow(mine).to_pylist()}
