"""What a door offers, turned into the columns the table holds, and checked.

A `source_ref` is `<record>#<kind>`, or `<record>#<kind>@<version>` when a source said something else
about the record later: the version is what follows the first `@` after the last `#`.
"""

from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

import duckdb
import pyarrow as pa

from quintet.kernel.errors import BadInput
from quintet.ledger.delta import StagedFile, connect, quoted, sql_type
from quintet.ledger.kinds import require_kind
from quintet.ledger.schema import INSTANT, OFFERED

Rows: TypeAlias = duckdb.DuckDBPyRelation | pa.Table | pa.RecordBatchReader

_VERSION = "#[^#@]*@[^#]+$"
RESTATED = f"(contains(source_ref, '@') AND regexp_matches(source_ref, '{_VERSION}'))"
#: The record a row speaks about: its source_ref without the version.
RECORD = (
    f"CASE WHEN {RESTATED} THEN regexp_replace(source_ref, '(#[^#@]*)@[^#]+$', '\\1') ELSE source_ref END"
)
#: Equal for every version of a record; two records may share it, so texts are compared where keys meet.
KEY = f"(hash(source, {RECORD}) >> 1)::BIGINT"
MONTH = "left(make_timestamp(epoch_us(occurred_at))::DATE::VARCHAR, 7)"
#: What a row says, apart from who says it and when we knew.
CONTENT = tuple(name for name in OFFERED.names if name not in {"recorded_at", "source", "source_ref"})

_REQUIRED = tuple(field.name for field in OFFERED if not field.nullable)


@cache
def generation() -> str:
    """The name of the hash that `key` holds; it changes when DuckDB changes its hash."""
    probe = connect().sql("SELECT hash('quintet', 'generation')").fetchall()[0][0]
    return f"{probe:016x}"[:8]


def as_relation(con: duckdb.DuckDBPyConnection, rows: Rows) -> duckdb.DuckDBPyRelation:
    """Rows in any of the forms a door may hand in, as a relation."""
    return rows if isinstance(rows, duckdb.DuckDBPyRelation) else con.from_arrow(rows)


def typed(rows: duckdb.DuckDBPyRelation, schema: pa.Schema) -> duckdb.DuckDBPyRelation:
    """Rows with exactly the columns of a schema, in its order; a column that may be null may be absent.

    Raises:
        BadInput: when a required column is absent, or one is there that the schema does not know.
    """
    known = set(schema.names)
    required = {field.name for field in schema if not field.nullable}
    stray = [name for name in rows.columns if name not in known]
    absent = sorted(required - set(rows.columns))
    if stray or absent:
        msg = f"columns must be {', '.join(schema.names)}; unknown: {stray}, missing: {absent}"
        raise BadInput(msg)
    types = dict(zip(rows.columns, map(str, rows.types), strict=True))
    return rows.project(", ".join(_cast(field, types.get(field.name)) for field in schema))


def _cast(field: pa.Field, given: str | None) -> str:
    name, wanted = f'"{field.name}"', sql_type(field.type)
    if given is None:
        return f"NULL::{wanted} AS {name}"
    if field.type != INSTANT or given == "TIMESTAMP WITH TIME ZONE":
        return name if given == wanted else f"{name}::{wanted} AS {name}"
    if given.startswith(("TIMESTAMP", "DATE")):
        return f"({name}::TIMESTAMP AT TIME ZONE 'UTC') AS {name}"
    msg = f"{field.name} must be a timestamp, got {given}: parse it first"
    raise BadInput(msg)


def stored(rows: duckdb.DuckDBPyRelation, batch: int) -> duckdb.DuckDBPyRelation:
    """Offered rows with the columns that the table adds.

    Args:
        rows: one row per interaction, in OFFERED columns.
        batch: the Delta version that adds them.
    """
    added = f'{KEY} AS "key", {RESTATED} AS restated, {batch}::BIGINT AS batch, {MONTH} AS "month"'
    return typed(rows, OFFERED).project(f"*, {added}")


def check(con: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    """Refuse rows the ledger cannot hold.

    Raises:
        BadInput: naming the column and how many rows lack it, or a kind that is not in the registry.
    """
    for column in _REQUIRED:
        nulls = sum(one.nulls(column) for one in files)
        if nulls:
            rows = sum(one.rows for one in files)
            msg = f"{column} must be given in every row, got none in {nulls} of {rows}: fill or reject them"
            raise BadInput(msg)
    for (kind,) in con.sql(f"SELECT DISTINCT kind FROM {listed(files)}").fetchall():  # noqa: S608
        require_kind(kind)


def listed(files: Sequence[StagedFile], *, more: str = "") -> str:
    """The FROM item of staged files, with their month."""
    names = ", ".join(f"'{quoted(one.path)}'" for one in files)
    return f"read_parquet([{names}], hive_partitioning = true, hive_types = {{'month': VARCHAR}}{more})"
