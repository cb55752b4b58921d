"""What people do with commission plans: propose a version, accept it."""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from quintet.kernel.errors import BadInput
from quintet.ledger import inbox
from quintet.management.models.pay import PayPlan, PayPlanAcceptance
from quintet.management.rules import ACCEPTS_PAY, PROPOSES_PAY
from quintet.management.terms.pay import PayRules, PlanVersion

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def in_force() -> tuple[PlanVersion, ...]:
    """Every accepted version, oldest first."""
    accepted = PayPlan.objects.filter(acceptance__isnull=False).order_by("valid_from", "version")
    return tuple(as_version(one) for one in accepted)


def as_version(one: PayPlan) -> PlanVersion:
    """A record as statements read it."""
    return PlanVersion(one.version, one.valid_from, PayRules.of_json(one.rules))


def propose(
    user: "AbstractBaseUser",
    rules: PayRules,
    valid_from: date,
    *,
    today: date,
    now: datetime,
    note: str = "",
) -> PayPlan:
    """Propose a version of the plan; it holds once an executive accepted it.

    Args:
        user: who proposes.
        rules: what it pays.
        valid_from: the first day of the month from which it holds.
        today: the newest day of the data: a month that has begun keeps its plan.
        now: when this is said.
        note: why, for those who are paid by it.

    Raises:
        BadInput: when the person may not, the day is not the first of a month to come, or the currency is
            another than that of the plan in force.
    """
    if getattr(user, "role", None) not in PROPOSES_PAY:
        raise BadInput("a plan is proposed by an executive or by operations: ask one of them")
    _require_month_to_come(valid_from, today)
    _require_same_currency(rules)
    with transaction.atomic():
        newest = PayPlan.objects.aggregate(newest=Max("version"))["newest"] or 0
        plan = PayPlan.objects.create(
            version=newest + 1,
            valid_from=valid_from,
            rules=rules.as_json(),
            note=note,
            proposed_by=user,  # type: ignore[misc]
            proposed_at=now,
        )
        detail = {"rules": plan.rules, "valid_from": valid_from.isoformat(), "note": note}
        inbox.offer([_told("plan.proposed", plan, user, now, detail)])
    return plan


def accept(user: "AbstractBaseUser", plan: PayPlan, *, today: date, now: datetime) -> None:
    """Accept a version: it holds from its month.

    Raises:
        BadInput: when the person may not, it was accepted already, a newer one was accepted since, or its
            month has begun.
    """
    if getattr(user, "role", None) not in ACCEPTS_PAY:
        raise BadInput("a plan is accepted by an executive: ask one")
    with transaction.atomic():
        if PayPlanAcceptance.objects.filter(plan=plan).exists():
            raise BadInput(f"{plan} is accepted already: nothing is left to do")
        if PayPlan.objects.filter(version__gt=plan.version, acceptance__isnull=False).exists():
            raise BadInput(f"{plan} is older than one that was accepted since: propose it anew")
        _require_month_to_come(plan.valid_from, today)
        _require_same_currency(PayRules.of_json(plan.rules))
        PayPlanAcceptance.objects.create(plan=plan, accepted_by=user, accepted_at=now)  # type: ignore[misc]
        inbox.offer([_told("plan.accepted", plan, user, now, {})])


def _require_month_to_come(valid_from: date, today: date) -> None:
    """A new version changes nothing that was counted; the first one may count back."""
    if valid_from.day != 1:
        raise BadInput(f"a plan holds from the first day of a month, got {valid_from}: choose the 1st")
    held = in_force()
    if held and valid_from <= max(held[-1].valid_from, today):
        raise BadInput(
            f"a new version must hold from a month after {max(held[-1].valid_from, today)}, got {valid_from}:"
            " what was counted under the one before stays as it is"
        )


def _require_same_currency(rules: PayRules) -> None:
    held = in_force()
    if held and held[-1].rules.currency != rules.currency:
        raise BadInput(
            f"the plan in force pays in {held[-1].rules.currency}, got {rules.currency}:"
            " bonuses promised under it could not be added up; keep its currency"
        )


def _told(
    kind: str, plan: PayPlan, user: "AbstractBaseUser", now: datetime, detail: dict[str, object]
) -> dict[str, object]:
    """The row of the ledger."""
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": kind,
        "content": str(plan.version),
        "source": "quintet",
        "source_ref": f"pay-plan:{plan.version}#{kind}",
        "detail": json.dumps(detail | {"user": user.pk, "role": getattr(user, "role", "")}, sort_keys=True),
    }
