"""Letting the index advise, or making it descriptive only."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.hiring.asks.index_mode import index_mode
from quintet.hiring.models.index import IndexMode
from quintet.hiring.terms.words import MODES
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def switch(mode: str, reason: str, *, by: "AbstractBaseUser", now: datetime) -> IndexMode:
    """From now on the index advises, or it does not; who turned it and why stays.

    Raises:
        BadInput: when the mode is none of MODES, is in force already, or there is no reason.
    """
    if mode not in MODES:
        raise BadInput(f"the mode must be one of {', '.join(MODES)}, got {mode!r}")
    if mode == index_mode().mode:
        raise BadInput(f"this is so already: {MODES[mode][0].lower()}{MODES[mode][1:]}")
    if not reason.strip():
        raise BadInput("say why: the next auditor will want to know")
    with transaction.atomic():
        one = IndexMode.objects.create(mode=mode, reason=reason.strip(), set_by=by, set_at=now)  # type: ignore[misc]
        inbox.offer(
            [
                {
                    "occurred_at": now,
                    "recorded_at": now,
                    "kind": "index.switched",
                    "outcome": mode,
                    "detail": json.dumps({"reason": one.reason, "by": by.pk}, sort_keys=True),
                    "source": "quintet",
                    "source_ref": f"index_mode:{one.pk}#index.switched",
                }
            ]
        )
    return one
