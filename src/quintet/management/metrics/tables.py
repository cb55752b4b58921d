"""What each rep did and what came of it: table in, small table out, on any engine."""

from datetime import UTC, date, datetime, time, timedelta

import ibis
import ibis.expr.types as ir

from quintet.facts.instants import whole_seconds
from quintet.facts.schema import STAGES
from quintet.management.terms import FunnelQuestion, Step

#: Ages up to this many days are kept by day, older ones by week.
DAILY_AGES = 28
#: Ages are not told apart beyond this.
OLDEST_DAYS = 1095
#: How far back the company's leads teach how long conversions take.
DELAY_MEMORY_DAYS = 540

_DAY = 86_400
_WEEK = 7


def asked_leads(leads: ir.Table, question: FunnelQuestion) -> ir.Table:
    """The leads of the reps, segment and source asked about; leads nobody owns are left out.

    Args:
        leads: facts.LEADS, one row per lead.
        question: the period is not applied here.
    """
    return leads.filter(_asked(leads, question))


def recorded_stages(leads: ir.Table) -> ir.Table:
    """How many leads have each stage from the source itself, and how many got there or beyond.

    Args:
        leads: facts.LEADS.

    Returns:
        One row: for each stage `<stage>_recorded` and `<stage>_reached` (int64), and over all leads
        `won`, `won_with_rep`, `others`, `others_with_rep` (int64).
    """
    known, won = leads.rep_id.notnull(), _true(leads.is_won)
    measures = {"won": won, "won_with_rep": won & known, "others": ~won, "others_with_rep": ~won & known}
    for place, stage in enumerate(STAGES):
        measures[f"{stage}_recorded"] = (leads.recorded & (1 << place)) > 0
        measures[f"{stage}_reached"] = leads.reached > place
    return leads.agg(**{name: flag.cast("int64").sum().fill_null(0) for name, flag in measures.items()})


def rep_knowledge(leads: ir.Table, stage: str) -> ir.Table:
    """For leads that reached a stage: is the rep known for the won ones only?

    Args:
        leads: facts.LEADS.
        stage: the first stage the company records.

    Returns:
        One row: `won`, `won_with_rep`, `others`, `others_with_rep` (int64).
    """
    reached = leads.filter(leads.reached > STAGES.index(stage))
    known, won = reached.rep_id.notnull(), _true(reached.is_won)
    measures = {"won": won, "won_with_rep": won & known, "others": ~won, "others_with_rep": ~won & known}
    return reached.agg(**{name: flag.cast("int64").sum().fill_null(0) for name, flag in measures.items()})


def stage_counts(leads: ir.Table, question: FunnelQuestion) -> ir.Table:
    """How many leads each rep brought to each stage within the period.

    Args:
        leads: facts.LEADS; a lead counts where the instant of the stage lies in the period.
        question: whose, and when.

    Returns:
        One row per rep with any: rep_id, then one int64 column per stage.
    """
    rows = asked_leads(leads, question)
    within = {stage: _within(rows[f"{stage}_at"], question) for stage in STAGES}
    anything = rows.filter(ibis.or_(*within.values()))
    return anything.group_by("rep_id").agg(
        **{stage: _within(anything[f"{stage}_at"], question).cast("int64").sum() for stage in STAGES}
    )


def step_cohorts(leads: ir.Table, question: FunnelQuestion, step: Step, as_of: datetime) -> ir.Table:
    """Leads that entered a stage within the period, by whether they reached the later one.

    Args:
        leads: facts.LEADS.
        question: whose, and when the earlier stage was entered.
        step: the two stages.
        as_of: what happened later is not known; ages count to here.

    Returns:
        One row per rep and age: step (string), rep_id, age_days (int64; -1 for converted leads, else
        days since entering, by week above 28), leads (int64).
    """
    entered = leads[f"{step.earlier}_at"]
    # one filter, so that the steps of a union share no part but the table, which engines would copy
    rows = leads.filter([*_asked(leads, question), _within(entered, question), entered <= as_of])
    age = _whole_days(_seconds(as_of) - whole_seconds(rows[f"{step.earlier}_at"]))
    weekly = (age / _WEEK).floor().cast("int64") * _WEEK + _WEEK // 2
    binned = has_reached(rows, step.later, as_of).ifelse(-1, (age <= DAILY_AGES).ifelse(age, weekly))
    counted = rows.group_by(rep_id=rows.rep_id, age_days=binned.cast("int64")).agg(leads=rows.count())
    return counted.select(ibis.literal(step.key).name("step"), "rep_id", "age_days", "leads")


def step_delays(leads: ir.Table, step: Step, as_of: datetime) -> ir.Table:
    """How long the whole company's leads took from one stage to a later one.

    Args:
        leads: facts.LEADS; those that entered in the 540 days before `as_of`, with or without rep.
        step: the two stages.
        as_of: what happened later is not known; ages count to here.

    Returns:
        One row per outcome and day: step (string), is_converted (boolean), days (int64; lag of the
        converted, -1 where it is not dated, age of the others), leads (int64).
    """
    entered = leads[f"{step.earlier}_at"]
    rows = leads.filter([entered >= as_of - timedelta(days=DELAY_MEMORY_DAYS), entered <= as_of])
    start, converted = whole_seconds(rows[f"{step.earlier}_at"]), has_reached(rows, step.later, as_of)
    lag = _whole_days(whole_seconds(rows[f"{step.later}_at"]) - start).fill_null(-1)
    days = converted.ifelse(lag, _whole_days(_seconds(as_of) - start)).cast("int64")
    counted = rows.group_by(is_converted=converted, days=days).agg(leads=rows.count())
    return counted.select(ibis.literal(step.key).name("step"), "is_converted", "days", "leads")


def closed_opportunities(opportunities: ir.Table, question: FunnelQuestion) -> ir.Table:
    """How many opportunities each rep won and lost within the period.

    Args:
        opportunities: facts.OPPORTUNITIES; open ones and those nobody owns are left out.
        question: whose, and when they closed.

    Returns:
        One row per rep: rep_id, won, lost (int64).
    """
    rows = asked_leads(opportunities, question)
    rows = rows.filter(rows.is_won.notnull() & _within(rows.closed_at, question))
    return rows.group_by("rep_id").agg(
        won=rows.is_won.cast("int64").sum(), lost=(~rows.is_won).cast("int64").sum()
    )


def attempt_totals(leads: ir.Table, question: FunnelQuestion) -> ir.Table:
    """What each rep put into the leads first worked within the period, and how they were reached.

    Args:
        leads: facts.LEADS.
        question: whose, and when the lead was first worked.

    Returns:
        One row per rep, int64: rep_id, worked, attempts, attempts_squared (sum of squares), dials,
        emails, call_connects, email_connects, connected, qualified, demo, won.
    """
    rows = asked_leads(leads, question)
    rows = rows.filter(_within(rows.worked_at, question))
    attempts = rows.attempts.fill_null(0)
    return rows.group_by("rep_id").agg(
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
    """The leads behind a count of `stage_counts`: whole rows of facts.LEADS, newest first."""
    rows = asked_leads(leads, question)
    return rows.filter(_within(rows[f"{stage}_at"], question)).order_by(ibis.desc(f"{stage}_at"), "lead_id")


def cohort_records(leads: ir.Table, question: FunnelQuestion, step: Step, as_of: datetime) -> ir.Table:
    """The leads behind a rate: those that entered the earlier stage, with `is_converted`, newest first."""
    rows = asked_leads(leads, question)
    entered = rows[f"{step.earlier}_at"]
    rows = rows.filter(_within(entered, question) & (entered <= as_of))
    rows = rows.mutate(is_converted=has_reached(rows, step.later, as_of))
    return rows.order_by(ibis.desc(f"{step.earlier}_at"), "lead_id")


def closed_records(opportunities: ir.Table, question: FunnelQuestion) -> ir.Table:
    """The opportunities behind a win rate: those closed within the period, newest first."""
    rows = asked_leads(opportunities, question)
    rows = rows.filter(rows.is_won.notnull() & _within(rows.closed_at, question))
    return rows.order_by(ibis.desc("closed_at"), "opportunity_id")


def has_reached(rows: ir.Table, stage: str, as_of: datetime) -> ir.BooleanValue:
    """Had the lead reached the stage by then? Undated ones count as reached."""
    arrived = rows[f"{stage}_at"]
    return (rows.reached > STAGES.index(stage)) & (arrived.isnull() | (arrived <= as_of))


def _asked(rows: ir.Table, question: FunnelQuestion) -> list[ir.BooleanValue]:
    """What must hold of a row to be asked about."""
    found = [rows.rep_id.notnull()]
    if question.rep_ids is not None:
        found.append(rows.rep_id.isin(question.rep_ids))
    if question.segment is not None:
        found.append(rows.segment == question.segment)
    if question.source is not None:
        found.append(rows.source == question.source)
    return found


def _within(instant: ir.TimestampValue, question: FunnelQuestion) -> ir.BooleanValue:
    inside = (instant >= _midnight(question.start)) & (instant < _midnight(question.end))
    return _true(inside)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _seconds(instant: datetime) -> int:
    """Whole seconds since 1970 of an instant without a zone."""
    return int(instant.replace(tzinfo=UTC).timestamp())


def _whole_days(seconds: ir.IntegerValue) -> ir.IntegerValue:
    """Whole days of a span: 0 when it is negative, at most three years, null when it is null."""
    days = (seconds / _DAY).floor().cast("int64")
    return (days < 0).ifelse(0, (days > OLDEST_DAYS).ifelse(OLDEST_DAYS, days))


def _count(flag: ir.BooleanValue) -> ir.IntegerScalar:
    return _true(flag).cast("int64").sum()


def _true(flag: ir.BooleanValue) -> ir.BooleanValue:
    """The flag; what is not known is not true."""
    return ibis.coalesce(flag, ibis.literal(value=False))
