"""What managers do about the organisation: note what somebody was seen doing."""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox
from quintet.management.models.organisation import LeadershipObservation
from quintet.management.terms.organisation import BEHAVIOURS

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def observe(  # noqa: PLR0913 -- all that is noted
    user: "AbstractBaseUser",
    scope: Scope,
    rep_id: int,
    behaviour: str,
    seen_on: date,
    *,
    note: str = "",
    now: datetime,
) -> LeadershipObservation:
    """Note that a rep was seen doing what managers do.

    Args:
        user: who saw it.
        scope: of that person.
        rep_id: who was seen.
        behaviour: one of BEHAVIOURS.
        seen_on: when; not in the future.
        note: what exactly.
        now: when this is said.

    Raises:
        BadInput: for a rep of somebody else, oneself, a behaviour there is not, or a day to come.
    """
    if not scope.sees(rep_id) or rep_id == scope.own_rep_id:
        raise BadInput(f"rep {rep_id} is not yours to observe: choose one you lead")
    if behaviour not in BEHAVIOURS:
        raise BadInput(f"a behaviour is one of {', '.join(BEHAVIOURS)}, got {behaviour!r}")
    if seen_on > now.date():
        raise BadInput(f"what was seen lies in the past, got {seen_on}")
    with transaction.atomic():
        one = LeadershipObservation.objects.create(
            rep_id=rep_id,
            behaviour=behaviour,
            seen_on=seen_on,
            note=note,
            seen_by=user,  # type: ignore[misc]
            noted_at=now,
        )
        inbox.offer([_told(one, user, now)])
    return one


def _told(one: LeadershipObservation, user: "AbstractBaseUser", now: datetime) -> dict[str, object]:
    detail = {"seen_on": one.seen_on.isoformat(), "note": one.note, "user": user.pk}
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": "leadership.observed",
        "rep_id": one.rep_id,
        "content": one.behaviour,
        "source": "quintet",
        "source_ref": f"leadership:{one.pk}#leadership.observed",
        "detail": json.dumps(detail, sort_keys=True),
    }
