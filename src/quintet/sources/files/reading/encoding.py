"""Which characters the bytes stand for, and a copy in UTF-8 where they are not UTF-8 already."""

import codecs
import io
from pathlib import Path

import charset_normalizer

from quintet.sources.files.reading.scan import CHUNK, Scan, open_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
_SURE = 200  # bytes above 7F before a guess away from Western Europe is believed
_MOSTLY = 0.9  # share of lines above which UTF-8 with a few broken lines is UTF-8
_ELSEWHERE = (
    "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256",
    "shift_jis", "gb18030", "big5", "euc_kr",
)  # fmt: skip


def detect_encoding(path: Path, scanned: Scan) -> tuple[str, bool]:
    """The encoding of a file and whether it begins with a byte order mark.

    UTF-8 when every byte says so, or all but a few lines (they are rejected later); UTF-16 by its mark, or
    by the zero bytes of its letters; otherwise Windows-1252, unless there is enough other text to be sure
    of another alphabet. Latin-1, which has no wrong bytes, is the last resort.
    """
    with open_bytes(path) as file:
        head = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, True
    if wide := _without_mark(head):
        return wide, False
    return ("utf-8" if scanned.utf8 else _single_byte(path)), False


def _without_mark(head: bytes) -> str:
    """UTF-16 without a mark: every second byte of Western text is zero."""
    if len(head) < 2:  # noqa: PLR2004
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    mostly = 0.4 * len(head) / 2
    if odd > mostly > even:
        return "utf-16-le"
    return "utf-16-be" if even > mostly > odd else ""


def _single_byte(path: Path) -> str:
    """The encoding of text that is not Unicode."""
    lines = _telling_lines(path)
    if sum(map(_is_utf8, lines)) > _MOSTLY * len(lines):
        return "utf-8"
    guess = _guess(b"".join(lines)[:_SAMPLE])
    return next(name for name in (guess, "cp1252", "latin-1") if name and _decodes(path, name))


def _guess(sample: bytes) -> str:
    if sum(byte > 0x7F for byte in sample) < _SURE:  # noqa: PLR2004
        return ""
    best = charset_normalizer.from_bytes(sample, cp_isolation=[*_ELSEWHERE, "cp1252", "latin_1"]).best()
    return best.encoding if best and best.encoding in _ELSEWHERE else ""


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _telling_lines(path: Path) -> list[bytes]:
    """The first lines that hold more than ASCII."""
    found: list[bytes] = []
    with open_bytes(path) as file:
        for line in file:
            if not line.isascii():
                found.append(line)
            if len(found) > 500:  # noqa: PLR2004
                break
    return found


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with open_bytes(path) as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def stage_utf8(path: Path, encoding: str, target: Path) -> Path:
    """Write a file again in UTF-8, line ends as they were."""
    with open_bytes(path) as source, target.open("w", encoding="utf-8", newline="") as copy:
        reader = io.TextIOWrapper(source, encoding=encoding, newline="")
        while text := reader.read(CHUNK):
            copy.write(text)
    return target
