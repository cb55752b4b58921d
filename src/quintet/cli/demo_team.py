"""What the manager of the simulated company did with his team: two coaching plans and a contest."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quintet.facts.published import Facts
    from quintet.facts.scope import Scope
    from quintet.management.models.coaching import CoachingPlan
    from quintet.management.terms.coaching import Proposal
    from quintet.site.models import User

#: Weeks ago that a plan was opened: one that can be told by now, and one that is early.
_OPENED = (18, 7)
#: Weeks after that of its sessions, and of its next review counted from the newest day.
_SESSIONS, _REVIEW_IN = (1, 3), 1
_CONTEST_WEEKS_AGO, _CONTEST_DAYS = 10, 11
_FINDING = "Of five calls heard, three ended before the buyer had said what he is after."


def lead(facts: "Facts") -> None:
    """Coach two reps on what was proposed, and hold a contest; nothing where somebody did already."""
    from quintet.management.models.coaching import CoachingPlan
    from quintet.management.models.contests import Contest
    from quintet.site.models import User
    from quintet.site.scope import scope_of

    manager = User.objects.filter(role="manager", rep_id__isnull=False).first()
    if manager is None or facts.as_of is None:
        return
    scope, newest = scope_of(manager, facts), facts.as_of.date()
    if not CoachingPlan.objects.exists():
        _coach(facts, scope, manager, newest)
    if not Contest.objects.exists():
        _hold_contest(facts, scope, manager, newest)


def _coach(facts: "Facts", scope: "Scope", manager: "User", newest: date) -> None:
    """Open the plans, log their sessions, and see whether they moved: the worker would within the hour."""
    from quintet.management.actions.coaching_effects import judge
    from quintet.management.asks.funnel import company

    coached: set[int] = set()
    for weeks in _OPENED:
        day = newest - timedelta(weeks=weeks)
        found = next((one for one in _proposed(facts, scope, day) if one.rep_id not in coached), None)
        if found is not None:
            coached.add(found.rep_id)
            plan = _open(found, manager, day, newest)
            judge(facts, plan, _nine(newest), company(facts))


def _proposed(facts: "Facts", scope: "Scope", day: date) -> "list[Proposal]":
    """What the formula proposes on the leads of the half year before a day; the largest gain first."""
    from quintet.management.asks.funnel import funnel
    from quintet.management.formula.funnel import default_question
    from quintet.management.formula.one_skill import proposal

    team = funnel(facts, scope, default_question(day))
    found = [proposal(rep) for rep in team.reps]
    return sorted((one for one in found if one.step), key=lambda one: -(one.customers or 0.0))


def _open(found: "Proposal", manager: "User", day: date, newest: date) -> "CoachingPlan":
    from quintet.management.actions.coaching import NewPlan, log_session, open_plan

    assert found.step is not None  # noqa: S101 -- chosen so
    new = NewPlan(
        rep_id=found.rep_id,
        step=found.step.key,
        finding=_FINDING,
        goal=round(found.goal or 0.0, 2),
        review_on=newest + timedelta(weeks=_REVIEW_IN),
    )
    plan = open_plan(new, found, on=day, by=manager, now=_nine(day))
    for place, weeks in enumerate(_SESSIONS):
        held = day + timedelta(weeks=weeks)
        told = (found.recipe[place % len(found.recipe)], "Three calls of this week, to listen to.")
        log_session(plan, held, *told, by=manager, now=_nine(held))
    return plan


def _hold_contest(facts: "Facts", scope: "Scope", manager: "User", newest: date) -> None:
    """Demos over two weeks of a while ago, announced on the Friday before."""
    from quintet.management.actions.contests import start
    from quintet.management.asks.contests import MINE, teams
    from quintet.management.terms.contests import ContestTerms, Rule

    about = newest - timedelta(weeks=_CONTEST_WEEKS_AGO)
    monday = about - timedelta(days=about.weekday())
    label, members = teams(facts, scope).get(MINE, ("", ()))
    if not members:
        return
    terms = ContestTerms(
        rule=Rule.MOST,
        metric="demo",
        start=monday,
        end=monday + timedelta(days=_CONTEST_DAYS),
        rep_ids=members,
        zone=facts.manifest.zone,
    )
    friday = monday - timedelta(days=3)
    start(
        manager, scope, "Most demos in two weeks", terms, team=label, prize="Dinner for two",
        today=friday, now=_nine(friday),
    )  # fmt: skip


def _nine(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
