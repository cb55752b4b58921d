"""One pass over the bytes of a file: its digest, its lines, and whether it is what it says it is."""

import codecs
import gzip
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np

CHUNK = 1 << 22
GZIP_MAGIC = b"\x1f\x8b"
_LF, _CR = 10, 13


@dataclass(frozen=True)
class Scan:
    """What the bytes say: counts of line ends, and whether all of it is UTF-8.

    Args:
        line_feeds: bytes 0A.
        returns: bytes 0D that no line feed follows.
        pairs: 0D 0A.
        open_end: the last line has no line end.
        closing_blanks: empty lines at the very end.
        utf8: every byte is part of UTF-8 text.
    """

    sha256: str
    size: int
    line_feeds: int
    returns: int
    pairs: int
    open_end: bool
    closing_blanks: int
    utf8: bool

    @property
    def line_end(self) -> str:
        """The line end most lines have; "mixed" when they differ."""
        if not self.line_feeds:
            return "\r" if self.returns else "\n"
        if self.returns or 0 < self.pairs < self.line_feeds:
            return "mixed"
        return "\r\n" if self.pairs else "\n"

    @property
    def lines(self) -> int:
        """Physical lines, the last one counted whether or not it is closed."""
        ends = self.line_feeds or self.returns
        return ends + self.open_end


def is_gzip(path: Path) -> bool:
    """Whether a file is gzip, whatever its name says."""
    with path.open("rb") as probe:
        return probe.read(2) == GZIP_MAGIC


def open_bytes(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked when it is gzip."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_gzip(path) else path.open("rb")


def digest(path: Path) -> str:
    """The SHA-256 of a file as it lies on the disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def scan(path: Path) -> Scan:
    """Count the lines of a file, unpacked if it is gzip, and take its digest as it lies on the disk."""
    counts = _Counts()
    with ThreadPoolExecutor(1) as pool, open_bytes(path) as file:
        sha256 = pool.submit(digest, path)
        for chunk in _chunks(file):
            counts.add(chunk)
        return counts.scan(sha256.result())


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


class _Counts:
    """Running counts over chunks."""

    def __init__(self) -> None:
        self.size = self.line_feeds = self.all_returns = self.pairs = 0
        self.tail = b""
        self.decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()

    def add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.line_feeds += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == _LF))
        if b"\r" in chunk:
            self.all_returns += chunk.count(b"\r")
            self.pairs += chunk.count(b"\r\n")
        self.pairs += self.tail.endswith(b"\r") and chunk.startswith(b"\n")
        self.tail = (self.tail + chunk[-64:])[-64:]
        self._check(chunk)

    def _check(self, chunk: bytes) -> None:
        if self.decoder is None or (chunk.isascii() and not self.decoder.getstate()[0]):
            return
        try:
            self.decoder.decode(chunk)
        except UnicodeDecodeError:
            self.decoder = None

    def scan(self, sha256: str) -> Scan:
        utf8 = self.decoder is not None and not self.decoder.getstate()[0]
        open_end = bool(self.tail) and not self.tail.endswith((b"\n", b"\r"))
        returns = self.all_returns - self.pairs
        return Scan(
            sha256,
            self.size,
            self.line_feeds,
            returns,
            self.pairs,
            open_end,
            _closing_blanks(self.tail),
            utf8,
        )


def _closing_blanks(tail: bytes) -> int:
    """Empty lines at the end of the text, as far as its last bytes show."""
    mark = b"\n" if b"\n" in tail else b"\r"
    body = tail.replace(b"\r\n", b"\n")
    blanks = len(body) - len(body.rstrip(mark))
    return max(blanks - 1, 0)
