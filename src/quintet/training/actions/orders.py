"""What people do with drawn orders: plan and start one, let hires be drawn, stop it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from quintet.facts.asking import running_month
from quintet.facts.careers import RepCareer, quota_spells, read_careers, read_signed
from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.kernel.plain import as_plain
from quintet.ledger.telling import row, tell
from quintet.training.actions.notices import notify
from quintet.training.formula.orders import checked, drawn_orders, judged
from quintet.training.models.curriculum import Module
from quintet.training.models.orders import ModuleOrder, OrderedHire
from quintet.training.terms.orders import DECISIONS, DrawnRep, OrderDesign, OrderPlan, OrderResult

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def start(
    name: str, design: OrderDesign, plan: OrderPlan, *, by: "AbstractBaseUser", now: datetime
) -> ModuleOrder:
    """Begin: hires who join from now on are drawn into an order.

    Raises:
        BadInput: when it cannot be judged, one of that name exists, or one of the modules is drawn already.
    """
    checked(design)
    if not name.strip() or ModuleOrder.objects.filter(name=name.strip()).exists():
        raise BadInput(f"give it a name of its own, got {name!r}")
    running = ModuleOrder.objects.filter(stopped_at=None)
    taken = set(design.modules) & {key for one in running for key in design_of(one).modules}
    if taken:
        raise BadInput(f"{', '.join(sorted(taken))}: drawn already; end that one first")
    with transaction.atomic():
        one = ModuleOrder.objects.create(
            name=name.strip(),
            design=as_plain(design),
            needed=plan.events,
            reps=plan.reps,
            months=plan.months,
            started_at=now,
            started_by=by,  # type: ignore[misc]
        )
        told = {"design": one.design, "events": plan.events, "reps": plan.reps, "by": by.pk}
        tell(row("order.started", f"order:{one.pk}", now, told, content=one.name))
    return one


def draw_new_hires(facts: Facts, one: ModuleOrder, now: datetime) -> int:
    """Draw the hires who joined since the start; returns how many. Running it twice draws none."""
    if one.stopped_at is not None:
        return 0
    design = design_of(one)
    with transaction.atomic():
        known = dict(one.hires.values_list("rep_id", "joined"))
        fresh = _fresh(read_careers(facts), one.started_at.date(), known)
        counts = Counter(known.values())
        for joined, reps in fresh.items():
            places = drawn_orders(design, f"{one.pk}:{joined}", counts[joined], len(reps))
            for rep, place in zip(reps, places, strict=True):
                _draw(one, design, (rep, joined, place), now)
    return sum(len(reps) for reps in fresh.values())


def judge(facts: Facts, one: ModuleOrder) -> OrderResult:
    """Work out what it has shown by now, and keep it for the page."""
    spells = {
        spell.rep_id: spell
        for spell in quota_spells(read_careers(facts), read_signed(facts), running_month(facts))
    }
    drawn = [
        DrawnRep(rep, place, spells[rep].joined, spells[rep].months, spells[rep].ending)
        for rep, place in one.hires.values_list("rep_id", "place")
        if rep in spells
    ]
    as_of = facts.as_of.date() if facts.as_of else date(1970, 1, 1)
    result = judged(design_of(one), drawn, one.needed, as_of, is_over=one.stopped_at is not None)
    one.result = as_plain(result)
    one.save(update_fields=["result"])
    return result


def stop(
    facts: Facts, one: ModuleOrder, decision: str, reason: str, *, by: "AbstractBaseUser", now: datetime
) -> None:
    """End it with what was decided, and why; its result is kept.

    Raises:
        BadInput: when it has ended already, the decision is none of DECISIONS, or there is no reason.
    """
    if one.stopped_at is not None:
        raise BadInput(f"{one.name!r} has ended already, on {one.stopped_at:%-d %b %Y}")
    if decision not in DECISIONS:
        raise BadInput(f"the decision must be one of {', '.join(DECISIONS)}, got {decision!r}")
    if not reason.strip():
        raise BadInput("say why: the next person will want to know")
    with transaction.atomic():
        one.stopped_at, one.stopped_by = now, by  # type: ignore[assignment]
        one.decision, one.reason = decision, reason.strip()
        one.save(update_fields=["stopped_at", "stopped_by", "decision", "reason"])
        told = {"reason": one.reason, "by": by.pk}
        tell(row("order.stopped", f"order:{one.pk}", now, told, content=one.name, outcome=decision))
    judge(facts, one)


def turn(facts: Facts, now: datetime) -> str:
    """Draw new hires into every running order and judge it; says what happened in a few words."""
    running = list(ModuleOrder.objects.filter(stopped_at=None))
    drawn = sum(draw_new_hires(facts, one, now) for one in running)
    for one in running:
        judge(facts, one)
    return f"{len(running)} running, {drawn} hires drawn" if running else "none runs"


def design_of(one: ModuleOrder) -> OrderDesign:
    """The design it was started with."""
    return OrderDesign(**{**one.design, "modules": tuple(one.design["modules"])})


def _fresh(careers: Sequence[RepCareer], since: date, known: dict[int, date]) -> dict[date, list[int]]:
    """Class → hires not drawn yet, in the order they joined."""
    found: dict[date, list[int]] = {}
    hired = [one for one in careers if one.joined_on and one.joined_on >= since and one.left_on is None]
    for one in sorted(hired, key=lambda one: (one.joined_on or since, one.rep_id)):
        if one.rep_id not in known and one.joined_on is not None:
            found.setdefault(one.joined_on.replace(day=1), []).append(one.rep_id)
    return found


def _draw(one: ModuleOrder, design: OrderDesign, drawn: tuple[int, date, int], now: datetime) -> None:
    rep, joined, place = drawn
    OrderedHire.objects.create(module_order=one, rep_id=rep, joined=joined, place=place, drawn_at=now)
    order = design.orders[place]
    told = {"class": joined.isoformat(), "place": place}
    tell(
        row(
            "order.drawn", f"order:{one.pk}:{rep}", now, told,
            content=one.name, outcome=" > ".join(order), rep_id=rep,
        )
    )  # fmt: skip
    names = dict(Module.objects.filter(key__in=order).values_list("key", "name"))
    first, *later = (names.get(key, key) for key in order)
    for user in get_user_model().objects.filter(rep_id=rep, is_active=True):
        notify(user, f"Take {first} first; then, {design.gap} months apart: {', '.join(later)}.", now=now)
