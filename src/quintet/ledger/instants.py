"""Instants on their way between Python, DuckDB and JSON; always UTC, whole microseconds."""

from datetime import UTC, datetime, timedelta

from quintet.kernel.errors import BadInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_epoch_us(microseconds: int) -> datetime:
    """The instant so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def sql_instant(instant: datetime) -> str:
    """The DuckDB expression of an instant.

    Raises:
        BadInput: when it has no time zone.
    """
    if instant.tzinfo is None:
        msg = f"an instant needs a time zone, got {instant.isoformat()}: add +00:00"
        raise BadInput(msg)
    return f"TIMESTAMPTZ '{instant.astimezone(UTC).strftime('%Y-%m-%d %H:%M:%S.%f')}+00'"
