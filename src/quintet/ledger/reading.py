"""Reading the table: its files as SQL, which rows a later version replaced, and who is whom.

A reader sees the files of one Delta version. The usual table has few restated records and few merges;
both are looked up first, so that a read which has none of them is a plain scan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from quintet.ledger import merges
from quintet.ledger.delta import Table, connect, quoted, sql_type
from quintet.ledger.instants import sql_instant
from quintet.ledger.offered import KEY, RECORD, generation

ENTITIES = ("lead", "account", "opportunity", "rep", "candidate")


@dataclass(frozen=True)
class Cut:
    """Which rows a reader wants.

    Args:
        known_at: only what was recorded until then; None for everything.
        after_batch: only rows that a later batch brought; None for all.
        newest: only the newest version of each record, as of known_at.
    """

    known_at: datetime | None = None
    after_batch: int | None = None
    newest: bool = True

    @property
    def known(self) -> str:
        """The condition on when we knew."""
        return f"recorded_at <= {sql_instant(self.known_at)}" if self.known_at else "true"

    @property
    def fresh(self) -> str:
        """The condition on the batch."""
        return "true" if self.after_batch is None else f"batch > {self.after_batch}"


def relation(
    con: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable | None, cut: Cut
) -> duckdb.DuckDBPyRelation:
    """The rows a reader wants, each id as the one it reads as."""
    everything = scan(con, table, delta)
    wanted = everything if cut.after_batch is None else scan(con, table, delta, after_batch=cut.after_batch)
    gone = superseded(everything, cut.known) if cut.newest and _any_restated(con, everything) else None
    standing = _standing(con, table, delta, cut.known_at)
    columns, joins = _resolved(con, table, standing)
    anti = f"ANTI JOIN ({gone}) gone USING (key, source, source_ref)" if gone else ""
    return con.sql(
        f"SELECT {columns} FROM (SELECT * FROM {wanted} AS r {anti}"  # noqa: S608
        f" WHERE {cut.known} AND {cut.fresh}) AS t {joins}"
    )


def scan(
    con: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable | None, *, after_batch: int | None = None
) -> str:
    """The FROM item of a version's files, with `key` always of the present hash.

    Args:
        con: where it will be read.
        table: the table.
        delta: the version; None reads as an empty table.
        after_batch: leave out files which hold nothing newer.
    """
    if delta is None:
        return _nothing(table.schema)
    if not table.is_local:
        return _remote(con, table, delta)
    return scan_files(table, files_of(table, delta, after_batch=after_batch))


def scan_files(table: Table, files: Sequence[str]) -> str:
    """The FROM item of some files of a local table, with `key` always of the present hash."""
    past = [name for name in files if _has_past_key(table, name)]
    present = [name for name in files if name not in set(past)]
    parts = [_read(table, present, "*")] if present else []
    if past:
        parts.append(_read(table, past, f"* REPLACE ({KEY} AS key)"))
    return f"({' UNION ALL '.join(parts)})" if parts else _nothing(table.schema)


def _has_past_key(table: Table, name: str) -> bool:
    return "key" in table.columns and generation() not in name.rpartition("/")[2]


def files_of(table: Table, delta: DeltaTable, *, after_batch: int | None = None) -> list[str]:
    """The files of a version of a local table; those alone that may hold rows of later batches."""
    return [str(table.folder / name) for name in sizes_of(delta, after_batch=after_batch)]


def sizes_of(delta: DeltaTable, *, after_batch: int | None = None) -> dict[str, int]:
    """The files of a version, by their names below the table, each with its size in bytes."""
    actions = pa.RecordBatchReader.from_stream(delta.get_add_actions(flatten=True)).read_all()  # no pandas
    sizes = dict(zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True))
    if after_batch is None or "max.batch" not in actions.column_names:
        return sizes
    newest = zip(sizes, actions["max.batch"].to_pylist(), strict=True)
    return {name: sizes[name] for name, last in newest if last is None or last > after_batch}


def sources(table: Table, delta: DeltaTable) -> tuple[str, ...]:
    """The smallest and largest source each file's footer names: all of them, as a load has one source."""
    found = _footers(table, delta) if table.is_local else _remote_footers(delta)
    return tuple(sorted(source for source in found if source))


def _footers(table: Table, delta: DeltaTable) -> set[str]:
    files = files_of(table, delta)
    query = """SELECT DISTINCT unnest([stats_min_value, stats_max_value]) FROM parquet_metadata($files)
        WHERE path_in_schema = 'source'"""
    rows = connect().execute(query, {"files": files}).fetchall() if files else []
    return {source for (source,) in rows}


def _remote_footers(delta: DeltaTable) -> set[str]:
    found: set[str] = set()
    for fragment in delta.to_pyarrow_dataset().get_fragments():
        place = fragment.metadata.schema.names.index("source")
        for group in range(fragment.metadata.num_row_groups):
            statistics = fragment.metadata.row_group(group).column(place).statistics
            found |= {statistics.min, statistics.max}
    return found


def superseded(scanned: str, known: str) -> str:
    """The rows that a later version of their record replaced, as a query for key, source and source_ref."""
    return f"""SELECT key, source, source_ref FROM (
            SELECT key, source, source_ref, recorded_at, batch, {RECORD} AS record FROM {scanned} AS s
            SEMI JOIN (SELECT key FROM {scanned} AS v WHERE restated AND {known}) AS v USING (key)
            WHERE {known})
        QUALIFY row_number() OVER (
            PARTITION BY source, record ORDER BY recorded_at DESC, batch DESC, source_ref DESC) > 1"""  # noqa: S608


def events(
    con: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable | None
) -> tuple[merges.MergeEvent, ...]:
    """Every merge ever recorded, oldest first."""
    if delta is None:
        return ()
    if table.is_local:
        return _cached_events(table, delta.version(), str(delta.metadata().id))
    return merges.read_events(con, scan(con, table, delta))


@lru_cache(maxsize=16)
def _cached_events(table: Table, version: int, _identity: str) -> tuple[merges.MergeEvent, ...]:
    """Keyed by the identity of the table too: another one may be made in the same folder."""
    con = connect()
    return merges.read_events(con, scan(con, table, DeltaTable(table.url, version=version)))


def _standing(
    con: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable | None, known_at: datetime | None
) -> merges.Active:
    return merges.followed(merges.active(events(con, table, delta), known_at))


def _resolved(con: duckdb.DuckDBPyConnection, table: Table, standing: merges.Active) -> tuple[str, str]:
    merged = [entity for entity in ENTITIES if any(one == entity for one, _ in standing)]
    if not merged:
        return ", ".join(f't."{name}"' for name in table.columns), ""
    rows = merges.as_arrow(standing)
    name = f"quintet_merged_{abs(hash(tuple(sorted(standing.items())))):x}"
    con.register(name, rows)
    ids = {f"{entity}_id": entity for entity in merged}
    columns = ", ".join(_winner(column, ids.get(column)) for column in table.columns)
    joins = " ".join(
        f"LEFT JOIN {name} AS m_{entity}"
        f" ON m_{entity}.entity = '{entity}' AND m_{entity}.loser = t.{entity}_id"
        for entity in merged
    )
    return columns, joins


def _winner(column: str, entity: str | None) -> str:
    return f'coalesce(m_{entity}.winner, t."{column}") AS "{column}"' if entity else f't."{column}"'


def _any_restated(con: duckdb.DuckDBPyConnection, scanned: str) -> bool:
    return bool(con.sql(f"SELECT 1 FROM {scanned} AS s WHERE restated LIMIT 1").fetchall())  # noqa: S608


def _read(table: Table, files: Sequence[str], columns: str) -> str:
    names = ", ".join(f"'{quoted(name)}'" for name in files)
    hive = ", hive_partitioning = true, hive_types = {'month': VARCHAR}" if table.partition_by else ""
    return f"SELECT {columns} FROM read_parquet([{names}]{hive})"  # noqa: S608


def _remote(con: duckdb.DuckDBPyConnection, table: Table, delta: DeltaTable) -> str:
    name = f"quintet_remote_{table.url.rpartition('/')[2]}_{delta.version()}"
    con.register(name, delta.to_pyarrow_dataset())
    columns = f"* REPLACE ({KEY} AS key)" if "key" in table.columns else "*"
    return f"(SELECT {columns} FROM {name})"  # noqa: S608


def _nothing(schema: pa.Schema) -> str:
    columns = ", ".join(f'NULL::{sql_type(field.type)} AS "{field.name}"' for field in schema)
    return f"(SELECT {columns} WHERE false)"
