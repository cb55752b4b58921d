"""Erasing a person: from the table, the aliases and the inbox, from every file, and proving it.

What goes: every interaction of the person (and of the ids merged with it), every interaction whose
reference carries one of the person's addresses, the aliases, the merges, waiting rows of the inbox. Where
an address occurs in somebody else's interaction, the address alone is replaced by `[erased]`. Then every
file that is not part of the newest version is removed, the Delta log is cut back to it, and each file that
is left is searched. An import of a file that still holds the person brings the person back: erase it there
first.
"""

import hashlib
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger import linking, merges, reading
from quintet.ledger.delta import STAGING, Table, connect, quoted
from quintet.ledger.identity import aliases_table
from quintet.ledger.interactions import Interactions, interactions_table
from quintet.ledger.person import ALIAS_TEXTS, TEXTS, Person
from quintet.ledger.rewriting import alone, replace, write_rows
from quintet.ledger.schema import OFFERED
from quintet.ledger.writing import staging


@dataclass(frozen=True)
class Erasure:
    """What an erasure did.

    Args:
        rows: interactions removed.
        redacted: interactions of others from which an address was cut.
        aliases: names removed.
        waiting: rows removed from the inbox.
        files_rewritten: files that held the person.
        checked_files: files searched afterwards, none of which holds the person.
    """

    rows: int
    redacted: int
    aliases: int
    waiting: int
    files_rewritten: int
    checked_files: int


@dataclass(frozen=True)
class _Cleaned:
    removed: int
    redacted: int
    files: int


def erase(
    home: Home,
    entity: str,
    entity_id: int,
    *,
    by: str,
    at: datetime | None = None,
    addresses: frozenset[str] = frozenset(),
) -> Erasure:
    """Remove a person from everything the ledger keeps, and prove it.

    Args:
        home: whose ledger.
        entity: lead, account, opportunity, rep or candidate.
        entity_id: the surrogate id; ids merged with it go too.
        by: who decided; recorded.
        at: when; the present by default.
        addresses: more of the person's than the ledger knows, in lower case: of an account, say.

    Raises:
        BadInput: for an entity that is none of the five.
        RuntimeError: when a file still holds the person afterwards.
    """
    from quintet.ledger import inbox  # needs Django set up; the rest of the ledger does not

    _require_entity(entity)
    interactions, aliases = interactions_table(home), aliases_table(home)
    with alone(home), aliases.locked(), interactions.locked():
        known = _person(interactions, aliases, entity, entity_id)
        person = replace_fields(known, addresses=known.addresses | addresses)
        waiting = inbox.forget(person.is_in)
        rows = _clean(interactions, person.rows, _cut(person), person)
        names = _clean(aliases, person.names, "false", person)
        checked = _prove(interactions, f"({person.rows}) OR {_cut(person)}", person)
        checked += _prove(aliases, f"({person.names}) OR {person.mentions(ALIAS_TEXTS)}", person)
    done = Erasure(rows.removed, rows.redacted, names.removed, waiting, rows.files + names.files, checked)
    Interactions(home).append(_record(done, person, by, at or datetime.now(UTC)))
    return done


@dataclass(frozen=True)
class Held:
    """What the ledger holds of a person; as in Erasure, before anything is removed."""

    rows: int
    redacted: int
    aliases: int
    waiting: int


def held(home: Home, person: Person) -> Held:
    """What an erasure would remove; nothing is changed."""
    from quintet.ledger import inbox  # as in erase

    interactions, aliases = interactions_table(home), aliases_table(home)
    rows, redacted = _counted(interactions, person.rows, _cut(person))
    names, _ = _counted(aliases, person.names, "false")
    return Held(rows, redacted, names, inbox.waiting_of(person.is_in))


def _cut(person: Person) -> str:
    """The condition on rows of others that name the person."""
    return f"({person.mentions(TEXTS)} OR {person.links})"


def _counted(table: Table, gone: str, mentions: str) -> tuple[int, int]:
    delta = table.opened()
    with tempfile.TemporaryDirectory(prefix="quintet-") as folder:
        names = reading.sizes_of(delta) if delta else {}
        found = list(_holding(table, names, Path(folder), gone, mentions))
    return sum(one[1] for one in found), sum(one[2] for one in found)


def find_person(home: Home, entity: str, entity_id: int) -> Person:
    """Whom an erasure would be about: every id, address and reference the ledger knows them by.

    Raises:
        BadInput: for an entity that is none of the five.
    """
    _require_entity(entity)
    return _person(interactions_table(home), aliases_table(home), entity, entity_id)


def known_as(home: Home, entity: str, who: str) -> int | None:
    """The one id behind a name; None for an address the ledger does not know.

    Raises:
        BadInput: when nobody has that name, or several have.
    """
    table = aliases_table(home)
    with closing(connect()) as con:
        newest = linking.newest(reading.scan(con, table, table.opened()), None)
        con.execute(f"CREATE VIEW names AS {newest}")
        found = con.execute(
            "SELECT entity_id, any_value(system), any_value(label) FROM names WHERE entity = $1 AND "
            "lower($2) IN (lower(ref), lower(label), entity_id::VARCHAR) GROUP BY 1 ORDER BY 1",
            [entity, who],
        ).fetchall()
    if not found and "@" in who:
        return None
    if not found:
        raise unknown(entity, who)
    if len(found) > 1:
        listed = "\n".join(f"- {one}: {label or 'no name'}, from {system}" for one, system, label in found)
        msg = f"{len(found)} are called {who!r}; name one by its number:\n{listed}"
        raise BadInput(msg)
    return int(found[0][0])


def unknown(entity: str, who: str) -> BadInput:
    """The error that says that nobody has that name."""
    return BadInput(f"the ledger knows no {entity} {who!r}: give an address, name or id as the source does")


def _require_entity(entity: str) -> None:
    if entity not in reading.ENTITIES:
        msg = f"entity must be one of {', '.join(reading.ENTITIES)}, got {entity!r}"
        raise BadInput(msg)


def _person(interactions: Table, aliases: Table, entity: str, entity_id: int) -> Person:
    con = connect()
    standing = merges.active(reading.events(con, interactions, interactions.opened()))
    final = merges.last(standing, entity, entity_id)
    losers = {one for kind, one in standing if kind == entity and merges.last(standing, kind, one) == final}
    ids = frozenset({entity_id, final, *losers})
    known = reading.scan(con, aliases, aliases.opened())
    query = f"""SELECT DISTINCT "system", namespace, lower(ref) FROM {known}
        WHERE entity = '{entity}' AND entity_id IN {_tuple(ids)}"""  # noqa: S608
    refs = frozenset(con.sql(query).fetchall())
    return Person(entity, ids, frozenset(ref for _, _, ref in refs if "@" in ref), refs)


def _tuple(ids: frozenset[int]) -> str:
    return f"({', '.join(str(one) for one in sorted(ids))})"


def _clean(table: Table, gone: str, mentions: str, person: Person) -> _Cleaned:
    """Rewrite the files that hold the person, and drop every file and log entry of the past."""
    delta = table.opened()
    if delta is None:
        return _Cleaned(0, 0, 0)
    sizes = reading.sizes_of(delta)
    with staging(table) as folder:
        found = list(_holding(table, sizes, folder / "searched", gone, mentions))
        if found:
            _rewrite(table, delta, {name: sizes[name] for name, _, _ in found}, gone, person, folder)
    forget_past(table, delta)
    return _Cleaned(sum(one[1] for one in found), sum(one[2] for one in found), len(found))


def _holding(
    table: Table, names: Iterable[str], scratch: Path, gone: str, mentions: str
) -> Iterator[tuple[str, int, int]]:
    """The files that hold the person, each with its rows that go and its rows that are cut."""
    counts = f"count(*) FILTER (WHERE {gone}), count(*) FILTER (WHERE ({gone}) IS NOT TRUE)"
    for group in table.storage.in_groups(list(names), scratch):
        query = f"""SELECT filename, {counts} FROM {_with_names(group)}
            WHERE ({gone}) OR ({mentions}) GROUP BY filename"""  # noqa: S608
        for path, rows, cut in connect().sql(query).fetchall():
            yield group[Path(path)], rows, cut


def _rewrite(
    table: Table, delta: DeltaTable, files: Mapping[str, int], gone: str, person: Person, folder: Path
) -> None:
    cut = {*TEXTS, "candidate_id"} if person.entity == "candidate" else set(TEXTS)
    columns = ", ".join(person.redacted(name) if name in cut else f'"{name}"' for name in table.columns)
    here = [str(path) for path in table.storage.on_this_machine(list(files), folder / "old")]
    rows = connect(folder).sql(
        f"SELECT {columns} FROM {reading.scan_files(table, here)} WHERE ({gone}) IS NOT TRUE"  # noqa: S608
    )
    replace(table, delta, files, write_rows(table, rows, folder / "rows"), same_rows=False)


def forget_past(table: Table, delta: DeltaTable) -> None:
    """Remove every file that is not part of this version, and every log entry before it."""
    storage, current = table.storage, reading.sizes_of(delta)
    for name in storage.names():
        if _is_data(name) and name not in current:
            storage.remove(name)
    if table.is_local:
        shutil.rmtree(table.folder / STAGING, ignore_errors=True)
    delta.create_checkpoint()
    for name in storage.names():
        folder, _, file = name.rpartition("/")
        number = file.partition(".")[0]
        if folder == "_delta_log" and number.isdigit() and int(number) < delta.version():
            storage.remove(name)


def _prove(table: Table, held: str, person: Person) -> int:
    """Search every file of a table; returns how many.

    Raises:
        RuntimeError: naming the first file that still holds the person.
    """
    names = table.storage.names()
    data = [name for name in names if _is_data(name)]
    with tempfile.TemporaryDirectory(prefix="quintet-") as folder:
        for group in table.storage.in_groups(data, Path(folder)):
            query = f"SELECT filename FROM {_with_names(group)} WHERE {held} LIMIT 1"  # noqa: S608
            for (path,) in connect().sql(query).fetchall():
                raise _left(group[Path(path)])
        for group in table.storage.in_groups([name for name in names if not _is_data(name)], Path(folder)):
            for path, name in group.items():
                if person.is_in_text(_text(path)):
                    raise _left(name)
    return len(names)


def _left(name: str) -> RuntimeError:
    return RuntimeError(f"{name} still holds the person: the erasure is not complete, run it again")


def _text(path: Path) -> str:
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pylist())
    return path.read_bytes().decode(errors="replace")


def _is_data(name: str) -> bool:
    return name.endswith(".parquet") and not name.startswith("_")


def _with_names(files: Iterable[Path]) -> str:
    names = ", ".join(f"'{quoted(path)}'" for path in files)
    return f"read_parquet([{names}], filename = true, hive_partitioning = false)"


def _record(done: Erasure, person: Person, by: str, at: datetime) -> pa.Table:
    digest = hashlib.sha256(f"{person.entity}|{sorted(person.ids)}".encode()).hexdigest()
    said = {"entity": person.entity, "rows": done.rows, "aliases": done.aliases, "digest": digest, "by": by}
    row = {
        "occurred_at": at,
        "recorded_at": at,
        "kind": "person.erased",
        "source": "quintet",
        "source_ref": f"{uuid.uuid4().hex}#person.erased",
        "detail": json.dumps(said),
    }
    return pa.Table.from_pylist([row], schema=OFFERED)
