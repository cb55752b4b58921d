"""From a date as text to an instant or a day, in SQL.

A format is one of the words below, or a strptime pattern of DuckDB (`%d/%m/%Y %H:%M`).

| word | reads |
|---|---|
| iso | 2021-01-07, 2021-1-7 6:49, 2021-01-07T06:49:18.123: no offset, so local time |
| iso_offset | the same with Z, UTC or +03:00 behind it |
| epoch_s, epoch_ms | seconds or milliseconds since 1970 |
| excel | days since 30 December 1899, as a workbook counts them: local time |

Local time is of the zone that is given. An hour the clock skips in spring is read as if it had not been
put forward yet (02:30 becomes 03:30 summer time); an hour it runs twice in autumn is the second one.
A year before 1900 is no date: it is a two-digit year read with a four-digit pattern.
"""

from collections.abc import Sequence

from quintet.kernel.errors import BadInput
from quintet.sources.files.reading.sql import literal

ISO, ISO_OFFSET, EPOCH_S, EPOCH_MS, EXCEL = "iso", "iso_offset", "epoch_s", "epoch_ms", "excel"
WORDS = (ISO, ISO_OFFSET, EPOCH_S, EPOCH_MS, EXCEL)
_LAST_EPOCH = 4_102_444_800  # 2100-01-01
_LAST_SERIAL = 2_958_465  # 9999-12-31
_OFFSET = "':.*[-+A-Za-z]'"  # a sign or a letter behind the time


def instant_sql(column: str, formats: Sequence[str], timezone: str = "UTC") -> str:
    """SQL of the instant (TIMESTAMPTZ) a text names; null when no format reads it.

    Args:
        column: SQL of a VARCHAR without blanks around it.
        formats: tried in this order.
        timezone: IANA name; whose clock a text without an offset shows.

    Raises:
        BadInput: when no format is given, or one is neither a word nor a pattern.
    """
    return _first([_instant(column, one, timezone) for one in _known(formats)])


def has_offset(one: str) -> bool:
    """Whether values of a format name an instant on their own, without a time zone being given."""
    return one in {ISO_OFFSET, EPOCH_S, EPOCH_MS} or "%z" in one


def _known(formats: Sequence[str]) -> Sequence[str]:
    if not formats:
        raise BadInput("a date column needs at least one format, e.g. %d/%m/%Y; got none")
    for one in formats:
        if one not in WORDS and "%" not in one:
            raise BadInput(
                f"a date format is a pattern such as %d/%m/%Y or one of {', '.join(WORDS)}; got {one!r}"
            )
    return formats


def _first(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _instant(column: str, one: str, timezone: str) -> str:
    if one == EPOCH_S:
        return _epoch(column, 1_000_000)
    if one == EPOCH_MS:
        return _epoch(column, 1_000)
    if one == ISO_OFFSET:
        return _iso_offset(column)
    if has_offset(one):
        return f"try_strptime({column}, {literal(one)})"
    local = _local(column, one)
    if timezone == "UTC":
        return f"make_timestamptz(epoch_us({local}))"  # a twentieth of the cost of timezone()
    return f"timezone({literal(timezone)}, {local})"


def _local(column: str, one: str) -> str:
    """SQL of the TIMESTAMP the clock shows."""
    if one == ISO:
        return _iso(column)
    if one == EXCEL:
        serial = f"try_cast({column} AS DOUBLE)"
        days = f"CASE WHEN {serial} BETWEEN 1 AND {_LAST_SERIAL} THEN {serial} END"
        return f"(TIMESTAMP '1899-12-30' + to_seconds(round(({days}) * 86400)::BIGINT))"
    read = f"try_strptime({column}, {literal(one)})"
    eight = f" AND length({column}) = 8" if one == "%Y%m%d" else ""
    return f"CASE WHEN {read} >= TIMESTAMP '1900-01-01'{eight} THEN {read} END"


def _iso(column: str) -> str:
    """A cast drops an offset without a word; with a Z put behind, it refuses a second one, and is fast."""
    whole = f"make_timestamp(epoch_us(try_cast({column} || 'Z' AS TIMESTAMPTZ)))"
    guarded = f"CASE WHEN NOT regexp_matches({column}, {_OFFSET}) THEN try_cast({column} AS TIMESTAMP) END"
    return f"coalesce({whole}, {guarded})"


def _iso_offset(column: str) -> str:
    """A cast takes a text without an offset as local time of the session, so that is left out first."""
    closed = f"regexp_replace({column}, '(:[0-9]{{2}}(?:[.][0-9]+)?) +(Z|[+-])', '\\1\\2')"
    seconds = f"regexp_replace({closed}, '([ T][0-9]{{1,2}}:[0-9]{{2}})(Z|[+-]| UTC)', '\\1:00\\2')"
    cast = f"coalesce(try_cast({column} AS TIMESTAMPTZ), try_cast({seconds} AS TIMESTAMPTZ))"
    return f"CASE WHEN regexp_matches({column}, {_OFFSET}) THEN {cast} END"


def _epoch(column: str, micros: int) -> str:
    number = f"try_cast({column} AS DOUBLE)"
    last = _LAST_EPOCH * 1_000_000 // micros
    return f"make_timestamptz(CASE WHEN {number} BETWEEN 0 AND {last} THEN ({number} * {micros})::BIGINT END)"
