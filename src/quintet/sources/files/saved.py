"""Maps by name: those a company saved, then those that ship."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.mapping.shipped import shipped_maps
from quintet.sources.files.mapping.toml import read_map, write_map
from quintet.sources.files.reading.raw import RawTable

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
#: End of the name of a map that still asks something.
DRAFT = "-draft"


@dataclass(frozen=True)
class Named:
    """A map by its name.

    Args:
        name: of its file.
        origin: "yours" or "shipped".
        text: as TOML.
        source: the map; None where the text is broken.
        problem: why it is broken.
    """

    name: str
    origin: str
    text: str
    source: SourceMap | None
    problem: str = ""


def known_maps(home: Home) -> dict[str, Named]:
    """Every map by name; one a company saved hides a shipped one of its name."""
    return _shipped() | {path.stem: _yours(path) for path in sorted(home.maps.glob("*.toml"))}


@cache
def _shipped() -> dict[str, Named]:
    return {
        name: Named(name, "shipped", write_map(source), source) for name, source in shipped_maps().items()
    }


def _yours(path: Path) -> Named:
    text = path.read_text("utf-8")
    try:
        return Named(path.stem, "yours", text, read_map(text))
    except BadInput as error:
        return Named(path.stem, "yours", text, None, str(error))


def find_map(home: Home, name: str) -> Named:
    """The map of a name.

    Raises:
        BadInput: when there is none.
    """
    maps = known_maps(home)
    if name not in maps:
        raise BadInput(f"there is no map {name!r}; there are {', '.join(maps)}")
    return maps[name]


def fitting_map(home: Home, tables: Sequence[RawTable]) -> Named | None:
    """The map this company saved that knows every one of these tables."""
    mine = [one for one in known_maps(home).values() if one.origin == "yours" and one.source]
    finished = [one for one in mine if not one.name.endswith(DRAFT)]
    return next((one for one in finished if _knows(one.source, tables)), None)


def _knows(source: SourceMap | None, tables: Sequence[RawTable]) -> bool:
    """Has it an entry for each table, with no column a table lacks?"""
    if source is None:
        return False
    for table in tables:
        entry = source.file_for(table.name)
        have = {column.lower() for column in table.columns}
        if entry is None or (entry.loads and not {one.lower() for one in entry.columns()} <= have):
            return False
    return True


def save_map(home: Home, text: str, name: str) -> str:
    """Keep a map, to be used again; returns its name.

    Raises:
        BadInput: when the name is no file name, or the text no map.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(f"a map's name has small letters, digits, - and _, got {name!r}")
    read_map(text)
    home.maps.mkdir(parents=True, exist_ok=True)
    draft = home.maps / f".{name}.draft"
    draft.write_text(text, "utf-8")
    draft.replace(home.maps / f"{name}.toml")
    return name


def file_name(name: str) -> str:
    """A name of a map as a file's name."""
    cleaned = "".join(
        letter if (letter.isalnum() and letter.isascii()) or letter == "_" else "-" for letter in name.lower()
    )
    return cleaned.strip("-_")[:80] or "map"
