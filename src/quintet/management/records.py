"""The records behind a number of the funnel: which number, and the rows it counts."""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.schema import STAGES
from quintet.kernel.errors import BadInput
from quintet.management.metrics import cohorts, tables
from quintet.management.metrics.targets import handed_over
from quintet.management.terms.funnel import WIN_RATE, FunnelQuestion, Step

OUTCOMES = ("", "converted", "open")
LEAD_COLUMNS = ("label", "source", "segment", "created_at", *(f"{stage}_at" for stage in STAGES), "lost_at")
DEAL_COLUMNS = ("label", "source", "segment", "product", "stage", "created_at", "closed_at", "is_won")
_VALUE = ("mrr", "amount", "currency")
#: The step that one rep hands to another.
HANDED_OVER = Step("qualified", "demo")


@dataclass(frozen=True)
class Selection:
    """Which number: a stage reached within the period, or the cohort of a step.

    Args:
        rep_id: one rep's; None for the whole team's.
        stage: leads that reached this stage within the period.
        step: leads that entered the step within it; for the win rate, opportunities closed in it.
        outcome: of the step's: "converted", "open" (not converted so far), or "" for both.
        closer_id: with `rep_id` and the step from qualifying call to demo: leads whose call `rep_id` held and
            this one demonstrated or owns, as the hand-overs count them.
    """

    rep_id: int | None = None
    stage: str | None = None
    step: Step | None = None
    outcome: str = ""
    closer_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse a selection that names neither or both, or an outcome there is not."""
        if (self.stage is None) == (self.step is None):
            raise BadInput("choose either a stage or a step to open its records")
        if self.outcome not in OUTCOMES:
            raise BadInput(f"outcome must be converted, open or left out, got {self.outcome!r}")
        if self.stage is not None and self.stage not in STAGES:
            raise BadInput(f"stage must be one of {', '.join(STAGES)}, got {self.stage!r}")
        if self.closer_id is not None and (self.rep_id is None or self.step != HANDED_OVER):
            raise BadInput("a hand-over has two reps and one step: open its number on the page of targets")

    @property
    def people(self) -> tuple[int, ...]:
        """The reps it names."""
        return tuple(one for one in (self.rep_id, self.closer_id) if one is not None)


def records(facts: Facts, question: FunnelQuestion, selection: Selection) -> list[dict[str, Any]]:
    """The rows a number counts, newest first, each with the rep's name.

    Args:
        facts: a published version.
        question: the question the number answers.
        selection: which number.
    """
    rows, columns = _selected(facts, question, selection)
    if selection.rep_id is not None:
        rows = rows.filter(rows.rep_id == selection.rep_id)
    names = names_of_reps(facts)
    found = facts.arrow(rows.select("rep_id", *columns, *_VALUE)).to_pylist()
    return [row | {"rep": names.get(row["rep_id"], str(row["rep_id"]))} for row in found]


def _selected(
    facts: Facts, question: FunnelQuestion, selection: Selection
) -> tuple[ir.Table, tuple[str, ...]]:
    if selection.step == WIN_RATE:
        rows = tables.closed_records(facts.table("opportunities"), question)
        return _with_outcome(rows, selection.outcome, "is_won"), DEAL_COLUMNS
    leads = facts.table("leads")
    if selection.closer_id is not None:
        rows = handed_over(leads, question.start, question.end)
        rows = rows.filter(rows.closer == selection.closer_id)
        rows = rows.mutate(rep_id=rows.qualified_by, is_converted=rows.demo_at.notnull())
        rows = rows.order_by(ibis.desc("qualified_at"), "lead_id")
        return _with_outcome(rows, selection.outcome, "is_converted"), LEAD_COLUMNS
    if selection.step is None or facts.as_of is None:
        return tables.stage_records(leads, question, selection.stage or STAGES[0]), LEAD_COLUMNS
    rows = cohorts.cohort_records(leads, question, selection.step, facts.as_of)
    return _with_outcome(rows, selection.outcome, "is_converted"), LEAD_COLUMNS


def _with_outcome(rows: ir.Table, outcome: str, flag: str) -> ir.Table:
    if not outcome:
        return rows
    return rows.filter(rows[flag] if outcome == "converted" else ~rows[flag])
