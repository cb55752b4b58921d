"""Who is who: every name a source has for somebody, and merges that can be undone.

    aliases = Aliases(home)
    aliases.link(rows)                  # (entity, system, namespace, ref) is this entity_id, called so
    aliases.resolve(con, references)    # the id of each reference; one nobody linked yet gets its own
    aliases.merge("lead", loser=1, winner=2, by="ann@example.com")

The CRM's own id comes first (namespace `id`), e-mail and name second. A second name that nobody linked
yet gets an id of its own, `kernel.ids.entity_id`, and is remembered; when a later row links it to
somebody, the two ids are merged. A second name that already belongs to somebody else is not taken away:
two people may share a mailbox or a name. Such links are counted as conflicts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger import linking, reading
from quintet.ledger import merges as replay
from quintet.ledger.delta import Table, connect
from quintet.ledger.interactions import Interactions
from quintet.ledger.linking import Linked
from quintet.ledger.offered import Rows
from quintet.ledger.schema import ALIASES


def aliases_table(home: Home) -> Table:
    """The Delta table of aliases of a home."""
    return Table(f"{home.ledger_url}/aliases", ALIASES)


@dataclass(frozen=True)
class Aliases:
    """The aliases and merges of one company.

    Args:
        home: whose ledger it is.
    """

    home: Home

    @property
    def table(self) -> Table:
        """The Delta table behind it."""
        return aliases_table(self.home)

    def link(self, rows: Rows, *, at: datetime | None = None) -> Linked:
        """Say who is behind each name; saying it again changes nothing.

        Args:
            rows: one row per name, in ALIASES columns: entity, system, namespace, ref, entity_id, and where
                known label (the newest one given counts) and recorded_at.
            at: when we knew, for rows without recorded_at; the present by default.

        Raises:
            BadInput: for a required value that is null, or wrong columns.
        """
        instant = at or datetime.now(UTC)
        with self.table.locked():
            change = linking.compare(self.table, rows, instant)
            merged, refused = self._merge_all(change.merges, instant, by="link")
            version = linking.add(self.table, change)
        conflicts = change.conflicts + refused
        return Linked(version, change.offered, change.added, merged, conflicts)

    def resolve(
        self, con: duckdb.DuckDBPyConnection, references: Rows, *, at: datetime | None = None
    ) -> duckdb.DuckDBPyRelation:
        """The id behind each reference; one that nobody linked yet gets its own and is remembered.

        Args:
            con: the connection to answer on.
            references: entity, system, namespace, ref; may repeat, nulls are left out.
            at: when we knew of the new ones; the present by default.

        Returns:
            One row per distinct reference: entity, system, namespace, ref, entity_id.
        """
        with self.table.locked():
            return con.from_arrow(linking.resolve(self.table, references, at or datetime.now(UTC)))

    def relation(
        self, con: duckdb.DuckDBPyConnection, *, known_at: datetime | None = None
    ) -> duckdb.DuckDBPyRelation:
        """Every name we know, or knew then, with the id behind it before merges.

        Returns:
            One row per (entity, system, namespace, ref), in ALIASES columns.
        """
        return con.sql(linking.newest(reading.scan(con, self.table, self.table.opened()), known_at))

    def labels(self, entity_ids: Iterable[int], *, entity: str | None = None) -> dict[int, str]:
        """How a person would call each id; ids without a label are left out.

        Args:
            entity_ids: surrogate ids; one that was merged answers as its winner.
            entity: look among these alone, e.g. "rep".
        """
        standing = self._standing(None)
        return linking.labels(self.table, set(entity_ids), replay.followed(standing), entity)

    def merges(
        self, con: duckdb.DuckDBPyConnection, *, known_at: datetime | None = None
    ) -> duckdb.DuckDBPyRelation:
        """Whose rows read as whose, now or as of an instant, chains followed.

        Returns:
            One row per merged id: entity, loser, winner.
        """
        return con.from_arrow(replay.as_arrow(replay.followed(self._standing(known_at))))

    def merge(self, entity: str, *, loser: int, winner: int, by: str, at: datetime | None = None) -> bool:
        """Read one id as another from now on; False when they are one already.

        Raises:
            BadInput: when it would close a circle, or the loser is merged into somebody else.
        """
        with self.table.locked():
            standing = self._standing(None)
            if standing.get((entity, loser)) == winner:
                return False
            _require_entity(entity)
            replay.require_mergeable(standing, entity, loser, winner)
            self._record(replay.MERGED, [(entity, loser, winner)], at or datetime.now(UTC), by)
        return True

    def unmerge(self, entity: str, *, loser: int, winner: int, by: str, at: datetime | None = None) -> None:
        """Undo a merge: from now on the two read as before.

        Raises:
            BadInput: when there is no such merge.
        """
        with self.table.locked():
            if self._standing(None).get((entity, loser)) != winner:
                msg = f"{entity} {loser} is not merged into {winner}: see Aliases.merges for those that are"
                raise BadInput(msg)
            self._record(replay.UNMERGED, [(entity, loser, winner)], at or datetime.now(UTC), by)

    def _merge_all(self, pairs: list[tuple[str, int, int]], at: datetime, by: str) -> tuple[int, int]:
        """Merge what can be merged; returns how many were, and how many could not."""
        standing = self._standing(None)
        wanted = [pair for pair in pairs if standing.get(pair[:2]) != pair[2]]
        taken: list[tuple[str, int, int]] = []
        for entity, loser, winner in wanted:
            if (entity, loser) in standing or replay.last(standing, entity, winner) == loser:
                continue
            standing[entity, loser] = winner
            taken.append((entity, loser, winner))
        self._record(replay.MERGED, taken, at, by)
        return len(taken), len(wanted) - len(taken)

    def _record(self, kind: str, pairs: list[tuple[str, int, int]], at: datetime, by: str) -> None:
        if pairs:
            earlier = self._events()
            Interactions(self.home).append(replay.interactions(kind, pairs, earlier, at=at, by=by))

    def _standing(self, known_at: datetime | None) -> replay.Active:
        return replay.active(self._events(), known_at)

    def _events(self) -> tuple[replay.MergeEvent, ...]:
        table = Interactions(self.home).table
        return reading.events(connect(), table, table.opened())


def _require_entity(entity: str) -> None:
    if entity not in reading.ENTITIES:
        msg = f"entity must be one of {', '.join(reading.ENTITIES)}, got {entity!r}"
        raise BadInput(msg)
