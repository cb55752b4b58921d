"""Where fitted formulas are kept: one JSON file a version, and a pointer to the one in use.

formulas/demand.lead_score/3f9a1c0b2d4e5f60.json    a version, never changed
formulas/demand.lead_score/log.jsonl                which version came into use when, and why

Old versions may be thrown away; the log keeps their line, so that it still says what was in use when.
"""

import hashlib
import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home


@dataclass(frozen=True)
class Use:
    """One line of the log: from when a version was in use, and why.

    Args:
        version: its digest.
        since: instant with a zone.
        why: one sentence.
    """

    version: str
    since: datetime
    why: str


@dataclass(frozen=True)
class Shelf:
    """The versions of one fitted formula.

    Args:
        home: whose.
        formula: its name, `<room>.<formula>`.
    """

    home: Home
    formula: str

    @property
    def folder(self) -> Path:
        """Where the versions lie."""
        return self.home.formulas / self.formula

    def put(self, text: str) -> str:
        """Keep a version; the same text is the same version.

        Args:
            text: the fitted formula as JSON, the same bytes for the same fit.

        Returns:
            The version: the first 16 digits of the text's SHA-256.
        """
        version = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.file(version)
        if not path.exists():
            half = path.with_suffix(f".{os.getpid()}.half")
            half.write_text(text, encoding="utf-8")
            half.rename(path)
        return version

    def use(self, version: str, since: datetime, why: str) -> None:
        """Let a version be the one in use from now on.

        Raises:
            BadInput: when there is no such version.
        """
        self.read(version)
        line = asdict(Use(version, since, why)) | {"since": since.isoformat()}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, sort_keys=True) + "\n")
            log.flush()
            os.fsync(log.fileno())

    def is_made_from(self, why: str) -> bool:
        """Was the version in use made from this, by its own words?"""
        uses = self.uses()
        return bool(uses) and uses[-1].why == why

    def made_in(self, form: str) -> Use | None:
        """The version in use, where it was made in this form, by the end of its own words; else None."""
        uses = self.uses()
        return uses[-1] if uses and uses[-1].why.endswith(form) else None

    def file(self, version: str) -> Path:
        """Where a version lies, or would."""
        return self.folder / f"{version}.json"

    def keep(self, text: str, since: datetime, why: str, kept: int) -> str:
        """Put a version, let it be the one in use, and throw away all but the last so many; which it is."""
        version = self.put(text)
        self.use(version, since, why)
        self.throw_away(kept)
        return version

    def read(self, version: str) -> str:
        """The text of a version.

        Raises:
            BadInput: when there is no such version.
        """
        try:
            return self.file(version).read_text(encoding="utf-8")
        except FileNotFoundError:
            msg = f"{self.formula} has no version {version!r}: choose one of its log"
            raise BadInput(msg) from None

    def throw_away(self, kept: int, referenced: Collection[str] = ()) -> int:
        """Throw away old versions.

        Args:
            kept: how many of those that came into use last stay.
            referenced: versions that stay however old they are.

        Returns:
            How many were thrown away. A version that never came into use stays: somebody is about to use it.
        """
        used = list(dict.fromkeys(use.version for use in reversed(self.uses())))
        gone = [self.file(one) for one in used[kept:] if one not in referenced]
        there = [path for path in gone if path.exists()]
        for path in there:
            path.unlink()
        return len(there)

    def versions(self) -> tuple[Path, ...]:
        """The file of every version that is kept, by name."""
        return tuple(sorted(self.folder.glob("[0-9a-f]*[0-9a-f].json"), key=lambda path: path.name))

    def clear(self) -> None:
        """Throw away every version and the log, as before the first fit; what the loop decided stays."""
        (self.folder / "log.jsonl").unlink(missing_ok=True)
        for path in self.versions():
            path.unlink()

    def uses(self) -> tuple[Use, ...]:
        """Every version that ever came into use, oldest first."""
        try:
            lines = (self.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        told = [json.loads(line) for line in lines]
        return tuple(Use(one["version"], datetime.fromisoformat(one["since"]), one["why"]) for one in told)

    def in_use(self) -> str | None:
        """The text of the version in use; None before the first."""
        uses = self.uses()
        return self.read(uses[-1].version) if uses else None
