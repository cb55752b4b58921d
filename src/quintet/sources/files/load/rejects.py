"""Rows that were not loaded: kept with file, line, value and reason, corrected and offered again.

`<home>/rejects/<load id>/` holds `rejects.parquet` (every rejected line), one CSV a file to correct and
hand in again, the map, the load's story `load.json`, and the tables other files were looked up in.
"""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.sources.files.load.prepare import Item, Prepared
from quintet.sources.files.load.terms import Rejected
from quintet.sources.files.mapping.sql import literal, name

STORY = "load.json"
_LOOKUPS = "lookups.json"
#: What the CSV to correct has beside the file's own columns; left alone, they say whose row it was.
NOTES = ("_file", "_line", "_column", "_value", "_reason", "_step")
_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("step", pa.string()),
        ("raw", pa.string()),
    ]
)


def found_rejects(prepared: Prepared, item: Item) -> list[Rejected]:
    """Every line of one file that is not loaded: those that are no record, and those the map rejects."""
    lines = structural(item)
    if not item.compiled:
        return lines
    columns = ", ".join(f"r.{name(column)}" for column in item.raw.columns)
    packed = ", ".join(f"{literal(column)}, r.{name(column)}" for column in item.raw.columns)
    query = f"""SELECT t.line, t.reject['column'], t.reject['value'], t.reject.reason, t.reject.step,
            json_object({packed})::VARCHAR
        FROM {item.typed} t JOIN (SELECT r.line, {columns} FROM {item.compiled.raw} r) r USING (line)
        WHERE t.reject IS NOT NULL ORDER BY t.line"""
    rows = prepared.con.sql(query).fetchall()
    return lines + [
        Rejected(item.raw.name, line, column, value or "", reason, step, raw)
        for line, column, value, reason, step, raw in rows
    ]


def structural(item: Item) -> list[Rejected]:
    """The lines of a file that are no record."""
    return [
        Rejected(item.raw.name, one.line, "", "", one.reason, "correct the line in the file", one.text)
        for one in item.raw.structural
    ]


def keep(folder: Path, prepared: Prepared, rejects: Sequence[Rejected]) -> None:
    """Write the rejected rows of a load where people can list and correct them."""
    rows = [vars(one) for one in rejects]
    pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), folder / "rejects.parquet")
    by_file: dict[str, list[Rejected]] = {}
    for one in rejects:
        by_file.setdefault(one.file, []).append(one)
    for item in prepared.items:
        if item.raw.name in by_file:
            _write_csv(folder / correction_name(item.raw.name), item, by_file[item.raw.name])
    tables = {
        glob: table
        for item in prepared.mapped
        if item.compiled
        for glob, table in item.compiled.lookups.items()
    }
    for table in tables.values():
        prepared.con.table(table).write_parquet(str(folder / f"{table}.parquet"))
    named = {glob: f"{table}.parquet" for glob, table in tables.items()}
    (folder / _LOOKUPS).write_text(json.dumps(named), "utf-8")


def kept_lookups(folder: Path) -> dict[str, str]:
    """The files of the tables a load looked things up in, by the name the map gives them."""
    path = folder / _LOOKUPS
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def correction_name(file: str) -> str:
    """The name of the CSV in which rejected rows of a file are corrected."""
    return f"{file.replace('/', '~')}.rejected.csv"


def _write_csv(path: Path, item: Item, rejects: Sequence[Rejected]) -> None:
    columns = [*item.raw.columns, *NOTES]
    table = {column: [] for column in columns}  # type: dict[str, list[str | None]]
    for one in rejects:
        raw = json.loads(one.raw) if one.raw.startswith("{") and one.column else {}
        for column in item.raw.columns:
            table[column].append(raw.get(column))
        notes = (one.file, str(one.line), one.column, one.value, one.reason, one.step)
        for column, text in zip(NOTES, notes, strict=True):
            table[column].append(text)
    arrow = pa.table({column: pa.array(values, pa.string()) for column, values in table.items()})
    duckdb.from_arrow(arrow).write_csv(str(path), header=True)


def list_rejects(home: Home, load_id: str) -> list[Rejected]:
    """The rejected rows of one load that nobody has handed in again, by file and line.

    Raises:
        BadInput: when there is no such load.
    """
    folder = require_folder(home, load_id)
    path = folder / "rejects.parquet"
    rows = pq.read_table(path).to_pylist() if path.exists() else []
    done = {(file, line) for file, line in story(folder).get("resubmitted", [])}
    return [Rejected(**row) for row in rows if (row["file"], row["line"]) not in done]


def list_loads(home: Home) -> list[dict[str, Any]]:
    """The story of every load of a home, newest first."""
    found = [story(path.parent) for path in home.rejects.glob(f"*/{STORY}")]
    return sorted(found, key=lambda told: (told["at"], told["load_id"]), reverse=True)


def require_folder(home: Home, load_id: str) -> Path:
    """The folder of a load.

    Raises:
        BadInput: when there is none.
    """
    folder = home.rejects / load_id
    if not load_id or "/" in load_id or not (folder / STORY).exists():
        known = ", ".join(one["load_id"] for one in list_loads(home)[:5]) or "none"
        raise BadInput(f"there is no load {load_id!r}; the newest are: {known}")
    return folder


def story(folder: Path) -> dict[str, Any]:
    """What a load says about itself."""
    told: dict[str, Any] = json.loads((folder / STORY).read_text("utf-8"))
    return told


def tell(folder: Path, facts: dict[str, Any]) -> None:
    """Write the story of a load; a reader sees the old one or the new one, never half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{STORY}.{os.getpid()}"
    draft.write_text(json.dumps(facts, indent=1, default=str), "utf-8")
    draft.replace(folder / STORY)


def empty(folder: Path) -> None:
    """Remove what an earlier try of a load kept, except its story."""
    for path in folder.iterdir():
        if path.name != STORY:
            path.unlink()


def mark_resubmitted(folder: Path, lines: Iterable[tuple[str, int]]) -> None:
    """Remember which rejected rows were handed in again and loaded."""
    told = story(folder)
    known = {(file, line) for file, line in told.get("resubmitted", [])}
    tell(folder, told | {"resubmitted": sorted(known | set(lines))})
