"""The map of an export, as a frozen value; `toml.py` reads and writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePath

KNOWN = ("occurred", "loaded")


@dataclass(frozen=True)
class Lookup:
    """A value that stands in another file of the same load.

    Args:
        file: glob on the name of that file.
        key: its column that equals ours.
        value: its column to take.
        miss: what a value without a match becomes: "keep" our own, "null", or "reject" the row.
    """

    file: str
    key: str
    value: str
    miss: str = "keep"


@dataclass(frozen=True)
class Field:
    """Where the value of one target field comes from: a column, or a constant.

    Args:
        column: the file's column.
        also: further columns, written behind it with a space, e.g. first and last name.
        constant: the same text for every row.
        format: how dates or amounts are written, in the order to try; empty means as found in the file.
        values: the file's value → the word it becomes; other values stay as they are.
        lookup: take the value from another file.
        on_error: "reject" the row when the value cannot be read, or "keep_text" in detail.
    """

    column: str | None = None
    constant: str | None = None
    format: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    lookup: Lookup | None = None
    on_error: str = "reject"
    also: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads."""
        return (self.column, *self.also) if self.column else ()


@dataclass(frozen=True)
class FileMap:
    """What the rows of one file mean.

    Args:
        match: glob on the name of the file, or "book/sheet"; letter case does not count.
        rows: one of `targets.ROWS`.
        role: the name of these records in the ledger, by which the next export meets them again.
        why: for lookup and ignore, why no row of it becomes an interaction.
        key: the columns that name a record; none means the whole row does.
        fields: target → where it comes from.
        entered: stage → the column that says when the record entered it.
        months: of quotas, month as 2026-03 → the column that holds what is to be sold in it; in the order of
            the months, all written as the first that says how.
        reject_when: column → values whose rows are set aside, e.g. is_deleted → true.
        drop: columns that are not kept in detail.
        reasons: target → why it was proposed; written as comments.
    """

    match: str
    rows: str
    role: str = ""
    why: str = ""
    key: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    entered: Mapping[str, Field] = field(default_factory=dict)
    months: Mapping[str, Field] = field(default_factory=dict)
    reject_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    def matches(self, name: str) -> bool:
        """Does the file of that name belong here? With or without its ending."""
        return name == self.match or any(
            fnmatchcase(text.lower(), self.match.lower()) for text in _names(name)
        )

    def columns(self) -> tuple[str, ...]:
        """Every column the map names, each once, in order."""
        fields = (*self.fields.values(), *self.entered.values(), *self.months.values())
        named = [name for field in fields for name in field.columns]
        every = [*self.key, *named, *self.reject_when]
        return tuple(dict.fromkeys(every))

    @property
    def loads(self) -> bool:
        """Do these rows become interactions?"""
        return self.rows not in {"lookup", "ignore"}


@dataclass(frozen=True)
class SourceMap:
    """What the files of one source system mean.

    Args:
        name: of the map.
        system: the source system; ids of one system never meet those of another.
        timezone: of instants that do not say theirs.
        currency: ISO 4217 of amounts that do not say theirs.
        known: "occurred": history counts as known when it happened; "loaded": when it was loaded.
        day: the day of rows without a date; else the newest date of the load.
        files: what each file's rows mean; the first that matches counts.
    """

    name: str
    system: str
    timezone: str = "UTC"
    currency: str = "USD"
    known: str = "occurred"
    day: str = ""
    files: tuple[FileMap, ...] = ()

    def file_for(self, name: str) -> FileMap | None:
        """The entry for a file of that name, or None."""
        return next((entry for entry in self.files if entry.matches(name)), None)


def _names(name: str) -> tuple[str, ...]:
    text = name
    while PurePath(text).suffix.lower() in _ENDINGS:
        text = text[: -len(PurePath(text).suffix)]
    return name, text


_ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".parquet", ".json", ".jsonl", ".ndjson", ".gz", ".zst"}
