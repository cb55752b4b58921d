"""SRT: numbered captions, as most transcription tools write them.

Source: SubRip's own notation: a number, `hours:minutes:seconds,milliseconds --> ...`, words, an empty line.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from quintet.sources.transcripts.captions import (
    ARROW,
    Clock,
    Timed,
    in_order,
    named,
    span,
    speakers_of,
    words_of,
)
from quintet.sources.transcripts.lines import Line, Source
from quintet.sources.transcripts.terms import Cue, Transcript

_CLOCK = Clock(
    re.compile(r"(\d{1,9}):([0-5]\d):([0-5]\d)[,.](\d{3})", re.ASCII), "hours:minutes:seconds,milliseconds"
)
_NUMBER = re.compile(r"\s*\d+\s*", re.ASCII)
_TAG = re.compile(r"</?(?:i|b|u|font)(?:\s[^>]*)?>|\{\\an?\d+\}")


def is_srt(source: Source) -> bool:
    """Does it begin with a number on a line of its own, or with an arrow?"""
    first = next(source.blocks())[0].text
    return ARROW in first or _NUMBER.fullmatch(first) is not None


def read_srt(source: Source) -> Transcript:
    """An SRT file as a transcript.

    Raises:
        BadInput: naming the line that breaks a rule of the format.
    """
    cues = in_order(source, named(list(_cues(source))))
    return Transcript(source.digest, "srt", source.name, cues, speakers_of(cues))


def _cues(source: Source) -> Iterator[Timed]:
    for block in source.blocks():
        yield from _spoken(source, block)


def _spoken(source: Source, block: list[Line]) -> Iterator[Timed]:
    lines = block[1:] if _NUMBER.fullmatch(block[0].text) else block
    if not lines:
        raise source.wrong(
            block[0].number, block[0].text, "is a number without a cue: its times and words follow it"
        )
    start, end = span(source, lines[0], _CLOCK)
    text = " ".join(_TAG.sub("", words_of(source, _without_next(source, lines[1:]))).split())
    if text:
        yield Timed(lines[0].number, Cue(start, end, "", text))


def _without_next(source: Source, lines: list[Line]) -> list[Line]:
    """The words of a cue; a number above an arrow is no word but the next cue's, and is refused as such."""
    for line, after in pairwise(lines):
        if ARROW in after.text and _NUMBER.fullmatch(line.text):
            raise source.wrong(line.number, line.text, "begins a cue within a cue: an empty line parts two")
    return lines
