"""Time zones as stretches of one offset: the one place that knows about summer time."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quintet.kernel.errors import BadInput

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Stretch:
    """A half-open span of UTC (naive) in which a zone keeps one offset."""

    start: datetime
    end: datetime
    offset: timedelta


def zone(name: str) -> ZoneInfo:
    """The time zone of that name.

    Raises:
        BadInput: when the time zone database has no such name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f"time zone must be an IANA name such as Europe/Berlin, got {name!r}"
        raise BadInput(msg) from error


def utc(instant: datetime) -> datetime:
    """The instant in UTC.

    Raises:
        BadInput: when it has no time zone, because then it names no instant.
    """
    if instant.tzinfo is None:
        msg = f"an instant needs a time zone, got {instant.isoformat()}: attach one, e.g. UTC"
        raise BadInput(msg)
    return instant.astimezone(UTC)


def stretches(zone_name: str, start: datetime, end: datetime) -> Iterator[Stretch]:
    """The stretches of one offset that cover start..end (naive UTC), in order, cut to fit."""
    for year in range(start.year, end.year + 1):
        for stretch in _stretches_of(zone_name, year):
            if stretch.start < end and start < stretch.end:
                yield Stretch(max(stretch.start, start), min(stretch.end, end), stretch.offset)


def midnight(zone_name: str, year: int, month: int, day: int) -> datetime:
    """The first instant of a local day, in UTC: later than 00:00 where summer time skips that hour."""
    local = datetime(year, month, day)  # noqa: DTZ001  wall clock
    for stretch in stretches(zone_name, local - _DAY, local + _DAY):
        if stretch.end + stretch.offset > local:
            return max(stretch.start, local - stretch.offset).replace(tzinfo=UTC)
    raise AssertionError(zone_name)  # pragma: no cover  three days always hold a midnight


@lru_cache(maxsize=1024)
def _stretches_of(zone_name: str, year: int) -> tuple[Stretch, ...]:
    clock = zone(zone_name)
    first, last = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001  naive UTC by contract
    days = [first + _DAY * n for n in range((last - first).days + 1)]
    offsets = [_offset(clock, day) for day in days]
    changes = [
        _change(clock, day, day + _DAY)
        for day, here, there in zip(days, offsets, offsets[1:], strict=False)
        if here != there
    ]
    edges = [first, *changes, last]
    return tuple(Stretch(a, b, _offset(clock, a)) for a, b in pairwise(edges) if a < b)


def _change(clock: tzinfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset, by bisection; one day holds at most one change."""
    old = _offset(clock, before)
    seconds = range(int((after - before).total_seconds()) + 1)
    return before + _SECOND * bisect_right(
        seconds, x=False, key=lambda second: _offset(clock, before + _SECOND * second) != old
    )


def _offset(clock: tzinfo, naive_utc: datetime) -> timedelta:
    offset = naive_utc.replace(tzinfo=UTC).astimezone(clock).utcoffset()
    return offset or timedelta(0)
