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
        raw: the table, every line of it accounted for.
        rejects: rows that could not be loaded; lines that are no record are not among them.
    """

    appended: Appended
    raw: RawTable
    rejects: tuple[Rejected, ...] = ()


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
    then every row is checked, and the good ones are appended. A file that was loaded so before, byte by
    byte, is not read again.
    """
    ledger = Interactions(home)
    if not raw.structural:
        try:
            return Native(_append_whole(con, raw, ledger), raw)
        except (duckdb.ConversionException, duckdb.InvalidInputException, BadInput):  # told row by row below
            pass
    raw = careful(raw)
    broken = " OR ".join(f"coalesce({_broken(column)}, false)" for column in raw.columns)
    query = f"""WITH t AS ({raw.relation_sql}), v AS (SELECT line, {_typed(raw, "try_cast")} FROM t)
        SELECT v.* EXCLUDE (line) FROM t JOIN v USING (line) WHERE NOT ({broken})"""
    return Native(ledger.append(con.sql(query)), raw, rejected(con, raw))


def careful(raw: RawTable) -> RawTable:
    """The same table with every line looked at."""
    return raw.read_carefully() if raw.read_carefully else raw


def _append_whole(con: duckdb.DuckDBPyConnection, raw: RawTable, ledger: Interactions) -> Appended:
    """All rows of the file, or none; the commit remembers the file by its digest."""
    mark, number = f"file {raw.sha256}", max(ledger.version(), 0) + 1
    before = ledger.last_number(mark)
    if before and not ledger.erased_since(before):
        return Appended(ledger.version(), raw.rows, 0, raw.rows)
    rows = con.sql(f"SELECT {_typed(raw)} FROM ({raw.fast_sql})")
    done = ledger.append(rows, expected=raw.rows, app_transaction=(mark, number))
    if done.offered < raw.rows:  # somebody else loaded it a moment ago
        return Appended(done.version, raw.rows, 0, raw.rows)
    return done


def rejected(con: duckdb.DuckDBPyConnection, raw: RawTable) -> tuple[Rejected, ...]:
    """The rows that break a rule, each with the first rule it breaks."""
    if not raw.structural and _faultless(con, raw):
        return ()
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


def _faultless(con: duckdb.DuckDBPyConnection, raw: RawTable) -> bool:
    """Whether no row breaks a rule: one reading of the file, by all cores."""
    rules = (
        _broken(column, f"try_cast(t.{column} AS {_TYPES.get(column, 'VARCHAR')})") for column in raw.columns
    )
    broken = " OR ".join(f"coalesce({rule}, false)" for rule in rules)
    return not con.sql(f"SELECT 1 FROM ({raw.fast_sql}) t WHERE {broken} LIMIT 1").fetchall()


def _name(column: str) -> str:
    return f'"{column}"'


def _typed(raw: RawTable, cast: str = "cast") -> str:
    return ", ".join(
        f'{cast}("{column}" AS {_TYPES[column]}) AS "{column}"' if column in _TYPES else f'"{column}"'
        for column in raw.columns
    )


def _broken(column: str, typed: str = "") -> str:
    """The rule a column breaks, of a row of text `t` and the same row typed, `v`."""
    typed = typed or f"v.{column}"
    if column == "kind":
        return f"t.kind IS NULL OR t.kind NOT IN ({', '.join(literal(kind) for kind in KINDS)})"
    if column in _REQUIRED:
        return f"{typed} IS NULL"
    return f"{typed} IS NULL AND t.{column} IS NOT NULL" if column in _TYPES else "false"


def _reason(column: str, value: str | None) -> str:
    if value is None:
        return f"{column} is empty"
    if column == "kind":
        return "no such kind; docs/kinds.md lists them"
    return f"not a {_TYPES.get(column, 'text').lower()}"
