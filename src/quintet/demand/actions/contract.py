"""What people do with the contract: propose a version, accept it for a side, send a lead back."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from quintet.demand.actions.contract_points import named
from quintet.demand.formula.contract_check import unknown_names
from quintet.demand.formula.contract_rule import parse_rule
from quintet.demand.models.contract import Acceptance, Contract, Side
from quintet.demand.rules import ACCEPTS
from quintet.demand.terms.contract import Clauses, Version
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_SOURCE = "quintet"


def sides_of(user: object) -> tuple[str, ...]:
    """The sides a person may speak for."""
    return tuple(side for side, roles in ACCEPTS.items() if getattr(user, "role", None) in roles)


def in_force() -> tuple[Version, ...]:
    """Every version both sides accepted, oldest first."""
    accepted = Contract.objects.prefetch_related("acceptances").order_by("valid_from", "version")
    return tuple(
        as_version(one) for one in accepted if {yes.side for yes in one.acceptances.all()} == set(Side.values)
    )


def as_version(one: Contract) -> Version:
    """A record as the count reads it."""
    return Version(one.version, one.valid_from, Clauses.of_json(one.clauses), one.proposed_at)


def propose(  # noqa: PLR0913 -- all that is proposed
    user: "AbstractBaseUser",
    side: str,
    clauses: Clauses,
    valid_from: date,
    *,
    today: date,
    now: datetime,
    note: str = "",
    known: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Contract:
    """Propose a version of the contract; it holds once both sides accepted it.

    Args:
        user: who proposes.
        side: for which side.
        clauses: the duties.
        valid_from: the first day it holds.
        today: the newest day of the data: what was counted before it stays as it is.
        now: when this is said.
        note: why, for the other side.
        known: fields that leads have and deeds they did; a rule that names another is refused.

    Raises:
        BadInput: when the person does not speak for the side, the rule cannot be read, it names what no lead
            has, there is no such points table, or the day lies before what is counted already.
    """
    _require_side(user, side)
    if clauses.points_table:
        named(settings.HOME, clauses.points_table)
    rule = parse_rule(clauses.rule)
    if known is not None and (strays := unknown_names(rule, tuple(known[0]), tuple(known[1]))):
        raise BadInput("; ".join(strays))
    _require_later(valid_from, today)
    with transaction.atomic():
        newest = Contract.objects.aggregate(newest=Max("version"))["newest"] or 0
        contract = Contract.objects.create(
            version=newest + 1,
            valid_from=valid_from,
            clauses=clauses.as_json(),
            note=note,
            proposed_for=side,
            proposed_by=user,  # type: ignore[misc]
            proposed_at=now,
        )
        inbox.offer([_told("contract.proposed", contract, user, side, now)])
    return contract


def accept(user: "AbstractBaseUser", contract: Contract, side: str, *, today: date, now: datetime) -> None:
    """Accept a version for a side. With the second yes it holds from its day.

    Raises:
        BadInput: when the person does not speak for the side, the side said yes already, or the version would
            change what was counted already.
    """
    _require_side(user, side)
    with transaction.atomic():
        _require_later(contract.valid_from, today)
        newer = Contract.objects.filter(version__gt=contract.version, acceptances__isnull=False)
        if newer.exists():
            raise BadInput(f"{contract} is older than one that was accepted since: propose it anew")
        _, is_new = Acceptance.objects.get_or_create(
            contract=contract,
            side=side,
            defaults={"accepted_by": user, "accepted_at": now},  # type: ignore[misc]
        )
        if not is_new:
            raise BadInput(f"{side} has accepted {contract} already: nothing is left to do for it")
        inbox.offer([_told("contract.accepted", contract, user, side, now)])


def reject_lead(
    user: "AbstractBaseUser",
    scope: Scope,
    lead: dict[str, object],
    reason: str,
    reasons: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Send a lead back to marketing, with one of the contract's reasons.

    Args:
        user: who does.
        scope: of that person.
        lead: lead_id and rep_id of the lead.
        reason: why.
        reasons: those the contract names.
        now: when this is said.

    Raises:
        BadInput: when the lead is not the person's to send back, or the reason is not in the contract.
    """
    rep_id = lead["rep_id"]
    if not isinstance(rep_id, int) or not scope.sees(rep_id):
        raise BadInput(f"lead {lead['lead_id']} is not yours to send back: ask the rep it was given to")
    if reason not in reasons:
        raise BadInput(f"the reason must be one of {', '.join(reasons)}, got {reason!r}")
    inbox.offer(
        [
            {
                "occurred_at": now,
                "recorded_at": now,
                "kind": "lead.rejected",
                "lead_id": lead["lead_id"],
                "rep_id": rep_id,
                "content": reason,
                "source": _SOURCE,
                "source_ref": f"lead:{lead['lead_id']}:rejection#lead.rejected",
                "detail": json.dumps({"user": user.pk}),
            }
        ]
    )


def _require_side(user: object, side: str) -> None:
    if side not in sides_of(user):
        own = " and ".join(sides_of(user)) or "neither side"
        raise BadInput(f"you speak for {own}, not for {side}: ask somebody of {side}")


def _require_later(valid_from: date, today: date) -> None:
    """A new version changes nothing that was counted; the first one may count back."""
    held = in_force()
    if held and valid_from <= max(held[-1].valid_from, today):
        raise BadInput(
            f"a new version must hold from a day after {max(held[-1].valid_from, today)}, got {valid_from}:"
            " what was counted under the one before stays as it is"
        )


def _told(
    kind: str, contract: Contract, user: "AbstractBaseUser", side: str, now: datetime
) -> dict[str, object]:
    """The row of the ledger."""
    ref = f"contract:{contract.version}"
    detail: dict[str, object] = {"user": user.pk, "role": getattr(user, "role", "")}
    if kind == "contract.proposed":
        detail |= {
            "clauses": contract.clauses,
            "valid_from": contract.valid_from.isoformat(),
            "note": contract.note,
        }
    else:
        ref = f"{ref}:{side}"
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": kind,
        "content": str(contract.version),
        "outcome": side,
        "source": _SOURCE,
        "source_ref": f"{ref}#{kind}",
        "detail": json.dumps(detail, sort_keys=True),
    }
