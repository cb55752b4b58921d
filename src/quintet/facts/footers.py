"""What the footers of Parquet files say, without reading a row."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq


def rows_of(file: Path) -> int:
    """How many rows a file holds."""
    return int(pq.read_metadata(file).num_rows)


def empty_columns(files: Sequence[Path]) -> frozenset[str]:
    """The columns that are null in every row of every file; those of one without statistics are not."""
    found = [_empty(pq.read_metadata(file)) for file in files]
    return frozenset.intersection(*found) if found else frozenset()


def _empty(footer: pq.FileMetaData) -> frozenset[str]:
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    return frozenset(
        name
        for place, name in enumerate(footer.schema.names)
        if all(_is_empty(group.column(place)) for group in groups)
    )


def _is_empty(column: pq.ColumnChunkMetaData) -> bool:
    told = column.statistics
    return told is not None and told.has_null_count and told.null_count == column.num_values
