"""Where single rows arrive: durable at once, one row a reference, until the mover takes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from quintet.ledger import payloads
from quintet.ledger.models import InboxRow

_CHUNK = 200


@dataclass(frozen=True)
class Offered:
    """What became of rows offered to the inbox.

    Args:
        accepted: rows that wait now and did not before.
        known: rows whose reference waits already, or that came twice.
    """

    accepted: int
    known: int


def offer(rows: Sequence[Mapping[str, object]]) -> Offered:
    """Take rows in: all of them or none, safe against a crash on return.

    Args:
        rows: one mapping per interaction, in OFFERED columns; instants as datetimes or ISO 8601 texts
            with their zone, amounts as decimals or texts.

    Raises:
        BadInput: naming the row, the value and the rule.
    """
    told = [payloads.as_payload(row, number) for number, row in enumerate(rows, start=1)]
    with transaction.atomic():
        accepted = sum(_take(told[at : at + _CHUNK]) for at in range(0, len(told), _CHUNK))
    return Offered(accepted, len(told) - accepted)


def waiting() -> int:
    """How many rows wait to be moved."""
    return InboxRow.objects.count()


def _take(told: list[dict[str, object]]) -> int:
    refs = payloads.references(told)
    known = set(
        InboxRow.objects.filter(source_ref__in={ref for _, ref in refs}).values_list("source", "source_ref")
    )
    fresh = {ref: one for ref, one in zip(refs, told, strict=True) if ref not in known}
    InboxRow.objects.bulk_create(
        [InboxRow(source=source, source_ref=ref, payload=one) for (source, ref), one in fresh.items()],
        ignore_conflicts=True,
    )
    return len(fresh)


def forget(is_theirs: Callable[[Mapping[str, object]], bool]) -> int:
    """Remove the waiting rows that belong to a person; returns how many."""
    theirs = _of(is_theirs)
    for at in range(0, len(theirs), _CHUNK):
        InboxRow.objects.filter(pk__in=theirs[at : at + _CHUNK]).delete()
    return len(theirs)


def waiting_of(is_theirs: Callable[[Mapping[str, object]], bool]) -> int:
    """How many waiting rows belong to a person."""
    return len(_of(is_theirs))


def _of(is_theirs: Callable[[Mapping[str, object]], bool]) -> list[int]:
    waiting = InboxRow.objects.values_list("pk", "payload").iterator()
    return [pk for pk, payload in waiting if is_theirs(payload)]
