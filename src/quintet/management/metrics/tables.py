"""What each rep did and closed: table in, small table out, on any engine."""

import ibis
import ibis.expr.types as ir

from quintet.facts.schema import STAGES
from quintet.management.metrics.cohorts import asked_leads, credited, kind_of_lead, of_reps, true_only, within
from quintet.management.terms import FunnelQuestion


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


def stage_counts(leads: ir.Table, question: FunnelQuestion) -> ir.Table:
    """How many leads each rep brought to each stage within the period.

    Args:
        leads: facts.LEADS; a lead counts for who brought it to the stage, where that lies in the period.
        question: whose, and when.

    Returns:
        One row per stage and rep with any: stage (int64, place in STAGES), rep_id, leads (int64).
    """
    return ibis.union(*(_stage_count(leads, question, stage) for stage in STAGES))


def _stage_count(leads: ir.Table, question: FunnelQuestion, stage: str) -> ir.Table:
    rows = leads.filter([*kind_of_lead(leads, question), within(leads[f"{stage}_at"], question)])
    counted = rows.group_by(rep_id=credited(rows, stage)).agg(leads=rows.count())
    counted = counted.filter(of_reps(counted, question))
    return counted.select(ibis.literal(STAGES.index(stage), type="int64").name("stage"), "rep_id", "leads")


def closed_opportunities(opportunities: ir.Table, question: FunnelQuestion) -> ir.Table:
    """How many opportunities each rep won and lost within the period.

    Args:
        opportunities: facts.OPPORTUNITIES; open ones and those nobody owns are left out.
        question: when they closed, and of which segment and source; of all reps.

    Returns:
        One row per rep and kind of lead: rep_id, segment, source, won, lost (int64).
    """
    rows = opportunities.filter([opportunities.rep_id.notnull(), *_closed(opportunities, question)])
    return rows.group_by("rep_id", "segment", "source").agg(
        won=rows.is_won.cast("int64").sum(), lost=(~rows.is_won).cast("int64").sum()
    )


def attempt_totals(leads: ir.Table, question: FunnelQuestion) -> ir.Table:
    """What each rep put into the leads first worked within the period, and how they were reached.

    Args:
        leads: facts.LEADS.
        question: whose, and when the lead was first worked.

    Returns:
        One row per rep and kind of lead: rep_id, segment, source, and as int64 worked, attempts,
        attempts_squared (sum of squares), dials, emails, call_connects, email_connects, connected,
        qualified, demo, won.
    """
    rows = asked_leads(leads, question, "worked")
    rows = rows.filter(within(rows.worked_at, question))
    attempts = rows.attempts.fill_null(0)
    return rows.group_by("rep_id", "segment", "source").agg(
        worked=rows.count(),
        attempts=attempts.sum(),
        attempts_squared=(attempts * attempts).sum(),
        dials=rows.dials.fill_null(0).sum(),
        emails=rows.emails.fill_null(0).sum(),
        call_connects=_count(rows.dial_connected),
        email_connects=_count(rows.email_connected),
        **{stage: _count(rows.reached > place) for place, stage in enumerate(STAGES) if place > 0},
    )


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


def _count(flag: ir.BooleanValue) -> ir.IntegerScalar:
    return true_only(flag).cast("int64").sum()
