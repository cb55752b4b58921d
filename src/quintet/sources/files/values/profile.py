"""What each column of a file holds: its type, how it is written, and what does not fit."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from quintet.sources.files.reading.raw import RawTable
from quintet.sources.files.reading.sql import identifier, literal, select
from quintet.sources.files.values.booleans import is_boolean
from quintet.sources.files.values.date_formats import DateFormats, detect_date_formats
from quintet.sources.files.values.dates import instant_sql
from quintet.sources.files.values.money import MoneyFormat, amount_sql, detect_money
from quintet.sources.files.values.nulls import is_null_word, null_sql

ALL_ROWS = 200_000  # files up to here are looked at row by row
SAMPLE_ROWS = 100_000  # of a longer one
FITTING = 0.9  # share of values from which a column has a type
_COMMON = 2_000  # most frequent values looked at to find a format
_EXAMPLES = 5
_TABLE = "profiled_columns"
_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
_CODE = re.compile(r"[A-Z]{2,3}")


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds, as proposed to the person who loads the file.

    Args:
        name: of the column.
        rows: looked at.
        filled: rows with a value, null words not counted.
        distinct: different values among them.
        examples: the most frequent ones, at most five.
        type: "text", "integer", "decimal", "money", "boolean", "date", "instant", "email", "json" or "empty".
        format: for dates and instants the formats as `instant_sql` takes them; for money and decimals the
            decimal mark as `amount_sql` takes it; empty for other types, and for what is ambiguous.
        currency: ISO 4217 code that every amount carries; None where none or several do.
        null_words: words that mean "nothing here", with how many rows hold each.
        ambiguity: what the values do not settle, in one sentence; None when they do.
        candidates: the formats there may be where they do not.
        settled_by: the value that settled which of two numbers is the day.
        share: of filled values that fit the type, 0..1.
        sampled: only a sample of the rows was looked at.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    examples: tuple[str, ...]
    type: str
    format: tuple[str, ...] = ()
    currency: str | None = None
    null_words: tuple[tuple[str, int], ...] = ()
    ambiguity: str | None = None
    candidates: tuple[str, ...] = ()
    settled_by: str | None = None
    share: float = 1.0
    sampled: bool = False


def profile(table: RawTable, con: duckdb.DuckDBPyConnection) -> tuple[ColumnProfile, ...]:
    """What each column of a file holds, in the order of the file."""
    return profile_columns(con, table.fast_sql, rows=table.rows)


def profile_columns(
    con: duckdb.DuckDBPyConnection, query: str, *, rows: int | None = None
) -> tuple[ColumnProfile, ...]:
    """What each column of a query holds; of more than 200,000 rows, a random 100,000 are looked at.

    Args:
        con: runs the query, and holds a temporary table meanwhile.
        query: its columns are VARCHAR.
        rows: how many it has, when that is known.
    """
    if rows is None:
        (rows,) = con.execute(select("count(*)", f"({query})")).fetchone() or (0,)
    sampled = rows > ALL_ROWS
    source = f"({query})" + (f" USING SAMPLE reservoir({SAMPLE_ROWS} ROWS)" if sampled else "")
    columns = con.sql(query).columns
    trimmed = ", ".join(f"{null_sql(identifier(name))} AS {identifier(name)}" for name in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_TABLE} AS {select(trimmed, source)}")
    try:
        looked = min(rows, SAMPLE_ROWS) if sampled else rows
        filled = zip(columns, _filled(con, columns), strict=True)
        found = [_column(con, name, looked, count) for name, count in filled]
        return tuple(replace(column, sampled=sampled) for column in found)
    finally:
        con.execute(f"DROP TABLE {_TABLE}")


def _filled(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> list[int]:
    """How many rows of each column have a value."""
    each = ", ".join(f"count({name})" for name in map(identifier, columns))
    return list(con.execute(select(each, _TABLE)).fetchone() or ())


def _distinct(con: duckdb.DuckDBPyConnection, name: str, common: Mapping[str, int]) -> int:
    if len(common) < _COMMON:
        return len(common)
    (distinct,) = con.execute(select(f"count(DISTINCT {identifier(name)})", _TABLE)).fetchone() or (0,)
    return int(distinct)


def _column(con: duckdb.DuckDBPyConnection, name: str, rows: int, filled: int) -> ColumnProfile:
    if not filled:
        return ColumnProfile(name, rows, 0, 0, (), "empty")
    common = _common(con, name, _COMMON)
    distinct = _distinct(con, name, common)
    words = _null_words(common)
    values = {value: count for value, count in common.items() if value not in words}
    bare = ColumnProfile(
        name=name,
        rows=rows,
        filled=filled - sum(words.values()),
        distinct=distinct - len(words),
        examples=tuple(list(values)[:_EXAMPLES]),
        type="empty",
        null_words=tuple(words.items()),
    )
    if not values:
        return bare
    found = _typed(bare, values)
    if found.candidates and distinct > _COMMON:  # a rarer value may settle it
        found = _typed(bare, {k: v for k, v in _common(con, name, distinct).items() if k not in words})
    return _with_share(con, found)


def _common(con: duckdb.DuckDBPyConnection, name: str, most: int) -> dict[str, int]:
    """The most frequent values with their frequency."""
    column = identifier(name)
    query = select(f"{column}, count(*)", _TABLE)
    rows = con.execute(f"{query} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}")
    return dict(rows.fetchall())


def _null_words(values: Mapping[str, int]) -> dict[str, int]:
    """Words that mean nothing was entered; NA among codes such as US and DE is a code itself."""
    words = {value: count for value, count in values.items() if is_null_word(value)}
    others = [value for value in values if value not in words]
    if others and sum(bool(_CODE.fullmatch(value)) for value in others) * 2 > len(others):
        words.pop("NA", None)
    return words


def _typed(bare: ColumnProfile, values: Mapping[str, int]) -> ColumnProfile:
    """The profile with the first type that nearly all values fit."""
    total = sum(values.values())
    if is_boolean(values):
        return replace(bare, type="boolean")
    dates = detect_date_formats(values, bare.name)
    if dates and dates.fitting >= FITTING * total:
        return _dated(bare, dates)
    if _share(_INTEGER, values, total) >= FITTING:
        return replace(bare, type="integer", share=_share(_INTEGER, values, total))
    money = detect_money(values)
    if money and money.fitting >= FITTING * total and not _are_codes(values):
        return _priced(bare, money)
    if _share(_EMAIL, values, total) >= FITTING:
        return replace(bare, type="email", share=_share(_EMAIL, values, total))
    return replace(bare, type="json" if all(map(_is_json, values)) else "text")


def _share(pattern: re.Pattern[str], values: Mapping[str, int], total: int) -> float:
    return sum(count for value, count in values.items() if pattern.fullmatch(value)) / total


def _are_codes(values: Mapping[str, int]) -> bool:
    """Whether numbers are names: a zero in front (00123), or more digits than an amount has."""
    return any(re.match(r"0\d|\d{16}", value) for value in values)


def _is_json(value: str) -> bool:
    if not value.startswith(("{", "[")):
        return False
    try:
        json.loads(value)
    except json.JSONDecodeError:
        return False
    return True


def _dated(bare: ColumnProfile, dates: DateFormats) -> ColumnProfile:
    return replace(
        bare,
        type="instant" if dates.has_time else "date",
        format=dates.formats,
        ambiguity=dates.ambiguity,
        candidates=dates.candidates,
        settled_by=dates.settled_by,
    )


def _priced(bare: ColumnProfile, money: MoneyFormat) -> ColumnProfile:
    return replace(
        bare,
        type="money" if money.signed else "decimal",
        format=(money.decimal,) if money.decimal else (),
        currency=money.currency,
        ambiguity=money.ambiguity,
        candidates=money.candidates,
    )


def _with_share(con: duckdb.DuckDBPyConnection, found: ColumnProfile) -> ColumnProfile:
    """The profile with the share of all values that the SQL of its type reads."""
    column = identifier(found.name)
    formats = (*found.format, *found.candidates)
    if found.type in {"date", "instant"}:
        read = instant_sql(column, formats)
    elif found.type in {"money", "decimal"}:
        read = " OR ".join(f"{amount_sql(column, mark)} IS NOT NULL" for mark in formats)
        read = f"CASE WHEN {read} THEN 1 END"
    else:
        return found
    words = ", ".join(literal(word) for word, _ in found.null_words)
    where = f" WHERE {column} NOT IN ({words})" if words else ""
    (good,) = con.execute(select(f"count({read})", _TABLE) + where).fetchone() or (0,)
    return replace(found, share=good / max(found.filled, 1))
