"""Where the files of a table lie: in a folder of this machine, or in a bucket that a URL names.

Both answer the same: which files there are, one of them on this machine, put one there, remove one. In a
folder what was put is fsynced; an object is durable when the store has accepted it. Delta's own client
speaks to the bucket, so it is told by the same variables where the store is and who we are (AWS_REGION,
AWS_ENDPOINT_URL ...; docs/settings.md).
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.fs as pafs
from deltalake.fs import DeltaStorageHandler

#: Objects that are on this machine at a time while a whole table is searched.
_AT_ONCE = 16
_CHUNK = 1 << 22


class Storage(Protocol):
    """The files of one table, by their names below it."""

    def names(self) -> list[str]:
        """Every file there is, part of the newest version or not."""

    def on_this_machine(self, names: Sequence[str], scratch: Path) -> list[Path]:
        """These files, to be read here; those of a bucket are copied below `scratch`, under their names."""

    def in_groups(self, names: Sequence[str], scratch: Path) -> Iterator[dict[Path, str]]:
        """All of these files, some at a time, each with its name; here until the next are asked for."""

    def put(self, file: Path, name: str) -> None:
        """Take a file of this machine in under a name; a folder moves it, a bucket takes a copy."""

    def remove(self, name: str) -> None:
        """Remove a file."""

    def settle(self, names: Iterable[str]) -> None:
        """Make what was put under these names durable."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine."""

    path: Path

    def names(self) -> list[str]:
        """Every file below the folder."""
        files = (path for path in self.path.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.path).as_posix() for path in files)

    def on_this_machine(self, names: Sequence[str], scratch: Path) -> list[Path]:  # noqa: ARG002 -- where they are
        """The files themselves."""
        return [self.path / name for name in names]

    def in_groups(self, names: Sequence[str], scratch: Path) -> Iterator[dict[Path, str]]:  # noqa: ARG002
        """All at once."""
        if names:
            yield {self.path / name: name for name in names}

    def put(self, file: Path, name: str) -> None:
        """Move the file there, what it holds being durable."""
        target = self.path / name
        target.parent.mkdir(exist_ok=True)
        sync(file)
        file.rename(target)

    def remove(self, name: str) -> None:
        """Remove the file."""
        (self.path / name).unlink()

    def settle(self, names: Iterable[str]) -> None:
        """Make the entries in their folders durable."""
        for folder in {(self.path / name).parent for name in names}:
            sync(folder)
        sync(self.path)


@dataclass(frozen=True)
class Bucket:
    """A prefix of a bucket."""

    url: str

    @cached_property
    def _files(self) -> pafs.FileSystem:
        return pafs.PyFileSystem(DeltaStorageHandler(self.url))

    def names(self) -> list[str]:
        """Every object below the prefix."""
        found = self._files.get_file_info(pafs.FileSelector("", recursive=True, allow_not_found=True))
        return sorted(one.path.lstrip("/") for one in found if one.type == pafs.FileType.File)

    def on_this_machine(self, names: Sequence[str], scratch: Path) -> list[Path]:
        """Copies of the objects."""
        return [self._fetched(name, scratch) for name in names]

    def in_groups(self, names: Sequence[str], scratch: Path) -> Iterator[dict[Path, str]]:
        """Some copies at a time."""
        for some in _batched(names):
            copies = {self._fetched(name, scratch): name for name in some}
            yield copies
            for path in copies:
                path.unlink()

    def _fetched(self, name: str, scratch: Path) -> Path:
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._files.open_input_file(name) as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
        return path

    def put(self, file: Path, name: str) -> None:
        """Upload the file."""
        with file.open("rb") as source, self._files.open_output_stream(name) as stream:
            target = pa.BufferedOutputStream(stream, 2 * _CHUNK)  # which hands on bytes, not buffers
            shutil.copyfileobj(source, target, _CHUNK)
            target.flush()

    def remove(self, name: str) -> None:
        """Delete the object."""
        self._files.delete_file(name)

    def settle(self, names: Iterable[str]) -> None:
        """Nothing: an object that was accepted is durable."""


def _batched(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE))


def sync(path: Path) -> None:
    """Have the system write a file or a folder's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
