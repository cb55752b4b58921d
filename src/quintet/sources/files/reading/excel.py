"""Workbooks: one table a sheet, each cell as the text a person would type."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from quintet.kernel.errors import BadInput
from quintet.sources.files.reading.grammar import Record
from quintet.sources.files.reading.raw import Dialect, RawTable, column_names
from quintet.sources.files.reading.scan import digest
from quintet.sources.files.reading.sniff import find_header
from quintet.sources.files.reading.staged import stage_rows

Cell = str | float | bool | date | time | timedelta


def read_workbook(path: Path, *, workdir: Path) -> list[RawTable]:
    """The tables of a workbook, one a sheet; sheets without a filled cell are left out.

    Raises:
        BadInput: when it cannot be opened as a workbook.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        filled = [(name, sheet.to_python(skip_empty_area=False)) for name, sheet in sheets]
    except (python_calamine.CalamineError, OSError) as error:
        raise BadInput(
            f"{path.name} cannot be opened as a workbook ({error}); save it again as .xlsx or as CSV"
        ) from error
    sha256 = digest(path)
    return [
        _table(path, name, [list(map(_text, row)) for row in rows], sha256, workdir)
        for name, rows in filled
        if any(cell != "" for row in rows for cell in row)
    ]


def _table(path: Path, sheet: str, rows: list[list[str]], sha256: str, workdir: Path) -> RawTable:
    """One sheet; the row of a sheet is its line."""
    width = len(rows[0])
    records = [(at, Record(tuple(row))) for at, row in enumerate(rows) if any(row)]
    header, header_line, first_line = find_header(records, width)
    below = [(line, row) for line, row in enumerate(rows[first_line - 1 :], first_line) if any(row)]
    names = column_names(header or [""] * width)
    kept = [at for at in range(width) if _counts(at, header, below)]
    columns = tuple(names[at] for at in kept)
    texts = ((line, [row[at] or None for at in kept]) for line, row in below)
    relation_sql, fast_sql = stage_rows(texts, columns, workdir / f"{sha256[:16]}.{_safe(sheet)}.parquet")
    padding, physical = width - len(kept), len(rows) - first_line + 1
    return RawTable(
        name=f"{path.name}/{sheet}",
        path=path,
        sha256=sha256,
        relation_sql=relation_sql,
        fast_sql=fast_sql,
        columns=columns,
        dialect=Dialect(
            form="excel", header_line=header_line, first_line=first_line, padding=padding, staged=True
        ),
        rows=len(below),
        physical_lines=physical,
        blank_lines=physical - len(below),
    )


def _counts(at: int, header: Sequence[str], below: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether a column has a name or a value."""
    return bool(header and header[at].strip()) or any(row[at] for _, row in below)


def _safe(sheet: str) -> str:
    """A sheet's name as part of a file's name, still unlike any other's."""
    return sheet.encode().hex()[:160]


def _text(cell: Cell) -> str:
    """A cell as a person would type it: 3 rather than 3.0, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
