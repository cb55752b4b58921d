"""Files already in the ledger's own columns: straight through, no translation."""

from dataclasses import dataclass

import duckdb

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from quintet.ledger.kinds import KINDS
from quintet.ledger.schema import OFFERED
from quintet.ledger.writing import Appended
from quintet.sources.files.load.terms import Rejected
from quintet.sources.files.mapping.sql import literal
from quintet.sources.files.reading.raw import RawTable

_TYPES = {
    "occurred_at": "TIMESTAMPTZ",
    "recorded_at": "TIMESTAMPTZ",
    "lead_id": "BIGINT",
    "account_id": "BIGINT",
    "opportunity_id": "BIGINT",
    "rep_id": "BIGINT",
    "candidate_id": "BIGINT",
    "amount": "DECIMAL(18,2)",
}
_REQUIRED = tuple(field.name for field in OFFERED if not field.nullable)


@dataclass(frozen=True)
class Native:
    """What became of a file of interactions.

    Args:
        appended: as the ledger tells it.
        rejects: rows that could not be loaded.
    """

    appended: Appended
    rejects: tuple[Rejected, ...]


def require_columns(raw: RawTable) -> None:
    """Refuse a file that lacks a column every interaction needs.

    Raises:
        BadInput: naming the columns.
    """
    absent = [column for column in _REQUIRED if column not in raw.columns]
    stray = [column for column in raw.columns if column not in OFFERED.names]
    if absent or stray:
        raise BadInput(
            f"{raw.name}: interactions have the columns {', '.join(OFFERED.names)};"
            f" missing {absent}, unknown {stray}: rename them, or say what else its rows are"
        )


def append(con: duckdb.DuckDBPyConnection, raw: RawTable, home: Home) -> Native:
    """Append a file of interactions in one commit, rows that break a rule left out and told.

    A file without a fault is read once, by all cores. A fault stops that before anything is written;
    then every row is checked, and the good ones are appended.
    """
    ledger = Interactions(home)
    if not raw.structural:
        try:
            return Native(ledger.append(con.sql(f"SELECT {_typed(raw)} FROM ({raw.fast_sql})")), ())
        except (duckdb.ConversionException, BadInput):  # told row by row below
            pass
    broken = " OR ".join(f"coalesce({_broken(column)}, false)" for column in raw.columns)
    query = f"""WITH t AS ({raw.relation_sql}), v AS (SELECT line, {_typed(raw, "try_cast")} FROM t)
        SELECT v.* EXCLUDE (line) FROM t JOIN v USING (line) WHERE NOT ({broken})"""
    return Native(ledger.append(con.sql(query)), rejected(con, raw))


def rejected(con: duckdb.DuckDBPyConnection, raw: RawTable) -> tuple[Rejected, ...]:
    """The rows that break a rule, each with the first rule it breaks."""
    values = " ".join(f"WHEN {literal(column)} THEN j.{_name(column)}" for column in raw.columns)
    cases = [f"WHEN {_broken(column)} THEN {literal(column)}" for column in raw.columns]
    query = f"""WITH t AS ({raw.relation_sql}), v AS (SELECT line, {_typed(raw, "try_cast")} FROM t),
        j AS (SELECT t.*, CASE {" ".join(cases)} END AS broken FROM t JOIN v USING (line))
        SELECT line, broken, CASE broken {values} END, to_json(j)::VARCHAR FROM j
        WHERE broken IS NOT NULL ORDER BY line"""
    return tuple(
        Rejected(raw.name, line, column, value or "", _reason(column, value), f"correct {column}", text)
        for line, column, value, text in con.sql(query).fetchall()
    )


def _name(column: str) -> str:
    return f'"{column}"'


def _typed(raw: RawTable, cast: str = "cast") -> str:
    return ", ".join(
        f'{cast}("{column}" AS {_TYPES[column]}) AS "{column}"' if column in _TYPES else f'"{column}"'
        for column in raw.columns
    )


def _broken(column: str) -> str:
    if column == "kind":
        return f"t.kind IS NULL OR t.kind NOT IN ({', '.join(literal(kind) for kind in KINDS)})"
    if column in _REQUIRED:
        return f"v.{column} IS NULL"
    return f"v.{column} IS NULL AND t.{column} IS NOT NULL" if column in _TYPES else "false"


def _reason(column: str, value: str | None) -> str:
    if value is None:
        return f"{column} is empty"
    if column == "kind":
        return "no such kind; docs/kinds.md lists them"
    return f"not a {_TYPES.get(column, 'text').lower()}"
