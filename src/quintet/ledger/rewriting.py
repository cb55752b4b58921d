"""Replacing files of a table by others with other rows, or the same, in one commit."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
from deltalake import DeltaTable
from deltalake.transaction import RemoveAction

from quintet.kernel.home import Home
from quintet.ledger.delta import StagedFile, Table, exclusive, write_monthly
from quintet.ledger.offered import generation


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Keep the inbox still: nobody else moves rows out of it meanwhile."""
    with exclusive(home.path / "inbox.lock"):
        yield


def write_rows(table: Table, rows: duckdb.DuckDBPyRelation, folder: Path) -> list[StagedFile]:
    """Write rows of a table below a staging folder, tightly."""
    if table.partition_by:
        write_monthly(rows, folder, compression="zstd")
    else:
        folder.mkdir(parents=True)
        rows.write_parquet(str(folder / "0.parquet"), compression="zstd")
    return table.staged(folder)


def replace(
    table: Table, delta: DeltaTable, old: Mapping[str, int], new: list[StagedFile], *, same_rows: bool
) -> int:
    """Put new files in the place of old ones; returns the version.

    Args:
        table: the table; its lock is held.
        delta: its newest version.
        old: names and sizes of the files that go.
        new: staged files that come.
        same_rows: whether both hold the same rows.
    """
    actions = table.place(new, generation(), data_change=not same_rows)
    gone = [_removal(table, name, size, data_change=not same_rows) for name, size in old.items()]
    return table.commit(delta, [*gone, *actions])


def _removal(table: Table, name: str, size: int, *, data_change: bool) -> RemoveAction:
    month = name.rpartition("/")[0].partition("=")[2]
    return RemoveAction(
        name,
        data_change,
        int(time.time() * 1000),
        size,
        {table.partition_by: month} if table.partition_by else {},
    )
