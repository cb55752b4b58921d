"""What each rep did and closed: table in, small table out, on any engine."""

import ibis
import ibis.expr.types as ir

from quintet.facts.schema import STAGES
from quintet.management.metrics.cohorts import asked_leads, credited, kind_of_lead, of_reps, true_only, within
from quintet.management.terms.funnel import FunnelQuestion


def recorded_stages(leads: ir.Table) -> ir.Table:
    """How many leads have each stage from the source itself, and how many got there or beyond.

    Args:
        leads: facts.LEADS.

    Returns:
        One row: for each stage `<stage>_recorded` and `<stage>_reached` (int64), and over all leads
        `won`, `won_with_rep`, `others`, `others_with_rep` (int64).
    """
    known, won = leads.rep_id.notnull(), true_only(leads.is_won)
    measures = {"won": won, "won_with_rep": won & known, "others": ~won, "others_with_rep": ~won & known}
    for place, stage in enumerate(STAGES):
        measures[f"{stage}_recorded"] = (leads.recorded & (1 << place)) > 0
        measures[f"{stage}_reached"] = leads.reached > place
    return leads.agg(**{name: flag.cast("int64").sum().fill_null(0) for name, flag in measures.items()})


def rep_knowledge(leads: ir.Table, stage: str) -> ir.Table:
    """For leads that reached a stage: is the rep known for the won ones only?

    Args:
        leads: facts.LEADS.
        stage: the first stage the company records; its rep is asked for.

    Returns:
        One row: `won`, `won_with_rep`, `others`, `others_with_rep` (int64).
    """
    reached = leads.filter(leads.reached > STAGES.index(stage))
    known, won = credited(reached, stage).notnull(), true_only(reached.is_won)
    measures = {"won": won, "won_with_rep": won & known, "others": ~won, "others_with_rep": ~won & known}
    return reached.agg(**{name: flag.cast("int64").sum().fill_null(0) for name, flag in measures.items()})


def stage_records(leads: ir.Table, question: FunnelQuestion, stage: str) -> ir.Table:
    """The leads behind a count of `stage_counts`: whole rows of facts.LEADS, newest first.

    `rep_id` is who brought the lead to the stage.
    """
    rows = asked_leads(leads, question, stage)
    return rows.filter(within(rows[f"{stage}_at"], question)).order_by(ibis.desc(f"{stage}_at"), "lead_id")


def closed_records(opportunities: ir.Table, question: FunnelQuestion) -> ir.Table:
    """The opportunities behind a win rate: those closed within the period, newest first."""
    rows = opportunities.filter([*of_reps(opportunities, question), *_closed(opportunities, question)])
    return rows.order_by(ibis.desc("closed_at"), "opportunity_id")


def _closed(opportunities: ir.Table, question: FunnelQuestion) -> list[ir.BooleanValue]:
    inside = within(opportunities.closed_at, question)
    return [*kind_of_lead(opportunities, question), opportunities.is_won.notnull(), inside]
