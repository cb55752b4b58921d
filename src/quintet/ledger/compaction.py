"""Binning small files: many moves leave many files a month; one file reads faster. The rows stay the same."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from quintet.kernel.home import Home
from quintet.ledger import reading
from quintet.ledger.delta import Table, connect
from quintet.ledger.identity import aliases_table
from quintet.ledger.interactions import interactions_table
from quintet.ledger.rewriting import replace, write_rows
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
    with table.locked():
        delta = table.opened()
        if delta is None:
            return 0, 0
        sizes = reading.sizes_of(delta)
        small = small_files(sizes, small_bytes)
        if not small:
            return len(sizes), len(sizes)
        with staging(table) as folder:
            here = [str(path) for path in table.storage.on_this_machine(list(small), folder / "old")]
            rows = connect(folder).sql(f"SELECT {_columns(table)} FROM {reading.scan_files(table, here)}")  # noqa: S608
            replace(table, delta, small, write_rows(table, rows, folder / "rows"), same_rows=True)
        delta.vacuum(retention_hours=_KEPT_HOURS, dry_run=False)
        return len(sizes), len(reading.sizes_of(delta))


def small_files(sizes: Mapping[str, int], small_bytes: int) -> dict[str, int]:
    """The small files of each month that has more than one of them, with their sizes."""
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for name, size in sizes.items():
        if size < small_bytes:
            months[name.rpartition("/")[0]][name] = size
    return {name: size for files in months.values() if len(files) > 1 for name, size in files.items()}


def _columns(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.columns)
