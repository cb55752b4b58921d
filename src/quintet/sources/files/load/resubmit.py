"""Hand rejected rows in again, corrected: they become what they would have been in the file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.sources.files.load import rejects
from quintet.sources.files.load.load import known_refs, load_prepared
from quintet.sources.files.load.opening import opened
from quintet.sources.files.load.prepare import prepare
from quintet.sources.files.load.terms import LoadReport, Rejected
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.mapping.sql import literal, name
from quintet.sources.files.mapping.toml import read_map
from quintet.sources.files.reading.raw import RawTable

_DOUBLED = "the key already stands in line "


def resubmit(home: Home, load_id: str, corrected: Path, *, now: datetime | None = None) -> LoadReport:
    """Load corrected rows of an earlier load, as records of the file they come from.

    Args:
        home: whose ledger it goes to.
        load_id: the load that rejected them.
        corrected: the CSV of that load with its rows corrected; rows may be left out. Its column
            `_file` says whose they are and `_line` which row each was.
        now: the instant they are loaded; the present by default.

    Returns:
        What became of them. Rows that are still wrong are rejected again, by a load of their own.

    Raises:
        BadInput: when there is no such load, or `_file` and `_line` are gone.
    """
    folder = rejects.require_folder(home, load_id)
    source = read_map((folder / "map.toml").read_text("utf-8"))
    told = rejects.story(folder)
    source = replace(source, day=source.day or str(told["day"])[:10])
    with opened([corrected]) as (con, (table,)):
        file, lines = _notes(con, table)
        known = {one.line: one for one in rejects.list_rejects(home, load_id) if one.file == file}
        _refuse_unchanged_keys(con, table, source, lines, known)
        instant = now or datetime.now(UTC)
        prepared = prepare(
            con,
            [_as_original(table, file)],
            source,
            known=known_refs(con, home, source),
            now=instant,
            lookups=_lookups(con, folder),
        )
        report = load_prepared(home, prepared, now=instant)
    again = rejects.list_rejects(home, report.load_id) if report.rejects else []
    wrong = {one.line for one in again}
    loaded = [(file, original) for line, original in lines.items() if line not in wrong and original in known]
    rejects.mark_resubmitted(folder, loaded)
    return report


def _notes(con: duckdb.DuckDBPyConnection, table: RawTable) -> tuple[str, dict[int, int]]:
    """Whose rows they are, and the line each had: line in the correction → line in the file."""
    if not {"_file", "_line"} <= set(table.columns):
        raise BadInput(
            f"{table.name} has lost its columns _file and _line: correct the CSV of the load itself"
        )
    rows = con.sql(
        f'SELECT line, "_file", try_cast("_line" AS BIGINT) FROM ({table.relation_sql})'
    ).fetchall()
    files = {file for _, file, _ in rows}
    if len(files) != 1 or None in files:
        raise BadInput(f"{table.name}: _file must name one file in every row, got {sorted(map(str, files))}")
    return str(files.pop()), {line: original for line, _, original in rows if original is not None}


def _as_original(table: RawTable, file: str) -> RawTable:
    """The corrected rows as if they stood in their file."""
    columns = tuple(column for column in table.columns if column not in rejects.NOTES)
    listed = ", ".join(name(column) for column in columns)
    return replace(
        table,
        name=file,
        columns=columns,
        relation_sql=f"SELECT line, {listed} FROM ({table.relation_sql})",
        fast_sql=f"SELECT {listed} FROM ({table.fast_sql})",
    )


def _refuse_unchanged_keys(
    con: duckdb.DuckDBPyConnection,
    table: RawTable,
    source: SourceMap,
    lines: Mapping[int, int],
    known: Mapping[int, Rejected],
) -> None:
    """A second row of one key would overwrite the first: its key must change, or it stays out.

    Raises:
        BadInput: naming the lines.
    """
    entry = source.file_for(next(iter(known.values())).file) if known else None
    doubled = [line for line, old in lines.items() if old in known and known[old].reason.startswith(_DOUBLED)]
    if entry is None or not doubled:
        return
    keys = ", ".join(name(column) for column in entry.key)
    rows = con.sql(f"SELECT line, {keys} FROM ({table.relation_sql})").fetchall()
    now = {line: list(key) for line, *key in rows}
    same = [lines[line] for line in doubled if now[line] == _old_key(known[lines[line]], entry.key)]
    if same:
        raise BadInput(
            f"line {', '.join(map(str, same))}: the key is still that of another row; correct"
            f" {', '.join(entry.key)}, or leave the row out"
        )


def _old_key(reject: Rejected, key: Sequence[str]) -> list[str | None]:
    raw = json.loads(reject.raw)
    return [raw.get(column) for column in key]


def _lookups(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """The tables the original load looked things up in, by the name the map gives them."""
    made = {}
    for number, (glob, file) in enumerate(rejects.kept_lookups(folder).items()):
        made[glob] = f"kept_lookup_{number}"
        con.execute(
            f"CREATE TEMP TABLE kept_lookup_{number} AS FROM read_parquet({literal(str(folder / file))})"
        )
    return made
