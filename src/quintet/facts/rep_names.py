"""What people are called: the names the ledger knows, for whoever has no row of his own."""

from datetime import datetime

import duckdb
import pyarrow as pa

from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases

#: rep_names, written beside the tables: one row per rep with a name anywhere.
REP_NAMES = {"rep_id": "int64", "name": "string"}


def rep_names(con: duckdb.DuckDBPyConnection, home: Home, known_at: datetime | None = None) -> pa.Table:
    """One row per rep the aliases know: the label, else the source's own reference, e.g. its user id.

    Args:
        con: where to read them.
        home: whose.
        known_at: only the names known then; None for all.

    Returns:
        rep_id (as merged), name.
    """
    aliases = Aliases(home)
    aliases.relation(con, known_at=known_at).create_view("alias_rows", replace=True)
    aliases.merges(con, known_at=known_at).create_view("alias_merges", replace=True)
    return con.sql(_NAMES).to_arrow_table()


_NAMES = """
    SELECT rep_id, coalesce(first(label ORDER BY rank, recorded_at DESC, label) FILTER (label IS NOT NULL),
                            first(ref ORDER BY rank, recorded_at DESC, ref)) AS name
    FROM (
        SELECT coalesce(m.winner, a.entity_id) AS rep_id, a.label, a.ref, a.recorded_at,
            (m.winner IS NOT NULL)::INT * 2 + (a.namespace <> 'id')::INT AS rank
        FROM (SELECT * FROM alias_rows WHERE entity = 'rep') AS a
        LEFT JOIN (SELECT loser, winner FROM alias_merges WHERE entity = 'rep') AS m ON m.loser = a.entity_id
    ) GROUP BY rep_id
"""
