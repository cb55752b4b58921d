"""Adding rows: stage them as Parquet, find what is known, and make the rest one Delta commit.

Rows are written once, where no reader looks. Whether any is known already is then a question to one
column: the 63-bit `key` of the staged files against themselves and against the table. No key met: the
staged files are moved into place as they are. Keys met: the texts behind them are compared, so that two
references which happen to share a key are both kept, and only what is new is written again.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from quintet.kernel.errors import BadInput
from quintet.ledger import known, offered
from quintet.ledger.delta import StagedFile, Table, connect, quoted, write_monthly
from quintet.ledger.offered import Rows
from quintet.ledger.schema import OFFERED

#: How often a table on object storage is tried when other machines commit at the same moment.
_ATTEMPTS = 5


@dataclass(frozen=True)
class Appended:
    """What became of offered rows.

    Args:
        version: the Delta version that holds them; -1 while there is no table.
        offered: rows handed in.
        added: rows that were new, or new versions of a known record.
        known: rows the ledger had already, or that came twice; offered = added + known.
        conflicts: of these known, rows that shared their reference with another row of the same
            batch but said something else; the newest of them was taken.
    """

    version: int
    offered: int
    added: int
    known: int
    conflicts: int = 0


def append(table: Table, rows: Rows, how: known.How) -> Appended:
    """Add rows to the table in one commit."""
    with table.locked(), staging(table) as folder:
        for attempt in range(1, _ATTEMPTS):
            try:
                return _append(table, rows, folder / str(attempt), how)
            except CommitFailedError:  # a writer on another machine was quicker: begin with what is there now
                if table.is_local:
                    raise
                rows = _offered_again(folder / str(attempt))
        return _append(table, rows, folder / str(_ATTEMPTS), how)


def _offered_again(folder: Path) -> duckdb.DuckDBPyRelation:
    """The rows of an attempt that came to nothing, as they were offered."""
    names = ", ".join(f'"{name}"' for name in OFFERED.names)
    files = quoted(folder / "offered" / "**" / "*.parquet")
    return connect(folder / "again").sql(f"SELECT {names} FROM read_parquet('{files}')")  # noqa: S608


def _append(table: Table, rows: Rows, folder: Path, how: known.How) -> Appended:
    delta = table.opened()
    if delta is not None and _was_added(delta, how.app_transaction):
        return Appended(delta.version(), 0, 0, 0)
    con = connect(folder)
    files = _stage(con, table, rows, folder / "offered", batch=_next_version(delta))
    _require_number(files, how.expected)
    if not files:
        return Appended(_version(delta), 0, 0, 0)
    offered.check(con, files)
    kept = known.unseen(con, table, delta, files, folder / "kept", how) if how.dedupe else known.Kept(files)
    count, added = _rows(files), _rows(kept.files)
    version = commit(table, delta, kept.files, how.app_transaction) if kept.files else _version(delta)
    return Appended(version, count, added, count - added, kept.conflicts)


def _require_number(files: list[StagedFile], expected: int | None) -> None:
    found = _rows(files)
    if expected is not None and found != expected:
        msg = f"there must be {expected} rows, got {found}; nothing was added: read the file line by line"
        raise BadInput(msg)


def _was_added(delta: DeltaTable, app_transaction: tuple[str, int] | None) -> bool:
    if app_transaction is None:
        return False
    name, number = app_transaction
    last = delta.transaction_version(name)
    return last is not None and last >= number


def _version(delta: DeltaTable | None) -> int:
    return delta.version() if delta else -1


def _next_version(delta: DeltaTable | None) -> int:
    return delta.version() + 1 if delta else 1


def _stage(
    con: duckdb.DuckDBPyConnection, table: Table, rows: Rows, folder: Path, *, batch: int
) -> list[StagedFile]:
    write_monthly(offered.stored(offered.as_relation(con, rows), batch), folder)
    return table.staged(folder)


def commit(
    table: Table,
    delta: DeltaTable | None,
    files: list[StagedFile],
    app_transaction: tuple[str, int] | None = None,
) -> int:
    """Make staged files part of the table, in one version; returns it."""
    current = delta or table.created()
    return table.commit(current, table.place(files, offered.generation()), app_transaction)


def _rows(files: list[StagedFile]) -> int:
    return sum(one.rows for one in files)


@contextmanager
def staging(table: Table) -> Iterator[Path]:
    """A folder for files no reader may see yet; it is gone afterwards."""
    folder = table.staging() if table.is_local else Path(tempfile.mkdtemp(prefix="quintet-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
