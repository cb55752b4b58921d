"""From the ledger's rows to the rows the tables are computed from, sorted into three kinds."""

from pathlib import Path

import duckdb

from quintet.facts.rows import BOOKKEEPING_KINDS, PEOPLE_KINDS, SUBSCRIPTION_KINDS, rows_sql

#: Rows of buyers.
BUYERS = (
    f"(kind NOT IN {PEOPLE_KINDS + SUBSCRIPTION_KINDS + BOOKKEEPING_KINDS}"
    " AND (lead_id IS NOT NULL OR opportunity_id IS NOT NULL))"
)
#: Few rows with many columns, and many rows with few: kept apart, so that reading the many is cheap.
_TOLD = "(kind = 'lead.created' OR starts_with(kind, 'opportunity.'))"

#: Which rows are kept as which kind.
CONDITIONS = {
    "told_rows": f"{BUYERS} AND {_TOLD}",
    "activity_rows": f"{BUYERS} AND NOT {_TOLD}",
    "subscription_rows": f"kind IN {SUBSCRIPTION_KINDS}",
    "people_rows": f"kind IN {PEOPLE_KINDS}",
}


def fill(
    con: duckdb.DuckDBPyConnection, interactions: duckdb.DuckDBPyRelation, building: Path, version: int
) -> None:
    """Write the rows of these interactions, each kind to its file.

    Args:
        con: the connection the interactions are read on.
        interactions: current rows with the columns of ledger.schema.STORED.
        building: folder of the version in the making.
        version: its number, which names the files.
    """
    interactions.create_view("current_interactions", replace=True)
    for name, condition in CONDITIONS.items():
        (building / name).mkdir(exist_ok=True)
        file = str(building / name / f"{version:06d}.parquet").replace("'", "''")
        filtered = f"SELECT * FROM current_interactions WHERE {condition}"  # noqa: S608 -- conditions of ours
        con.execute(f"COPY ({rows_sql(f'({filtered})')}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
