"""Verbs of targets: write down that the inputs of a team were gone through."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.ledger import inbox
from quintet.management.models.reviews import InputReview

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def log_review(team: str, note: str, *, by: "AbstractBaseUser", now: datetime) -> InputReview:
    """Write down that a team's inputs were gone through.

    Raises:
        BadInput: when no team is named.
    """
    if not team.strip():
        raise BadInput("a review needs the team it was of: choose one")
    with transaction.atomic():
        one = InputReview.objects.create(
            team=team.strip(),
            note=note.strip(),
            reviewed_by=by,  # type: ignore[misc]
            reviewed_at=now,
        )
        inbox.offer(
            [
                {
                    "occurred_at": now,
                    "recorded_at": now,
                    "kind": "inputs.reviewed",
                    "content": one.team,
                    "source": "quintet",
                    "source_ref": f"review:{one.pk}#inputs.reviewed",
                    "detail": json.dumps({"by": by.pk, "note": one.note}, sort_keys=True),
                }
            ]
        )
    return one
