"""Bytes to numbered lines, and the errors that name one."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from quintet.kernel.errors import BadInput

#: A day of talk is a megabyte; what is larger is something else.
MOST_BYTES = 20_000_000

_LINE_END = re.compile(r"\r\n|\n|\r")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZIP = b"PK\x03\x04"
_SHOWN = 60
_AGAIN = "correct the file and import it again"


@dataclass(frozen=True)
class Line:
    """A line of a file.

    Args:
        number: from 1.
        text: without its end.
    """

    number: int
    text: str


@dataclass(frozen=True)
class Source:
    """A file of text.

    Args:
        name: as the user calls it.
        text: without its byte order mark.
        lines: the text, line by line.
    """

    name: str
    text: str
    lines: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(_LINE_END.split(self.text)))

    @property
    def digest(self) -> str:
        """The same for the same lines, whatever ends them, and for no others."""
        return sha256("\n".join(self.lines).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def wrong(self, line: int, value: str, rule: str, step: str = _AGAIN) -> BadInput:
        """The error of a line: file, line, value, rule and next step.

        Args:
            line: from 1.
            value: as it stands there.
            rule: what it breaks, as the rest of a sentence about the value.
            step: what to do.
        """
        shown = value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…"
        return BadInput(f"{self.name}, line {line}: {shown!r} {rule}; {step}")

    def blocks(self) -> Iterator[list[Line]]:
        """Lines between empty ones; of no block is empty."""
        block: list[Line] = []
        for number, text in enumerate(self.lines, start=1):
            if text.strip():
                block.append(Line(number, text))
            elif block:
                yield block
                block = []
        if block:
            yield block


def decoded(name: str, data: bytes) -> Source:
    """A file's text: UTF-8, or UTF-16 by its mark.

    Raises:
        BadInput: naming the line where the bytes are no such text; when it is empty or far too large.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(
            f"{name} has {len(data)} bytes, a transcript may have {MOST_BYTES}: hand in the transcript, not"
            " the recording"
        )
    if data.startswith(_ZIP):
        raise BadInput(
            f"{name} is a Word document or an archive: download the transcript as .vtt and import that"
        )
    encoding, body = _unmarked(data)
    try:
        source = Source(name, body.decode(encoding))
    except UnicodeDecodeError as error:
        raise _undecodable(name, body, error) from None
    if not source.text.strip():
        raise BadInput(f"{name} is empty: export the transcript again and import that")
    _require_no_zero(source)
    return source


def _unmarked(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    return "utf-8", data


def _undecodable(name: str, body: bytes, error: UnicodeDecodeError) -> BadInput:
    line = body.count(b"\n", 0, error.start) + 1
    value = body[error.start : error.start + 1].hex().upper()
    return BadInput(
        f"{name}, line {line}: the byte {value} is not {error.encoding.upper()}; save the file as UTF-8 and"
        " import it again"
    )


def _require_no_zero(source: Source) -> None:
    for number, text in enumerate(source.lines, start=1):
        if "\0" in text:
            rule = "holds a zero byte, as text in UTF-16 without its byte order mark does"
            raise source.wrong(
                number, text.replace("\0", ""), rule, "save the file as UTF-8 and import it again"
            )
