"""The careful way through a file that is not clean: every good record kept, every bad line told.

One quote too many makes a plain reader swallow all lines up to the next quote. Here each line either
begins a record that ends properly, or is rejected alone; where both readings are possible the one with
the fewest rejected lines wins, and among those the one with the most records.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from quintet.sources.files.reading.grammar import UNCLOSED, Record
from quintet.sources.files.reading.raw import RejectedLine
from quintet.sources.files.reading.sniff import Layout

LONGEST_RECORD = 4_096  # lines: a quote that is still open after so many is a mistake
LONGEST_LINE = 2_000_000  # characters: what DuckDB reads
_BROKEN = re.compile("[\udc80-\udcff]")


@dataclass
class Tally:
    """What became of the lines so far."""

    rows: int = 0
    blank: int = 0
    continued: int = 0
    rejected: list[RejectedLine] = field(default_factory=list)


class _Window:
    """Lines looked ahead at; `first` is the number of the oldest one still held."""

    def __init__(self, lines: Iterator[str], first: int) -> None:
        self.lines, self.first = lines, first
        self.held: list[str] = []

    def take(self) -> str | None:
        """The next line, no longer held; None behind the end."""
        line = self.held.pop(0) if self.held else next(self.lines, None)
        self.first += 1
        return line

    def give_back(self, line: str) -> None:
        """Hold a line again that was taken last."""
        self.held.insert(0, line)
        self.first -= 1

    def line(self, at: int) -> str | None:
        """The line at a distance from the first one held, or None behind the end."""
        self.fill(at + 1)
        return self.held[at] if at < len(self.held) else None

    def fill(self, count: int) -> None:
        if count > len(self.held):
            self.held.extend(islice(self.lines, count - len(self.held)))

    def after(self, at: int, held: int, wanted: int) -> Sequence[str]:
        wanted = min(wanted, LONGEST_RECORD - held)
        self.fill(at + held + wanted)
        return self.held[at + held : at + held + wanted]

    def drop(self, count: int) -> None:
        del self.held[:count]
        self.first += count


def recover(
    lines: Iterator[str], layout: Layout, tally: Tally, *, utf8: bool
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Every good record: its line, its text when it can be copied as it is, and its fields otherwise.

    Args:
        lines: from the first record on, without line ends; a lone surrogate marks a byte that is no UTF-8.
        layout: of the file.
        tally: filled on the way.
        utf8: all of the file is known to be UTF-8.
    """
    window = _Window(lines, layout.first_line)
    is_record = layout.grammar.one_line(layout.width).fullmatch
    while (line := window.take()) is not None:
        if line and is_record(line) and (utf8 or line.isascii()) and len(line) < LONGEST_LINE:
            tally.rows += 1
            yield window.first - 1, line, ()
        else:
            window.give_back(line)
            yield from _island(window, layout, tally)


def _island(window: _Window, layout: Layout, tally: Tally) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Records of the lines from here to where every way of reading them meets again."""
    readings: list[Record] = []
    reach = 1
    while len(readings) < reach and window.line(len(readings)) is not None:
        record = _judge(window, len(readings), layout)
        reach = max(reach, len(readings) + record.lines)
        readings.append(record)
    for at, record in _best_path(readings):
        number = window.first + at
        if record.fault:
            tally.rejected.append(RejectedLine(number, _shown(window.held[at]), record.fault))
        elif not record.fields:
            tally.blank += 1
        else:
            tally.rows += 1
            tally.continued += record.lines - 1
            yield number, "", record.fields
    window.drop(len(readings))


def _judge(window: _Window, at: int, layout: Layout) -> Record:
    """The record that begins at a line, with its fault if it has one; a blank line has neither."""
    line = window.held[at]
    if fault := _unreadable(line):
        return Record((), 1, fault)
    record = layout.grammar.record(line, lambda held, wanted: window.after(at, held, wanted))
    if not line or (len(record.fields) != layout.width and not line.strip()):
        return Record(())
    if record.fault or len(record.fields) == layout.width:
        return record
    several = record.lines > 1
    fault = UNCLOSED if several else f"{len(record.fields)} fields where there are {layout.width} columns"
    return Record((), 1, fault)


def _unreadable(line: str) -> str:
    if len(line) >= LONGEST_LINE:
        return f"longer than {LONGEST_LINE:,} characters"
    return "not valid UTF-8" if _BROKEN.search(line) else ""


def _best_path(readings: Sequence[Record]) -> list[tuple[int, Record]]:
    """The best reading, record by record: fewest rejected lines, then most records."""
    end = len(readings)
    cost = [(0, 0)] * (end + 1)
    chosen = list(readings)
    for at in range(end - 1, -1, -1):
        record = readings[at]
        lost, kept = cost[min(at + record.lines, end)]
        cost[at] = (lost + bool(record.fault), kept - bool(record.fields))
        apart = (cost[at + 1][0] + 1, cost[at + 1][1])
        if record.lines > 1 and apart < cost[at]:
            chosen[at], cost[at] = Record((), 1, UNCLOSED), apart
    path, at = [], 0
    while at < end:
        path.append((at, chosen[at]))
        at += chosen[at].lines
    return path


def _shown(line: str) -> str:
    """A line as it can be stored: bytes that are no text become the replacement sign."""
    return _BROKEN.sub("\ufffd", line)
