"""What is new in the ledger, whom it speaks of, and all their rows.

    fresh           new rows, the newest of each record
    gone_<kept>     records of an older version that a fresh row replaces
    touched_leads   leads whose rows changed
    scoped_rows     all the rows of those
    links           which opportunity was seen with which lead, in the rows of the new version
    scope_ids       the touched leads and opportunities

Opportunities lead to leads and leads to opportunities: the touched ones are closed over both, so that nobody
is computed from half of his rows.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from quintet.facts.engines import SQL_TYPES
from quintet.facts.ingest import BUYERS, CONDITIONS
from quintet.facts.rows import ROWS, rows_sql
from quintet.facts.tables import BUYER_ROWS, KEPT
from quintet.ledger.interactions import Interactions

_MERGES = "kind IN ('identity.merged', 'identity.unmerged')"
_ENTITIES = ("lead", "account", "opportunity", "rep")
_COLUMNS = ", ".join(ROWS)


@dataclass(frozen=True)
class News:
    """What a load brings.

    Args:
        rows: fresh rows of each kept kind.
        gone: older rows of each kept kind that no longer count.
        erased: was a person erased? Then nothing older may be kept.
    """

    rows: dict[str, int]
    gone: dict[str, int]
    erased: bool

    def touches(self, name: str) -> bool:
        """Does anything of that kind change?"""
        return bool(self.rows[name] or self.gone[name])


def gather(con: duckdb.DuckDBPyConnection, interactions: Interactions, after_batch: int) -> News:
    """Find the fresh rows and the older ones they replace.

    Args:
        con: a connection on which old_told_rows and so on are the rows of the published version.
        interactions: the ledger.
        after_batch: the ledger version that was published.
    """
    interactions.relation(con, after_batch=after_batch).create_view("new_interactions", replace=True)
    con.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS {rows_sql('new_interactions')}")
    erased = _count(con, "fresh WHERE kind = 'person.erased'") > 0
    merged = not erased and _count(con, f"fresh WHERE {_MERGES}") > 0
    if merged:
        _read_merged_again(con, interactions)
    _find_gone(con, interactions, merged=merged)
    return News(
        {name: _count(con, f"fresh WHERE {CONDITIONS[name]}") for name in KEPT},
        {name: _count(con, f"gone_{name}") for name in KEPT},
        erased,
    )


def _find_gone(con: duckdb.DuckDBPyConnection, interactions: Interactions, *, merged: bool) -> None:
    """List the older rows that a fresh one replaces: of records told more than once, or read again.

    The number of a record is the dearest column to read, so the older rows are not read when there is none.
    """
    interactions.relation(con, newest=False).create_view("every_version", replace=True)
    told_again = (
        "" if merged else "SEMI JOIN (SELECT key FROM every_version WHERE restated) r ON key = record_id"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE replacing AS SELECT record_id FROM fresh {told_again}")  # noqa: S608
    some = "" if _count(con, "replacing") else "LIMIT 0"
    for name in KEPT:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE gone_{name} AS SELECT record_id, lead_id, opportunity_id "  # noqa: S608
            f"FROM old_{name} SEMI JOIN replacing USING (record_id) {some}"
        )


def _read_merged_again(con: duckdb.DuckDBPyConnection, interactions: Interactions) -> None:
    """Add the present reading of every record of the ones who were merged or unmerged.

    Who reads as whom may change for all who were ever merged with them, so all their records are read again.
    """
    interactions.relation(con).create_view("all_interactions", replace=True)
    events = con.sql(f"SELECT detail FROM all_interactions WHERE {_MERGES}").fetchall()  # noqa: S608
    news = con.sql(f"SELECT detail FROM new_interactions WHERE {_MERGES}").fetchall()  # noqa: S608
    pairs = [json.loads(detail) for (detail,) in events]
    for entity in _ENTITIES:
        told = [pair for (text,) in news if (pair := json.loads(text))["entity"] == entity]
        known = [(int(pair["loser"]), int(pair["winner"])) for pair in pairs if pair["entity"] == entity]
        ids = _connected({int(pair["loser"]) for pair in told}, known)
        if ids:
            _read_again(con, entity, ids)


def _connected(start: set[int], pairs: Iterable[tuple[int, int]]) -> set[int]:
    """Everybody who was ever merged with one of these, however far."""
    found, before = set(start), -1
    edges = list(pairs)
    while len(found) != before:
        before = len(found)
        found |= {other for pair in edges if found & set(pair) for other in pair}
    return found


def _read_again(con: duckdb.DuckDBPyConnection, entity: str, ids: set[int]) -> None:
    listed = ", ".join(map(str, sorted(ids)))
    records = " UNION ".join(
        f"SELECT record_id FROM old_{name} WHERE {entity}_id IN ({listed})"  # noqa: S608 -- numbers
        for name in KEPT
    )
    unread = f"SELECT * FROM ({records}) ANTI JOIN fresh USING (record_id)"  # noqa: S608
    again = f"SELECT * FROM all_interactions SEMI JOIN ({unread}) t ON key = t.record_id"  # noqa: S608
    con.execute(f"INSERT INTO fresh {rows_sql(f'({again})')}")


def keep(con: duckdb.DuckDBPyConnection, name: str, file: Path, gone: Path | None) -> None:
    """Write the fresh rows of a kept kind, and the list of records they replace."""
    _copy(con, f"SELECT {_COLUMNS} FROM fresh WHERE {CONDITIONS[name]}", file)  # noqa: S608
    if gone is not None:
        _copy(con, f"SELECT DISTINCT record_id FROM gone_{name}", gone)  # noqa: S608


def scope(con: duckdb.DuckDBPyConnection, unused: Mapping[str, Collection[str]]) -> None:
    """Collect every row of the leads and opportunities with news, in the table scoped_rows.

    A row that names an opportunity goes with it, any other with its lead. No table of theirs asks for the
    number of a record, and the number is the dearest column to read.

    Args:
        con: the connection that gathered the news; told_rows and activity_rows are those of the new version.
        unused: for told_rows and activity_rows, columns in which no row has anything.
    """
    con.execute(_TOUCHED)
    parts = (_scoped(name, {"record_id", *unused[name]}) for name in BUYER_ROWS)
    # No temporary table: the tables of leads are computed on other cursors, which would not see one.
    con.execute(f"CREATE OR REPLACE TABLE scoped_rows AS {' UNION ALL '.join(parts)}")


def write_scope(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Write scoped_rows for an engine that reads files alone."""
    _copy(con, "SELECT * FROM scoped_rows", file)


def touched(con: duckdb.DuckDBPyConnection, identity: str, file: Path) -> None:
    """Write the leads and opportunities whose rows of the older versions no longer count, as that column."""
    _copy(con, f"SELECT id AS {identity} FROM scope_ids", file)  # noqa: S608


def _scoped(name: str, left_out: Collection[str]) -> str:
    columns = {
        column: f"CAST(NULL AS {SQL_TYPES[kind]})" if column in left_out else column
        for column, kind in ROWS.items()
    }
    told = ", ".join(f"{value} AS {column}" for column, value in columns.items())
    owner = f"coalesce({columns['opportunity_id']}, {columns['lead_id']})"
    return f"SELECT {told} FROM {name} SEMI JOIN scope_ids ON {owner} = scope_ids.id"  # noqa: S608


_TOUCHED = f"""
    CREATE OR REPLACE TEMP TABLE links AS
        SELECT opportunity_id, lead_id FROM buyer_rows
        WHERE opportunity_id IS NOT NULL AND lead_id IS NOT NULL;
    CREATE OR REPLACE TEMP TABLE opportunities_told AS
        SELECT DISTINCT opportunity_id AS id FROM (
            SELECT opportunity_id FROM fresh WHERE {BUYERS} OR {CONDITIONS["subscription_rows"]}
            UNION ALL SELECT opportunity_id FROM gone_told_rows
            UNION ALL SELECT opportunity_id FROM gone_activity_rows
            UNION ALL SELECT opportunity_id FROM gone_subscription_rows)
        WHERE opportunity_id IS NOT NULL;
    CREATE OR REPLACE TEMP TABLE touched_leads AS
        SELECT DISTINCT lead_id AS id FROM (
            SELECT lead_id FROM fresh WHERE {BUYERS}
            UNION ALL SELECT lead_id FROM gone_told_rows
            UNION ALL SELECT lead_id FROM gone_activity_rows
            UNION ALL SELECT lead_id FROM links
                SEMI JOIN opportunities_told ON opportunity_id = opportunities_told.id)
        WHERE lead_id IS NOT NULL;
    CREATE OR REPLACE TEMP TABLE scope_ids AS
        SELECT id FROM touched_leads UNION SELECT id FROM opportunities_told
        UNION SELECT opportunity_id FROM links SEMI JOIN touched_leads ON lead_id = touched_leads.id
"""  # noqa: S608


def _copy(con: duckdb.DuckDBPyConnection, query: str, file: Path, compression: str = "zstd") -> None:
    file.parent.mkdir(exist_ok=True)
    target = str(file).replace("'", "''")
    con.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION {compression})")


def _count(con: duckdb.DuckDBPyConnection, source: str) -> int:
    return int(con.sql(f"SELECT count(*) FROM {source}").fetchall()[0][0])  # noqa: S608
