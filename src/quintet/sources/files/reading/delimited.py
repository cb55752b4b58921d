"""CSV and its relatives, plain or gzipped: read where they lie when clean, from a mended copy when not."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

import duckdb

from quintet.sources.files.reading.encoding import detect_encoding, stage_utf8
from quintet.sources.files.reading.raw import Dialect, RawTable, column_names
from quintet.sources.files.reading.recover import Tally, recover
from quintet.sources.files.reading.scan import Scan, is_gzip, open_bytes, scan
from quintet.sources.files.reading.sniff import DELIMITERS, Layout, detect_layout
from quintet.sources.files.reading.sql import identifier, identifiers, literal, select

_SAMPLE = 1 << 18
_UNNAMED = re.compile(r"column_\d+")
_RECORD = "line"  # no column has this name: the column of a mended copy that holds the line in the original


def read_delimited(
    path: Path,
    con: duckdb.DuckDBPyConnection,
    *,
    workdir: Path,
    name: str | None = None,
    delimiter: str = "",
    unread: bool = False,
) -> RawTable:
    """The table of a delimited file, every line accounted for.

    Args:
        path: the file, plain or gzipped.
        con: where its queries are tried.
        workdir: takes the copy of a file that cannot be read in place.
        name: of the table; the file's name when absent.
        delimiter: the one it has, when that is known; found out otherwise.
        unread: parse no more than the beginning where the rest looks clean, see `RawTable.read_carefully`.

    Raises:
        BadInput: when lines would get lost.
    """
    scanned = scan(path)
    source = _utf8(path, scanned, workdir)
    layout = detect_layout(_sample(source), [delimiter] if delimiter else DELIMITERS)
    table = _outline(path, source, layout, name or path.name)
    if unread and _looks_clean(table, source):
        again = partial(read_delimited, path, con, workdir=workdir, name=name, delimiter=delimiter)
        promised = table.physical_lines - source.scan.closing_blanks
        return replace(_placed(table, source, table.columns, promised), read_carefully=again)
    return _in_place(table, source, con) or _mended(table, source, layout, con, workdir)


@dataclass(frozen=True)
class _Source:
    """The text a table is read from: the file, or its copy in UTF-8."""

    path: Path
    scan: Scan
    encoding: str
    bom: bool
    copied: bool

    @property
    def mark(self) -> str:
        """What ends a line; a return in a file that also has line feeds does not."""
        return "\n" if self.scan.line_feeds else "\r"


def _looks_clean(table: RawTable, source: _Source) -> bool:
    """Whether nothing but parsing it can show a fault: UTF-8, one line end, a name for each column."""
    named = not any(_UNNAMED.fullmatch(column) for column in table.columns)
    return named and source.scan.utf8 and source.scan.line_end != "mixed"


def _utf8(path: Path, scanned: Scan, workdir: Path) -> _Source:
    encoding, bom = detect_encoding(path, scanned)
    if encoding == "utf-8":
        return _Source(path, scanned, encoding, bom, copied=False)
    copy = stage_utf8(path, encoding, workdir / f"{scanned.sha256[:16]}.utf8.csv")
    return _Source(copy, replace(scan(copy), sha256=scanned.sha256), encoding, bom, copied=True)


def _outline(path: Path, source: _Source, layout: Layout, name: str) -> RawTable:
    """The table as far as its beginning shows it: not yet read."""
    dialect = Dialect(
        form="delimited",
        encoding=source.encoding,
        bom=source.bom,
        delimiter=layout.grammar.delimiter,
        quote=layout.grammar.quote,
        escape=layout.grammar.escape,
        line_end=source.scan.line_end,
        header_line=layout.header_line,
        first_line=layout.first_line,
        staged=source.copied,
    )
    return RawTable(
        name=name,
        path=path,
        sha256=source.scan.sha256,
        relation_sql="",
        fast_sql="",
        columns=column_names(layout.header or ("",) * layout.width),
        dialect=dialect,
        rows=0,
        physical_lines=max(source.scan.lines - layout.first_line + 1, 0),
    )


def _sample(source: _Source) -> list[str]:
    """Whole lines of the beginning of a file; one that is longer than the sample is cut."""
    with open_bytes(source.path) as file:
        head = file.read(_SAMPLE)
    decoded = head.decode("utf-8-sig", errors="replace")
    lines = [_bare(line) for line in io.StringIO(decoded, newline=source.mark)]
    whole = len(head) < _SAMPLE or len(lines) == 1
    return lines if whole else lines[:-1]


def _bare(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _in_place(table: RawTable, source: _Source, con: duckdb.DuckDBPyConnection) -> RawTable | None:
    """The table read where it lies, when each of its lines is one record; None when not."""
    if not source.scan.utf8 or source.scan.line_end == "mixed":
        return None
    scan_sql = _scan_sql(source.path, table.dialect, table.columns, table.dialect.first_line - 1)
    try:
        rows, kept = _count(con, scan_sql, table.columns)
    except duckdb.Error:
        return None
    if rows + source.scan.closing_blanks != table.physical_lines:
        return None
    return _placed(table, source, kept, rows)


def _placed(table: RawTable, source: _Source, kept: tuple[str, ...], rows: int) -> RawTable:
    """The table read where it lies."""
    skip = table.dialect.first_line - 1
    scan_sql = _scan_sql(source.path, table.dialect, table.columns, skip)
    return replace(
        table,
        relation_sql=select(f"row_number() OVER () + {skip} AS line, {identifiers(kept)}", scan_sql),
        fast_sql=select(identifiers(kept), scan_sql),
        columns=kept,
        dialect=replace(table.dialect, padding=len(table.columns) - len(kept)),
        rows=rows,
        blank_lines=source.scan.closing_blanks,
    )


def _mended(
    table: RawTable, source: _Source, layout: Layout, con: duckdb.DuckDBPyConnection, workdir: Path
) -> RawTable:
    """The table read from a copy without its broken lines, each record with its line in the original."""
    copy = workdir / f"{table.sha256[:16]}.mended.csv"
    tally = Tally()
    with open_bytes(source.path) as raw, copy.open("w", encoding="utf-8", newline="") as target:
        file = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline=source.mark)
        lines = (_bare(line) for line in islice(file, layout.first_line - 1, None))
        _write(recover(lines, layout, tally, utf8=source.scan.utf8), layout, target)
    mended = replace(table.dialect, escape=layout.grammar.quote, line_end="\n", staged=True)
    scan_sql = _scan_sql(copy, mended, (_RECORD, *table.columns), 0)
    rows, kept = _count(con, scan_sql, table.columns)
    return replace(
        table,
        relation_sql=select(f"{identifier(_RECORD)}::BIGINT AS line, {identifiers(kept)}", scan_sql),
        fast_sql=select(identifiers(kept), scan_sql),
        columns=kept,
        dialect=replace(table.dialect, staged=True, padding=len(table.columns) - len(kept)),
        rows=rows,
        structural=tuple(tally.rejected),
        continuation_lines=tally.continued,
        blank_lines=tally.blank,
    ).require_reconciled()


def _write(records: Iterator[tuple[int, str, tuple[str, ...]]], layout: Layout, target: TextIO) -> None:
    grammar = layout.grammar
    writer = csv.writer(
        target,
        delimiter=grammar.delimiter,
        quotechar=grammar.quote,
        quoting=csv.QUOTE_ALL,
        lineterminator="\n",
    )
    for line, text, fields in records:
        if fields:
            writer.writerow((line, *fields))
        else:
            target.write(f"{line}{grammar.delimiter}{text}\n")


def _scan_sql(source: Path, dialect: Dialect, columns: Sequence[str], skip: int) -> str:
    """DuckDB's strict, parallel reading of a file whose dialect is known."""
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    new_line = ", new_line='\\r'" if dialect.line_end == "\r" else ""
    packed = "gzip" if is_gzip(source) else "none"
    return (
        f"read_csv({literal(str(source))}, auto_detect=false, header=false, skip={skip}, "
        f"delim={literal(dialect.delimiter)}, quote={literal(dialect.quote)}, "
        f"escape={literal(dialect.escape)}, "
        f"columns={{{types}}}, strict_mode=true, null_padding=false, compression='{packed}'{new_line})"
    )


def _count(
    con: duckdb.DuckDBPyConnection, scan_sql: str, columns: tuple[str, ...]
) -> tuple[int, tuple[str, ...]]:
    """How many records there are, and the columns that have a name or a value.

    Every column is asked for: of lines that its strict reading refuses, DuckDB's threads now and then
    overlook one whose columns nobody wants.
    """
    filled = "".join(f", count({identifier(column)})" for column in columns)
    ((rows, *counts),) = con.execute(select(f"count(*){filled}", scan_sql)).fetchall()
    valued = {column for column, values in zip(columns, counts, strict=True) if values}
    empty = {column for column in columns if _UNNAMED.fullmatch(column)} - valued
    return rows, tuple(column for column in columns if column not in empty) or columns
