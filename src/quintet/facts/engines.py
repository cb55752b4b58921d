"""Where the expressions run: DuckDB in this process, or Spark. Both read Parquet files and answer in Arrow.

Expressions name their tables and are bound to no engine; an engine compiles them to its own SQL.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

#: Tables that DuckDB computes at a time.
_SIDE_BY_SIDE = 2


class Written(NamedTuple):
    """What `Engine.write` is told."""

    expression: ir.Table
    path: Path
    among: str | None = None


class Engine(Protocol):
    """Runs expressions over Parquet files.

    Attributes:
        dialect: the SQL that it speaks, as Ibis names it.
    """

    dialect: ClassVar[str]

    def read(self, name: str, files: Sequence[Path]) -> None:
        """Let `name` stand for the rows of these files."""

    def define(self, name: str, query: str) -> None:
        """Let `name` stand for a query in plain SQL."""

    def write(self, expression: ir.Table, path: Path, among: str | None = None) -> None:
        """Write the rows of an expression to one Parquet file.

        Args:
            expression: what.
            path: where to.
            among: a table with the one column lead_id: only the rows of its leads. The expression is then
                translated to SQL once for all and for some.
        """

    def write_each(self, written: Sequence[Written]) -> None:
        """Write several expressions, none of which reads another."""

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """The answer to an expression, as Arrow."""

    def close(self) -> None:
        """Give back what it holds."""


class DuckEngine:
    """DuckDB in this process.

    Args:
        spill: folder for what does not fit into memory; None for short questions.
    """

    dialect: ClassVar[str] = "duckdb"

    def __init__(self, spill: Path | None = None) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        if spill is not None:
            self.connection.execute(f"SET temp_directory = '{_quoted(spill)}'")

    def read(self, name: str, files: Sequence[Path]) -> None:
        """Let `name` stand for the rows of these files."""
        listed = ", ".join(f"'{_quoted(file)}'" for file in files)
        self.define(name, f"SELECT * FROM read_parquet([{listed}])")  # noqa: S608 -- our own paths

    def define(self, name: str, query: str) -> None:
        """Let `name` stand for a query in plain SQL."""
        self.connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS {query}')

    def write(self, expression: ir.Table, path: Path, among: str | None = None) -> None:
        """Write the rows of an expression to one Parquet file; only those of the leads in `among`."""
        with self._ready(expression) as (cursor, query):
            typed = ", ".join(
                f'CAST("{name}" AS {SQL_TYPES[str(kind)]}) AS "{name}"' for name, kind in _types(expression)
            )
            some = f"SEMI JOIN {among} USING (lead_id)" if among else ""
            copied = f"SELECT {typed} FROM ({query}) {some}"  # noqa: S608 -- columns of ours
            cursor.execute(f"COPY ({copied}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")

    def write_each(self, written: Sequence[Written]) -> None:
        """Write several expressions, none of which reads another, side by side: few rows busy one core."""
        for one in written:
            compiled(one.expression, self.dialect)
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            for done in [pool.submit(self.write, *one) for one in written]:
                done.result()

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """The answer to an expression, as Arrow; safe from several threads at once."""
        with self._ready(expression) as (cursor, query):
            return _as_promised(expression, cursor.execute(query).to_arrow_table())

    @contextmanager
    def _ready(self, expression: ir.Expr) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """A cursor of its own, which knows the tables that came inside the expression."""
        cursor = self.connection.cursor()
        try:
            cursor.execute("SET TimeZone = 'UTC'")
            for held in _held(expression):
                cursor.register(held.name, held.data.to_pyarrow(held.schema))
            yield cursor, compiled(expression, self.dialect)
        finally:
            cursor.close()

    def close(self) -> None:
        """Give back what it holds."""
        self.connection.close()


class SparkEngine:
    """Apache Spark, through its own session.

    Args:
        session: a session whose time zone is UTC; without one, a new one with names of its own, since
            several versions may be open at once, each with a table of the same name.
    """

    dialect: ClassVar[str] = "pyspark"

    def __init__(self, session: Any = None) -> None:  # noqa: ANN401 -- pyspark is optional
        self.session = session or _spark_session()
        _ = ibis.pyspark.name  # loads Ibis's Spark dialect, which reads options that come with it

    def read(self, name: str, files: Sequence[Path]) -> None:
        """Let `name` stand for the rows of these files."""
        self.session.read.parquet(*(str(file) for file in files)).createOrReplaceTempView(name)

    def define(self, name: str, query: str) -> None:
        """Let `name` stand for a query in plain SQL."""
        self.session.sql(query).createOrReplaceTempView(name)

    def write(self, expression: ir.Table, path: Path, among: str | None = None) -> None:
        """Write the rows of an expression to one Parquet file; only those of the leads in `among`."""
        some = f" LEFT SEMI JOIN {among} USING (lead_id)" if among else ""
        pq.write_table(self._answer(expression, some), path, compression="zstd")

    def write_each(self, written: Sequence[Written]) -> None:
        """Write several expressions, one after the other: Spark spreads each over what there is."""
        for one in written:
            self.write(*one)

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """The answer to an expression, as Arrow."""
        return self._answer(expression)

    def _answer(self, expression: ir.Expr, some: str = "") -> pa.Table:
        for held in _held(expression):
            table = held.data.to_pyarrow(held.schema)
            self.session.createDataFrame(table).createOrReplaceTempView(held.name)
        query = compiled(expression, self.dialect)
        if some:
            query = f"SELECT * FROM ({query}) AS computed{some}"  # noqa: S608 -- tables of ours
        return _as_promised(expression, self.session.sql(query).toArrow())

    def close(self) -> None:
        """Leave the session to whoever started it."""


#: Ibis promises int64 for a sum; DuckDB says HUGEINT, which Parquet does not know.
SQL_TYPES = {
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp(6)": "TIMESTAMP",
    "timestamp": "TIMESTAMP",
    "decimal(18, 2)": "DECIMAL(18, 2)",
}


def _types(expression: ir.Table) -> Sequence[tuple[str, Any]]:
    return list(expression.schema().items())


def _as_promised(expression: ir.Expr, answer: pa.Table) -> pa.Table:
    """The answer with the types the expression promises, whatever the engine counts in."""
    if not isinstance(expression, ir.Table):
        return answer
    return answer.cast(expression.schema().to_pyarrow())


def compiled(expression: ir.Expr, dialect: str) -> str:
    """The SQL of an expression in the dialect of an engine; the same question is translated once."""
    return _compiled(expression.op(), dialect)


@lru_cache(maxsize=512)
def _compiled(node: ops.Node, dialect: str) -> str:
    return str(ibis.to_sql(node.to_expr(), dialect=dialect, pretty=False))


def engine_named(name: str, spill: Path | None = None) -> Engine:
    """The engine of that name: duckdb or spark."""
    return SparkEngine() if name == "spark" else DuckEngine(spill)


def _held(expression: ir.Expr) -> Sequence[Any]:
    return list(expression.op().find(ops.InMemoryTable))


def _spark_session() -> Any:  # noqa: ANN401
    from pyspark.sql import SparkSession

    session = SparkSession.builder.appName("quintet").getOrCreate().newSession()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.ansi.enabled", "false")
    return session


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")
