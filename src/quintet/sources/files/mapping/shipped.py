"""The maps that come with the product, and which of them fits the files at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import PurePath

from quintet.kernel.errors import BadInput
from quintet.sources.files.mapping.model import Field, FileMap, SourceMap
from quintet.sources.files.mapping.toml import read_map
from quintet.sources.files.reading.raw import RawTable

_PACKAGE = "quintet.sources.files"
#: A map fits when at least this share of the files is known to it.
_ENOUGH = 0.5


@cache
def shipped_maps() -> Mapping[str, SourceMap]:
    """Every map that ships with the product, by name."""
    files = sorted(resources.files(_PACKAGE).joinpath("maps").iterdir(), key=lambda file: file.name)
    made = [read_map(file.read_text("utf-8")) for file in files if file.name.endswith(".toml")]
    return {one.name: one for one in made}


def shipped_map(name: str) -> SourceMap:
    """The shipped map of that name.

    Raises:
        BadInput: when there is none; names those there are.
    """
    try:
        return shipped_maps()[name]
    except KeyError:
        raise BadInput(f"there is no map {name!r}; these ship: {', '.join(shipped_maps())}") from None


@dataclass(frozen=True)
class Fitted:
    """A map cut to the files at hand.

    Args:
        source: the map, with an entry for each file it knows and no column a file lacks.
        notes: what was left out, for the person who reads the map.
        unknown: files the map says nothing about.
        columns: how many columns of the files the map names.
    """

    source: SourceMap
    notes: tuple[str, ...]
    unknown: tuple[str, ...]
    columns: int


def fit(source: SourceMap, tables: Sequence[RawTable]) -> Fitted:
    """Cut a map to the files at hand: leave out files that are not there and columns they lack.

    An export has fewer columns than a map for every export knows. What a record needs, its key and what
    is required, is never left out: a load asks about it.
    """
    chosen = [_entry_for(source, table) for table in tables]
    unknown = tuple(table.name for table, number in zip(tables, chosen, strict=True) if number is None)
    made, notes, columns = [], list[str](), 0
    for number, entry in enumerate(source.files):
        found = [table for table, one in zip(tables, chosen, strict=True) if one == number]
        if not found:
            continue
        cut, told = _cut(entry, found, tables)
        made += cut
        notes += told
        columns += sum(len(_named(entry, table)) for table in found)
    return Fitted(replace(source, files=tuple(made)), tuple(notes), unknown, columns)


def recognised(tables: Sequence[RawTable]) -> Fitted | None:
    """The shipped map that knows most of these files, cut to them; None when none knows half of them."""
    fits = [fit(source, tables) for source in shipped_maps().values()]
    able = [one for one in fits if one.columns and len(one.unknown) <= len(tables) * _ENOUGH]
    return max(able, key=lambda one: (-len(one.unknown), one.columns), default=None)


def _entry_for(source: SourceMap, table: RawTable) -> int | None:
    """The entry that knows a table: by its name and columns, else by its columns alone."""
    able = [number for number, entry in enumerate(source.files) if _able(entry, table)]
    named = [number for number in able if source.files[number].matches(table.name)]
    if named:
        return named[0]
    loads = [number for number in able if source.files[number].loads]
    return max(loads, key=lambda number: len(_named(source.files[number], table)), default=None)


def _able(entry: FileMap, table: RawTable) -> bool:
    """Has the table what a record of this entry needs? Files that are not loaded are known by name."""
    if not entry.loads:
        return entry.matches(table.name)
    have = _have(table)
    needed = {column.lower() for column in entry.key}
    found = len(_named(entry, table))
    share = found / max(len(entry.columns()), 1)
    return needed <= have and found >= 2 and (entry.matches(table.name) or share >= 2 / 3)  # noqa: PLR2004


def _have(table: RawTable) -> set[str]:
    return {column.lower() for column in table.columns}


def _named(entry: FileMap, table: RawTable) -> list[str]:
    have = _have(table)
    return [column for column in entry.columns() if column.lower() in have]


def _cut(
    entry: FileMap, found: Sequence[RawTable], tables: Sequence[RawTable]
) -> tuple[list[FileMap], list[str]]:
    """The entry without what its files lack, one for each file whose name it does not match."""
    have = set.intersection(*(_have(table) for table in found))
    fields = {name: item for name, item in entry.fields.items() if _possible(item, have, tables)}
    gone = [name for name in entry.fields if name not in fields]
    cut = replace(
        entry,
        fields={name: _fewer(item, have) for name, item in fields.items()},
        entered={stage: item for stage, item in entry.entered.items() if _possible(item, have, tables)},
        reject_when={column: words for column, words in entry.reject_when.items() if column.lower() in have},
        drop=tuple(column for column in entry.drop if column.lower() in have),
    )
    notes = [f"{entry.match}: no column for {', '.join(gone)}"] if gone else []
    if all(entry.matches(table.name) for table in found):
        return [cut], notes
    stems = [PurePath(table.name).name.split(".")[0] for table in found]
    roles = [entry.role if number == 0 else f"{entry.role}_{number + 1}" for number in range(len(stems))]
    return [replace(cut, match=f"{stem}*", role=role) for stem, role in zip(stems, roles, strict=True)], notes


def _possible(item: Field, have: set[str], tables: Sequence[RawTable]) -> bool:
    if item.constant is not None:
        return True
    looked = item.lookup is None or any(
        FileMap(item.lookup.file, "lookup").matches(one.name) for one in tables
    )
    return looked and any(column.lower() in have for column in item.columns)


def _fewer(item: Field, have: set[str]) -> Field:
    if item.constant is not None:
        return item
    first, *rest = [column for column in item.columns if column.lower() in have]
    return replace(item, column=first, also=tuple(rest))
