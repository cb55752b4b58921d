"""Read files of transcripts: which format each is, and what it says; a fault in one keeps no other out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from quintet.kernel.errors import BadInput
from quintet.sources.transcripts.gong import GongCall, GongFile, is_json, read_gong
from quintet.sources.transcripts.lines import Source, decoded
from quintet.sources.transcripts.srt import is_srt, read_srt
from quintet.sources.transcripts.terms import Transcript
from quintet.sources.transcripts.webvtt import is_webvtt, read_webvtt
from quintet.sources.transcripts.zoom import is_saved_captions, read_saved_captions

#: What a file picker offers.
READABLE = (".vtt", ".srt", ".txt", ".json")


@dataclass(frozen=True)
class Refused:
    """A file that could not be read.

    Args:
        file: its name.
        reason: file, line, value, rule and next step.
    """

    file: str
    reason: str


@dataclass(frozen=True)
class Read:
    """What a handful of files says.

    Args:
        transcripts: of the good files, in their order.
        refused: the others.
    """

    transcripts: tuple[Transcript, ...]
    refused: tuple[Refused, ...]


def read_transcript(name: str, data: bytes) -> Transcript:
    """The one transcript of a file.

    Args:
        name: of the file; tells the format only where the text does not.
        data: its bytes.

    Raises:
        BadInput: naming file, line, value, rule and next step; also when it holds more calls than one.
    """
    found = read_transcripts([(name, data)])
    if found.refused:
        raise BadInput(found.refused[0].reason)
    if len(found.transcripts) != 1:
        raise BadInput(f"{name} holds {len(found.transcripts)} transcripts: one was asked for")
    return found.transcripts[0]


def read_transcripts(files: Iterable[tuple[str, bytes]]) -> Read:
    """Every transcript of some files; Gong's calls are joined to Gong's words across them.

    Args:
        files: (name, bytes) of each.

    Returns:
        What could be read, and each file that could not with the reason.
    """
    transcripts: list[Transcript] = []
    refused: list[Refused] = []
    parts: list[GongFile] = []
    for name, data in files:
        try:
            told = _opened(decoded(name, data))
        except BadInput as error:
            refused.append(Refused(name, str(error)))
        else:
            parts += [told] if isinstance(told, GongFile) else []
            transcripts += [told] if isinstance(told, Transcript) else []
    of_gong = _joined(parts)
    return Read((*transcripts, *of_gong.transcripts), (*refused, *of_gong.refused))


def _joined(parts: list[GongFile]) -> Read:
    calls: dict[str, GongCall] = {ref: call for part in parts for ref, call in part.calls.items()}
    transcripts: list[Transcript] = []
    refused: list[Refused] = []
    spoken = {ref for part in parts for ref, _, _ in part.transcripts}
    for part in parts:
        try:
            transcripts += part.read(calls)
            _require_words(part, spoken)
        except BadInput as error:
            refused.append(Refused(part.source.name, str(error)))
    return Read(tuple(transcripts), tuple(refused))


def _require_words(part: GongFile, spoken: set[str]) -> None:
    if not part.transcripts and not spoken & set(part.calls):
        raise BadInput(
            f"{part.source.name} describes calls but holds no words: import it together with what Gong"
            " answers to /v2/calls/transcript"
        )


def _opened(source: Source) -> Transcript | GongFile:
    if is_webvtt(source):
        return read_webvtt(source)
    if is_saved_captions(source):
        return read_saved_captions(source)
    if is_json(source):
        return read_gong(source)
    if is_srt(source) or _ending(source) == ".srt":
        return read_srt(source)
    raise _unknown(source)


def _unknown(source: Source) -> BadInput:
    """Why it is none: measured by the format its name promises."""
    number, first = next((line.number, line.text) for block in source.blocks() for line in block)
    rules = {
        ".vtt": "does not begin WebVTT: the first line of the file is WEBVTT",
        ".json": "is no JSON: it begins with { or [",
        ".txt": "does not begin saved captions: they begin with [Name] hours:minutes:seconds",
    }
    rule = rules.get(
        _ending(source), "begins no format that is known: WebVTT, SRT, Zoom, Microsoft Teams, Gong"
    )
    return source.wrong(number, first, rule, "export the transcript again and import that file")


def _ending(source: Source) -> str:
    return PurePath(source.name).suffix.lower()
