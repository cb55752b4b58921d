"""What is in the files of an upload, small enough to keep: columns, types, the values of short lists."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from quintet.sources.files.mapping.sql import name
from quintet.sources.files.reading.raw import Dialect, RawTable
from quintet.sources.files.values.profile import ColumnProfile, profile_columns

#: Columns with more different values are no list of stages.
MOST_VALUES = 60
_LISTS = {"text", "boolean", "integer"}
_LONGEST = 80  # an example is cut there


@dataclass(frozen=True)
class SeenColumn:
    """One column.

    Args:
        name: of the column.
        type: as profiled.
        filled: rows with a value.
        examples: frequent values, at most three.
        formats: how its dates or amounts are written.
        candidates: how they may be written where values do not settle it.
        values: every value with its rows, the most frequent first; empty when there are many.
    """

    name: str
    type: str
    filled: int
    examples: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class SeenFile:
    """One table of an upload.

    Args:
        name: the file's, or "book/sheet".
        rows: records in it.
        written: how it is written, in words.
        columns: in the order of the file.
    """

    name: str
    rows: int
    written: str
    columns: tuple[SeenColumn, ...]

    def column(self, wanted: str | None) -> SeenColumn | None:
        """The column of that name, whatever its letter case."""
        return next((one for one in self.columns if one.name.lower() == (wanted or "").lower()), None)


def look(con: duckdb.DuckDBPyConnection, table: RawTable) -> SeenFile:
    """What is in one table; reads it once."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS {table.fast_sql}")
    try:
        profiles = profile_columns(con, "SELECT * FROM looked_at", rows=table.rows)
        columns = tuple(_column(con, one) for one in profiles)
    finally:
        con.execute("DROP TABLE looked_at")
    return SeenFile(table.name, table.rows, _written(table.dialect), columns)


def _column(con: duckdb.DuckDBPyConnection, profile: ColumnProfile) -> SeenColumn:
    values: Sequence[tuple[str, int]] = ()
    if profile.type in _LISTS and 0 < profile.distinct <= MOST_VALUES:
        text = f"trim({name(profile.name)})"
        values = con.sql(
            f"SELECT {text}, count(*) FROM looked_at WHERE {text} <> '' GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        ).fetchall()
    return SeenColumn(
        profile.name,
        profile.type,
        profile.filled,
        tuple(one[:_LONGEST] for one in profile.examples[:3]),
        profile.format,
        profile.candidates,
        tuple((value, count) for value, count in values),
    )


def _written(dialect: Dialect) -> str:
    """How a file is written, as people say it."""
    marks = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    parts = {"delimited": "text", "excel": "workbook", "parquet": "Parquet", "json": "JSON lines"}
    words = [parts.get(dialect.form, dialect.form)]
    if dialect.delimiter:
        words.append(f"{marks.get(dialect.delimiter, repr(dialect.delimiter))} between fields")
    if dialect.encoding:
        words.append(dialect.encoding)
    if dialect.header_line != 1:
        words.append(f"header in line {dialect.header_line}" if dialect.header_line else "no header")
    return ", ".join(words)


def as_json(one: SeenFile) -> dict[str, Any]:
    """The file as JSON."""
    return asdict(one)


def from_json(given: Sequence[Mapping[str, Any]]) -> list[SeenFile]:
    """The files of an upload, from JSON."""
    return [
        SeenFile(one["name"], one["rows"], one["written"], tuple(_seen(column) for column in one["columns"]))
        for one in given
    ]


def _seen(given: Mapping[str, Any]) -> SeenColumn:
    return SeenColumn(
        given["name"],
        given["type"],
        given["filled"],
        tuple(given["examples"]),
        tuple(given["formats"]),
        tuple(given["candidates"]),
        tuple((value, count) for value, count in given["values"]),
    )
