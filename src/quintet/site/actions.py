"""Verbs of the shell: invite people, let them in, and say who leads whom."""

import hashlib
import json
import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.site.models import Invitation, User

VALID_FOR = timedelta(days=7)
_PLACE = ("manager_id", "team", "segment", "role")


def invite(invitation: Invitation, by: User, now: datetime) -> str:
    """Save an invitation; returns the secret of its link, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    invitation.token_digest = digest(token)
    invitation.invited_by = by
    invitation.expires_at = now + VALID_FOR
    invitation.save()
    return token


def renew_link(person: User, by: User, now: datetime) -> str:
    """A link with which somebody who has an account chooses a new password; older links stop working."""
    Invitation.objects.filter(email=person.email, accepted_at=None).update(expires_at=now)
    invitation = Invitation(email=person.email, name=person.name, role=person.role, rep_id=person.rep_id)
    return invite(invitation, by, now)


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """The open invitation behind a link."""
    found = Invitation.objects.filter(token_digest=digest(token)).first()
    return found if found and found.is_open(now) else None


@transaction.atomic
def accept(invitation: Invitation, password: str, now: datetime) -> User:
    """Make the account, or give the existing one its new password; the link is spent.

    Raises:
        BadInput: when the link was used meanwhile.
    """
    spent = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=now)
    if not spent:
        raise BadInput("This link was used already: ask operations for a new one")
    person = User.objects.filter(email=invitation.email).first() or User(
        email=invitation.email, name=invitation.name, role=invitation.role, rep_id=invitation.rep_id
    )
    person.set_password(password)
    person.save()
    return person


def digest(token: str) -> str:
    """What we keep of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def assign_rep(rep_id: int, place: dict[str, Any], valid_from: date, *, by: User, now: datetime) -> None:
    """Give a rep another manager, team, segment or role from a day on, as an interaction in the ledger.

    Args:
        rep_id: the rep.
        place: any of manager_id, team, segment, role.
        valid_from: the first day it holds.
        by: who decided.
        now: when they said so.

    Raises:
        BadInput: when nothing changes, or the rep would lead themselves.
    """
    from quintet.ledger import inbox

    detail = {key: place[key] for key in _PLACE if place.get(key)}
    if not detail:
        raise BadInput(f"a new place needs one of {', '.join(_PLACE)}, got none")
    if detail.get("manager_id") == rep_id:
        raise BadInput(f"a rep cannot lead themselves, got manager_id {rep_id} for rep {rep_id}")
    inbox.offer([_assigned(rep_id, detail | {"assigned_by": by.pk}, valid_from, now)])


def _assigned(rep_id: int, detail: dict[str, Any], valid_from: date, now: datetime) -> dict[str, Any]:
    said = json.dumps(detail, sort_keys=True)
    ref = hashlib.sha256(f"{rep_id}|{valid_from}|{said}".encode()).hexdigest()[:16]
    return {
        "occurred_at": datetime.combine(valid_from, time.min, tzinfo=UTC),
        "recorded_at": now,
        "kind": "rep.assigned",
        "rep_id": rep_id,
        "source": "quintet",
        "source_ref": f"rep:{rep_id}:{valid_from}#rep.assigned@{ref}",
        "detail": said,
    }
