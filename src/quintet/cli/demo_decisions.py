"""What the people of the simulated company agreed and tried, so that no page of the demo is empty."""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from quintet.cli.demo_team import lead
from quintet.kernel.home import Home

if TYPE_CHECKING:
    from quintet.calendar.periods import Period
    from quintet.facts.published import Facts
    from quintet.management.formula.forecast.shock import Memory

_MONTHS_BACK = 6
_DAYS_TRIED = 120
_DAYS_FRESH, _SENT_BACK = 20, 40
_POINTS = 30_000
_LEADS_A_WEEK = 420
_MONTHS_SAID = 9
#: What people of a role say over what the forecast says, and how that wanders from month to month.
_TOO_MUCH = {"manager": 1.15, "rep": 0.9}
_WOBBLE = (1.0, 1.08, 0.95, 1.04, 0.9)
_RULE = "points >= 4\nsource != content_syndication"


def decide(home: Home) -> None:
    """A contract, experiments, commits, coaching and a contest; nothing where somebody decided already."""
    from quintet.cli.demo_hiring import hire
    from quintet.cli.demo_training import teach
    from quintet.demand.models.contract import Contract
    from quintet.demand.models.experiments import Experiment
    from quintet.demand.models.points import SalesCapacity
    from quintet.facts.published import Facts
    from quintet.management.models.forecast import ForecastCommit

    facts = Facts.published(home)
    if facts.as_of is None:
        return
    if not Contract.objects.exists():
        _agree(facts.as_of)
        _send_back(facts, facts.as_of)
    if not SalesCapacity.objects.exists():
        _say_capacity(facts.as_of)
    if not Experiment.objects.exists():
        _try(facts, facts.as_of)
    if not ForecastCommit.objects.exists():
        _commit(facts)
    lead(facts)
    hire(facts)
    teach(facts)


def _agree(as_of: datetime) -> None:
    from quintet.demand.actions.contract import accept, propose
    from quintet.demand.terms.contract import MARKETING, SALES, Clauses
    from quintet.simulate.spec import ZONE
    from quintet.site.models import User

    start = (as_of - timedelta(days=30 * _MONTHS_BACK)).date().replace(day=1)
    said = datetime.combine(start, time(9), tzinfo=UTC)
    marketer, executive = (User.objects.get(role=role) for role in ("marketer", "executive"))
    clauses = Clauses(rule=_RULE, points_per_month=_POINTS, first_attempt_hours=8, zone=ZONE, country="US")
    made = propose(marketer, MARKETING, clauses, start, today=start, now=said)
    for user, side in ((marketer, MARKETING), (executive, SALES)):
        if not made.acceptances.filter(side=side).exists():
            accept(user, made, side, today=start, now=said)


def _send_back(facts: "Facts", as_of: datetime) -> None:
    """Some leads of the last days that sales would not have, each with a reason."""
    from quintet.demand.actions.contract import reject_lead
    from quintet.demand.terms.contract import REASONS
    from quintet.facts.scope import Scope
    from quintet.site.models import User

    leads = facts.table("leads")
    fresh = leads.assigned_at >= as_of - timedelta(days=_DAYS_FRESH)
    own = leads.rep_id.notnull() & leads.connected_at.isnull() & leads.source.isin(["social", "paid_search"])
    rows = facts.arrow(leads.filter(fresh & own).order_by("lead_id").select("lead_id", "rep_id")).to_pylist()
    executive, now = User.objects.get(role="executive"), as_of.replace(tzinfo=UTC)
    for place, row in enumerate(rows[:_SENT_BACK]):
        reject_lead(executive, Scope.everything(), row, REASONS[place**2 % 3], REASONS, now=now)


def _say_capacity(as_of: datetime) -> None:
    from quintet.demand.actions.points import set_capacity
    from quintet.site.models import User

    set_capacity(_LEADS_A_WEEK, by=User.objects.get(role="executive"), now=as_of.replace(tzinfo=UTC))


def _try(facts: "Facts", as_of: datetime) -> None:
    from quintet.demand.actions.experiments import draw_new_leads, judge, start
    from quintet.demand.terms.experiments import Cell, Design
    from quintet.site.models import User

    marketer = User.objects.get(role="marketer")
    began = (as_of - timedelta(days=_DAYS_TRIED)).replace(tzinfo=UTC)
    mails = (Cell("mail as today"), Cell("case study first"))
    message = Design(mails, is_drawn=True, metric="demo", horizon_days=30, base_rate=0.13, effect=0.05)
    leads = (Cell("all other leads"), Cell("webinar", match="webinar", budget=60_000))
    channel = Design(leads, is_drawn=False, metric="won", horizon_days=60, base_rate=0.04, effect=0.03)
    told = (
        ("Case study first", "Does a case study in the first mail bring more demos?", message),
        ("Webinars", "Do webinar leads become customers more often, and at what price?", channel),
    )
    for name, question, design in told:
        one = start(facts, name, question, design, by=marketer, now=began)
        draw_new_leads(facts, one, began)
        judge(facts, one)


def _commit(facts: "Facts") -> None:
    """What the manager and the rep said of each of the last months: a little too much, and too little."""
    from quintet.calendar.fiscal import FiscalCalendar
    from quintet.calendar.periods import Grain
    from quintet.management.actions.forecast import renew
    from quintet.management.formula.forecast.shock import Memory
    from quintet.management.metrics.forecast import read_history
    from quintet.management.terms.forecast import day_of

    renew(facts)
    history, calendar = read_history(facts), FiscalCalendar()
    month = calendar.containing(day_of(history.newest + 1), Grain.MONTH)
    memory = Memory(history, calendar)
    for place in range(_MONTHS_SAID):
        _say(facts, memory, month, _WOBBLE[place % len(_WOBBLE)])
        month = calendar.previous(month)


def _say(facts: "Facts", memory: "Memory", month: "Period", wobble: float) -> None:
    """The commits at the start of one month, beside the forecast of that day from what was known then."""
    from quintet.facts.scope import Scope
    from quintet.kernel.errors import NotEnoughData
    from quintet.management.actions.forecast import commit
    from quintet.management.formula.forecast.forecast import fit_period, spread_of
    from quintet.management.formula.forecast.quota import measures_of
    from quintet.management.terms.commits import Said
    from quintet.management.terms.forecast import day_number
    from quintet.site.models import User

    try:
        fit = fit_period(memory, month, day_number(month.start), has_fan=False)
    except NotEnoughData:
        return
    measure = measures_of(fit.history)[0]
    for user in User.objects.filter(role__in=_TOO_MUCH, rep_id__isnull=False):
        is_team = user.role == "manager"
        team = memory.history.teams.get(user.rep_id, ("", frozenset()))[1] if is_team else frozenset()
        spread = spread_of(fit.total(measure, team or frozenset({user.rep_id})))
        figure = round(spread.median * _TOO_MUCH[user.role] * wobble, -1)
        low, high = (figure * 0.75, figure * 1.25) if is_team else (None, None)
        said = Said(month.name, figure, is_team=is_team, low=low, high=high)
        scope = Scope(team | {user.rep_id}, user.rep_id, user.role)
        now = datetime.combine(month.start, time(18), tzinfo=UTC)  # the last word of the day
        commit(facts, scope, said, by=user, now=now, fitted=spread.quantiles)
