"""From files and a map to typed tables: what trying and loading have in common."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb

from quintet.sources.files.load import people
from quintet.sources.files.mapping import cells
from quintet.sources.files.mapping.compile import Compiled, emissions_of, typed_sql
from quintet.sources.files.mapping.model import FileMap, SourceMap
from quintet.sources.files.mapping.months import alike, months_by_header
from quintet.sources.files.mapping.questions import Question
from quintet.sources.files.mapping.sql import name
from quintet.sources.files.mapping.targets import TARGETS
from quintet.sources.files.reading.raw import RawTable
from quintet.sources.files.values.money import parse
from quintet.sources.files.values.profile import ColumnProfile, profile_columns


@dataclass(frozen=True)
class Item:
    """One table of a load with its map.

    Args:
        raw: the table as it was read.
        entry: its map; None where the map says nothing about it.
        compiled: ready to become SQL; None for rows that are not translated.
        typed: name of the table of typed rows.
        offered: name of the table of interactions.
    """

    raw: RawTable
    entry: FileMap | None
    compiled: Compiled | None = None
    typed: str = ""
    offered: str = ""


@dataclass(frozen=True)
class Prepared:
    """Every table of a load, typed and with its people known.

    Args:
        con: the connection that holds the tables.
        source: the map.
        items: one a table, in the order given.
        questions: what must be answered before anything is loaded.
        day: the instant of rows without a date.
    """

    con: duckdb.DuckDBPyConnection
    source: SourceMap
    items: tuple[Item, ...]
    questions: tuple[Question, ...]
    day: datetime

    @property
    def mapped(self) -> tuple[Item, ...]:
        """The tables whose rows are translated."""
        return tuple(item for item in self.items if item.compiled)


def prepare(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[RawTable],
    source: SourceMap,
    *,
    known: str | None,
    now: datetime,
    lookups: Mapping[str, str] | None = None,
) -> Prepared:
    """Type every row of every mapped table.

    Args:
        con: in UTC.
        tables: as read.
        source: the map.
        known: a table of references the ledger knows, see `people.learn_refs`.
        now: the instant of the load.
        lookups: tables of an earlier load to look things up in, by the name the map gives them.
    """
    items = [Item(raw, source.file_for(raw.name)) for raw in tables]
    questions = [question for item in items for question in _gaps(item)]
    if questions:
        return Prepared(con, source, tuple(items), tuple(questions), now)
    items = _compiled(con, items, source, lookups or {})
    questions = [question for item in items if item.compiled for question in cells.doubts(item.compiled)]
    if questions:
        return Prepared(con, source, tuple(items), tuple(questions), now)
    people.learn_refs(con, [item.compiled for item in items if item.compiled], known)
    for item in items:
        if item.compiled:
            con.execute(f"CREATE OR REPLACE TEMP TABLE {item.typed} AS {typed_sql(item.compiled)}")
    return Prepared(con, source, tuple(items), (), _day(con, items, source, now))


def _gaps(item: Item) -> list[Question]:
    """What the map does not say about a table, or says about columns it does not have."""
    if item.entry is None:
        setting = f'[[file]]\nmatch = "{item.raw.name}"\nrows = "ignore"\nwhy = "..."'
        return [Question(item.raw.name, "", "the map does not say what its rows are", setting)]
    if not item.entry.loads or item.entry.rows == "interactions":
        return []
    have = {column.lower() for column in item.raw.columns}
    return list(_lacking(item.raw, item.entry)) + [
        Question(
            item.raw.name,
            column,
            f"the map names the column {column!r}, the file has {', '.join(item.raw.columns[:12])} ...",
            "correct the column, or delete the line that names it",
        )
        for column in item.entry.columns()
        if column.lower() not in have
    ]


def _lacking(raw: RawTable, entry: FileMap) -> Iterator[Question]:
    """Fields every such row must have, and the map takes from nowhere."""
    if entry.months:
        return
    months = months_by_header(raw.columns, raw.name).without_year if entry.rows == "quotas" else ()
    for target in TARGETS[entry.rows]:
        if not target.required or target.name in entry.fields:
            continue
        told = (
            f"{entry.rows.replace('_', ' ')} need {target.name}, {target.sentence}: no column is named for it"
        )
        if months:
            shown = ", ".join(months[:3])
            told += (
                f". Its columns are months without a year ({shown}): write it into them, as in {months[0]}"
            )
            told += " 2026, or into the name of the file"
        yield Question(raw.name, "", told, f'{target.name} = "..." under [file.fields]', target.name)
        if months:
            return


def _compiled(
    con: duckdb.DuckDBPyConnection, items: Sequence[Item], source: SourceMap, kept: Mapping[str, str]
) -> list[Item]:
    """Copy what is needed into tables of text, and look at the columns whose format is not stated."""
    lookups = {**kept, **_lookup_tables(con, items)}
    made = []
    for number, item in enumerate(items):
        entry = item.entry
        if entry is None or not entry.loads or entry.rows == "interactions":
            made.append(item)
            continue
        raw = f"raw_{number}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {raw} AS {item.raw.relation_sql}")
        entry = replace(entry, months=alike(entry.months))
        compiled = Compiled(source, entry, raw, item.raw.columns, lookups=lookups)
        compiled = replace(compiled, profiles=_profiles(con, compiled))
        made.append(replace(item, compiled=compiled, typed=f"typed_{number}", offered=f"offered_{number}"))
    return made


def _lookup_tables(con: duckdb.DuckDBPyConnection, items: Sequence[Item]) -> dict[str, str]:
    """The text of every file another one looks something up in, by the name the map gives it."""
    wanted = {
        field.lookup.file
        for item in items
        if item.entry
        for field in item.entry.fields.values()
        if field.lookup
    }
    made: dict[str, str] = {}
    for number, glob in enumerate(sorted(wanted)):
        found = [item.raw for item in items if FileMap(glob, "lookup").matches(item.raw.name)]
        if found:
            made[glob] = f"lookup_{number}"
            queries = " UNION ALL BY NAME ".join(f"({raw.relation_sql})" for raw in found)
            con.execute(f"CREATE OR REPLACE TEMP TABLE lookup_{number} AS {queries}")
    return made


def _profiles(con: duckdb.DuckDBPyConnection, file: Compiled) -> dict[str, ColumnProfile]:
    """What is known of the columns the map names: how they are written, which words say nothing."""
    have = {column.lower(): column for column in file.columns}
    wanted = [have[column.lower()] for column in file.entry.columns()]
    if not wanted:
        return {}
    query = f"SELECT {', '.join(name(column) for column in dict.fromkeys(wanted))} FROM {file.raw}"
    found = {one.name.lower(): one for one in profile_columns(con, query)}
    months = [have[column.lower()] for item in file.entry.months.values() for column in item.columns]
    if not months:
        return found
    values = " UNION ALL ".join(f"SELECT {name(column)} AS v FROM {file.raw}" for column in months)
    (every,) = profile_columns(con, values)
    return found | {column.lower(): _of_month(found[column.lower()], every) for column in months}


def _of_month(own: ColumnProfile, every: ColumnProfile) -> ColumnProfile:
    """What a month holds, written as all months of its sheet are; a word among its amounts spoils one row."""
    has_amounts = any(map(parse, own.examples))
    kind = every.type if own.type == "text" and has_amounts else own.type
    return replace(
        own, type=kind, format=every.format, ambiguity=every.ambiguity, candidates=every.candidates
    )


def _day(con: duckdb.DuckDBPyConnection, items: Sequence[Item], source: SourceMap, now: datetime) -> datetime:
    """The day of rows without a date: the map's, else the newest date of the load, else now."""
    if source.day:
        return datetime.fromisoformat(source.day).replace(tzinfo=ZoneInfo(source.timezone)).astimezone(UTC)
    newest = [found for item in items if item.compiled for found in [_newest(con, item, now)] if found]
    return max(newest, default=now)


def _newest(con: duckdb.DuckDBPyConnection, item: Item, now: datetime) -> datetime | None:
    assert item.compiled is not None  # noqa: S101 - only compiled items come here
    filled = item.compiled.filled
    fields = {field for one in emissions_of(item.compiled) for field in one.at if field in filled}
    if not fields:
        return None
    present = f"TIMESTAMPTZ '{now.isoformat()}'"
    newest = ", ".join(f"max(f_{field}) FILTER (f_{field} <= {present})" for field in sorted(fields))
    query = f"SELECT epoch_us(greatest({newest})) FROM {item.typed} WHERE reject IS NULL"
    found = con.sql(query).fetchall()[0][0]
    return None if found is None else datetime.fromtimestamp(found / 1e6, UTC)
