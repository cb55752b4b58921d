"""WebVTT: captions of the web, of Zoom's cloud (a name before a colon) and of Teams (a voice tag).

Source: W3C, WebVTT: The Web Video Text Tracks Format, sections 4 and 6.
"""

import re
from collections.abc import Iterator

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
from quintet.sources.transcripts.started import started_at
from quintet.sources.transcripts.terms import Cue, Transcript

_SIGNATURE = re.compile(r"WEBVTT(?:[ \t].*)?")
_CLOCK = Clock(
    re.compile(r"(?:(\d{1,9}):)?([0-5]\d):([0-5]\d)\.(\d{3})", re.ASCII), "hours:minutes:seconds.milliseconds"
)
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:[ \t]+([^>]*))?>")
_TAG = re.compile(r"</?(?:v|c|i|b|u|ruby|rt|lang)(?:[.\s][^>]*)?>|<\d[\d:.]*>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": "", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


def is_webvtt(source: Source) -> bool:
    """Does it begin as WebVTT does?"""
    return _SIGNATURE.fullmatch(source.lines[0]) is not None


def read_webvtt(source: Source) -> Transcript:
    """A WebVTT file as a transcript; a Zoom or Teams one is called so.

    Args:
        source: begins with WEBVTT.

    Raises:
        BadInput: naming the line that breaks a rule of the format.
    """
    found = list(_cues(source))
    is_voiced = any(one.cue.speaker for one in found)
    told = found if is_voiced else named(found)
    cues = in_order(source, told)
    form = "teams" if is_voiced else "zoom" if any(cue.speaker for cue in cues) else "webvtt"
    return Transcript(
        source.digest, form, source.name, cues, speakers_of(cues), started_at=started_at(source.name)
    )


def _cues(source: Source) -> Iterator[Timed]:
    for number, block in enumerate(source.blocks()):
        lines = block[1:] if number == 0 else block
        if number == 0:
            if any(ARROW in line.text for line in lines):
                raise source.wrong(lines[0].number, lines[0].text, "follows WEBVTT without an empty line")
            continue
        if not _ASIDE.fullmatch(lines[0].text) or ARROW in lines[0].text:
            yield from _spoken(source, lines)


def _spoken(source: Source, lines: list[Line]) -> Iterator[Timed]:
    """The cue of a block: one for each voice in it."""
    at = 0 if ARROW in lines[0].text or len(lines) == 1 else 1
    start, end = span(source, lines[at], _CLOCK)
    for voice, text in _voices(words_of(source, lines[at + 1 :])):
        yield Timed(lines[at].number, Cue(start, end, voice, text))


def _voices(text: str) -> list[tuple[str, str]]:
    """(speaker, words) of a cue; what stands before the first voice tag has none."""
    parts = _VOICE.split(text)
    told: list[tuple[str, str]] = []
    for name, words in zip(["", *parts[1::2]], parts[::2], strict=True):
        plain = _plain(words)
        voice = _plain(name or "")
        if told and told[-1][0] == voice and plain:
            told[-1] = voice, f"{told[-1][1]} {plain}"
        elif plain:
            told.append((voice, plain))
    return told


def _plain(text: str) -> str:
    """Words without tags, entities read."""
    bare = _TAG.sub("", text) if "<" in text else text
    read = _ENTITY.sub(lambda found: _ENTITIES[found[0]], bare) if "&" in bare else bare
    return " ".join(read.split())
