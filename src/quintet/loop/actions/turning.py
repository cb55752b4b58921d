"""Having the worker turn every period that is over: who asked for it is written into the ledger."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.kernel.home import Home
from quintet.ledger import inbox
from quintet.loop import jobs
from quintet.loop.asks import company_grain, turned_through

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def start_turn(home: Home, *, by: "AbstractBaseUser", now: datetime) -> str:
    """Ask the worker to score, refit and promote through the newest period that is over.

    Asked again while it is at work it does nothing.

    Args:
        home: whose formulas.
        by: who asks.
        now: the present.

    Returns:
        The id of the task that turns.

    Raises:
        NotEnoughData: when nothing is loaded, or no row has a date.
    """
    through = turned_through(home, None, company_grain())
    if task := jobs.running():
        return task
    with transaction.atomic():
        task = jobs.enqueue()
        inbox.offer([_started(task, through.name, by, now)])
    return task


def _started(task: str, through: str, by: "AbstractBaseUser", now: datetime) -> dict[str, object]:
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": "turn.started",
        "content": through,
        "source": "quintet",
        "source_ref": f"turn {task}#turn.started",
        "detail": json.dumps({"by": by.pk}),
    }
