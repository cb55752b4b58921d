"""Facts in, each rep's leads by step and month out, with what became of them in time."""

from itertools import pairwise

import ibis
import ibis.expr.types as ir

from quintet.calendar.periods import month_number
from quintet.facts.asking import FactsTables
from quintet.facts.careers import read_careers
from quintet.facts.schema import STAGES
from quintet.training.terms.steps import StepCell

#: Days in which a lead comes to the end of a step, or does not count as having; a sale takes longer.
DAYS = {"connected": 30, "qualified": 45, "demo": 45, "won": 90}


def step_cells(facts: FactsTables) -> tuple[StepCell, ...]:
    """Leads of each rep that came to the start of each step in each month, old enough to tell.

    A lead counts for who brought it to the start of the step.
    """
    joined = {one.rep_id: month_number(one.joined_on) for one in read_careers(facts) if one.joined_on}
    told: list[StepCell] = []
    for before, step in pairwise(STAGES):
        for row in facts.arrow(_cells(facts, before, step)).to_pylist():
            month, rep = month_number(row["month"]), row["rep_id"]
            tenure = month - joined[rep] if rep in joined else None
            told.append(StepCell(rep, step, month, tenure, row["tried"], row["won"]))
    return tuple(told)


def _cells(facts: FactsTables, before: str, step: str) -> ir.Table:
    leads = facts.table("leads")
    since, until, rep = leads[f"{before}_at"], leads[f"{step}_at"], leads[f"{before}_by"]
    days = ibis.interval(days=DAYS[step])
    newest = ibis.literal(facts.as_of, type="timestamp")
    seen = leads.mutate(
        rep=rep,
        month=since.truncate("M").date(),
        made=(until <= since + days).fill_null(ibis.literal(value=False)),
    ).filter(since.notnull() & rep.notnull() & (since + days <= newest))
    counted = seen.group_by(["rep", "month"]).agg(tried=seen.count(), won=seen.made.cast("int64").sum())
    return counted.select("month", "tried", "won", rep_id="rep").order_by(["rep_id", "month"])


def finished(facts: FactsTables) -> dict[str, dict[int, int]]:
    """Module → rep_id → month, since year 0, in which it was finished."""
    table = facts.table("module_completions")
    rows = facts.arrow(table.select("rep_id", "module", "completed_at").order_by(["module", "rep_id"]))
    told: dict[str, dict[int, int]] = {}
    for row in rows.to_pylist():
        told.setdefault(row["module"], {})[row["rep_id"]] = month_number(row["completed_at"].date())
    return told
