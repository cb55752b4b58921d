"""Binning small files: many moves leave many files a month; one file reads faster. The rows stay the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quintet.kernel.home import Home
from quintet.ledger import reading
from quintet.ledger.delta import Table, connect
from quintet.ledger.identity import aliases_table
from quintet.ledger.interactions import interactions_table
from quintet.ledger.rewriting import replace, require_local, write_rows
from quintet.ledger.writing import staging

_SMALL_BYTES = 64 * 1024 * 1024
_KEPT_HOURS = 7 * 24


@dataclass(frozen=True)
class Compacted:
    """What a compaction did.

    Args:
        files_before: files of the ledger before.
        files_after: files of the ledger after.
    """

    files_before: int
    files_after: int


def compact(home: Home, *, small_bytes: int = _SMALL_BYTES) -> Compacted:
    """Put the small files of each month together; rows, batches and every answer stay the same.

    Args:
        home: whose ledger.
        small_bytes: a file below this size is small.
    """
    counts = [_compact(table, small_bytes) for table in (interactions_table(home), aliases_table(home))]
    return Compacted(sum(before for before, _ in counts), sum(after for _, after in counts))


def _compact(table: Table, small_bytes: int) -> tuple[int, int]:
    require_local(table, "compact")
    with table.locked():
        delta = table.opened()
        if delta is None:
            return 0, 0
        files = reading.files_of(table, delta)
        small = small_files(files, small_bytes)
        if not small:
            return len(files), len(files)
        with staging(table) as folder:
            con = connect(folder)
            rows = con.sql(f"SELECT {_columns(table)} FROM {reading.scan_files(table, small)}")  # noqa: S608
            replace(table, delta, small, write_rows(table, rows, folder / "rows"), same_rows=True)
        delta.vacuum(retention_hours=_KEPT_HOURS, dry_run=False)
        return len(files), len(reading.files_of(table, delta))


def small_files(files: Sequence[str], small_bytes: int) -> list[str]:
    """The small files of each month that has more than one of them."""
    months = defaultdict(list)
    for name in files:
        path = Path(name)
        if path.stat().st_size < small_bytes:
            months[path.parent].append(name)
    return [name for names in months.values() if len(names) > 1 for name in names]


def _columns(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.columns)
