"""An interaction as JSON, and back: what waits in the inbox is what the table will hold."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import pyarrow as pa

from quintet.kernel.errors import BadInput
from quintet.ledger.kinds import require_kind
from quintet.ledger.schema import AMOUNT, INSTANT, OFFERED

_LONGEST = {"source": 200, "source_ref": 500}
_SMALLEST_ID, _LARGEST_ID = -(2**63), 2**63 - 1
_CENT = Decimal("0.01")
_LARGEST_AMOUNT = Decimal(10) ** 16


def as_payload(row: Mapping[str, object], number: int) -> dict[str, object]:
    """One offered row as JSON.

    Args:
        row: OFFERED columns; those that may be null may be absent.
        number: its place among the offered rows, for the message.

    Raises:
        BadInput: naming the row, the column and the rule it breaks.
    """
    stray = sorted(set(row) - set(OFFERED.names))
    if stray:
        msg = f"row {number}: no such column {stray[0]!r}; an interaction has {', '.join(OFFERED.names)}"
        raise BadInput(msg)
    payload = {field.name: _told(field, row.get(field.name), number) for field in OFFERED}
    require_kind(str(payload["kind"]))
    return payload


def as_arrow(payloads: Iterable[Mapping[str, object]]) -> pa.Table:
    """Rows from the inbox as an Arrow table of OFFERED."""
    rows = [{field.name: _read(field, one.get(field.name)) for field in OFFERED} for one in payloads]
    return pa.Table.from_pylist(rows, schema=OFFERED)


def references(payloads: Sequence[Mapping[str, object]]) -> list[tuple[str, str]]:
    """The identity of each row."""
    return [(str(one["source"]), str(one["source_ref"])) for one in payloads]


def _told(field: pa.Field, value: object, number: int) -> object:
    if value is None:
        if field.nullable:
            return None
        raise _bad(field, value, number, "must be given")
    if field.type == INSTANT:
        return _instant(field, value, number).isoformat()
    if field.type == AMOUNT:
        return str(_amount(field, value, number))
    if field.type == pa.int64():
        return _whole(field, value, number)
    return _text(field, value, number)


def _instant(field: pa.Field, value: object, number: int) -> datetime:
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise _bad(field, value, number, "must be an ISO 8601 instant") from None
    if instant.tzinfo is None:
        raise _bad(field, value, number, "must say its time zone, e.g. +00:00")
    return instant.astimezone(UTC)


def _amount(field: pa.Field, value: object, number: int) -> Decimal:
    try:
        amount = Decimal(str(value)).quantize(_CENT)
    except InvalidOperation:
        raise _bad(field, value, number, "must be a decimal number") from None
    if not amount.is_finite() or abs(amount) >= _LARGEST_AMOUNT:
        raise _bad(field, value, number, "must lie below 10^16")
    return amount


def _whole(field: pa.Field, value: object, number: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not _SMALLEST_ID <= value <= _LARGEST_ID:
        raise _bad(field, value, number, "must be a whole number of 64 bits")
    return value


def _text(field: pa.Field, value: object, number: int) -> str:
    if not isinstance(value, str):
        raise _bad(field, value, number, "must be a text")
    if "\0" in value or not _is_unicode(value):
        raise _bad(field, value, number, "must be valid Unicode without NUL")
    if len(value) > _LONGEST.get(field.name, len(value)):
        raise _bad(field, value[:40], number, f"must have at most {_LONGEST[field.name]} characters")
    return value


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad(field: pa.Field, value: object, number: int, rule: str) -> BadInput:
    return BadInput(f"row {number}: {field.name} {rule}, got {value!r}; nothing of this offer was taken")


def _read(field: pa.Field, value: object) -> object:
    if value is None:
        return None
    if field.type == INSTANT:
        return datetime.fromisoformat(str(value))
    return Decimal(str(value)) if field.type == AMOUNT else value
