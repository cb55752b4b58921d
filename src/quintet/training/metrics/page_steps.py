"""What reps converted at a step before and after a day: counted from leads watched equally long."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from quintet.facts.asking import FactsTables
from quintet.facts.instants import seconds_between
from quintet.facts.schema import STAGES

#: Days before a version whose leads show what the step converted until then.
DAYS_BEFORE = 182
#: A lead counts as converted within the days in which this share of conversions come, between these ends.
_IN_TIME, _SHORTEST, _LONGEST = 0.8, 7, 90
_DAY = 86_400


@dataclass(frozen=True)
class StepPace:
    """How long a step takes, and whether the source records its stages.

    Args:
        converted: dated conversions seen.
        within_days: in so many days most of them come.
        recorded: share of the leads that got to the later stage for which the source itself says so, 0..1.
    """

    converted: int
    within_days: int
    recorded: float


@dataclass(frozen=True)
class Span:
    """Leads that came to the step on these days: the first, and the day after the last."""

    start: date
    end: date


@dataclass(frozen=True)
class RepCount:
    """Of one rep's leads in a span: how many came to the step, and how many converted in time."""

    rep_id: int
    n: int
    converted: int


def step_pace(facts: FactsTables, step: str) -> StepPace:
    """How long leads take for a step.

    Args:
        facts: a published version.
        step: the stage it ends in.
    """
    leads, place = facts.table("leads"), STAGES.index(step)
    arrived = leads.filter(leads.reached > place)
    lag = (seconds_between(arrived[f"{STAGES[place - 1]}_at"], arrived[f"{step}_at"]) / _DAY).ceil()
    bit = 1 << place
    row = facts.arrow(
        arrived.aggregate(
            converted=lag.count(),
            days=lag.quantile(_IN_TIME),
            recorded=((arrived.recorded & bit) > 0).mean(),
        )
    ).to_pylist()[0]
    days = min(max(round(row["days"] or 0), _SHORTEST), _LONGEST)
    return StepPace(row["converted"], days, row["recorded"] or 0.0)


def spans(written_on: date, as_of: datetime, within_days: int) -> tuple[Span, Span]:
    """The half year before a version, and the time since, whose leads were watched long enough."""
    cut, last = timedelta(days=within_days), as_of.date() - timedelta(days=within_days)
    before = Span(written_on - timedelta(days=DAYS_BEFORE) - cut, written_on - cut)
    return before, Span(written_on, max(last, written_on))


def rep_counts(facts: FactsTables, step: str, span: Span, within_days: int) -> tuple[RepCount, ...]:
    """What each rep's leads of a span did at a step.

    Args:
        facts: a published version.
        step: the stage it ends in.
        span: when leads came to it.
        within_days: a later conversion does not count.

    Returns:
        One row per rep with any, by rep; leads nobody brought are left out.
    """
    rows = _leads(facts, step, span, within_days)
    told = facts.arrow(rows.group_by("rep_id").agg(n=rows.count(), converted=rows.in_time.sum()))
    found = (RepCount(row["rep_id"], row["n"], row["converted"]) for row in told.to_pylist())
    return tuple(sorted(found, key=lambda one: one.rep_id))


def step_leads(facts: FactsTables, step: str, span: Span, within_days: int) -> list[dict[str, Any]]:
    """The leads behind `rep_counts`, newest first: lead_id, label, rep_id, came_at, converted_at, in_time."""
    rows = _leads(facts, step, span, within_days)
    return facts.arrow(rows.order_by(ibis.desc("came_at"), "lead_id")).to_pylist()


def _leads(facts: FactsTables, step: str, span: Span, within_days: int) -> ir.Table:
    leads, earlier = facts.table("leads"), STAGES[STAGES.index(step) - 1]
    came_at, converted_at, rep_id = leads[f"{earlier}_at"], leads[f"{step}_at"], leads[f"{earlier}_by"]
    in_time = seconds_between(came_at, converted_at) <= within_days * _DAY
    within = (came_at >= _midnight(span.start)) & (came_at < _midnight(span.end))
    return leads.filter(within & rep_id.notnull()).select(
        "lead_id",
        "label",
        rep_id=rep_id,
        came_at=came_at,
        converted_at=converted_at,
        in_time=ibis.coalesce(in_time, ibis.literal(value=False)),
    )


def _midnight(day: date) -> ir.TimestampScalar:
    return ibis.literal(datetime.combine(day, time()))
