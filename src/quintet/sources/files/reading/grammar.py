"""The grammar of delimited text: where a record ends, and whether it is one.

Strict where it matters: what follows a closing quote is a delimiter or the end of the line. A quote in
the middle of an unquoted field is text (`5" pipe`), but only in a record of one line: a record that
needs several lines must be written by the book.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

LINE_END = "\n"
More = Callable[[int, int], Sequence[str]]


@dataclass(frozen=True)
class Record:
    """Fields that were read, the number of lines they took, and what is wrong with them if anything is.

    Args:
        fields: the values, unquoted; empty when the record is broken.
        lines: physical lines it takes.
        fault: why it is no record; empty when it is one.
    """

    fields: tuple[str, ...]
    lines: int = 1
    fault: str = ""


UNCLOSED = "a quote is opened that no later quote closes properly"
TRAILING = "text follows a closing quote"


@dataclass(frozen=True)
class Grammar:
    """How fields are told apart: delimiter, quote, and what stands before a quote inside quotes."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'

    @cached_property
    def quoted(self) -> re.Pattern[str]:
        """A quoted field with blanks after its closing quote."""
        quote, escape = re.escape(self.quote), re.escape(self.escape)
        if self.escape == self.quote:
            return re.compile(f"{quote}([^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+){quote} *+", re.DOTALL)
        return re.compile(f"{quote}((?:[^{quote}{escape}]++|{escape}.)*+){quote} *+", re.DOTALL)

    @cached_property
    def plain(self) -> re.Pattern[str]:
        """Text up to the next delimiter or line end."""
        return re.compile(f"[^{re.escape(self.delimiter)}{LINE_END}]*+")

    def one_line(self, width: int) -> re.Pattern[str]:
        """A record of one line that says beyond doubt what its fields are, and so can be copied as it is."""
        quote, delimiter = re.escape(self.quote), re.escape(self.delimiter)
        plain = f"[^{quote}{delimiter}\r{LINE_END}]*+"
        quoted = f"{quote}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+{quote}"
        field = f"(?:{quoted}|{plain})" if self.escape == self.quote else plain
        return re.compile(field + f"{delimiter}{field}" * (width - 1))

    def unescape(self, text: str) -> str:
        """The value of what stands between two quotes."""
        if self.escape == self.quote:
            return text.replace(self.quote * 2, self.quote)
        return re.sub(re.escape(self.escape) + "(.)", r"\1", text, flags=re.DOTALL)

    def simple(self, line: str) -> bool:
        """Whether splitting at the delimiter is all there is to do."""
        return self.quote not in line

    def record(self, line: str, more: More) -> Record:
        """The record that begins with a line.

        Args:
            line: without its line end.
            more: the lines after it: given how many to skip (itself included) and how many are wanted.
        """
        if self.simple(line):
            return Record(tuple(line.split(self.delimiter)))
        return _Reader(self, line, more).read()


class _Reader:
    """Reads one record, asking for lines as its quotes demand them."""

    def __init__(self, grammar: Grammar, line: str, more: More) -> None:
        self.grammar, self.text, self.more = grammar, line, more
        self.held, self.at, self.has_text_quote = 1, 0, False
        self.fields: list[str] = []

    def read(self) -> Record:
        fault = self._field()
        while not fault and self._at(self.grammar.delimiter):
            self.at += 1
            fault = self._field()
        lines = 1 + self.text.count(LINE_END, 0, self.at)
        if not fault and not (self.at == len(self.text) or self._at(LINE_END)):
            fault = TRAILING
        if not fault and lines > 1 and self.has_text_quote:
            fault = UNCLOSED
        return Record((), 1, fault) if fault else Record(tuple(self.fields), lines)

    def _at(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _field(self) -> str:
        if self._at(self.grammar.quote):
            return self._quoted()
        match = self.grammar.plain.match(self.text, self.at)
        value = match.group() if match else ""
        self.has_text_quote |= self.grammar.quote in value
        self._take(value, len(value))
        return ""

    def _quoted(self) -> str:
        match = self.grammar.quoted.match(self.text, self.at)
        while match is None and self._grow():
            match = self.grammar.quoted.match(self.text, self.at)
        if match is None:
            return UNCLOSED
        self._take(self.grammar.unescape(match[1]), match.end() - match.start())
        return ""

    def _grow(self) -> bool:
        """Fetch as many lines again as there are: a long record is searched a few times, not once a line."""
        more = self.more(self.held, self.held)
        self.held += len(more)
        self.text += "".join(LINE_END + line for line in more)
        return bool(more)

    def _take(self, value: str, length: int) -> None:
        self.fields.append(value)
        self.at += length
