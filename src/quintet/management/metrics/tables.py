"""What each rep did and what came of it: table in, small table out, on any engine."""

from datetime import UTC, date, datetime, time

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
    rows = leads.filter(leads.rep_id.notnull())
    if question.rep_ids is not None:
        rows = rows.filter(rows.rep_id.isin(question.rep_ids))
    if question.segment is not None:
        rows = rows.filter(rows.segment == question.segment)
    if question.source is not None:
        rows = rows.filter(rows.source == question.source)
    return rows


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


def lead_clock(leads: ir.Table, as_of: datetime) -> ir.Table:
    """Each lead's stages as whole seconds, as known at an instant: what cohorts and delays count from.

    Args:
        leads: facts.LEADS, or some of them.
        as_of: what happened later is not known.

    Returns:
        One row per lead: rep_id, then for each stage `<stage>_s` (int64 seconds since 1970, null where it
        has no date) and `<stage>_got` (boolean; undated ones count as reached).
    """
    columns: dict[str, ir.Value] = {}
    for place, stage in enumerate(STAGES):
        at = leads[f"{stage}_at"]
        columns[f"{stage}_s"] = whole_seconds(at)
        columns[f"{stage}_got"] = (leads.reached > place) & (at.isnull() | (at <= as_of))
    return leads.select("rep_id", **columns)


def step_cohorts(clock: ir.Table, question: FunnelQuestion, step: Step, as_of: datetime) -> ir.Table:
    """Leads that entered a stage within the period, by whether they reached the later one.

    Args:
        clock: `lead_clock` of the leads asked about.
        question: when the earlier stage was entered.
        step: the two stages.
        as_of: ages count to here.

    Returns:
        One row per rep and age: step (string), rep_id, age_days (int64; -1 for converted leads, else
        days since entering, by week above 28), leads (int64).
    """
    entered = clock[f"{step.earlier}_s"]
    last = min(_seconds(_midnight(question.end)) - 1, _seconds(as_of))
    rows = clock.filter(entered.between(_seconds(_midnight(question.start)), last))
    age = _whole_days(_seconds(as_of) - rows[f"{step.earlier}_s"])
    weekly = (age / _WEEK).floor().cast("int64") * _WEEK + _WEEK // 2
    binned = rows[f"{step.later}_got"].ifelse(-1, (age <= DAILY_AGES).ifelse(age, weekly))
    aged = rows.select("rep_id", age_days=binned.cast("int64"))
    counted = aged.group_by("rep_id", "age_days").agg(leads=aged.count())
    return counted.select(ibis.literal(step.key).name("step"), "rep_id", "age_days", "leads")


def step_delays(clock: ir.Table, step: Step, as_of: datetime) -> ir.Table:
    """How long the whole company's leads took from one stage to a later one.

    Args:
        clock: `lead_clock` of all leads, with or without rep; those of the last 540 days count.
        step: the two stages.
        as_of: ages count to here.

    Returns:
        One row per outcome and day: step (string), is_converted (boolean), days (int64; lag of the
        converted, -1 where it is not dated, age of the others), leads (int64).
    """
    since = _seconds(as_of) - DELAY_MEMORY_DAYS * _DAY
    rows = clock.filter(clock[f"{step.earlier}_s"].between(since, _seconds(as_of)))
    entered, converted = rows[f"{step.earlier}_s"], rows[f"{step.later}_got"]
    lag = _whole_days(rows[f"{step.later}_s"] - entered).fill_null(-1)
    days = converted.ifelse(lag, _whole_days(_seconds(as_of) - entered)).cast("int64")
    dated = rows.select(is_converted=converted, days=days)
    counted = dated.group_by("is_converted", "days").agg(leads=dated.count())
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
