"""Places in a text that each reader's own words fill: the text is made once, its copies differ.

A mark stands between two characters of nobody's alphabet, so that no name is one by accident. Who writes
one on purpose shows each reader what is that reader's own.
"""

import re
from collections.abc import Mapping

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


def mark(name: str) -> str:
    """The place of that name."""
    return f"{_OPEN}{name}{_CLOSE}"


def filled(text: str, own: Mapping[str, str]) -> str:
    """The text with every mark replaced; by nothing where the reader has nothing of his own."""
    return _MARK.sub(lambda found: own.get(found[1], ""), text)
