"""Coaching asked: what is proposed for each rep, which plans there are, and whose picks moved more."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Min

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Status
from quintet.management.asks import funnel as funnels
from quintet.management.formula.one_skill import Signed, proposal
from quintet.management.metrics.coaching import signed_customers
from quintet.management.models.coaching import CoachingPlan
from quintet.management.terms.coaching import Effect, Proposal
from quintet.management.terms.funnel import Coached, FunnelQuestion, RepFunnel, Step, TeamFunnel
from quintet.management.words import step_of

#: Fewer measured plans of a kind, and their mean is not told.
MIN_PLANS = 8
_NINETY = 1.645
_EVERYBODY = funnels.Filters(team=funnels.EVERYBODY)


@dataclass(frozen=True)
class Plan:
    """One plan as a page shows it.

    Args:
        record: what was decided.
        name: the rep's.
        step: what is coached.
        proposed: the step the formula proposed on that day; None where it proposed none.
        effect: did it move; None before the worker has measured it.
        effect_of_proposed: the same at the proposed step, where the manager chose another.
    """

    record: CoachingPlan
    name: str
    step: Step
    proposed: Step | None
    effect: Effect | None
    effect_of_proposed: Effect | None


@dataclass(frozen=True)
class Picks:
    """Plans of one kind, and what they brought.

    Args:
        kind: "proposed" (the formula's skill) or "own choice" (another one).
        plans: how many were opened.
        measured: of these, with an effect in customers.
        moved: of these, whose rate moved beyond chance.
        customers: mean effect, customers a month and plan; None below 8 measured.
        lo: lower end of its 90 % interval.
        hi: upper end.
        promised: mean of what the formula promised at the proposed skill of these plans, customers a month.
    """

    kind: str
    plans: int
    measured: int
    moved: int
    customers: float | None = None
    lo: float | None = None
    hi: float | None = None
    promised: float | None = None


def today(facts: Facts, clock: date) -> date:
    """The day decisions count from: the clock's, or the last day of the data where it ends earlier."""
    if facts.as_of is None:
        raise NotEnoughData("no row has a date: load a CRM export first", unit="dated rows")
    return min(clock, facts.as_of.date())


def comparison(facts: Facts) -> FunnelQuestion:
    """The question whose answer proposals rest on: everybody over the last six months."""
    return funnels.question(facts, Scope.everything(), _EVERYBODY)


def shown(facts: Facts, scope: Scope, page: int = 1) -> funnels.RepsShown:
    """One page of the reps the reader may see; those who stand out come first."""
    return funnels.reps_shown(facts, scope, comparison(facts), page)


def judged(facts: Facts) -> FunnelQuestion:
    """The same; where a rep was coached meanwhile, at that step by his leads since the first session.

    Those before show the rep that he was: counted on, they would propose again what was just coached.
    """
    asked = comparison(facts)
    since: dict[tuple[int, str], date] = {}
    first = CoachingPlan.objects.annotate(since=Min("sessions__held_on"))
    held = first.filter(since__gte=asked.start, since__lt=asked.end)
    for rep_id, step, day in held.values_list("rep_id", "step", "since"):
        since[rep_id, step] = max(day, since.get((rep_id, step), day))
    return replace(asked, coached=tuple(Coached(*key, since[key]) for key in sorted(since)))


def proposals(facts: Facts, scope: Scope, rep_ids: frozenset[int]) -> list[Proposal]:
    """The one skill of each of these reps the reader may see; the largest gain first, then those without."""
    asked = judged(facts)
    team = funnels.funnel(facts, scope, asked, rep_ids)
    signed = _signed(facts)
    found = [_with_since(proposal(rep, signed=signed), asked) for rep in team.reps]
    return sorted(found, key=lambda one: (one.step is None, -(one.customers or 0.0), one.name))


def proposal_for(facts: Facts, scope: Scope, rep_id: int) -> tuple[TeamFunnel, RepFunnel, Proposal]:
    """One rep's funnel beside everybody's, and his skill to coach with the parts the onion opens it into.

    Raises:
        BadInput: when there is no such rep in the period, or it is not the reader's to see.
    """
    whole, asked = comparison(facts), judged(facts)
    team, rep = funnels.rep_funnel(facts, scope, whole, rep_id)
    _, lately = funnels.rep_funnel(facts, scope, asked, rep_id)
    opened = _step_to_peel(team, lately)
    onion = funnels.onion(facts, scope, asked, rep_id, opened) if opened else None
    return team, rep, _with_since(proposal(lately, onion, _signed(facts)), asked)


def plans(facts: Facts, scope: Scope, *, rep_id: int | None = None) -> list[Plan]:
    """Every plan of a rep the reader may see; open ones first, newest first."""
    records = _visible(scope)
    if rep_id is not None:
        records = records.filter(rep_id=rep_id)
    names = funnels.names(facts)
    found = [_known(record, names) for record in records.select_related("opened_by")]
    return sorted(found, key=lambda one: not one.record.is_open)


def plan(facts: Facts, scope: Scope, plan_id: UUID) -> Plan:
    """One plan.

    Raises:
        BadInput: when there is none, or its rep is not the reader's to see.
    """
    record = _visible(scope).filter(pk=plan_id).first()
    if record is None:
        raise BadInput("there is no such plan, or it is not yours to see: choose one on the coaching page")
    return _known(record, funnels.names(facts))


def open_plan_of(rep_id: int) -> CoachingPlan | None:
    """The rep's open plan, if any."""
    return CoachingPlan.objects.filter(rep_id=rep_id, closed_on=None).first()


def picks(scope: Scope) -> tuple[Picks, Picks]:
    """What plans brought that took the proposed skill, and what those brought that took another."""
    mine = list(_visible(scope))
    follows = [one for one in mine if one.follows_the_proposal]
    others = [one for one in mine if not one.follows_the_proposal]
    return _picks("proposed", follows), _picks("own choice", others)


def effect_of(told: dict[str, Any] | None) -> Effect | None:
    """An effect as it was kept."""
    if told is None:
        return None
    days = {name: date.fromisoformat(told[name]) for name in ("until", "tells_on") if told.get(name)}
    return Effect(**{**told, **days, "status": Status(told["status"])})


def _visible(scope: Scope) -> Any:  # noqa: ANN401 -- a query set
    if scope.rep_ids is None:
        return CoachingPlan.objects.all()
    return CoachingPlan.objects.filter(rep_id__in=scope.rep_ids)


def _known(record: CoachingPlan, names: dict[int, str]) -> Plan:
    proposed = record.proposed.get("step")
    return Plan(
        record=record,
        name=names.get(record.rep_id, f"rep {record.rep_id}"),
        step=step_of(record.step),
        proposed=step_of(proposed) if proposed else None,
        effect=effect_of(record.result),
        effect_of_proposed=effect_of(record.result_of_proposed),
    )


def _picks(kind: str, records: Sequence[CoachingPlan]) -> Picks:
    effects = [found for one in records if (found := effect_of(one.result)) is not None]
    told = [one.customers for one in effects if one.customers is not None]
    bare = Picks(kind, len(records), len(told), sum(one.has_moved for one in effects))
    if len(told) < MIN_PLANS:
        return bare
    mean = sum(told) / len(told)
    error = math.sqrt(sum((one - mean) ** 2 for one in told) / (len(told) - 1) / len(told))
    return Picks(
        kind, bare.plans, bare.measured, bare.moved,
        mean, mean - _NINETY * error, mean + _NINETY * error, _promised(records),
    )  # fmt: skip


def _promised(records: Iterable[CoachingPlan]) -> float | None:
    told = [one.proposed["customers"] for one in records if one.proposed.get("customers") is not None]
    return sum(told) / len(told) if told else None


def _with_since(found: Proposal, asked: FunnelQuestion) -> Proposal:
    key = (found.rep_id, found.step.key if found.step else "")
    since = next((one.since for one in asked.coached if (one.rep_id, one.step) == key), None)
    return replace(found, since=since, until=asked.end - timedelta(days=1)) if since else found


def _signed(facts: Facts) -> tuple[Signed, ...]:
    assert facts.as_of is not None  # noqa: S101 -- comparison() has refused
    until = facts.as_of
    return funnels.kept(facts, "signed customers", lambda: signed_customers(facts, until))


def _step_to_peel(team: TeamFunnel, rep: RepFunnel) -> Step | None:
    """The rate to open for the proposed skill: up to the demo, or on to the sale where it lies after that."""
    first = next(iter(team.stages), "")
    ends = [stage for stage in ("demo", "won") if stage in team.stages and stage != first]
    if rep.coach is None or not ends:
        return None
    is_later = rep.coach.earlier == "demo" or len(ends) == 1
    return step_of(f"{first}-{ends[-1] if is_later else ends[0]}")
