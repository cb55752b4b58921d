"""What the room puts on the home page: the number, the month, the day, coaching, the own funnel and pay."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.kernel.panels import Line, Panel, Picture, Share, Shown, Tile, Todo, Urgency
from quintet.management.actions.pay import in_force
from quintet.management.asks import coaching, daily, forecast, funnel, targets
from quintet.management.asks.commits import commits_said
from quintet.management.asks.pay import pay_month
from quintet.management.asks.today import Today, today
from quintet.management.pages.forecast_panels import fan_panel
from quintet.management.pages.funnel_panels import rep_steps
from quintet.management.pages.links import records_url, rep_url
from quintet.management.pages.today import day_tile, line_amounts
from quintet.management.terms.coaching import Proposal
from quintet.management.terms.forecast_answer import OwnerForecast, PeriodForecast
from quintet.management.terms.pay import Statement
from quintet.management.terms.targets import Money, Month
from quintet.management.words import metric_label, step_label

_COMMITS, _COACHES = "management.commit_forecast", "management.coach"
#: So many lines of a list find room.
_LINES = 4
_UNTIED = "your account is not tied to a rep: ask operations to tie it under People"


def number(request: HttpRequest) -> Shown:
    """The running quarter: signed so far, what it will come to, and the quota."""
    facts, scope = _facts(), _scope(request)
    view = forecast.forecast(facts, scope)
    running = view.running
    owner = view.owner(forecast.opening_key(scope, (one.key for one in running.owners)))
    ahead = owner.ahead[0]
    so_far = forecast.signed_by_day(facts, owner.rep_ids, running, ahead.measure)
    fan = fan_panel(owner, ahead, so_far, (), running)
    unit = view.stored.currency if ahead.measure != "customers" else "customers"
    return Shown(
        tiles=_number_tiles(owner, running, unit),
        picture=Picture(
            f"{owner.name}, {running.period}: {forecast.MEASURE_LABELS[ahead.measure]}",
            fan["spec"], fan["columns"], fan["rows"],
            "Full line: signed. Broken line: the middle of the forecast; dark band: 8 times in 10.",
        ),
        todos=_commit_todo(request, facts, running),
    )  # fmt: skip


def _number_tiles(owner: OwnerForecast, running: PeriodForecast, unit: str) -> tuple[Tile, ...]:
    ahead = owner.ahead[0]
    comes = Tile(
        "Will come to", ahead.spread.median, unit,
        lo=ahead.spread.at(0.1), hi=ahead.spread.at(0.9), level=0.8, note="8 times in 10",
    )  # fmt: skip
    signed_url = f"{reverse('management:forecast-signed')}?by={running.grain}&of={owner.key}"
    signed = Tile("Signed so far", ahead.booked, unit, url=signed_url)
    if ahead.quota is None:
        return signed, comes, Tile("Open deals", owner.open_deals)
    chance = "" if ahead.p_quota is None else f"{ahead.p_quota:.0%} chance to reach it"
    return signed, comes, Tile("Quota", ahead.quota, unit, note=chance)


def _commit_todo(request: HttpRequest, facts: Facts, running: PeriodForecast) -> tuple[Todo, ...]:
    """Whoever speaks for a team and has not said yet what the period will bring."""
    scope = _scope(request)
    is_asked = request.user.has_perm(_COMMITS) and forecast.may_commit(scope, is_team=True)
    if not is_asked or scope.own_rep_id is None:
        return ()
    said = commits_said(facts, {scope.own_rep_id})
    if any(one.said.is_team and one.said.period == running.period for one in said):
        return ()
    url = f"{reverse('management:forecast')}#commit"
    why = "What you say is held beside the forecast, and beside what came."
    return (Todo(f"Say what {running.period} will bring", url, "Commit", why, Urgency.SOON),)


def month(request: HttpRequest) -> Shown:
    """The running month beside the quota and beside last month, of everybody the reader sees."""
    facts, scope = _facts(), _scope(request)
    found = targets.month(facts, scope)
    days = found.so_far
    return Shown(
        sentence=_pace(found.money),
        tiles=_month_tiles(found),
        note=f"{days.start:%B %Y}, working day {days.working_day} of {days.working_days}.",
        todos=_review_todos(request, facts, found.money),
    )


def _month_tiles(found: Month) -> tuple[Tile, ...]:
    money, unit = found.money, found.currency
    in_month = funnel.Filters(team=funnel.EVERYBODY, period=f"{found.so_far.start:%Y-%m}")
    tiles = [
        Tile("MRR signed", money.signed, unit, note="so far", url=records_url(in_month, stage="won")),
        Tile("Last month", money.last_month, unit, note="by the same working day"),
    ]
    if money.quota is not None:
        note = f"of {money.quota:,.0f} in the month"
        tiles.insert(1, Tile("Quota by now", money.expected, unit, note=note))
    return tuple(tiles)


def _pace(money: Money) -> str:
    change = "Level with" if money.signed == money.last_month else "Up on" if money.is_up else "Down on"
    if money.quota is None:
        return f"{change} last month by the same working day; no quota is recorded."
    pace = "on pace for" if money.is_on_pace else "behind the pace of"
    return f"{change} last month by the same working day, and {pace} the quota."


def _review_todos(request: HttpRequest, facts: Facts, money: Money) -> tuple[Todo, ...]:
    """A manager's weekly look at the inputs, where it is due."""
    scope = _scope(request)
    if scope.rep_ids is None or not request.user.has_perm(_COACHES):
        return ()
    found = targets.reviews(facts, scope, money, timezone.localdate())
    return tuple(_to_go_through(one) for one in found if one.is_due)


def _to_go_through(one: targets.Reviewed) -> Todo:
    last = "never" if one.days is None else f"last {one.days} days ago"
    why = f"Inputs drop before revenue does; these were {last} gone through."
    url = reverse("management:targets")
    return Todo(f"Go through the inputs of {one.team}", url, "Open the targets", why, Urgency.SOON)


def team_day(request: HttpRequest) -> Shown:
    """The team's newest working day, what stands out in it, and what to ask."""
    found = today(_facts(), _scope(request), timezone.localdate())
    letter = found.letter
    lines = _stands_out(found)
    asked = letter.remarks[:1]
    return Shown(
        tiles=_tiles(day_tile(letter, one) for one in letter.team.amounts),
        lines=lines[:_LINES],
        more=max(len(lines) - _LINES, 0),
        note=f"{letter.audience.label.capitalize()}, {letter.day:%A, %-d %B %Y}, working day"
        f" {letter.workdays} of {letter.workdays_in_month}.",
        nothing="" if lines else "Nothing stands out beyond chance.",
        todos=tuple(Todo(one.question, _rep_url(one.rep_id), "Open the funnel", one.text) for one in asked),
    )


def _stands_out(found: Today) -> tuple[Line, ...]:
    remarks = [Line(one.question, _rep_url(one.rep_id), one.text) for one in found.letter.remarks]
    dropped = [
        Line(
            f"{one.name}: {metric_label(one.metric).lower()} have dropped",
            reverse("management:targets"),
            f"{one.seen:.1f} a week since {one.since:%-d %b %Y} where {one.expected:.1f} were usual.",
        )
        for one in found.warnings
    ]
    return (*remarks, *dropped)


def own_day(request: HttpRequest) -> Shown:
    """The reader's own newest working day and month, beside what they should be."""
    scope = _scope(request)
    if scope.own_rep_id is None:
        raise BadInput(_UNTIED)
    found = today(_facts(), scope, timezone.localdate())
    if found.own is None:
        return Shown(nothing=f"You did nothing that is recorded by {found.letter.day:%-d %B %Y}.")
    letter = found.letter
    return Shown(
        tiles=_tiles(_own_tile(one) for one in line_amounts(found.own, letter)),
        note=f"{letter.day:%A, %-d %B %Y}, working day {letter.workdays} of {letter.workdays_in_month}.",
    )


def _own_tile(told: dict[str, Any]) -> dict[str, Any]:
    one = told["amount"]
    on_day = "" if one.due_day is None else f"{told['kind']} {told['due_day']}; "
    by_now = "" if one.due_month is None else f" of {told['due']}"
    behind = f", {told['standing']}" if told["standing"] else ""
    note = f"{on_day}month {one.month:,}{by_now}{behind}"
    return {"label": told["label"], "day": one.day, "note": note, "url": told["day_url"]}


def plans(request: HttpRequest) -> Shown:
    """Open plans, whether they moved, and what would bring most where nobody is coached."""
    facts, scope = _facts(), _scope(request)
    opened = [one for one in coaching.plans(facts, scope) if one.record.is_open]
    coached, is_own = {one.record.rep_id for one in opened}, _sees_himself_alone(scope)
    shown = coaching.shown(facts, scope).rep_ids
    proposed = [
        one for one in coaching.proposals(facts, scope, shown) if one.step and one.rep_id not in coached
    ]
    on = coaching.today(facts, timezone.localdate())
    every = (*(_plan_line(one, on) for one in opened), *(_proposal_line(one) for one in proposed))
    lines = tuple(replace(one, text=_without_name(one.text)) for one in every) if is_own else every
    may_coach = request.user.has_perm(_COACHES)
    return Shown(
        lines=lines[:_LINES],
        more=max(len(lines) - _LINES, 0),
        nothing="" if lines else "No plan is open, and no skill stands out beyond chance.",
        todos=_coach_todos(opened, proposed, on) if may_coach else (),
    )


def _sees_himself_alone(scope: Scope) -> bool:
    return scope.own_rep_id is not None and scope.rep_ids == frozenset({scope.own_rep_id})


def _without_name(text: str) -> str:
    """A reader who sees nobody but himself knows whose it is."""
    step = text.partition(": ")[2]
    return f"{step[:1].upper()}{step[1:]}"


def _plan_line(one: coaching.Plan, on: date) -> Line:
    record, due = one.record, f"Review on {one.record.review_on:%-d %b %Y}."
    told = one.effect.reading or one.effect.reason if one.effect else record.finding
    is_due = record.review_on <= on
    return Line(
        f"{one.name}: {step_label(one.step).lower()}",
        reverse("management:coaching-plan", args=[record.pk]),
        f"{due} {_sentence(told)}".strip(),
        "review due" if is_due else "plan open",
        "warn" if is_due else "",
    )


def _proposal_line(one: Proposal) -> Line:
    step = step_label(one.step).lower() if one.step else ""
    return Line(f"{one.name}: {step}", _rep_url(one.rep_id), _gain(one), "proposed")


def _gain(one: Proposal) -> str:
    if one.customers is None or one.estimate is None or one.estimate.rate is None or one.goal is None:
        return _sentence(one.reason)
    span = f"{one.lo:.2f} to {one.hi:.2f}"
    rise = f"{one.estimate.rate:.0%} became {one.goal:.0%}"
    lately = f" since the coaching of {one.since:%-d %b %Y}" if one.since else ""
    return f"{one.customers:.2f} customers a month ({span}) if {rise}, of {one.estimate.n:,} leads{lately}."


def _coach_todos(opened: list[coaching.Plan], proposed: list[Proposal], on: date) -> tuple[Todo, ...]:
    """Reviews that are due, then the plan that would bring most."""
    reviews = [
        Todo(
            f"Review the plan of {one.name}",
            reverse("management:coaching-plan", args=[one.record.pk]),
            "Open the plan",
            f"{step_label(one.step)}: due {one.record.review_on:%-d %b %Y}.",
            Urgency.LATE,
        )
        for one in opened
        if one.record.review_on <= on
    ]
    starts = [
        Todo(
            f"Coach {one.name}: {step_label(one.step).lower() if one.step else ''}",
            reverse("management:coaching-new", args=[one.rep_id]),
            "Open a plan",
            _gain(one),
            Urgency.SOON,
        )
        for one in proposed[:1]
    ]
    return (*reviews, *starts)


def own_funnel(request: HttpRequest) -> Shown:
    """The reader's own rates beside those of peers with the same leads."""
    facts, scope = _facts(), _scope(request)
    if scope.own_rep_id is None:
        raise BadInput(_UNTIED)
    asked = daily.opening_question(facts, daily.audience_of(facts, scope))
    team, rep = funnel.rep_funnel(facts, scope, asked, scope.own_rep_id)
    filters = funnel.Filters(team=funnel.EVERYBODY)
    steps = [one for one in rep_steps(team, rep, filters) if one["one"].step.is_next]
    return Shown(
        sentence=rep.reading,
        shares=tuple(_share(one) for one in steps),
        note=f"Leads of {asked.start:%-d %b %Y} to {asked.end:%-d %b %Y}; the tick is what peers reach with"
        " yours; luck is taken out.",
    )


def _share(told: dict[str, Any]) -> Share:
    one = told["one"]
    return Share(
        told["label"], one.rate, one.lo, one.hi, one.n, one.converted, one.peer_rate, told["records"],
        told["tone"], one.is_young, told["top"], _sentence(one.reason) if one.rate is None else "",
    )  # fmt: skip


def own_pay(request: HttpRequest) -> Shown:
    """The reader's own month: signed beside the quota, and what the plan pays for it."""
    facts, scope = _facts(), _scope(request)
    if scope.own_rep_id is None:
        raise BadInput(_UNTIED)
    own = Scope(frozenset({scope.own_rep_id}), scope.own_rep_id, scope.role)
    paid = pay_month(facts, own, in_force())
    if paid.statements:
        return _statement(paid.statements[0])
    found = targets.month(facts, own)
    why = "No commission plan is in force yet." if paid.plan is None else "The plan pays you nothing so far."
    return Shown(sentence=_pace(found.money), tiles=_month_tiles(found), note=why)


def _statement(one: Statement) -> Shown:
    unit = one.plan.rules.currency
    tiles = [
        Tile("Earned so far", float(one.total.amount), unit, note=f"{one.on:%-d %b %Y}"),
        Tile("Signed", float(one.signed), unit, note=one.plan.rules.counted),
    ]
    if one.attainment is not None and one.quota is not None:
        note = f"of {one.quota:,.0f} in the month"
        tiles.append(Tile("Attainment", float(one.attainment), "rate", note=note))
    return Shown(tiles=tuple(tiles), note=f"By version {one.plan.version} of the plan.")


def _tiles(told: Any) -> tuple[Tile, ...]:  # noqa: ANN401 -- the page's tiles, one a stage
    return tuple(Tile(one["label"], one["day"], note=one["note"], url=one["url"]) for one in told)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""


def _rep_url(rep_id: int) -> str:
    return rep_url(funnel.Filters(team=funnel.EVERYBODY), rep_id)


def _facts() -> Facts:
    return Facts.published(settings.HOME)


def _scope(request: HttpRequest) -> Scope:
    found: Scope = request.scope  # type: ignore[attr-defined]
    return found


PANELS = (
    Panel("management.number", "The number", "management:forecast", "The forecast", number),
    Panel("management.month", "MRR this month", "management:targets", "Targets", month),
    Panel("management.team_day", "Your team", "management:today", "The whole team", team_day, is_wide=True),
    Panel("management.own_day", "Your day", "management:today", "Beside your team", own_day, is_wide=True),
    Panel("management.plans", "Coaching", "management:coaching", "All plans", plans),
    Panel("management.own_funnel", "Your funnel", "management:funnel", "Open it", own_funnel),
    Panel("management.own_pay", "Your month", "management:pay", "Line by line", own_pay),
)
