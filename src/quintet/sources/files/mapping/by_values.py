"""What columns seem to be where no header says it: by the kind of their values, and which rows have one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quintet.sources.files.mapping.headers import plain
from quintet.sources.files.mapping.words import meanings
from quintet.sources.files.seen import SeenColumn

#: Below a half: whoever reads the proposal is asked to look at it.
UNSURE = 0.4
_DATES = {"date", "instant"}
_BEGAN = re.compile(r"open|creat|start|begin|began|add|first|engag|receiv|enter")
_ENDED = re.compile(r"clos|end|won|sign|decid|finish|complet")
_NO_DAY = re.compile(r"modif|updat|expect|forecast|due|next|last_activity|birth")
#: Rows that begin and end: which of their fields hold when.
BEGIN_AND_END = {"opportunities": ("created_at", "closed_at"), "leads": ("created_at", "closed_at")}


@dataclass(frozen=True)
class ByValues:
    """One field found so: its column, and why."""

    field: str
    column: str
    reason: str


def fields_by_values(
    rows: str, columns: Sequence[SeenColumn], known: Mapping[str, str], count: int
) -> list[ByValues]:
    """The fields of such rows that no header named, as far as values say it.

    Args:
        rows: what the rows are.
        columns: of the file, as they were looked at.
        known: field → column, as the headers say; neither is given twice.
        count: rows in the file.
    """
    free = [one for one in columns if one.name not in known.values() and one.filled]
    found = list(_stage(free, known)) if rows == "opportunities" else []
    if rows in BEGIN_AND_END:
        taken = {one.column for one in found}
        found += _span(BEGIN_AND_END[rows], [one for one in free if one.name not in taken], known, count)
    return found


def _stage(free: Sequence[SeenColumn], known: Mapping[str, str]) -> Iterator[ByValues]:
    """The column some of whose values read as won, and some as lost."""
    if {"stage", "outcome", "is_won"} & set(known):
        return
    for one in free:
        words = {_word(value) for value, _ in one.values}
        if {"won", "lost"} <= words:
            yield ByValues("stage", one.name, "some of its values read as won, some as lost")
            return


def _word(value: str) -> str:
    text = value.strip().lower()
    return text if text in {"won", "lost"} else meanings("opportunities", "stage", [value]).get(value, "")


def _span(
    fields: tuple[str, str], free: Sequence[SeenColumn], known: Mapping[str, str], count: int
) -> Iterator[ByValues]:
    """When it began and when it ended: by a word of the header, else by whether every row has one."""
    days = [one for one in free if one.type in _DATES and not _NO_DAY.search(plain(one.name))]
    for field, word in zip(fields, (_BEGAN, _ENDED), strict=True):
        named = next((one for one in days if word.search(plain(one.name))), None)
        if field in known or named is None:
            continue
        days.remove(named)
        yield ByValues(field, named.name, "its values are dates, and its header sounds like it")
        known = {**known, field: named.name}
    began, ended = fields
    if began not in known and (first := next((one for one in days if one.filled == count), None)):
        yield ByValues(began, first.name, "the one date that every row has")
        days.remove(first)
    if ended not in known and len(days) == 1 and days[0].filled < count:
        yield ByValues(ended, days[0].name, "a date that only some rows have")
