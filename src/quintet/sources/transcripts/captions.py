"""What caption formats share: times, the line that says from when to when, names before a colon, order."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quintet.kernel.errors import BadInput
from quintet.sources.transcripts.lines import Line, Source
from quintet.sources.transcripts.terms import Cue, Speaker

ARROW = "-->"

_HOUR, _MINUTE, _SECOND = 3_600_000, 60_000, 1000
#: A name before a colon: at most five words, no end of a sentence among them.
_NAMED = re.compile(r"([^\W\d_][^:?!;<>\n]{0,58}?): +(\S.*)")
_MOST_WORDS = 5
#: The share of cues that begin with a name, from which on a file is one with names.
_MOSTLY_NAMED = 0.5


@dataclass(frozen=True)
class Clock:
    """How a format writes a time.

    Args:
        pattern: groups of hours (may be absent), minutes, seconds and milliseconds.
        written: the same for people.
    """

    pattern: re.Pattern[str]
    written: str


@dataclass(frozen=True, slots=True)
class Timed:
    """A cue and where its times stand.

    Args:
        line: from 1; or any place that `in_order` is told how to turn into a line.
        cue: the cue.
    """

    line: int
    cue: Cue


def milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str = "0") -> int:
    """A time in milliseconds, from the digits of a time stamp."""
    return int(hours or 0) * _HOUR + int(minutes) * _MINUTE + int(seconds) * _SECOND + int(fraction)


def stamp(ms: int) -> str:
    """A time as people read it: 01:02:03.456."""
    hours, rest = divmod(ms, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds, fraction = divmod(rest, _SECOND)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{fraction:03}"


def span(source: Source, line: Line, clock: Clock) -> tuple[int, int]:
    """From when to when, of a line `start --> end` with whatever settings follow.

    Raises:
        BadInput: for a missing arrow, a time that is none, or an end before its start.
    """
    before, arrow, after = line.text.partition(ARROW)
    if not arrow:
        raise source.wrong(line.number, line.text, f"has no arrow: a cue begins with start {ARROW} end")
    ends = after.split()
    start = _time(source, line.number, before.strip(), clock)
    end = _time(source, line.number, ends[0] if ends else "", clock)
    if end < start:
        raise source.wrong(line.number, line.text.strip(), "ends before it starts")
    return start, end


def _time(source: Source, line: int, value: str, clock: Clock) -> int:
    found = clock.pattern.fullmatch(value)
    if found is None:
        rule = f"is no time: it is written {clock.written}, minutes and seconds below 60"
        raise source.wrong(line, value, rule)
    return milliseconds(*found.groups())


def words_of(source: Source, lines: list[Line]) -> str:
    """The words of a cue on one line.

    Raises:
        BadInput: when another cue begins without an empty line before it.
    """
    for line in lines:
        if ARROW in line.text:
            raise source.wrong(line.number, line.text, "begins a cue within a cue: an empty line parts two")
    return " ".join(" ".join(line.text.split()) for line in lines)


def in_order(source: Source, cues: Iterable[Timed], line_at: Callable[[int], int] = int) -> tuple[Cue, ...]:
    """Cues by start. Two people may speak at once, one person not.

    Args:
        source: the file.
        cues: in any order.
        line_at: the line of a place; asked only for an error.

    Raises:
        BadInput: when there is none, or one overlaps the one before of the same speaker.
    """
    told = sorted(cues, key=lambda one: (one.cue.start_ms, one.cue.end_ms))
    if not told:
        raise BadInput(f"{source.name} holds no words: export the transcript again and import that")
    said: dict[str, Timed] = {}
    for one in told:
        before = said.get(one.cue.speaker)
        if before is not None and one.cue.start_ms < before.cue.end_ms:
            raise _overlaps(source, line_at, one, before)
        said[one.cue.speaker] = one
    return tuple(one.cue for one in told)


def _overlaps(source: Source, line_at: Callable[[int], int], one: Timed, before: Timed) -> BadInput:
    by = f"of {before.cue.speaker}" if before.cue.speaker else "without a speaker"
    ends = stamp(before.cue.end_ms)
    rule = f"overlaps the cue {by} in line {line_at(before.line)}, which ends at {ends}"
    rule += ": one voice says one thing at a time"
    return source.wrong(line_at(one.line), f"{stamp(one.cue.start_ms)} {ARROW} {stamp(one.cue.end_ms)}", rule)


def speakers_of(cues: Iterable[Cue]) -> tuple[Speaker, ...]:
    """Who speaks, by the first word; nobody where no cue is named."""
    return tuple(Speaker(name) for name in dict.fromkeys(cue.speaker for cue in cues) if name)


def named(cues: list[Timed]) -> list[Timed]:
    """Cues with the name before the colon taken out of the text, where the file writes names so.

    A file writes names so when at least half of its cues begin with one; in any other, a word before a colon
    is a word.
    """
    parted = [_parted(one.cue.text) for one in cues]
    if sum(name != "" for name, _ in parted) < _MOSTLY_NAMED * len(cues):
        return cues
    return [
        Timed(one.line, Cue(one.cue.start_ms, one.cue.end_ms, name, text))
        for one, (name, text) in zip(cues, parted, strict=True)
    ]


def _parted(text: str) -> tuple[str, str]:
    found = _NAMED.fullmatch(text)
    if found is None or len(found[1].split()) > _MOST_WORDS:
        return "", text
    return found[1].strip(), found[2]
