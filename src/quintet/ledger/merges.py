"""Who turned out to be whom: merges as interactions, replayed to an instant.

A merge is an `identity.merged` interaction, undoing it an `identity.unmerged` one; both name entity,
loser and winner in `detail`. Nothing is rewritten: a reader as of an instant replays what was recorded
until then. Merges chain: when A became B and B became C, A reads as C.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from quintet.kernel.errors import BadInput
from quintet.ledger.instants import from_epoch_us
from quintet.ledger.schema import OFFERED

MERGED = "identity.merged"
UNMERGED = "identity.unmerged"
SCHEMA = pa.schema([("entity", pa.string()), ("loser", pa.int64()), ("winner", pa.int64())])

Active = dict[tuple[str, int], int]


@dataclass(frozen=True)
class MergeEvent:
    """One merge, or one merge undone.

    Args:
        recorded_at: when we knew.
        kind: identity.merged or identity.unmerged.
        entity: lead, account, opportunity, rep or candidate.
        loser: the id that is read as the winner's.
        winner: the id that stays.
    """

    recorded_at: datetime
    kind: str
    entity: str
    loser: int
    winner: int

    @property
    def pair(self) -> tuple[str, int, int]:
        """Whose merge it is."""
        return self.entity, self.loser, self.winner


def read_events(con: duckdb.DuckDBPyConnection, scan: str) -> tuple[MergeEvent, ...]:
    """Every merge and every undone one, oldest first."""
    # A prefix is compared with the statistics of a file first; a list of words is not, and reads every row.
    query = f"""SELECT epoch_us(recorded_at), kind, detail FROM {scan}
        WHERE starts_with(kind, 'identity.') AND kind IN ('{MERGED}', '{UNMERGED}')
        ORDER BY recorded_at, batch, source_ref"""  # noqa: S608
    return tuple(_event(*row) for row in con.sql(query).fetchall())


def _event(recorded_us: int, kind: str, detail: str) -> MergeEvent:
    said = json.loads(detail)
    return MergeEvent(
        from_epoch_us(recorded_us), kind, said["entity"], int(said["loser"]), int(said["winner"])
    )


def active(events: Iterable[MergeEvent], known_at: datetime | None = None) -> Active:
    """The merges that stand, as (entity, loser) → winner, as of an instant or now."""
    standing: Active = {}
    for event in events:
        if known_at is not None and event.recorded_at > known_at:
            continue
        if event.kind == MERGED:
            standing[event.entity, event.loser] = event.winner
        elif standing.get((event.entity, event.loser)) == event.winner:
            del standing[event.entity, event.loser]
    return standing


def followed(standing: Mapping[tuple[str, int], int]) -> Active:
    """Each loser with the id it reads as in the end, chains followed."""
    return {(entity, loser): last(standing, entity, loser) for entity, loser in standing}


def last(standing: Mapping[tuple[str, int], int], entity: str, one: int) -> int:
    """The id that an id reads as."""
    while (entity, one) in standing:
        one = standing[entity, one]
    return one


def require_mergeable(standing: Mapping[tuple[str, int], int], entity: str, loser: int, winner: int) -> None:
    """Refuse a merge that would close a circle or give an id two winners.

    Raises:
        BadInput: naming the ids and what to undo first.
    """
    if last(standing, entity, winner) == loser:
        msg = f"{entity} {winner} already reads as {loser}: unmerge it before merging the other way round"
        raise BadInput(msg)
    other = standing.get((entity, loser))
    if other is not None:
        msg = f"{entity} {loser} is already merged into {other}: unmerge it before merging into {winner}"
        raise BadInput(msg)


def as_arrow(standing: Mapping[tuple[str, int], int]) -> pa.Table:
    """Merges as a table of entity, loser and winner, sorted."""
    rows = sorted((entity, loser, winner) for (entity, loser), winner in standing.items())
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[], [], []], schema=SCHEMA)


def interactions(
    kind: str,
    pairs: Iterable[tuple[str, int, int]],
    earlier: Iterable[MergeEvent],
    *,
    at: datetime,
    by: str,
) -> pa.Table:
    """The interactions that record merges, or that undo them.

    Args:
        kind: identity.merged or identity.unmerged.
        pairs: entity, loser and winner of each.
        earlier: every event so far; a pair that is merged again gets a reference of its own.
        at: when.
        by: who decided.
    """
    times = Counter(event.pair for event in earlier)
    rows = [_row(kind, pair, times[pair], at=at, by=by) for pair in pairs]
    return pa.Table.from_pylist(rows, schema=OFFERED)


def _row(kind: str, pair: tuple[str, int, int], times: int, *, at: datetime, by: str) -> dict[str, object]:
    entity, loser, winner = pair
    said = {"entity": entity, "loser": loser, "winner": winner, "by": by}
    return {
        "occurred_at": at,
        "recorded_at": at,
        "kind": kind,
        "source": "quintet",
        "source_ref": f"{entity}:{loser}:{winner}:{times}#{kind}",
        "detail": json.dumps(said),
    }
