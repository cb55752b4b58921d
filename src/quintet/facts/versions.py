"""Published versions of the facts: immutable folders, and one pointer that says which is current.

    facts/current                     the number of the current version; replaced by rename
    facts/000007/manifest.json        files of each table, ledger version, as_of
    facts/000007/leads/000005.parquet a generation of a table: a hard link when it came from an older version
    facts/000007/leads/000007.gone.parquet   ids whose rows in older generations no longer count

    facts/known/<instant>/    the same for the facts as they were known then, see history.py

A generation is what one refresh wrote: the new rows of the leads it recomputed, and the list of those leads.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

KEEP = 3


@dataclass(frozen=True)
class Generation:
    """What one load wrote of a table.

    Args:
        file: path of its rows inside the version's folder.
        gone: path of the list of ids it replaces, or None.
    """

    file: str
    gone: str | None = None


@dataclass(frozen=True)
class Manifest:
    """What a version holds.

    Args:
        version: its number.
        ledger_version: the version of the ledger it was computed from.
        as_of: newest instant of the buyers' rows (UTC, no zone); None when no row has a date.
        zone: IANA time zone of the team.
        replies_recorded: does any e-mail have a reply?
        tables: table → its generations, oldest first.
        rows: table → rows in its newest state.
        columns: digest of the columns its files have; another release may have others.
        known_at: only what was recorded until then is in it; None for all of the ledger version.
    """

    version: int
    ledger_version: int
    as_of: datetime | None
    zone: str
    replies_recorded: bool
    tables: dict[str, tuple[Generation, ...]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    columns: str = ""
    known_at: datetime | None = None

    def text(self) -> str:
        """As JSON."""
        return self._text

    @cached_property
    def _text(self) -> str:
        instants = {"as_of": self.as_of, "known_at": self.known_at}
        told = asdict(self) | {name: at.isoformat() if at else None for name, at in instants.items()}
        return json.dumps(told, indent=1, sort_keys=True)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a version's folder."""
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for name in ("as_of", "known_at"):
            told[name] = datetime.fromisoformat(told[name]) if told.get(name) else None
        told["tables"] = {
            name: tuple(Generation(**one) for one in generations)
            for name, generations in told["tables"].items()
        }
        return cls(**told)


def folder_of(facts: Path, version: int) -> Path:
    """The folder of a version."""
    return facts / f"{version:06d}"


def current_manifest(facts: Path) -> Manifest | None:
    """What the published version holds; None before the first."""
    version = current_version(facts)
    return None if version is None else Manifest.read(folder_of(facts, version))


def current_version(facts: Path) -> int | None:
    """The number of the published version; None before the first."""
    try:
        return int((facts / "current").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


@contextmanager
def only_writer(facts: Path) -> Iterator[None]:
    """Be the only one who makes versions; the lock of a killed process is free at once."""
    facts.mkdir(parents=True, exist_ok=True)
    with (facts / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def begun(facts: Path, version: int) -> Path:
    """An empty folder to build a version in; what a killed build left is removed."""
    for left in facts.glob("building-*"):
        shutil.rmtree(left)
    folder = facts / f"building-{version:06d}"
    folder.mkdir()
    return folder


def next_version(facts: Path) -> int:
    """One more than any version there is, published or not."""
    taken = [int(path.name) for path in facts.iterdir() if path.name.isdigit()]
    return max([*taken, current_version(facts) or 0]) + 1


def linked(source: Path, target: Path, file: str) -> None:
    """Let a new version hold a file of an old one, without a copy where the file system can."""
    (target / file).parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source / file, target / file)
    except OSError:
        shutil.copy2(source / file, target / file)


def publish(facts: Path, building: Path, manifest: Manifest, *, keep_older: bool = True) -> None:
    """Make a finished version the current one, durably and at one instant; then remove old ones."""
    (building / "manifest.json").write_text(manifest.text(), encoding="utf-8")
    for path in sorted(building.rglob("*"), reverse=True):
        _sync(path)
    _sync(building)
    building.rename(folder_of(facts, manifest.version))
    _sync(facts)
    pointer = facts / "current.new"
    pointer.write_text(str(manifest.version), encoding="utf-8")
    _sync(pointer)
    pointer.rename(facts / "current")
    _sync(facts)
    _remove_old(facts, manifest.version, KEEP if keep_older else 1)


def known_folder(facts: Path) -> Path:
    """Where the facts as they were known at past instants lie; they can be computed again."""
    return facts / "known"


def _remove_old(facts: Path, current: int, keep: int) -> None:
    """Keep the newest few versions up to the current one; what lies above it was never published."""
    numbers = sorted(int(path.name) for path in facts.iterdir() if path.name.isdigit())
    kept = [number for number in numbers if number <= current][-keep:]
    for number in numbers:
        if number not in kept:
            shutil.rmtree(folder_of(facts, number))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
