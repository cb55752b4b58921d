"""Changing a map inside its text, so that comments, order and layout of what did not change stay."""

from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit

from quintet.kernel.errors import BadInput
from quintet.sources.files.mapping.model import SourceMap
from quintet.sources.files.mapping.toml import read_map, write_map

Tables = MutableMapping[str, Any]


def reworded(text: str, after: SourceMap) -> str:
    """The text of a map with what is different in another map changed, and nothing else.

    Comments stay, but those of lines that go. Where the text is written in a way that cannot be followed
    (words beside their field instead of below), the map is written anew, without them.

    Args:
        text: of the map as it was.
        after: the map as it should be.
    """
    top = tomlkit.parse(text)
    before = tomlkit.parse(write_map(read_map(text))).unwrap()
    _follow(top, before, tomlkit.parse(write_map(after)).unwrap())
    try:
        found = tomlkit.dumps(top)
        return found if read_map(found) == _plain(after) else write_map(after)
    except BadInput:
        return write_map(after)


def _plain(made: SourceMap) -> SourceMap:
    """A map as its text says it: reasons are comments."""
    return read_map(write_map(made))


def _follow(text: Tables, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Make the changes from one table to another in a third, which says the first in its own way."""
    for name in [one for one in before if one not in after]:
        text.pop(name, None)
    for name, value in after.items():
        if name in before and before[name] == value:
            continue
        old: Any = before.get(name)
        there: Any = text.get(name)
        if _are(Mapping, old, value, there):
            _follow(there, old, value)
        elif _are(list, old, value, there) and len(old) == len(value) == len(there) and _are(Mapping, *value):
            for one in zip(there, old, value, strict=True):
                _follow(*one)
        else:
            text[name] = value


def _are(kind: type, *values: object) -> bool:
    return all(isinstance(value, kind) for value in values)
