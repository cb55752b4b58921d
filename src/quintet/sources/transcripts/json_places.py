"""Which line of a JSON text a value stands in: asked only when it is wrong."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def line_of(text: str, path: Path) -> int:
    """The line, from 1, in which the value of a path begins; of its nearest parent where it is missing.

    Args:
        text: valid JSON.
        path: names and places, e.g. ("calls", 0, "parties").
    """
    found = 0
    deepest = -1
    for place, at in _places(text):
        if place == path[: len(place)] and len(place) > deepest:
            found, deepest = at, len(place)
    return text.count("\n", 0, found) + 1


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """The path of each value and where it begins."""
    path: list[str | int] = []
    is_key: list[bool] = []  # of each open object or list: is the next string a name?
    for token in _TOKEN.finditer(text):
        word, at = token[0], token.start()
        if word in "]}":
            path.pop()
            is_key.pop()
        elif word == ",":
            _go_on(path, is_key)
        elif word == ":":
            is_key[-1] = False
        elif is_key and is_key[-1]:
            path[-1] = word[1:-1]
        else:
            yield tuple(path), at
            if word in "[{":
                path.append(0 if word == "[" else "")
                is_key.append(word == "{")


def _go_on(path: list[str | int], is_key: list[bool]) -> None:
    """Behind a comma: the next place of a list, or the next name of an object."""
    last = path[-1]
    if isinstance(last, int):
        path[-1] = last + 1
    else:
        is_key[-1] = True
