"""What the daily mail says: the page's own answers, for one audience on one morning."""

from collections.abc import Iterable
from datetime import date, timedelta

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.management.asks import funnel as asks
from quintet.management.asks.input_targets import MonthAims, month_aims
from quintet.management.asks.working_days import month_so_far
from quintet.management.formula.daily import DailyInputs, first_day, held_to, rep_lines, team_line
from quintet.management.formula.daily_reading import REACH_FROM, REACH_TO, remarks
from quintet.management.metrics.daily import day_counts, never_reached, roster
from quintet.management.terms.daily import ActivityLine, Audience, DailyLetter, Remark
from quintet.management.terms.funnel import FunnelQuestion, RepFunnel

#: Reps in the charts of one letter, and rows of activity: letters stay small, and the page has all of them.
MOST_DRAWN, MOST_LINES = 10, 25


def audience_of(facts: Facts, scope: Scope, name: str = "") -> Audience:
    """The readers of the same letter as a person with this scope, by the rule of the funnel page.

    Who sees everybody reads everybody's rows; a manager those of his team; a rep or BDR his team's figures,
    with his own row added to his copy; the others the company's figures.

    Args:
        facts: the published version.
        scope: the reader's.
        name: what the reader is called, for the label of a manager's team.
    """
    if scope.rep_ids is None:
        return Audience(asks.EVERYBODY, "everybody", None, Scope.everything())
    if scope.role == "manager" and scope.rep_ids:
        members = tuple(sorted(scope.rep_ids))
        return Audience(asks.MY_TEAM, f"the team of {name}" if name else "my team", members, scope)
    offered = [
        value for value, _ in asks.choices(facts, scope).teams if value not in {asks.EVERYBODY, asks.MY_TEAM}
    ]
    team = offered[0] if offered else asks.EVERYBODY
    asked = asks.question(facts, scope, asks.Filters(team=team))
    return Audience(team, team or "everybody", asked.rep_ids, Scope(frozenset()))


def letter(facts: Facts, audience: Audience, morning: date, calendar: WorkingCalendar) -> DailyLetter:
    """The letter of one morning: the working day before it, its month, the funnel page, what stands out.

    Args:
        facts: the published version.
        audience: whose.
        morning: the day it is read on.
        calendar: the team's.

    Raises:
        NotEnoughData: when the facts do not reach the day to be reported.
    """
    inputs = inputs_of(facts, audience, morning, calendar)
    aims = aims_of(facts, inputs)
    asked = opening_question(facts, audience)
    shown = asks.reps_shown(facts, audience.scope, asked)
    drawn = _first_ones(facts, audience, asked, shown.rep_ids)
    funnel = asks.funnel(facts, audience.scope, asked, drawn)
    lines = rep_lines_of(facts, audience, morning, calendar)
    rows = [line for rep, line in lines.items() if audience.scope.sees(rep)]
    rows.sort(key=lambda line: (line.rep_id not in drawn, line.name, line.rep_id))
    return DailyLetter(
        audience=audience,
        day=inputs.day,
        month=inputs.month.name,
        workdays=aims.so_far.working_day,
        workdays_in_month=aims.so_far.working_days,
        team=held_to(team_line(inputs, audience.label), aims.together(audience.rep_ids)),
        reps=tuple(rows[:MOST_LINES]),
        reps_on_page=max(shown.reps, len(rows)),
        funnel=funnel,
        remarks=stands_out(facts, inputs, funnel.reps, lines.values()) if audience.sees_rows else (),
        as_of=facts.as_of,
    )


def own_row(
    facts: Facts, audience: Audience, scope: Scope, morning: date, calendar: WorkingCalendar
) -> tuple[ActivityLine | None, RepFunnel | None]:
    """What is the reader's own in his copy: his activity and his funnel; None where he has none.

    Args:
        facts: the published version.
        audience: the reader's.
        scope: the reader's; his own row is asked for as the page asks for it.
        morning: the day it is read on.
        calendar: the team's.
    """
    rep = scope.own_rep_id
    if rep is None or not scope.sees(rep):
        return None, None
    line = rep_lines_of(facts, audience, morning, calendar).get(rep)
    try:
        _, funnel = asks.rep_funnel(facts, scope, opening_question(facts, audience), rep)
    except BadInput:  # he has nothing in the period
        return line, None
    return line, funnel


def opening_question(facts: Facts, audience: Audience) -> FunnelQuestion:
    """What the page asks when the link of the letter is opened."""
    whole = asks.question(facts, Scope.everything(), asks.Filters(team=asks.EVERYBODY))
    return FunnelQuestion(whole.start, whole.end, audience.rep_ids)


def reported_day(morning: date, calendar: WorkingCalendar) -> date:
    """The working day a morning's letter is about: the one before."""
    return calendar.add_working_days(morning, -1)


def month_of(day: date) -> Period:
    """The month a day lies in."""
    return FiscalCalendar().containing(day, Grain.MONTH)


def _first_ones(
    facts: Facts, audience: Audience, asked: FunnelQuestion, page: frozenset[int]
) -> frozenset[int]:
    """Of a page of reps those who stand out most."""
    if len(page) <= MOST_DRAWN:
        return page
    order = [rep for rep in asks.in_order(facts, asked) if rep in page and audience.scope.sees(rep)]
    return frozenset(order[:MOST_DRAWN])


def inputs_of(facts: Facts, audience: Audience, morning: date, calendar: WorkingCalendar) -> DailyInputs:
    """The counts that a morning's figures are made from, kept for the version of the facts.

    Raises:
        NotEnoughData: when the facts do not reach the day to be reported.
    """
    day = reported_day(morning, calendar)
    newest = facts.as_of.date() if facts.as_of else None
    if newest is None or newest < day:
        ends = "have no date" if newest is None else f"end on {newest}"
        msg = f"the data {ends}, and the letter of {morning} reports {day}: load what is new"
        raise NotEnoughData(msg, unit="days of data")

    def answer() -> DailyInputs:
        month, company = month_of(day), asks.company(facts)
        until = max(newest + timedelta(days=1), month.end)
        found = day_counts(company, audience.rep_ids, first_day(day, month), until)
        return DailyInputs(day, month, calendar, found, roster(facts), company.names)

    return asks.kept(facts, ("daily", audience.rep_ids, morning, calendar), answer)


def aims_of(facts: Facts, inputs: DailyInputs) -> MonthAims:
    """What the month asks by the day reported: as on the page of targets."""
    return month_aims(facts, month_so_far(inputs.day, inputs.calendar), inputs.calendar)


def rep_lines_of(
    facts: Facts, audience: Audience, morning: date, calendar: WorkingCalendar
) -> dict[int, ActivityLine]:
    """Each rep's line beside his targets, of everybody counted; who asks shows what its reader may see."""
    inputs = inputs_of(facts, audience, morning, calendar)

    def answer() -> dict[int, ActivityLine]:
        aims = aims_of(facts, inputs)
        return {rep: held_to(line, aims.of_rep(rep)) for rep, line in rep_lines(inputs).items()}

    return asks.kept(facts, ("daily lines", audience.rep_ids, morning, calendar), answer)


def stands_out(
    facts: Facts, inputs: DailyInputs, reps: tuple[RepFunnel, ...], lines: Iterable[ActivityLine]
) -> tuple[Remark, ...]:
    """What the rules of the reading guide find, of everybody counted and of the rows given."""
    company = asks.company(facts)
    first, until = (inputs.day - timedelta(days=days) for days in (REACH_FROM, REACH_TO))
    can = {"worked", "connected"} <= set(company.stages)
    unreached = never_reached(company, inputs.found.rep_ids, first, until) if can else {}
    return remarks(inputs, reps, unreached, lines)
