"""Columns of clock times and dates, and the time that lies between two of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quintet.demand.terms.examples import F8, I8, M8, Numbers, Words

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?Z?")
#: A column is one of clock times when so much of it is one; as for numbers.
SHARE = 0.95
_MOST_COLUMNS = 12


@dataclass(frozen=True, eq=False)
class Span:
    """The time from one column to another.

    Args:
        start: the column that is earlier more often.
        end: the other.
        values: [n] seconds; NaN where one is not known.
        is_clock: between clock times of a day, not between dates.
    """

    start: str
    end: str
    values: F8
    is_clock: bool


def spans(fields: Mapping[str, Words | Numbers]) -> Iterator[Span]:
    """The time between every two columns of clock times, and between every two of dates."""
    for read, is_clock in ((clock_values, True), (_seconds, False)):
        found = ((name, read(field)) for name, field in fields.items() if isinstance(field, Words))
        told = [(name, values) for name, values in found if values is not None][:_MOST_COLUMNS]
        for (one, first), (other, second) in combinations(told, 2):
            apart = second - first
            backwards = float(np.nansum(apart < 0)) > float(np.nansum(apart > 0))
            start, end = (other, one) if backwards else (one, other)
            yield Span(start, end, -apart if backwards else apart, is_clock)


def clock_values(field: Words) -> F8 | None:
    """[n] seconds since midnight; None for a column of something else."""
    told = [_clock(word) for word in field.levels]
    return _placed(field, np.array([np.nan if one is None else one for one in told]))


def date_values(field: Words) -> M8 | None:
    """[n] instants of a column that writes dates as 2026-01-31, with a time or without; None for others."""
    if not _is(field, [_DATE.fullmatch(word) is not None for word in field.levels]):
        return None
    told = [word.rstrip("Z") if _DATE.fullmatch(word) else "NaT" for word in field.levels]
    levels = np.array([_instant(one) for one in told], dtype="datetime64[us]")
    return np.where(field.codes >= 0, levels[field.codes], np.datetime64("NaT", "us"))


def _instant(word: str) -> np.datetime64:
    try:
        return np.datetime64(word, "us")
    except ValueError:  # the 31st of February
        return np.datetime64("NaT", "us")


def _seconds(field: Words) -> F8 | None:
    dates = date_values(field)
    if dates is None:
        return None
    return np.where(np.isnat(dates), np.nan, dates.astype("int64") / 1e6)


def _clock(word: str) -> float | None:
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 3600.0 * hours + 60.0 * minutes + seconds


def _placed(field: Words, levels: F8) -> F8 | None:
    if not _is(field, list(~np.isnan(levels))):
        return None
    return np.where(field.codes >= 0, levels[field.codes], np.nan)


def _is(field: Words, fitting: Sequence[bool]) -> bool:
    """Do nearly all values of a column fit?"""
    known: I8 = field.codes[field.codes >= 0]
    return bool(len(known)) and float(np.asarray(fitting)[known].mean()) >= SHARE
