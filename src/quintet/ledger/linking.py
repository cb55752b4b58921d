"""The SQL behind the aliases: what is new in offered links, and which of them join two ids."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from quintet.kernel.errors import BadInput
from quintet.kernel.ids import hash63_sql
from quintet.ledger import reading
from quintet.ledger.delta import Table, connect
from quintet.ledger.instants import sql_instant
from quintet.ledger.offered import Rows, as_relation, typed
from quintet.ledger.schema import ALIASES
from quintet.ledger.writing import commit, staging

_REFERENCE = ("entity", "system", "namespace", "ref")
_BY = ", ".join(_REFERENCE)
_CLAIMS = f"(SELECT DISTINCT {_BY}, entity_id FROM given)"  # noqa: S608


@dataclass(frozen=True)
class Linked:
    """What became of offered links.

    Args:
        version: the Delta version of the aliases; -1 while there is no table.
        offered: distinct links handed in.
        added: links that were new, or said something new.
        merged: ids that turned out to be somebody else's second name.
        conflicts: links to somebody while the name already belongs to somebody else; left out.
    """

    version: int
    offered: int
    added: int
    merged: int
    conflicts: int


@dataclass(frozen=True)
class Change:
    """What offered links change.

    Args:
        rows: the links to add, in ALIASES columns.
        merges: entity, loser and winner of ids that turn out to be one.
        offered: distinct links handed in.
        conflicts: links that contradict what we know.
    """

    rows: pa.Table
    merges: list[tuple[str, int, int]]
    offered: int
    conflicts: int

    @property
    def added(self) -> int:
        """How many links are added."""
        return int(self.rows.num_rows)


def newest(scanned: str, known_at: datetime | None) -> str:
    """The query for the newest row of each reference, as of an instant or now."""
    known = f"recorded_at <= {sql_instant(known_at)}" if known_at else "true"
    return f"""SELECT * FROM {scanned} AS a WHERE {known} QUALIFY row_number() OVER (
        PARTITION BY {_BY} ORDER BY recorded_at DESC, label DESC NULLS LAST, entity_id) = 1"""  # noqa: S608


def compare(table: Table, rows: Rows, at: datetime) -> Change:
    """Hold offered links against the known ones."""
    con = _opened(table)
    _offer(con, rows, at)
    con.execute(
        f"""CREATE TEMP TABLE changed AS
        SELECT o.* REPLACE (coalesce(o.label, k.label) AS label), k.entity_id AS other_id,
            CASE WHEN o.namespace = 'id' OR k.entity_id = o.entity_id THEN false
                ELSE k.entity_id = {_own("o")} END AS was_own
        FROM offered AS o LEFT JOIN known AS k USING ({_BY})
        WHERE k.entity_id IS NULL OR k.entity_id <> o.entity_id
            OR (o.label IS NOT NULL AND o.label IS DISTINCT FROM k.label)"""  # noqa: S608
    )
    taken = "other_id IS NULL OR other_id = entity_id OR was_own"
    added = con.sql(f"SELECT * EXCLUDE (other_id, was_own) FROM changed WHERE {taken}").to_arrow_table()  # noqa: S608
    merges = con.sql(
        "SELECT DISTINCT entity, other_id, entity_id FROM changed WHERE was_own ORDER BY ALL"
    ).fetchall()
    return Change(
        added,
        merges,
        _count(con, _CLAIMS),
        _contradicting(con, taken),
    )


def _contradicting(con: duckdb.DuckDBPyConnection, taken: str) -> int:
    """Links to somebody else than we know, and links to somebody else within the offered rows."""
    against_known = _count(con, f"(SELECT 1 FROM changed WHERE NOT ({taken}))")  # noqa: S608
    within = _count(con, _CLAIMS) - _count(con, "offered")
    return against_known + within


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(con.sql(f"SELECT count(*) FROM {rows}").fetchall()[0][0])  # noqa: S608


def _own(alias: str) -> str:
    return hash63_sql(" || '|' || ".join(f'{alias}."{name}"' for name in _REFERENCE))


def add(table: Table, change: Change) -> int:
    """Add links in one commit; returns the version. Nothing to add makes no version."""
    delta = table.opened()
    if not change.added:
        return delta.version() if delta else -1
    return _write(table, connect().from_arrow(change.rows))


def resolve(table: Table, references: Rows, at: datetime) -> pa.Table:
    """The id of each distinct reference; those nobody linked yet are added with an id of their own."""
    con = _opened(table)
    given = as_relation(con, references).project(_BY)
    asked = (
        given.filter(" AND ".join(f"{name} IS NOT NULL" for name in _REFERENCE)).distinct().to_arrow_table()
    )
    con.register("asked", asked)
    con.execute(
        f"""CREATE TEMP TABLE answered AS
        SELECT {", ".join(f"a.{name}" for name in _REFERENCE)}, k.entity_id IS NULL AS is_new,
            CASE WHEN k.entity_id IS NULL THEN {_own("a")} ELSE k.entity_id END AS entity_id
        FROM asked AS a LEFT JOIN known AS k USING ({_BY})"""  # noqa: S608
    )
    fresh = con.sql(
        f"""SELECT {_BY}, entity_id, NULL::VARCHAR AS label, {sql_instant(at)} AS recorded_at
        FROM answered WHERE is_new"""  # noqa: S608
    )
    if fresh.limit(1).fetchall():
        _write(table, fresh)
    return con.sql("SELECT * EXCLUDE (is_new) FROM answered").to_arrow_table()


def labels(
    table: Table, wanted: Collection[int], followed: Mapping[tuple[str, int], int], entity: str | None
) -> dict[int, str]:
    """The label of each id: its own newest, else the newest of an id that reads as it."""
    groups: dict[int, int] = {}
    for (kind, loser), winner in followed.items():
        if entity in {None, kind}:
            groups[loser] = winner
    con = _opened(table)
    finals = {one: groups.get(one, one) for one in wanted}
    members = {final: final for final in finals.values()} | {
        loser: winner for loser, winner in groups.items() if winner in set(finals.values())
    }
    con.register("members", pa.table({"id": list(members), "final": list(members.values())}, schema=_MEMBERS))
    about = "" if entity is None else f"AND entity = '{entity}'"
    query = f"""SELECT final, label FROM known JOIN members ON members.id = known.entity_id
        WHERE label IS NOT NULL {about} QUALIFY row_number() OVER (
        PARTITION BY final ORDER BY id = final DESC, recorded_at DESC, namespace = 'id' DESC, label) = 1"""  # noqa: S608
    found = dict(con.sql(query).fetchall())
    return {one: found[final] for one, final in finals.items() if final in found}


_MEMBERS = pa.schema([("id", pa.int64()), ("final", pa.int64())])


def _opened(table: Table) -> duckdb.DuckDBPyConnection:
    con = connect()
    con.execute(f"CREATE VIEW known AS {newest(reading.scan(con, table, table.opened()), None)}")
    return con


def _offer(con: duckdb.DuckDBPyConnection, rows: Rows, at: datetime) -> None:
    given = as_relation(con, rows)
    if "recorded_at" not in given.columns:
        given = given.project(f"*, {sql_instant(at)} AS recorded_at")
    con.register("given", typed(given, ALIASES).to_arrow_table())
    for name in (*_REFERENCE, "entity_id", "recorded_at"):
        nulls = con.sql(f'SELECT count(*) FROM given WHERE "{name}" IS NULL').fetchall()[0][0]  # noqa: S608
        if nulls:
            msg = f"{name} must be given in every link, got none in {nulls}: leave such rows out"
            raise BadInput(msg)
    con.execute(f"CREATE TEMP TABLE offered AS {newest('given', None)}")


def _write(table: Table, rows: duckdb.DuckDBPyRelation) -> int:
    with staging(table) as folder:
        rows.project(", ".join(f'"{name}"' for name in ALIASES.names)).write_parquet(
            str(folder / "0.parquet"), compression="zstd"
        )
        return commit(table, table.opened(), table.staged(folder))
