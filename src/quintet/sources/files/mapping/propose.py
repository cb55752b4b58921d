"""Propose a map for files: a shipped one where it fits, else what headers, values and keys say.

A proposal states a reason for each guess. What is not clear is left open: a load asks about it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from quintet.ledger.schema import OFFERED
from quintet.sources.files.mapping.by_values import BEGIN_AND_END, UNSURE, ByValues, fields_by_values
from quintet.sources.files.mapping.headers import fields_by_header, looks_like_key, plain, rows_by_name
from quintet.sources.files.mapping.model import Field, FileMap, SourceMap
from quintet.sources.files.mapping.months import months_by_header, with_months
from quintet.sources.files.mapping.shipped import Fitted, recognised
from quintet.sources.files.mapping.sql import name
from quintet.sources.files.mapping.targets import targets_of
from quintet.sources.files.mapping.words import has_words, meanings
from quintet.sources.files.reading.raw import RawTable
from quintet.sources.files.seen import look
from quintet.sources.files.values.profile import profile_columns

_DISTINCT = 60  # more values than this are no stages
_PRIVATE = re.compile(r"(^|_)(mobile|phone|fax|street|address|ssn|birth|password|iban)(_|$)")
_FEW = 2  # fields a guess needs before it says what the rows of a file are
_SHARE = 0.9  # of the values of a column that stand in the key of another file


@dataclass(frozen=True)
class Guess:
    """One thing a proposal took from the files.

    Args:
        file: which file.
        field: which field; "rows" or "key" for the file as a whole.
        column: the column it is read from.
        reason: why.
        confidence: 0..1; below a half, look at it first.
    """

    file: str
    field: str
    column: str
    reason: str
    confidence: float


@dataclass(frozen=True)
class Proposal:
    """A map to look at, correct and save.

    Args:
        source: the map; `toml.write_map` writes it with the reasons beside the lines.
        recognised: the shipped map it comes from; None when it was put together from the files.
        guesses: what it took from the files; none for a shipped map.
        notes: what was left out of a shipped map.
        unknown: files it says nothing about; a load asks what their rows are.
    """

    source: SourceMap
    recognised: str | None
    guesses: tuple[Guess, ...]
    notes: tuple[str, ...]
    unknown: tuple[str, ...]


def propose(con: duckdb.DuckDBPyConnection, tables: Sequence[RawTable], *, system: str = "files") -> Proposal:
    """Say what the rows and columns of files seem to be.

    Args:
        con: where the queries of the tables run.
        tables: as they were read.
        system: the name of the source system, where no shipped map knows it.
    """
    fitted = recognised(tables)
    known = set(fitted.unknown) if fitted else None
    rest = [table for table in tables if known is None or table.name in known]
    files, guesses, unknown = _guessed(con, rest, tables)
    if fitted:
        return _shipped(fitted, files, guesses, unknown)
    made = SourceMap(name=system, system=system, files=tuple(files))
    return Proposal(made, None, tuple(guesses), (), tuple(unknown))


def _shipped(fitted: Fitted, files: list[FileMap], guesses: list[Guess], unknown: list[str]) -> Proposal:
    taken = {entry.role for entry in fitted.source.files}
    more = [replace(entry, role=f"{entry.role}_more") if entry.role in taken else entry for entry in files]
    source = replace(fitted.source, files=(*fitted.source.files, *more))
    return Proposal(source, source.name, tuple(guesses), fitted.notes, tuple(unknown))


def _guessed(
    con: duckdb.DuckDBPyConnection, tables: Sequence[RawTable], every: Sequence[RawTable]
) -> tuple[list[FileMap], list[Guess], list[str]]:
    kinds = {table.name: _rows(table) for table in tables}
    keys = {table.name: _key(con, table) for table in every}
    files: list[FileMap] = []
    guesses: list[Guess] = []
    for table in tables:
        kind = kinds[table.name]
        if kind is None:
            continue
        entry, found = _entry(con, table, kind, keys)
        found += _relations(con, table, entry, [(one, kinds.get(one.name), keys[one.name]) for one in every])
        entry = _with_relations(entry, found)
        files.append(_explained(_own_role(entry, files), found))
        guesses += found
    return files, guesses, [file for file, kind in kinds.items() if kind is None]


def _rows(table: RawTable) -> Guess | None:
    """What the rows of a file are, by its columns and its name."""
    required = [field.name for field in OFFERED if not field.nullable]
    if set(required) <= set(table.columns) <= set(OFFERED.names):
        return Guess(table.name, "interactions", "", "the columns are those of the ledger", 1.0)
    by_name = rows_by_name(table.name)
    if by_name is None:
        return None
    count = len(fields_by_header(by_name, table.columns))
    if by_name == "quotas":
        months = months_by_header(table.columns, table.name)
        count += len(months.columns) + len(months.without_year)
    if count < _FEW:
        return None
    confidence = round(min(0.9, 0.4 + 0.1 * count), 2)
    return Guess(table.name, by_name, "", f"by the name of the file, and {count} columns fit", confidence)


def _key(con: duckdb.DuckDBPyConnection, table: RawTable) -> str | None:
    """The column that names a record: called like a key, else the first; always filled, never repeated.

    Never a date: two records of one instant would be taken for one as soon as the next export holds them.
    """
    first = table.columns[:1]
    named = [column for column in table.columns[:40] if looks_like_key(column)]
    return next((one for one in dict.fromkeys((*named[:8], *first)) if _names_rows(con, table, one)), None)


def _names_rows(con: duckdb.DuckDBPyConnection, table: RawTable, column: str) -> bool:
    """Has every row a value of its own there, and is that no date?"""
    query = f"""SELECT count(*), count({name(column)}), count(DISTINCT {name(column)})
        FROM ({table.relation_sql})"""
    rows, filled, distinct = con.sql(query).fetchall()[0]
    if not rows == filled == distinct or not rows:
        return False
    (profiled,) = profile_columns(con, f"SELECT {name(column)} FROM ({table.fast_sql})", rows=rows)
    return profiled.type not in {"date", "instant"}


def _entry(
    con: duckdb.DuckDBPyConnection, table: RawTable, kind: Guess, keys: Mapping[str, str | None]
) -> tuple[FileMap, list[Guess]]:
    rows, key = kind.field, keys[table.name]
    if rows == "quotas":
        key = None  # a rep has one for every month: a name that repeats in the next file is no key
    if rows == "interactions":
        return FileMap(table.name, rows, role=rows), [replace(kind, field="rows")]
    found = [replace(kind, field="rows")]
    if key:
        found.append(Guess(table.name, "key", key, "always filled and never repeats", 0.9))
    columns = (
        tuple(column for column in table.columns if column != key)
        if rows not in {"reps", "accounts"}
        else table.columns
    )
    fields: dict[str, Field] = {}
    for target, column in fields_by_header(rows, columns).items():
        words = _words(con, table, rows, target, column)
        fields[target] = Field(column=column, values=words)
        reason = "by its header" + (f"; {len(words)} values translated" if words else "")
        found.append(Guess(table.name, target, column, reason, 0.7))
    for one in _by_values(
        con, table, rows, columns, {field: item.column or "" for field, item in fields.items()}
    ):
        words = _words(con, table, rows, one.field, one.column)
        fields[one.field] = Field(column=one.column, values=words)
        reason = one.reason + (f"; {len(words)} values translated" if words else "")
        found.append(Guess(table.name, one.field, one.column, reason, UNSURE))
    drop = tuple(column for column in table.columns if _PRIVATE.search(plain(column)))
    entry = FileMap(table.name, rows, role=rows, key=(key,) if key else (), fields=fields, drop=drop)
    return _by_month(con, table, entry, found) if rows == "quotas" else (entry, found)


def _by_month(
    con: duckdb.DuckDBPyConnection, table: RawTable, entry: FileMap, found: list[Guess]
) -> tuple[FileMap, list[Guess]]:
    """Quotas with a column a month, and why."""

    def values_of(column: str) -> list[str]:
        query = f"SELECT DISTINCT {name(column)} FROM ({table.relation_sql}) WHERE {name(column)} IS NOT NULL"
        return [one for (one,) in con.sql(query).fetchall()]

    made = with_months(
        entry, table.columns, names_rows=lambda one: _names_rows(con, table, one), values_of=values_of
    )
    found = [one for one in found if one.field in {"rows", *made.fields}]
    for month, item in made.months.items():
        found.append(Guess(table.name, f"months.{month}", item.column or "", "by its header", 0.7))
    found += [Guess(table.name, "key", one, "a line for each rep", 0.9) for one in made.key]
    return made, found


def _by_values(
    con: duckdb.DuckDBPyConnection,
    table: RawTable,
    rows: str,
    columns: Sequence[str],
    known: Mapping[str, str],
) -> list[ByValues]:
    if rows not in BEGIN_AND_END:
        return []
    seen = [one for one in look(con, table).columns if one.name in columns]
    return fields_by_values(rows, seen, known, table.rows)


def _words(
    con: duckdb.DuckDBPyConnection, table: RawTable, rows: str, target: str, column: str
) -> dict[str, str]:
    if not has_words(rows, target):
        return {}
    query = f"""SELECT trim({name(column)}) AS v FROM ({table.relation_sql}) WHERE trim({name(column)}) <> ''
        GROUP BY v ORDER BY count(*) DESC, v LIMIT {_DISTINCT}"""
    return meanings(rows, target, [value for (value,) in con.sql(query).fetchall()])


_ENTITY_ROWS = {
    "leads": "lead",
    "contacts": "contact",
    "accounts": "account",
    "opportunities": "opportunity",
    "reps": "rep",
}


def _relations(
    con: duckdb.DuckDBPyConnection,
    table: RawTable,
    entry: FileMap,
    others: Sequence[tuple[RawTable, Guess | None, str | None]],
) -> list[Guess]:
    """Columns whose values stand in the key of another file: that is whom they name."""
    found: list[Guess] = []
    targets = targets_of(entry.rows)
    for other, kind, key in others:
        target = _ENTITY_ROWS.get(kind.field) if kind else None
        if other.name == table.name or key is None or target not in targets or target in entry.fields:
            continue
        column = _contained(con, table, entry, other, key)
        if column:
            reason = f"its values stand in {key} of {other.name}"
            found.append(Guess(table.name, target, column, reason, 0.8))
    return found


def _contained(
    con: duckdb.DuckDBPyConnection, table: RawTable, entry: FileMap, other: RawTable, key: str
) -> str | None:
    """The column most of whose values stand in a key, the best of those that are worth asking."""
    free = [column for column in table.columns if column not in entry.key or len(entry.key) == 1]
    best: tuple[float, str] | None = None
    for column in free[:60]:
        query = f"""SELECT count(*), count(*) FILTER (v IN (SELECT {name(key)} FROM ({other.relation_sql})))
            FROM (SELECT DISTINCT {name(column)} AS v FROM ({table.relation_sql})
                WHERE {name(column)} IS NOT NULL)"""
        distinct, inside = con.sql(query).fetchall()[0]
        alike = plain(column) == plain(key) or plain(key) in plain(column)
        if distinct < _FEW or inside < distinct * _SHARE or (distinct < 10 and not alike):  # noqa: PLR2004
            continue
        share = inside / distinct + alike
        best = max(best or (0.0, ""), (share, column))
    return best[1] if best else None


def _with_relations(entry: FileMap, found: Sequence[Guess]) -> FileMap:
    """The entry with the columns that name records of other files; an id is better than a name."""
    related = {one.field: one for one in found if one.reason.startswith("its values stand in")}
    fields = {
        target: item
        for target, item in entry.fields.items()
        if item.column not in {one.column for one in related.values()}
    }
    fields |= {target: Field(column=one.column) for target, one in related.items()}
    return replace(entry, fields=fields)


def _own_role(entry: FileMap, files: Sequence[FileMap]) -> FileMap:
    taken = {one.role for one in files}
    stem = plain(entry.match.split(".")[0])
    return replace(entry, role=stem) if entry.role in taken else entry


def _explained(entry: FileMap, found: Sequence[Guess]) -> FileMap:
    return replace(entry, reasons={one.field: one.reason for one in found})
