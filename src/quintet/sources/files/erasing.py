"""Erasing a person from all that a home keeps: from the ledger, and from what the import has beside it.

Beside the ledger a person stands in rejected rows, in the CSVs to correct them, in tables that were looked
up, in uploads nobody has loaded yet, and in what the database remembers of uploads. A rejected row that
names the person goes; an upload that holds one of the addresses is thrown away, as a file is not ours to
rewrite. All this comes before the ledger: were it killed halfway, the ledger would still know who it was.
"""

import json
import mmap
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from quintet.kernel.errors import BadInput, QuintetError
from quintet.kernel.home import Home
from quintet.ledger import erasure
from quintet.ledger.delta import quoted
from quintet.ledger.erasure import Erasure, Held
from quintet.ledger.identity import Aliases
from quintet.ledger.person import Person
from quintet.sources.files.actions import discard
from quintet.sources.files.load.forgetting import forget_rejects, rejected_of
from quintet.sources.files.load.opening import opened
from quintet.sources.files.models import BUSY, State, Upload

_TOLD = ("names", "origin", "map_text", "seen", "guesses", "notes", "trial", "problem", "report", "message")


@dataclass(frozen=True)
class Erased:
    """What was erased.

    Args:
        ledger: what the ledger did; None where it never knew the person.
        rejected: rejected rows removed.
        uploads: uploads thrown away, by their first file.
    """

    ledger: Erasure | None
    rejected: int
    uploads: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Whom an erasure would be about, and what it would remove; nothing is changed by asking.

    Args:
        entity: lead, account, opportunity, rep or candidate.
        entity_id: the surrogate id; None for an address that only rejected rows and uploads may know.
        address: that address; empty where there is an id.
        label: how a person would call them.
        held: what the ledger holds; None where it never knew the person.
        rejected: rejected rows that go.
        uploads: uploads that would be thrown away, by their first file.
    """

    entity: str
    entity_id: int | None
    address: str
    label: str
    held: Held | None
    rejected: int
    uploads: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Is there nothing to erase?"""
        return self.entity_id is None and not self.rejected and not self.uploads


def plan_erasure(home: Home, entity: str, who: str) -> Plan:
    """What erasing a person would remove.

    Args:
        home: whose.
        entity: lead, account, opportunity, rep or candidate.
        who: e-mail address, name, or id in the source or in Quintet.

    Raises:
        BadInput: when nobody has that name, or several have.
    """
    entity_id = erasure.known_as(home, entity, who)
    if entity_id is None:
        person, kept = Person(entity, frozenset(), frozenset({who.lower()})), None
    else:
        person = erasure.find_person(home, entity, entity_id)
        kept = erasure.held(home, person)
    label = (
        Aliases(home).labels([entity_id], entity=entity).get(entity_id, "") if entity_id is not None else ""
    )
    uploads = {str(one.pk): str(one) for one in Upload.objects.all()}
    holding = [folder.name for folder in _folders(home) if _holds(folder, person)]
    thrown = tuple(uploads.get(name, name) for name in holding)
    plan = Plan(
        entity,
        entity_id,
        "" if entity_id is not None else who,
        label or who,
        kept,
        rejected_of(home, person),
        thrown,
    )
    if plan.is_empty:
        raise erasure.unknown(entity, who)
    return plan


def erase_person(
    home: Home, entity: str, entity_id: int, *, by: str, addresses: frozenset[str] = frozenset()
) -> Erased:
    """Remove a person the ledger knows from everything a home keeps, facts apart.

    Args:
        home: whose.
        entity: lead, account, opportunity, rep or candidate.
        entity_id: the surrogate id; ids merged with it go too.
        by: who decided; recorded.
        addresses: more of the person's than the ledger knows, in lower case.

    Raises:
        BadInput: while an upload that holds the person is being worked on, or as the ledger's `erase`.
    """
    known = erasure.find_person(home, entity, entity_id)
    rejected, uploads = _forget(home, replace(known, addresses=known.addresses | addresses))
    done = erasure.erase(home, entity, entity_id, by=by, addresses=addresses)
    _overwrite_deleted()
    return Erased(done, rejected, uploads)


def erase_address(home: Home, entity: str, address: str) -> Erased:
    """Remove an e-mail address the ledger does not know from rejected rows and waiting uploads.

    Raises:
        BadInput: when they do not know it either.
    """
    rejected, uploads = _forget(home, Person(entity, frozenset(), frozenset({address.lower()})))
    if not rejected and not uploads:
        raise erasure.unknown(entity, address)
    _overwrite_deleted()
    return Erased(None, rejected, uploads)


def require_idle(home: Home, person: Person) -> None:
    """Refuse while a worker reads an upload that holds the person.

    Raises:
        BadInput: naming the upload.
    """
    uploads = {str(one.pk): one for one in Upload.objects.filter(state__in=BUSY)}
    busy = [uploads[one.name] for one in _folders(home) if one.name in uploads and _holds(one, person)]
    if busy:
        raise BadInput(f"{busy[0]} holds the person and is being worked on: wait for it, then erase again")


def _forget(home: Home, person: Person) -> tuple[int, tuple[str, ...]]:
    require_idle(home, person)
    holding = [folder for folder in _folders(home) if _holds(folder, person)]
    uploads = {str(one.pk): one for one in Upload.objects.all()}
    thrown = [_thrown_away(folder, uploads.get(folder.name)) for folder in holding]
    for upload in Upload.objects.all():
        _redact(upload, person)
    return forget_rejects(home, person), tuple(thrown)


def _folders(home: Home) -> list[Path]:
    return sorted(path for path in home.uploads.glob("*") if path.is_dir())


def _thrown_away(folder: Path, upload: Upload | None) -> str:
    """Remove an upload and its files; its name, for the report."""
    if upload and upload.state in {State.READY, State.UNREADABLE}:
        discard(upload)
    shutil.rmtree(folder, ignore_errors=True)
    return str(upload or folder.name)


def _holds(folder: Path, person: Person) -> bool:
    """Does a file carry one of the addresses? One that cannot be read is taken to."""
    return bool(person.addresses) and any(_is_in_file(path, person) for path in sorted(folder.iterdir()))


def _is_in_file(path: Path, person: Person) -> bool:
    try:
        return _is_in_bytes(path, person) or any(_is_in_rows(path, person))
    except QuintetError:
        return True


def _is_in_bytes(path: Path, person: Person) -> bool:
    """Does an address stand in a file as it is written?"""
    if not path.stat().st_size:
        return False
    wanted = "|".join(re.escape(one) for one in sorted(person.addresses)).encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return re.search(wanted, content, re.IGNORECASE) is not None


def _is_in_rows(path: Path, person: Person) -> Iterator[bool]:
    """Does an address stand in a table of a file that is packed, or in another encoding?"""
    found = " OR ".join(f"contains(text, '{quoted(one)}')" for one in sorted(person.addresses))
    with opened([path]) as (con, tables):
        for table in tables:
            rows = f"SELECT lower(t::VARCHAR) AS text FROM ({table.fast_sql}) t"  # noqa: S608
            yield bool(con.sql(f"SELECT 1 FROM ({rows}) WHERE {found} LIMIT 1").fetchall())  # noqa: S608
            yield any(person.is_mentioned_in(line.text) for line in table.structural)


def _redact(upload: Upload, person: Person) -> None:
    """Cut the addresses out of what the database remembers of an upload."""
    changed: dict[str, Any] = {}
    for field in _TOLD:
        text = json.dumps(getattr(upload, field), ensure_ascii=False, cls=DjangoJSONEncoder)
        cut = text
        for address in sorted(person.addresses, key=len, reverse=True):
            cut = re.sub(re.escape(address), "[erased]", cut, flags=re.IGNORECASE)
        if cut != text:
            changed[field] = json.loads(cut)
    if changed:
        Upload.objects.filter(pk=upload.pk).update(**changed)


def _overwrite_deleted() -> None:
    """SQLite leaves deleted rows in its file and its log until it is told to write both anew."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
