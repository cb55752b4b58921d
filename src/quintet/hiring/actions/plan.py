"""Keeping a headcount plan."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.hiring.models.plan import SavedPlan
from quintet.hiring.terms.plan import HeadcountPlan
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def keep(name: str, answer: HeadcountPlan, *, by: "AbstractBaseUser", now: datetime) -> SavedPlan:
    """Keep a plan as it was answered today, so that it can be held against what happens.

    Raises:
        BadInput: without a name, or when one of that name is kept.
    """
    name = name.strip()
    if not name:
        raise BadInput("give the plan a name: it stands in the list of kept ones")
    if SavedPlan.objects.filter(name=name).exists():
        raise BadInput(f"a plan called {name!r} is kept already: give this one another name")
    told = json.loads(json.dumps(asdict(answer), default=date.isoformat))
    with transaction.atomic():
        one = SavedPlan.objects.create(
            name=name,
            inputs=told["inputs"],
            answer=told,
            saved_by=by,  # type: ignore[misc]
            saved_at=now,
        )
        detail = {"inputs": told["inputs"], "per_class": answer.per_class, "by": by.pk}
        inbox.offer(
            [
                {
                    "occurred_at": now,
                    "recorded_at": now,
                    "kind": "headcount.planned",
                    "content": name,
                    "detail": json.dumps(detail, sort_keys=True),
                    "source": "quintet",
                    "source_ref": f"headcount_plan:{one.pk}#headcount.planned",
                }
            ]
        )
    return one
