"""Maps by name: those a company saved, then those that ship."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home

if TYPE_CHECKING:
    from quintet.sources.files.mapping.model import SourceMap
    from quintet.sources.files.reading.raw import RawTable

#: End of the name of a map that still asks something.
DRAFT = "-draft"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Named:
    """A map and where it is from: "yours" or "shipped"."""

    source: "SourceMap"
    origin: str


def known_maps(home: Home) -> dict[str, Named]:
    """Every map by name; one a company saved hides a shipped one of its name."""
    from quintet.sources.files.mapping.shipped import shipped_maps
    from quintet.sources.files.mapping.toml import read_map

    shipped = {name: Named(source, "shipped") for name, source in shipped_maps().items()}
    paths = sorted(home.maps.glob("*.toml"))
    return shipped | {path.stem: Named(read_map(path.read_text("utf-8")), "yours") for path in paths}


def find_map(home: Home, wanted: str) -> "SourceMap":
    """The map of a name, or in a file.

    Raises:
        BadInput: when there is neither, or the file holds no map.
    """
    from quintet.sources.files.mapping.toml import read_map

    path = Path(wanted)
    if path.suffix == ".toml" and path.is_file():
        return read_map(path.read_text("utf-8"))
    maps = known_maps(home)
    if wanted not in maps:
        msg = f"there is no map {wanted!r}: give a .toml file, or one of {', '.join(maps)}"
        raise BadInput(msg)
    return maps[wanted].source


def fitting_map(home: Home, tables: "Sequence[RawTable]") -> "SourceMap | None":
    """The map this company saved that knows every one of these tables."""
    maps = known_maps(home).items()
    mine = (one.source for name, one in maps if one.origin == "yours" and not name.endswith(DRAFT))
    return next((source for source in mine if all(source.file_for(table.name) for table in tables)), None)


def save_map(home: Home, source: "SourceMap", name: str) -> Path:
    """Keep a map in the home, to be used again.

    Raises:
        BadInput: when the name is no file name.
    """
    from quintet.sources.files.mapping.toml import write_map

    if not _NAME.fullmatch(name):
        msg = f"a map's name has small letters, digits, - and _, got {name!r}"
        raise BadInput(msg)
    home.maps.mkdir(parents=True, exist_ok=True)
    path = home.maps / f"{name}.toml"
    path.write_text(write_map(source), "utf-8")
    return path
