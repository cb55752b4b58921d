"""Parquet, and JSON with one object a line: as tables of text."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from quintet.kernel.errors import BadInput
from quintet.sources.files.reading.raw import (
    Dialect,
    RawTable,
    RejectedLine,
    column_names,
)
from quintet.sources.files.reading.scan import digest, open_bytes
from quintet.sources.files.reading.sql import identifier, literal, select
from quintet.sources.files.reading.staged import stage_rows

_NESTED = ("STRUCT", "MAP", "UNION")


def read_parquet(path: Path, con: duckdb.DuckDBPyConnection) -> RawTable:
    """The table of a Parquet file; `line` is the row, nested values are JSON text.

    Raises:
        BadInput: when it is no Parquet file.
    """
    scan = f"read_parquet({literal(str(path))}, file_row_number=true)"
    try:
        described = con.execute(f"DESCRIBE {select('* EXCLUDE (file_row_number)', scan)}").fetchall()
        (rows,) = con.execute(select("count(*)", scan)).fetchone() or (0,)
    except duckdb.Error as error:
        raise BadInput(f"{path.name} is no Parquet file DuckDB can read ({error}); write it again") from error
    columns = column_names([column for column, *_ in described])
    chosen = ", ".join(
        f"{_text_sql(column, kind)} AS {identifier(name)}"
        for name, (column, kind, *_) in zip(columns, described, strict=True)
    )
    return RawTable(
        name=path.name,
        path=path,
        sha256=digest(path),
        relation_sql=select(f"file_row_number + 1 AS line, {chosen}", scan),
        fast_sql=select(chosen, scan),
        columns=columns,
        dialect=Dialect(form="parquet", header_line=0, first_line=1),
        rows=rows,
        physical_lines=rows,
    )


def _text_sql(column: str, kind: str) -> str:
    name = identifier(column)
    if kind.startswith(_NESTED) or kind.endswith("]"):
        return f"CAST(to_json({name}) AS VARCHAR)"
    return f"nullif(CAST({name} AS VARCHAR), '')"


def read_json_lines(path: Path, *, workdir: Path) -> RawTable:
    """The table of a file with one JSON object a line, or of one JSON document: an array or an object.

    Objects inside an object become columns with dotted names, one level deep; what lies deeper is JSON
    text. In an array the n-th object counts as line n.

    Raises:
        BadInput: when it begins as an array and does not end as one.
    """
    found = [(line, fields, fault) for line, fields, fault in _objects(path)]
    rejected = tuple(fault for _, _, fault in found if fault)
    rows = [(line, fields) for line, fields, _ in found if fields]
    columns = list(dict.fromkeys(key for _, fields in rows for key in fields))
    sha256 = digest(path)
    names = column_names(columns)
    target = workdir / f"{sha256[:16]}.json.parquet"
    good = ((line, [fields.get(key) for key in columns]) for line, fields in rows)
    relation_sql, fast_sql = stage_rows(good, names, target)
    return RawTable(
        name=path.name,
        path=path,
        sha256=sha256,
        relation_sql=relation_sql,
        fast_sql=fast_sql,
        columns=names,
        dialect=Dialect(form="json", encoding="utf-8", header_line=0, first_line=1, staged=True),
        rows=len(rows),
        physical_lines=len(found),
        structural=rejected,
        blank_lines=len(found) - len(rows) - len(rejected),
    )


def _objects(path: Path) -> Iterator[tuple[int, dict[str, str | None] | None, RejectedLine | None]]:
    """Each line with its flat object, or None for a blank line, or why it is none."""
    if (items := _document(path)) is not None:
        for line, item in enumerate(items, 1):
            yield _object(line, json.dumps(item, ensure_ascii=False), item)
        return
    with open_bytes(path) as file:
        for line, raw in enumerate(file, 1):
            text = raw.decode("utf-8-sig", errors="replace").strip()
            yield _parsed(line, text) if text else (line, None, None)


def _parsed(line: int, text: str) -> tuple[int, dict[str, str | None] | None, RejectedLine | None]:
    try:
        item = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"no JSON: {error.msg} at character {error.pos + 1}"
        return line, None, RejectedLine(line, text, reason)
    return _object(line, text, item)


def _object(
    line: int, text: str, item: object
) -> tuple[int, dict[str, str | None] | None, RejectedLine | None]:
    if isinstance(item, dict) and item:
        return line, dict(_flat(item)), None
    return line, None, RejectedLine(line, text, "no JSON object with a field in it")


def _document(path: Path) -> list[object] | None:
    """The items of a file that is one JSON document over several lines; None when each line is one."""
    with open_bytes(path) as file:
        first = file.readline().decode("utf-8-sig", errors="replace").strip()
        if not first.startswith("[") and first != "{":
            return None
        rest = file.read().decode(errors="replace")
    try:
        document = json.loads(first + rest)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{path.name} begins as one JSON document but is none ({error}); put one object on a line instead"
        ) from error
    return document if isinstance(document, list) else [document]


def _flat(item: dict[str, object]) -> Iterator[tuple[str, str | None]]:
    for key, value in item.items():
        if isinstance(value, dict) and value:
            yield from ((f"{key}.{inner}", _text(deep)) for inner, deep in value.items())
        else:
            yield key, _text(value)


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
