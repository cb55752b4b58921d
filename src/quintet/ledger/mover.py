"""From the inbox to the table, exactly once, whenever the mover is killed.

1. Claim: the waiting rows get a batch number, in one database transaction. A number is used once; the
   primary key of `Move` sees to it.
2. Append: the rows become one Delta commit that carries the number as an application transaction.
3. Forget: only now, with everything fsynced, the rows leave the inbox and the move is finished.

Killed between 1 and 2, the next mover finds the claimed rows and appends them. Killed between 2 and 3, it
offers them again: Delta knows their number, and the table knows their references, so nothing is doubled.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from quintet.kernel.home import Home
from quintet.ledger import payloads
from quintet.ledger.interactions import Interactions
from quintet.ledger.models import InboxRow, Move
from quintet.ledger.rewriting import alone

APP = "inbox"
_LIMIT = 50_000


@dataclass(frozen=True)
class Moved:
    """What a mover did.

    Args:
        batches: how many batches left the inbox.
        moved: rows that left it.
        added: of these, rows the table did not have.
    """

    batches: int
    moved: int
    added: int


def move(home: Home, *, limit: int = _LIMIT) -> Moved:
    """Move everything that waits, in batches of at most `limit` rows."""
    batches = moved = added = 0
    with alone(home):
        while (number := _claim(home, limit)) is not None:
            rows, new = _carry(home, number)
            batches, moved, added = batches + 1, moved + rows, added + new
    return Moved(batches, moved, added)


def _claim(home: Home, limit: int) -> int | None:
    """The number of the batch to move: an unfinished one first, else a new one; None when nothing waits."""
    unfinished = Move.objects.filter(finished_at=None).values_list("number", flat=True).first()
    if unfinished is not None:
        return unfinished
    try:
        with transaction.atomic():
            return _new_batch(home, limit)
    except IntegrityError:  # another mover took this number a moment ago: help with it
        return _claim(home, limit)


def _new_batch(home: Home, limit: int) -> int | None:
    waiting = list(InboxRow.objects.filter(batch=None).values_list("pk", flat=True)[:limit])
    if not waiting:
        return None
    last = Move.objects.values_list("number", flat=True).last() or 0
    move = Move(number=max(last, Interactions(home).last_number(APP)) + 1)
    move.save(force_insert=True)
    claimed = InboxRow.objects.filter(batch=None, pk__gte=waiting[0], pk__lte=waiting[-1])
    Move.objects.filter(pk=move.pk).update(rows=claimed.update(batch=move))
    return move.number


def _carry(home: Home, number: int) -> tuple[int, int]:
    """Append a claimed batch and forget it; returns its rows, and how many the table did not have."""
    rows = list(InboxRow.objects.filter(batch=number).values_list("payload", flat=True))
    interactions = Interactions(home)
    told = payloads.as_arrow(rows)
    appended = interactions.append(told, app_transaction=(APP, number))
    was_appended_before = appended.offered < len(rows)
    if was_appended_before:  # whatever lacks is added, nothing twice
        appended = interactions.append(told)
    with transaction.atomic():
        InboxRow.objects.filter(batch=number).delete()
        Move.objects.filter(number=number, finished_at=None).update(finished_at=timezone.now())
    return len(rows), appended.added
