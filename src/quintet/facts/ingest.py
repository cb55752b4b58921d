"""From the ledger's rows to the rows the tables are computed from, sorted into three kinds."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import ibis

from quintet.facts import tables
from quintet.facts.engines import Engine
from quintet.facts.rows import BOOKKEEPING_KINDS, PEOPLE_KINDS, SUBSCRIPTION_KINDS, rows_sql

_CONDITIONS = {
    "buyer_rows": f"kind NOT IN {PEOPLE_KINDS + SUBSCRIPTION_KINDS + BOOKKEEPING_KINDS}"
    " AND (lead_id IS NOT NULL OR opportunity_id IS NOT NULL)",
    "subscription_rows": f"kind IN {SUBSCRIPTION_KINDS}",
    "people_rows": f"kind IN {PEOPLE_KINDS}",
}


def fill(
    con: duckdb.DuckDBPyConnection, interactions: duckdb.DuckDBPyRelation, building: Path, version: int
) -> None:
    """Write buyer_rows, subscription_rows and people_rows of these interactions.

    Args:
        con: the connection the interactions are read on.
        interactions: current rows with the columns of ledger.schema.STORED.
        building: folder of the version in the making.
        version: its number, which names the files.
    """
    interactions.create_view("current_interactions", replace=True)
    for name, condition in _CONDITIONS.items():
        (building / name).mkdir(exist_ok=True)
        file = str(building / name / f"{version:06d}.parquet").replace("'", "''")
        filtered = f"SELECT * FROM current_interactions WHERE {condition}"  # noqa: S608 -- conditions of ours
        con.execute(f"COPY ({rows_sql(f'({filtered})')}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


def as_of(engine: Engine, now: datetime) -> datetime | None:
    """The newest instant of the buyers' rows that is not in the future of the load (UTC, no zone)."""
    moment = ibis.literal(now.astimezone(UTC).replace(tzinfo=None), type="timestamp")
    parts = [tables.named(name).select("occurred_at") for name in ("buyer_rows", "subscription_rows")]
    known = ibis.union(*parts)
    newest = known.filter(known.occurred_at <= moment).agg(newest=lambda t: t.occurred_at.max())
    return engine.arrow(newest)["newest"][0].as_py()


def replies_recorded(engine: Engine) -> bool:
    """Does any e-mail have a reply?"""
    attempts = tables.named("attempts")
    found = attempts.filter(attempts.outcome == "replied").agg(n=lambda t: t.count())
    return bool(engine.arrow(found)["n"][0].as_py())
