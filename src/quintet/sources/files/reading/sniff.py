"""How a delimited file is written: delimiter, quote, header line, found out from its beginning."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from quintet.sources.files.reading.grammar import Grammar, Record

DELIMITERS = (",", ";", "\t", "|")
_LOOK_AT = 2_000  # records
_TITLES = 25  # lines above a header at most
_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{1,2}\s[A-Za-z]{3,9},?\s\d{4}.*"  # also 15 Apr, 2021
_VALUE = re.compile(
    rf"""[-+($€£¥]*\s?\d[\d.,\s]*[%)KMB€]?           # a number or an amount
      | {_DATE}
      | [^@\s]+@[^@\s]+\.[^@\s]+                     # an e-mail address
      | (true|false|yes|no)                          # a truth""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    """Where the records of a text begin, and how they are told apart.

    Args:
        grammar: of its records.
        header: the cells that name the columns; empty when no line does.
        header_line: its line; 0 when there is none.
        first_line: of the first record.
        width: fields of a record.
    """

    grammar: Grammar
    header: tuple[str, ...]
    header_line: int
    first_line: int
    width: int


@dataclass(frozen=True)
class _Reading:
    """A sample read in one grammar: each record with its line, and how many fields most have."""

    grammar: Grammar
    records: tuple[tuple[int, Record], ...]
    width: int
    agreement: float


def detect_layout(lines: Sequence[str], delimiters: Sequence[str] = DELIMITERS) -> Layout:
    """The grammar most lines agree on, and the line that names the columns.

    Args:
        lines: of the beginning of the file, without line ends.
        delimiters: the ones that may be meant.
    """
    best = max((_read(lines, grammar) for grammar in _grammars(lines, delimiters)), key=_merit)
    header, header_line, first_line = find_header(best.records, best.width)
    return Layout(best.grammar, header, header_line, first_line, best.width)


def find_header(records: Sequence[tuple[int, Record]], width: int) -> tuple[tuple[str, ...], int, int]:
    """The cells that name the columns, their line (0 when no line names them) and the first line below.

    Args:
        records: of the beginning, empty lines left out, each with its place from 0.
        width: fields most of them have.
    """
    records = records[:_LOOK_AT]
    at = _header_at(records, width)
    place, record = records[at] if records else (0, Record(("",)))
    below = [row.fields for _, row in records[at + 1 :] if row.fields]
    if _names_columns(record.fields, below):
        cells = record.fields + ("",) * (width - len(record.fields))
        return cells, place + 1, place + 1 + record.lines
    return (), 0, place + 1


def _grammars(lines: Sequence[str], delimiters: Sequence[str]) -> Iterator[Grammar]:
    text = "\n".join(lines)
    quote = "'" if '"' not in text and _apostrophes_quote(text) else '"'
    for delimiter in delimiters:
        yield Grammar(delimiter, quote, quote)
        if f"\\{quote}" in text:
            yield Grammar(delimiter, quote, "\\")


def _apostrophes_quote(text: str) -> bool:
    """Whether nearly every apostrophe that opens a field also closes one that holds a letter or a digit."""
    opened = len(re.findall(r"(?:^|[,;\t|])'", text, re.MULTILINE))
    whole = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*\w[^'\n]*'(?=[,;\t|]|$)", text, re.MULTILINE))
    return whole > 1 and whole > 0.8 * opened


def _merit(reading: _Reading) -> tuple[float, float, int]:
    single = reading.width == 1
    return (not single, round(reading.agreement, 3), reading.width)


def _read(lines: Sequence[str], grammar: Grammar) -> _Reading:
    records = tuple(_records(lines, grammar))
    widths = Counter(len(row.fields) for _, row in records if len(row.fields) > 1)
    total = sum(row.lines for _, row in records)
    if not widths:
        return _Reading(grammar, records, 1, 1.0)
    width = max(widths, key=lambda fields: (widths[fields], fields))
    agreeing = sum(row.lines for _, row in records if len(row.fields) == width)
    if agreeing < total / 2 and not _wide_header(records, width):
        return _Reading(grammar, records, 1, agreeing / total)
    return _Reading(grammar, records, width, agreeing / total)


def _wide_header(records: Sequence[tuple[int, Record]], width: int) -> bool:
    return bool(records) and len(records[0][1].fields) == width


def _records(lines: Sequence[str], grammar: Grammar) -> Iterator[tuple[int, Record]]:
    """Records of a sample with their places; a broken line counts as one, an empty one not at all."""
    at = 0
    for _ in range(_LOOK_AT):
        if at >= len(lines):
            return
        record = grammar.record(lines[at], partial(_after, lines, at))
        if lines[at].strip():
            yield at, record
        at += record.lines


def _header_at(records: Sequence[tuple[int, Record]], width: int) -> int:
    """The place, among the records, of the first that is as wide and as full as a header."""
    wide = [row.fields for _, row in records if len(row.fields) == width]
    shapes = sorted(map(_full, wide))
    usual = shapes[len(shapes) // 2] if shapes else 0
    open_ended = width > 1 and not any(fields[-1].strip() for fields in wide)
    for at, (_, row) in enumerate(records[:_TITLES]):
        fits = len(row.fields) == width or (open_ended and len(row.fields) == width - 1)
        if fits and _full(row.fields) >= max(min(2, usual), usual / 2):
            return at
    return 0


def _after(lines: Sequence[str], at: int, held: int, wanted: int) -> Sequence[str]:
    return lines[at + held : at + held + wanted]


def _full(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _names_columns(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a line names columns rather than being a record itself.

    It is a record when half of the columns that hold numbers, dates or addresses hold one there too, or
    when half of its cells come again below it. A row of consecutive years still names columns, and so does
    one of days above numbers: the months of a sheet.
    """
    if not below or _are_years(cells):
        return True
    typed = [at for at in range(len(cells)) if _holds_values(at, below)]
    alike = [at for at in typed if _is_of_them(cells[at].strip(), _filled(at, below))]
    if typed:
        return len(alike) * 2 < len(typed)
    again = [at for at, cell in enumerate(cells) if cell and _comes_again(at, cell, below)]
    return len(again) * 2 < len(cells)


def _is_of_them(cell: str, below: Sequence[str]) -> bool:
    """Whether a cell is a value of its column: a day is none of numbers."""
    if re.fullmatch(_DATE, cell):
        return any(re.fullmatch(_DATE, one) for one in below)
    return bool(_VALUE.fullmatch(cell))


def _filled(at: int, below: Sequence[Sequence[str]]) -> list[str]:
    return [row[at].strip() for row in below if at < len(row) and row[at].strip()]


def _holds_values(at: int, below: Sequence[Sequence[str]]) -> bool:
    cells = _filled(at, below)
    return bool(cells) and sum(bool(_VALUE.fullmatch(cell)) for cell in cells) * 2 > len(cells)


def _comes_again(at: int, cell: str, below: Sequence[Sequence[str]]) -> bool:
    return any(at < len(row) and row[at] == cell for row in below)


def _are_years(cells: Sequence[str]) -> bool:
    years = [int(cell) for cell in cells if re.fullmatch(r"(19|20)\d\d", cell.strip())]
    return len(years) > 1 and years == list(range(years[0], years[0] + len(years)))
