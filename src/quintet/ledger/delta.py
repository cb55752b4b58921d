"""One Delta table on a folder or an object storage URL: its files, its lock, its commits.

Every commit is durable when it returns: on a local folder files, folders and the log are fsynced. The Delta
log carries no statistics of text, so erasing a person leaves nothing in it.
"""

import fcntl
import hashlib
import json
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from quintet.ledger.storage import Bucket, Folder, Storage, sync

STAGING = "_staging"
_CONFIGURATION = {
    "delta.dataSkippingStatsColumns": "occurred_at,recorded_at,batch",
    "delta.checkpointInterval": "20",
}
_STATS_COLUMNS = ("occurred_at", "recorded_at", "batch")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    pa.decimal128(18, 2): "DECIMAL(18,2)",
}


def sql_type(kind: pa.DataType) -> str:
    """The DuckDB name of a column type of ours."""
    return _TYPES[kind]


def connect(folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB of our own, in UTC; it spills into `folder` when memory runs short."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET preserve_insertion_order = false")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        con.execute(f"SET temp_directory = '{quoted(folder / 'spill')}'")
    return con


def quoted(text: object) -> str:
    """A text inside a SQL literal."""
    return str(text).replace("'", "''")


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Be alone with a lock file; the lock of a killed process is free again at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class StagedFile:
    """One Parquet file that no reader sees yet.

    Args:
        path: where it lies.
        month: its partition; None for a table without partitions.
        metadata: its Parquet footer.
    """

    path: Path
    month: str | None
    metadata: pq.FileMetaData = field(repr=False)

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return int(self.metadata.num_rows)

    def nulls(self, column: str) -> int:
        """How many rows are null in a column."""
        groups = range(self.metadata.num_row_groups)
        return sum(self._statistics(group, column).null_count or 0 for group in groups)

    def bounds(self, column: str) -> tuple[int, int] | None:
        """Smallest and largest of a column of whole numbers or instants (microseconds); None without one."""
        if column not in self.metadata.schema.names:
            return None
        found = [self._statistics(group, column) for group in range(self.metadata.num_row_groups)]
        known = [one for one in found if one is not None and one.has_min_max]
        if not known:
            return None
        return min(one.min_raw for one in known), max(one.max_raw for one in known)  # `.min` loads pandas

    def _statistics(self, group: int, column: str) -> pq.Statistics:
        position = self.metadata.schema.names.index(column)
        return self.metadata.row_group(group).column(position).statistics


@dataclass(frozen=True)
class Table:
    """A Delta table: where it is, its columns and its partition.

    Args:
        url: a folder, or an object storage URL such as s3://bucket/ledger/interactions.
        schema: its columns, the partition column last.
        partition_by: the partition column; None for a table without partitions.
    """

    url: str
    schema: pa.Schema
    partition_by: str | None = None

    @property
    def is_local(self) -> bool:
        """Does it lie in a folder of this machine?"""
        return "://" not in self.url

    @property
    def folder(self) -> Path:
        """Its folder; only a local table has one."""
        return Path(self.url)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns."""
        return tuple(self.schema.names)

    @property
    def partitions(self) -> list[str]:
        """Its partition columns, as Delta wants them."""
        return [self.partition_by] if self.partition_by else []

    def opened(self) -> DeltaTable | None:
        """The newest version; None while there is no table."""
        if self.is_local and not (self.folder / "_delta_log").is_dir():
            return None
        try:
            return DeltaTable(self.url)
        except TableNotFoundError:
            return None

    def created(self) -> DeltaTable:
        """The newest version; an empty table is made where there is none."""
        table = self.opened()
        if table is not None:
            return table
        DeltaTable.create(
            self.url, self.schema, partition_by=self.partitions, mode="ignore", configuration=_CONFIGURATION
        )
        return DeltaTable(self.url)

    @property
    def storage(self) -> Storage:
        """Where its files lie."""
        return Folder(self.folder) if self.is_local else Bucket(self.url)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only writer on this machine; a lock of a killed process is free again at once.

        A table on object storage may have writers on other machines: of two commits of the same version the
        store refuses the second.
        """
        if self.is_local:
            lock = self.folder.with_name(f"{self.folder.name}.lock")
        else:
            digest = hashlib.sha256(self.url.encode()).hexdigest()[:16]
            lock = Path(tempfile.gettempdir()) / f"quintet-{digest}.lock"
        with exclusive(lock):
            yield

    def staging(self) -> Path:
        """An empty folder for files no reader may see yet; leftovers of killed writers are removed."""
        root = self.folder / STAGING
        shutil.rmtree(root, ignore_errors=True)
        folder = root / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder

    def staged(self, folder: Path) -> list[StagedFile]:
        """The Parquet files of a staging folder that hold rows."""
        paths = sorted(folder.rglob("*.parquet"))
        files = [StagedFile(path, self._month(path), pq.read_metadata(path)) for path in paths]
        return [one for one in files if one.rows]

    def _month(self, path: Path) -> str | None:
        prefix = f"{self.partition_by}="
        return path.parent.name.removeprefix(prefix) if self.partition_by else None

    def place(
        self, files: Sequence[StagedFile], generation: str, *, data_change: bool = True
    ) -> list[AddAction]:
        """Put staged files where Delta looks for them, durably; readers see them after the commit."""
        storage = self.storage
        actions = [self._placed(storage, one, generation, data_change=data_change) for one in files]
        storage.settle([action.path for action in actions])
        return actions

    def _placed(self, storage: Storage, file: StagedFile, generation: str, *, data_change: bool) -> AddAction:
        name = f"part-{uuid.uuid4().hex}-{generation}.parquet"
        name = f"{self.partition_by}={file.month}/{name}" if self.partition_by else name
        size = file.path.stat().st_size
        storage.put(file.path, name)
        return AddAction(
            path=name,
            size=size,
            partition_values={self.partition_by: file.month} if self.partition_by else {},
            modification_time=int(time.time() * 1000),
            data_change=data_change,
            stats=_stats(file),
        )

    def commit(
        self,
        table: DeltaTable,
        actions: Sequence[AddAction | RemoveAction],
        app_transaction: tuple[str, int] | None = None,
    ) -> int:
        """Make actions the next version, durably, or fail when somebody else made it; returns the version."""
        transactions = [Transaction(*app_transaction)] if app_transaction else None
        table.create_write_transaction(
            list(actions),
            "append",
            self.schema,
            self.partitions,
            commit_properties=CommitProperties(max_commit_retries=0, app_transactions=transactions),
        )
        table.update_incremental()
        self.sync_log(table.version())
        return table.version()

    def sync_log(self, version: int) -> None:
        """Make the entry of a version in the Delta log durable; a store has it when it accepted it."""
        if self.is_local:
            sync(self.folder / "_delta_log" / f"{version:020d}.json")
            sync(self.folder / "_delta_log")


def write_monthly(
    rows: duckdb.DuckDBPyRelation, folder: Path, *, compression: Literal["snappy", "zstd"] = "snappy"
) -> None:
    """Write rows as Parquet files below a folder, one sub-folder a month."""
    folder.mkdir(parents=True)
    rows.write_parquet(str(folder), partition_by=["month"], compression=compression, overwrite=True)


def _stats(file: StagedFile) -> str:
    bounds = {name: file.bounds(name) for name in _STATS_COLUMNS}
    known = {name: found for name, found in bounds.items() if found}
    return json.dumps(
        {
            "numRecords": file.rows,
            "minValues": {name: _told(name, low) for name, (low, _) in known.items()},
            "maxValues": {name: _told(name, high) for name, (_, high) in known.items()},
            "nullCount": {},
        }
    )


def _told(column: str, value: int) -> object:
    if column == "batch":
        return value
    return f"{_EPOCH + timedelta(microseconds=value):%Y-%m-%dT%H:%M:%S.%fZ}"
