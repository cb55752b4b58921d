"""Time in the tables: whole seconds, months and the clock where a team works, the same on every engine."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa

_TIE_BITS = 1 << 30
_MONTHS_OF = range(1990, 2051)


def whole_seconds(instant: ir.TimestampValue) -> ir.IntegerValue:
    """Seconds since 1970, floored: engines round a fraction differently, so none is left to them."""
    return instant.truncate("s").epoch_seconds().cast("int64")


def seconds_between(start: ir.TimestampValue, end: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds from start to end; null when either is."""
    return whole_seconds(end) - whole_seconds(start)


def first_of_month(instant: ir.TimestampValue) -> ir.DateValue:
    """The first day of the month of an instant."""
    return instant.truncate("M").date()


def order_of(instant: ir.TimestampValue, identity: ir.IntegerValue) -> ir.IntegerValue:
    """A total order: by whole second, then by id; what has no instant comes first."""
    second = ibis.coalesce(whole_seconds(instant), ibis.literal(-(1 << 32), type="int64"))
    return second * _TIE_BITS + identity % _TIE_BITS


def local_clock(instants: ir.Table, column: str, zone: str) -> ir.Table:
    """Add `local_at`: what the clock on the wall of the team showed.

    Args:
        instants: any table.
        column: its UTC instant.
        zone: IANA name, e.g. "Europe/Berlin".

    Returns:
        The same rows with one more column. Months outside 1990..2050 are read as UTC.
    """
    if zone == "UTC":
        return instants.mutate(local_at=instants[column])
    offsets = ibis.memtable(_offset_table(zone))
    keyed = instants.mutate(clock_month=instants[column].year() * 12 + instants[column].month())
    joined = keyed.left_join(offsets, keyed.clock_month == offsets.offset_month)
    before = whole_seconds(joined[column]) < joined.switch_second
    offset = ibis.coalesce(before.ifelse(joined.before_seconds, joined.after_seconds), 0)
    local = joined.mutate(
        local_at=(whole_seconds(joined[column]) + offset).as_timestamp("s").cast("timestamp")
    )
    return local.drop("clock_month", *_OFFSETS)


_OFFSETS = {
    "offset_month": "int32",
    "switch_second": "int64",
    "before_seconds": "int64",
    "after_seconds": "int64",
}


def _offset_table(zone: str) -> pa.Table:
    """As Arrow: from a list, Ibis would want pandas, which the product does without."""
    rows = [dict(zip(_OFFSETS, row, strict=True)) for row in _offsets(zone)]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(_OFFSETS.items())))


@cache
def _offsets(zone: str) -> list[tuple[int, int, int, int]]:
    """One row a month: its number, when the clock changes in it, and the offset before and after."""
    return [_month_offsets(ZoneInfo(zone), year, month) for year in _MONTHS_OF for month in range(1, 13)]


def _month_offsets(zone: ZoneInfo, year: int, month: int) -> tuple[int, int, int, int]:
    start = datetime(year, month, 1, tzinfo=UTC)
    end = (start + timedelta(days=32)).replace(day=1)
    before, after = _offset(start, zone), _offset(end - timedelta(seconds=1), zone)
    low, high = int(start.timestamp()), int(end.timestamp())
    while before != after and high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, tz=UTC), zone) == before:
            low = middle
        else:
            high = middle
    return year * 12 + month, high, before, after


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
