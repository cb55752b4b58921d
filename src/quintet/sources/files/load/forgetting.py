"""Removing a person from rejected rows, from the CSVs in which they are corrected, and from lookups."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.person import Person
from quintet.sources.files.load import rejects
from quintet.sources.files.mapping.model import FileMap, SourceMap
from quintet.sources.files.mapping.targets import targets_of
from quintet.sources.files.mapping.toml import read_map

#: What the key of such rows names.
_ENTITY = {"leads": "lead", "accounts": "account", "reps": "rep", "opportunities": "opportunity"}


def forget_rejects(home: Home, person: Person) -> int:
    """Remove every rejected row that names a person; returns how many.

    A row names them when it carries one of their addresses, or one of their ids or names in a column that
    the load's map reads as such.
    """
    return sum(_forget(folder, person) for folder in sorted(home.rejects.glob("*")) if folder.is_dir())


def rejected_of(home: Home, person: Person) -> int:
    """How many rejected rows name a person."""
    folders = (folder for folder in sorted(home.rejects.glob("*")) if (folder / "rejects.parquet").exists())
    return sum(
        len(_theirs(pq.read_table(folder / "rejects.parquet"), _map_of(folder), person)) for folder in folders
    )


def _theirs(rejected: pa.Table, source: SourceMap | None, person: Person) -> set[tuple[str, int]]:
    """File and line of each rejected row that names them."""
    return {(row["file"], row["line"]) for row in rejected.to_pylist() if _is_theirs(row, source, person)}


def _is_theirs(row: Mapping[str, Any], source: SourceMap | None, person: Person) -> bool:
    return person.is_mentioned_in(f"{row['raw']} {row['value']}") or _names(row, source, person)


def _forget(folder: Path, person: Person) -> int:
    source, kept = _map_of(folder), folder / "rejects.parquet"
    gone = _theirs(pq.read_table(kept), source, person) if kept.exists() else set()
    _filter_parquet(kept, lambda row: _is_theirs(row, source, person))
    for path in folder.glob("*.rejected.csv"):
        _filter_csv(path, gone, person)
    for file in set(rejects.kept_lookups(folder).values()):
        _filter_parquet(folder / file, lambda row: person.is_mentioned_in(" ".join(map(str, row.values()))))
    return len(gone)


def _map_of(folder: Path) -> SourceMap | None:
    path = folder / "map.toml"
    try:
        return read_map(path.read_text("utf-8")) if path.exists() else None
    except BadInput:  # written by an older release: then addresses alone decide
        return None


def _names(row: Mapping[str, Any], source: SourceMap | None, person: Person) -> bool:
    """Does a record name them in a column the map reads as their id, name or address?"""
    entry = source.file_for(row["file"]) if source else None
    if source is None or entry is None or not row["raw"].startswith("{"):
        return False
    raw = json.loads(row["raw"])
    said = {
        (source.system, space, _plain(raw.get(column))) for space, column in _columns(entry, person.entity)
    }
    return not said.isdisjoint(person.refs)


def _columns(entry: FileMap, entity: str) -> Iterable[tuple[str, str]]:
    """(namespace, column) of each column in which a file names an entity of that kind."""
    if _ENTITY.get(entry.rows) == entity:
        yield from (
            (space, field.column)
            for space in ("email", "name")
            if (field := entry.fields.get(space)) and field.column
        )
    targets = targets_of(entry.rows)
    for name, field in entry.fields.items():
        if field.column and targets[name].type == entity:
            yield targets[name].namespace, field.column


def _plain(value: object) -> str:
    return " ".join(str(value or "").lower().split())


def _filter_parquet(path: Path, is_theirs: Callable[[Mapping[str, Any]], bool]) -> None:
    """Write a small table anew without the rows that are theirs, when there are any."""
    if not path.exists():
        return
    table = pq.read_table(path)
    kept = [not is_theirs(row) for row in table.to_pylist()]
    if not all(kept):
        draft = path.with_name(f".{path.name}")
        pq.write_table(table.filter(pa.array(kept, pa.bool_())), draft)
        draft.replace(path)


def _filter_csv(path: Path, gone: set[tuple[str, int]], person: Person) -> None:
    """Write a correction file anew without the rows that are theirs; without a row, it goes."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    kept = [
        row
        for row in rows
        if (row["_file"], int(row["_line"])) not in gone
        and not person.is_mentioned_in(" ".join(row.values()))
    ]
    if len(kept) == len(rows):
        return
    draft = path.with_name(f".{path.name}")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(kept)
    draft.replace(path)
    if not kept:
        path.unlink()
