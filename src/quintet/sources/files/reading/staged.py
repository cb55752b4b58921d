"""Tables kept as Parquet: for forms that are not read where they lie."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from quintet.sources.files.reading.sql import identifiers, literal, select

_BATCH = 50_000


def stage_rows(
    rows: Iterable[tuple[int, Sequence[str | None]]], columns: Sequence[str], target: Path
) -> tuple[str, str]:
    """Write rows of text with their line numbers, and say how to read them.

    Returns:
        The query with `line` and the query without it.
    """
    schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in columns)])
    source = iter(rows)
    with pq.ParquetWriter(target, schema) as writer:
        while batch := list(islice(source, _BATCH)):
            lines = [line for line, _ in batch]
            cells = zip(*(values for _, values in batch), strict=True) if columns else ()
            writer.write_table(pa.table([lines, *map(list, cells)], schema=schema))
    names = identifiers(columns) or "NULL"
    scan = f"read_parquet({literal(str(target))})"
    return select(f"line, {names}", scan), select(names, scan)
