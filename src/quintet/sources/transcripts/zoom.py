"""Captions saved from a Zoom meeting: `[Name] 14:01:02` above what they said, in the clock of the room.

They say when somebody begins, not when he ends, so silences cannot be told from them.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from quintet.kernel.errors import BadInput
from quintet.sources.transcripts.captions import milliseconds, speakers_of
from quintet.sources.transcripts.lines import Source
from quintet.sources.transcripts.terms import Cue, Transcript

_HEAD = re.compile(r"\[([^\]]+)\]\s+(\d.*\S|\d)\s*", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)", re.ASCII)
_HOURS = 24
_DAY_MS = 86_400_000
#: Nobody has an end after the last cue: it gets the time its words take at 150 a minute.
_MS_A_WORD = 400
#: A step back of the clock by less is a fault of the file; by more it is midnight.
_MIDNIGHT_MS = _DAY_MS // 2


@dataclass(frozen=True)
class _Said:
    line: int
    name: str
    at_ms: int
    words: list[str]


def is_saved_captions(source: Source) -> bool:
    """Does it begin with a name in brackets and a digit behind it?"""
    return _HEAD.fullmatch(next(source.blocks())[0].text) is not None


def read_saved_captions(source: Source) -> Transcript:
    """Saved captions as a transcript; a cue ends where the next one begins.

    Raises:
        BadInput: naming the line that breaks a rule of the format.
    """
    said = [one for one in _said(source) if one.words]
    if not said:
        raise BadInput(f"{source.name} holds no words: export the transcript again and import that")
    starts = _from_the_first(source, said)
    last = starts[-1] + _MS_A_WORD * sum(len(line.split()) for line in said[-1].words)
    cues = tuple(
        Cue(start, end, one.name, " ".join(" ".join(one.words).split()))
        for one, (start, end) in zip(said, pairwise([*starts, last]), strict=True)
    )
    return Transcript(source.digest, "zoom captions", source.name, cues, speakers_of(cues), ends_known=False)


def _said(source: Source) -> list[_Said]:
    found: list[_Said] = []
    for block in source.blocks():
        head, *lines = block  # a bracket within a block is a word
        begins = _HEAD.fullmatch(head.text)
        if begins is not None:
            at = _clock(source, head.number, begins[2])
            found.append(_Said(head.number, begins[1].strip(), at, [line.text for line in lines]))
        elif found:  # a pause within what somebody says
            found[-1].words.extend(line.text for line in block)
    return found


def _clock(source: Source, line: int, value: str) -> int:
    found = _TIME.fullmatch(value)
    if found is None or int(found[1]) >= _HOURS:
        raise source.wrong(line, value, "is no time of day: it is written hours:minutes:seconds")
    return milliseconds(*found.groups())


def _from_the_first(source: Source, said: list[_Said]) -> list[int]:
    """Milliseconds since the first caption, over midnight where the clock jumps back by half a day."""
    starts, days = [0], 0
    for before, one in pairwise(said):
        if one.at_ms < before.at_ms:
            if before.at_ms - one.at_ms < _MIDNIGHT_MS:
                raise source.wrong(
                    one.line,
                    source.lines[one.line - 1],
                    f"is earlier than the caption in line {before.line}: captions are in order of time",
                )
            days += 1
        starts.append(one.at_ms + days * _DAY_MS - said[0].at_ms)
    return starts
