"""Who entered a stage and what came of it: the words of a cohort, its records, and how long steps take."""

from datetime import UTC, date, datetime, time, timedelta

import ibis
import ibis.expr.types as ir

from quintet.facts.instants import whole_seconds
from quintet.facts.schema import STAGES
from quintet.management.terms.funnel import FunnelQuestion, Step

#: Ages up to this many days are kept by day, then by week, from three months on by four weeks.
DAILY_AGES = 14
WEEKLY_AGES = 84
#: Classes of age that the kinds of leads are told apart by, in days.
AGE_CLASSES = (14, 60)
#: Ages are not told apart beyond this.
OLDEST_DAYS = 1095
#: How far back the company's leads teach how long conversions take.
DELAY_MEMORY_DAYS = 540

_DAY = 86_400


def credited(rows: ir.Table, stage: str) -> ir.IntegerValue:
    """Who brought the lead to a stage: the rep its count and its cohort belong to."""
    return rows[f"{stage}_by"]


def step_delays(leads: ir.Table, steps: tuple[Step, ...], as_of: datetime) -> ir.Table:
    """How long the whole company's leads took from one stage to a later one.

    Args:
        leads: facts.LEADS; those that entered in the 540 days before `as_of`, with or without rep.
        steps: one or more.
        as_of: what happened later is not known; ages count to here.

    Returns:
        One row per step, outcome and day: step (int64, place in `steps`), is_converted (boolean), days
        (int64; lag of the converted, -1 where it is not dated, age of the others), leads (int64).
    """
    return _united([_delay(leads, step, place, as_of) for place, step in enumerate(steps)])


def _delay(leads: ir.Table, step: Step, place: int, as_of: datetime) -> ir.Table:
    entered = leads[f"{step.earlier}_at"]
    rows = leads.filter([entered >= as_of - timedelta(days=DELAY_MEMORY_DAYS), entered <= as_of])
    start, converted = whole_seconds(rows[f"{step.earlier}_at"]), has_reached(rows, step.later, as_of)
    lag = (whole_seconds(rows[f"{step.later}_at"]) - start) / _DAY
    day = converted.ifelse(lag.floor().cast("int64"), days_since(rows[f"{step.earlier}_at"], as_of))
    by_day = rows.group_by(is_converted=converted, day=day).agg(n=rows.count())
    days = _whole_days(by_day.day).fill_null(-1).cast("int64")
    counted = by_day.group_by("is_converted", days=days).agg(leads=by_day.n.sum())
    return counted.select(_place(place), "is_converted", "days", "leads")


def cohort_records(leads: ir.Table, question: FunnelQuestion, step: Step, as_of: datetime) -> ir.Table:
    """The leads behind a rate: those that entered the earlier stage, newest first.

    Returns:
        Whole rows of facts.LEADS with `is_converted`; `rep_id` is who brought the lead to the earlier stage.
    """
    rows = asked_leads(leads, question, step.earlier)
    entered = rows[f"{step.earlier}_at"]
    rows = rows.filter(within(entered, question) & (entered <= as_of))
    rows = rows.mutate(is_converted=has_reached(rows, step.later, as_of))
    return rows.order_by(ibis.desc(f"{step.earlier}_at"), "lead_id")


def asked_leads(leads: ir.Table, question: FunnelQuestion, stage: str) -> ir.Table:
    """The leads of the reps, segment and source asked about, each given to who brought it to a stage.

    Args:
        leads: facts.LEADS, one row per lead; those nobody brought to the stage are left out.
        question: the period is not applied here.
        stage: whose `<stage>_by` counts.
    """
    rows = leads.mutate(rep_id=credited(leads, stage))
    return rows.filter([*kind_of_lead(rows, question), *of_reps(rows, question)])


def kind_of_lead(rows: ir.Table, question: FunnelQuestion) -> list[ir.BooleanValue]:
    """What must hold of a row's segment and source."""
    found = []
    if question.segment is not None:
        found.append(rows.segment == question.segment)
    if question.source is not None:
        found.append(rows.source == question.source)
    return found


def of_reps(rows: ir.Table, question: FunnelQuestion) -> list[ir.BooleanValue]:
    """What must hold of a row's rep."""
    found = [rows.rep_id.notnull()]
    if question.rep_ids is not None:
        found.append(rows.rep_id.isin(question.rep_ids))
    return found


def has_reached(rows: ir.Table, stage: str, as_of: datetime) -> ir.BooleanValue:
    """Had the lead reached the stage by then? Undated ones count as reached."""
    arrived = rows[f"{stage}_at"]
    return (rows.reached > STAGES.index(stage)) & (arrived.isnull() | (arrived <= as_of))


def was_lost(rows: ir.Table, as_of: datetime) -> ir.BooleanValue:
    """Was the lead closed without a sale by then? Undated ones count as lost."""
    return true_only(rows.is_lost) & (rows.lost_at.isnull() | (rows.lost_at <= as_of))


def within(instant: ir.TimestampValue, question: FunnelQuestion) -> ir.BooleanValue:
    """Lies the instant in the period? What has no date does not."""
    return true_only((instant >= _midnight(question.start)) & (instant < _midnight(question.end)))


def days_since(instant: ir.TimestampValue, as_of: datetime) -> ir.IntegerValue:
    """Whole days from an instant to now; below 0 where the clock was wrong."""
    return ((_seconds(as_of) - whole_seconds(instant)) / _DAY).floor().cast("int64")


def true_only(flag: ir.BooleanValue) -> ir.BooleanValue:
    """The flag; what is not known is not true."""
    return ibis.coalesce(flag, ibis.literal(value=False))


def _united(parts: list[ir.Table]) -> ir.Table:
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _place(place: int) -> ir.Value:
    return ibis.literal(place, type="int64").name("step")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _seconds(instant: datetime) -> int:
    """Whole seconds since 1970 of an instant without a zone."""
    return int(instant.replace(tzinfo=UTC).timestamp())


def _whole_days(days: ir.IntegerValue) -> ir.IntegerValue:
    """Days of a span: 0 when it is negative, at most three years, null when it is null."""
    return (days < 0).ifelse(0, (days > OLDEST_DAYS).ifelse(OLDEST_DAYS, days))
