"""What a map leaves open."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """Something only a person can answer; nothing is loaded before.

    Args:
        file: which file.
        column: which column; empty when it is about the whole file.
        sentence: what is not clear.
        setting: the line of the map that answers it.
        target: the field that lacks a column; empty when it is about something else.
    """

    file: str
    column: str
    sentence: str
    setting: str
    target: str = ""
