"""From typed rows to the ledger, and which lines said something new."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from quintet.ledger.offered import RECORD, RESTATED
from quintet.ledger.schema import OFFERED
from quintet.ledger.writing import Appended
from quintet.sources.files.load.prepare import Item, Prepared
from quintet.sources.files.mapping.compile import offered_sql
from quintet.sources.files.mapping.sql import literal

_COLUMNS = ", ".join(OFFERED.names)
_UNDATED = "detail LIKE '%\"undated\":true%'"


@dataclass(frozen=True)
class Outcome:
    """What the ledger made of the interactions of one file.

    Args:
        appended: as the ledger tells it.
        restated: records of which the file says something else now.
        loaded: lines that said something new.
        known: lines the ledger knew.
    """

    appended: Appended
    restated: int
    loaded: int
    known: int


def make_offers(prepared: Prepared, item: Item, home: Home | None, now: datetime) -> None:
    """Make the table of interactions of one file; a row without a date keeps the day it got before."""
    assert item.compiled is not None  # noqa: S101 - only compiled items come here
    con = prepared.con
    query = offered_sql(item.compiled, item.typed, now=now, day=prepared.day)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {item.offered} AS {query}")
    undated = con.sql(f"SELECT 1 FROM {item.offered} WHERE {_UNDATED} LIMIT 1").fetchall()
    if home is None or not undated or Interactions(home).version() < 0:
        return
    Interactions(home).relation(con).filter(
        f"source = {literal(prepared.source.system)} AND {_UNDATED}"
    ).project(f"{RECORD} AS ref, occurred_at, recorded_at").create_view("dated_before", replace=True)
    con.execute(
        f"UPDATE {item.offered} o SET occurred_at = b.occurred_at, recorded_at = b.recorded_at"
        f" FROM dated_before b WHERE b.ref = o.source_ref AND {_UNDATED}"
    )


def append(prepared: Prepared, item: Item, home: Home, now: datetime) -> Outcome:
    """Append the interactions of one file in one commit."""
    con, ledger = prepared.con, Interactions(home)
    rows = con.sql(f"SELECT {_COLUMNS} FROM {item.offered}")
    if not _count(con, f"SELECT count(*) FROM {item.offered}"):
        return Outcome(Appended(ledger.version(), 0, 0, 0), 0, 0, 0)
    appended = ledger.append(rows, restate=True, now=now)
    lines = _count(con, f"SELECT count(DISTINCT line) FROM {item.offered}")
    if not appended.added:
        return Outcome(appended, 0, 0, lines)
    _added_refs(con, ledger, appended.version, prepared.source.system)
    restated = _count(con, "SELECT count(*) FROM added_refs WHERE restated")
    fresh = (
        f"SELECT count(DISTINCT line) FROM {item.offered} WHERE source_ref IN (SELECT ref FROM added_refs)"
    )
    loaded = _count(con, fresh)
    return Outcome(appended, restated, loaded, lines - loaded)


def _added_refs(con: duckdb.DuckDBPyConnection, ledger: Interactions, version: int, system: str) -> None:
    """The records that the newest version of the ledger added."""
    ledger.relation(con, after_batch=version - 1).filter(
        f"source = {literal(system)} AND batch = {version}"
    ).project(f"{RECORD} AS ref, {RESTATED} AS restated").create_view("added_rows", replace=True)
    con.execute("CREATE OR REPLACE TEMP TABLE added_refs AS SELECT * FROM added_rows")


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.sql(query).fetchall()[0][0])


def kinds(prepared: Prepared, item: Item) -> dict[str, int]:
    """How many interactions of each kind one file became."""
    query = f"SELECT kind, count(*) FROM {item.offered} GROUP BY kind ORDER BY kind"
    return dict(prepared.con.sql(query).fetchall())
