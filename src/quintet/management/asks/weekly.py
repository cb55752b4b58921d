"""What the executive's weekly mail says: the month against the last one and against quota, all teams."""

from datetime import date, timedelta

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Period
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.management.asks import daily
from quintet.management.asks import funnel as asks
from quintet.management.asks.input_targets import MonthAims
from quintet.management.asks.working_days import same_working_day
from quintet.management.metrics.daily import day_counts
from quintet.management.metrics.weekly import quotas, signed
from quintet.management.terms.weekly import Pace, Signed, TeamWeek, WeeklyLetter


def letter(facts: Facts, morning: date, calendar: WorkingCalendar) -> WeeklyLetter:
    """The letter of one week.

    Args:
        facts: the published version.
        morning: the day it is read on.
        calendar: the company's.

    Raises:
        NotEnoughData: when the facts do not reach the working day before.
    """
    everybody = Scope.everything()
    audience = daily.audience_of(facts, everybody)
    inputs = daily.inputs_of(facts, audience, morning, calendar)
    month, last = inputs.month, FiscalCalendar().previous(inputs.month)
    aims = daily.aims_of(facts, inputs)
    so_far = aims.so_far
    same_day = same_working_day(last, so_far.working_day, calendar)
    now = signed(facts, month.start, inputs.day + timedelta(days=1))
    asked = daily.opening_question(facts, audience)
    lines = daily.rep_lines_of(facts, audience, morning, calendar)
    funnel = asks.funnel(facts, everybody, asked, asks.reps_shown(facts, everybody, asked).rep_ids)
    return WeeklyLetter(
        day=inputs.day,
        month=month.name,
        last_month=last.name,
        same_day=same_day,
        workdays=so_far.working_day,
        workdays_in_month=so_far.working_days,
        now=now,
        before=signed(facts, last.start, same_day + timedelta(days=1)),
        pace=_pace(facts, month, now, so_far.share),
        stages=asks.company(facts).stages,
        teams=_teams(facts, month, aims),
        funnel=funnel,
        remarks=daily.stands_out(facts, inputs, funnel.reps, lines.values()),
        no_targets=aims.needs.reason,
    )


def _pace(facts: Facts, month: Period, now: tuple[Signed, ...], share: float) -> Pace | None:
    """Quotas are in monthly recurring revenue where any is signed, else in value; in the main currency."""
    quota, reps = quotas(facts, month.start)
    if not reps:
        return None
    main = now[0] if now else Signed("", 0, 0.0, 0.0)
    has_mrr = main.mrr > 0 or not now
    unit = f"{'MRR' if has_mrr else 'value'} {main.currency}".strip()
    return Pace(quota, reps, quota * share, main.mrr if has_mrr else main.amount, unit)


def _teams(facts: Facts, month: Period, aims: MonthAims) -> tuple[TeamWeek, ...]:
    """Each team's leads by stage within the month, as the page counts them, and the targets by now."""
    scope, company = Scope.everything(), asks.company(facts)
    found = []
    for name, _ in asks.choices(facts, scope).teams:
        if name == asks.EVERYBODY:
            continue
        members = asks.question(facts, scope, asks.Filters(team=name, period=month.name)).rep_ids
        counted = day_counts(company, members, month.start, month.end).counts
        asked = aims.together(members)
        counts = tuple(int(counts.sum()) for counts in counted.values())
        found.append(TeamWeek(name, counts, tuple(asked.by_now(stage) for stage in counted)))
    return tuple(sorted(found, key=lambda one: one.name))
