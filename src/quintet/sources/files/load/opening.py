"""Open the files of a load, on a connection of their own, for as long as they are needed."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from quintet.kernel.errors import BadInput
from quintet.ledger.delta import connect
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.reading.raw import RawTable
from quintet.sources.files.reading.tables import open_tables


@contextmanager
def opened(
    paths: Sequence[Path], source: SourceMap | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[RawTable]]]:
    """The tables of files, folders and archives, and the connection to read them with.

    Args:
        paths: what to open.
        source: their map, where it is known: files of interactions are then parsed when they are loaded.

    Raises:
        BadInput: when a file cannot be read, or two tables have one name.
    """
    with tempfile.TemporaryDirectory(prefix="quintet-load-") as folder:
        workdir = Path(folder)
        con = connect(workdir / "duckdb")

        def is_native(name: str) -> bool:
            entry = source.file_for(name) if source else None
            return entry is not None and entry.rows == "interactions"

        try:
            tables = [
                table.require_reconciled()
                for number, path in enumerate(paths)
                for table in open_tables(Path(path), con, workdir=workdir / str(number), unread=is_native)
            ]
            _require_different_names(tables)
            yield con, tables
        finally:
            con.close()


def _require_different_names(tables: Sequence[RawTable]) -> None:
    seen: set[str] = set()
    for table in tables:
        if table.name in seen:
            raise BadInput(
                f"two files are called {table.name!r}: rename one, or load them one after the other"
            )
        seen.add(table.name)
