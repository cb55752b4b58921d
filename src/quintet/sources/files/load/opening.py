"""Open the files of a load, on a connection of their own, for as long as they are needed."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from quintet.kernel.errors import BadInput
from quintet.ledger.delta import connect
from quintet.sources.files.reading.raw import RawTable
from quintet.sources.files.reading.tables import open_tables


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[RawTable]]]:
    """The tables of files, folders and archives, and the connection to read them with.

    Raises:
        BadInput: when a file cannot be read, or two tables have one name.
    """
    with tempfile.TemporaryDirectory(prefix="quintet-load-") as folder:
        workdir = Path(folder)
        con = connect(workdir / "duckdb")
        try:
            tables = [
                table.require_reconciled()
                for number, path in enumerate(paths)
                for table in open_tables(Path(path), con, workdir=workdir / str(number))
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
