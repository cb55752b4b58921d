"""What happened: the table of interactions, appended to and never rewritten.

    interactions = Interactions(home)
    interactions.append(rows)                     # a relation, an Arrow table or an Arrow reader
    interactions.append(rows, restate=True)       # a file that is loaded again and again
    interactions.relation(con, known_at=instant)  # what we knew then

The same `(source, source_ref)` is one row, whatever door it came through, however often. With
`restate=True` rows carry plain `<record>#<kind>` refs and the ledger decides for each: a record it does
not know is added as it is; one whose newest version says the same is known; one whose newest version
says something else is added as `<ref>@<digest>`, known from `now`. The content of a row is every column
but `recorded_at`, `source` and `source_ref`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from quintet.kernel.home import Home
from quintet.ledger import reading, writing
from quintet.ledger.delta import Table, connect
from quintet.ledger.known import How
from quintet.ledger.offered import Rows
from quintet.ledger.schema import STORED
from quintet.ledger.writing import Appended


def interactions_table(home: Home) -> Table:
    """The Delta table of interactions of a home."""
    return Table(f"{home.ledger_url}/interactions", STORED, "month")


@dataclass(frozen=True)
class Interactions:
    """The interactions of one company.

    Args:
        home: whose ledger it is.
    """

    home: Home

    @property
    def table(self) -> Table:
        """The Delta table behind it."""
        return interactions_table(self.home)

    def version(self) -> int:
        """The newest Delta version; -1 while there is none."""
        delta = self.table.opened()
        return delta.version() if delta else -1

    def append(
        self,
        rows: Rows,
        *,
        dedupe: bool = True,
        restate: bool = False,
        now: datetime | None = None,
        app_transaction: tuple[str, int] | None = None,
        expected: int | None = None,
    ) -> Appended:
        """Add what happened: all of it or nothing, durable on return, each reference once.

        Args:
            rows: one row per interaction, in OFFERED columns; columns that may be null may be absent,
                instants without a zone are UTC. The table keeps `recorded_at` as it is offered.
            dedupe: leave out rows whose (source, source_ref) is known; False only for rows that cannot be.
            restate: decide against the newest version of each record, see above.
            now: when restated records became known; the present by default.
            app_transaction: (name, number) of a batch that may be offered again after a crash; a number
                not above the last of that name adds nothing and counts nothing.
            expected: how many rows there must be; None for any number.

        Raises:
            BadInput: for a required value that is null, an unknown kind, wrong columns, or another number of
                rows than expected.
        """
        how = How(dedupe or restate, restate, now or datetime.now(UTC), app_transaction, expected)
        return writing.append(self.table, rows, how)

    def relation(
        self,
        con: duckdb.DuckDBPyConnection,
        *,
        known_at: datetime | None = None,
        after_batch: int | None = None,
        newest: bool = True,
    ) -> duckdb.DuckDBPyRelation:
        """What happened, as we knew it then: merged ids read as their winner, the newest of each record.

        Args:
            con: the connection to read with.
            known_at: only what was recorded until this instant; None for all we know.
            after_batch: only rows that a later batch brought, see `latest_batch`.
            newest: False for every version of every record.

        Returns:
            One row per interaction in STORED columns, in no order; no rows while there is no table.
        """
        return reading.relation(
            con, self.table, self.table.opened(), reading.Cut(known_at, after_batch, newest)
        )

    def rows(self) -> int:
        """How many interactions the ledger holds, all versions counted."""
        delta = self.table.opened()
        return delta.count() if delta else 0

    def sources(self) -> tuple[str, ...]:
        """The systems that rows came from, as far as the footers of the files say."""
        delta = self.table.opened()
        return reading.sources(self.table, delta) if delta else ()

    def latest_batch(self) -> int:
        """The batch of the newest row; -1 while there is none."""
        con = connect()
        query = f"SELECT max(batch) FROM {reading.scan(con, self.table, self.table.opened())}"  # noqa: S608
        found = con.sql(query).fetchall()[0][0]
        return -1 if found is None else int(found)

    def erased_since(self, batch: int) -> bool:
        """Was anybody erased in this batch or a later one?"""
        con = connect()
        files = reading.scan(con, self.table, self.table.opened(), after_batch=batch - 1)
        query = f"SELECT 1 FROM {files} AS r WHERE kind = 'person.erased' AND batch >= {batch} LIMIT 1"  # noqa: S608
        return bool(con.sql(query).fetchall())

    def last_number(self, name: str) -> int:
        """The highest number that an app transaction of this name was appended with; 0 for none."""
        delta = self.table.opened()
        return (delta.transaction_version(name) or 0) if delta else 0
