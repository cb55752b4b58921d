"""Gong: the answers of its API, transcripts and calls with their parties, one file or two.

Source: Gong API, POST /v2/calls/transcript (callTranscripts: sentences with start and end in milliseconds)
    and POST /v2/calls/extensive (calls: metaData, parties, context).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from quintet.kernel.errors import BadInput
from quintet.sources.transcripts.captions import Timed, in_order
from quintet.sources.transcripts.json_places import Path, line_of
from quintet.sources.transcripts.lines import Source
from quintet.sources.transcripts.terms import CrmRecord, Cue, Speaker, Transcript


@dataclass(frozen=True)
class GongCall:
    """What Gong knows of a call besides its words.

    Args:
        started_at: with its zone.
        title: of the call.
        speakers: speaker id → who it is.
        records: of the CRM.
    """

    started_at: datetime | None = None
    title: str = ""
    speakers: Mapping[str, Speaker] = field(default_factory=dict)
    records: tuple[CrmRecord, ...] = ()


@dataclass(frozen=True)
class GongFile:
    """A file of Gong's: calls, words, or both.

    Args:
        source: the file.
        calls: id → what is known of it.
        transcripts: (id, monologues, their path).
    """

    source: Source
    calls: Mapping[str, GongCall]
    transcripts: tuple[tuple[str, Sequence[Any], Path], ...]

    def read(self, calls: Mapping[str, GongCall]) -> tuple[Transcript, ...]:
        """The transcripts, with what is known of each call in any of the files.

        Raises:
            BadInput: naming the line that breaks a rule.
        """
        return tuple(_transcript(self.source, one, calls.get(one[0], GongCall())) for one in self.transcripts)


def is_json(source: Source) -> bool:
    """Does it begin as JSON does?"""
    return source.text.lstrip()[:1] in {"{", "["}


def read_gong(source: Source) -> GongFile:
    """What a file of Gong's holds.

    Raises:
        BadInput: when it is cut off or no JSON, or holds neither calls nor transcripts of Gong.
    """
    try:
        told = json.loads(source.text)
    except json.JSONDecodeError as error:
        line = source.lines[min(error.lineno, len(source.lines)) - 1]
        is_cut = error.pos >= len(source.text.rstrip())
        rule = "ends in the middle: the file is cut off" if is_cut else f"is no JSON: {error.msg}"
        raise source.wrong(error.lineno, line, rule, "export it again and import the whole file") from None
    except RecursionError:
        raise BadInput(f"{source.name} is nested too deep for a transcript: export it again") from None
    calls = {ref: call for one, path in _calls_in(told) for ref, call in [_call(source, one, path)]}
    transcripts = tuple(_transcripts_in(source, told))
    if not calls and not transcripts:
        raise source.wrong(
            1,
            source.lines[0],
            "is JSON, but holds neither callTranscripts nor calls",
            "import what Gong answers to /v2/calls/transcript, and to /v2/calls/extensive beside it",
        )
    return GongFile(source, calls, transcripts)


def _calls_in(told: Any) -> Iterator[tuple[Mapping[str, Any], Path]]:  # noqa: ANN401 -- what JSON gives
    """The calls of an answer, of a webhook, or of one call by itself."""
    if not isinstance(told, Mapping):
        return
    listed = told.get("calls")
    if isinstance(listed, list):
        yield from ((one, ("calls", at)) for at, one in enumerate(listed) if _is_call(one))
    if _is_call(told.get("callData")):
        yield told["callData"], ("callData",)
    if _is_call(told):
        yield told, ()


def _is_call(one: object) -> bool:
    return isinstance(one, Mapping) and isinstance(one.get("metaData"), Mapping) and "id" in one["metaData"]


def _call(source: Source, one: Mapping[str, Any], path: Path) -> tuple[str, GongCall]:
    meta = one["metaData"]
    started = meta.get("started")
    at = None if started is None else _instant(source, started, (*path, "metaData", "started"))
    parties = [party for party in _listed(one.get("parties")) if isinstance(party, Mapping)]
    speakers = dict(_speakers(parties))
    return str(meta["id"]), GongCall(at, str(meta.get("title") or ""), speakers, tuple(_records(one)))


def _instant(source: Source, value: object, path: Path) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise source.wrong(
            line_of(source.text, path), str(value), "is no instant: it is written 2026-03-05T14:01:02Z"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _speakers(parties: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Speaker]]:
    """Speaker id → who it is; of two with one name the second is told apart."""
    taken: dict[str, int] = {}
    for party in parties:
        if party.get("speakerId") is None:
            continue
        name = " ".join(str(party.get("name") or party.get("emailAddress") or "").split())
        taken[name] = taken.get(name, 0) + 1
        called = name if taken[name] == 1 or not name else f"{name} ({taken[name]})"
        ours = {"Internal": True, "External": False}.get(str(party.get("affiliation")))
        yield (
            str(party["speakerId"]),
            Speaker(called, str(party.get("emailAddress") or "").strip().lower(), ours),
        )


def _records(one: Mapping[str, Any]) -> Iterator[CrmRecord]:
    for context in _listed(one.get("context")):
        if not isinstance(context, Mapping):
            continue
        for record in _listed(context.get("objects")):
            if isinstance(record, Mapping) and record.get("objectType") and record.get("objectId"):
                kind = str(record["objectType"]).lower()
                yield CrmRecord(str(context.get("system") or ""), kind, str(record["objectId"]))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _transcripts_in(source: Source, told: Any) -> Iterator[tuple[str, Sequence[Any], Path]]:  # noqa: ANN401
    if not isinstance(told, Mapping):
        return
    if "callTranscripts" in told:
        for at, one in enumerate(_required_list(source, told, ("callTranscripts",))):
            path: Path = ("callTranscripts", at)
            if not isinstance(one, Mapping) or not one.get("callId"):
                raise _wrong(source, path, one, "has no callId: which call is it?")
            yield str(one["callId"]), _required_list(source, one, (*path, "transcript")), path
    elif "transcript" in told:
        ref = told.get("callId") or (told.get("metaData") or {}).get("id") or source.digest
        yield str(ref), _required_list(source, told, ("transcript",)), ()


def _required_list(source: Source, one: Mapping[str, Any], path: Path) -> list[Any]:
    value = one.get(str(path[-1]))
    if not isinstance(value, list):
        raise _wrong(source, path, value, f"is no list of {path[-1]}")
    return value


def _transcript(source: Source, one: tuple[str, Sequence[Any], Path], call: GongCall) -> Transcript:
    ref, monologues, path = one
    told = list(_cues(source, monologues, (*path, "transcript"), call))
    cues = in_order(
        source,
        (Timed(place, cue) for place, (_, cue) in enumerate(told)),
        lambda place: line_of(source.text, told[place][0]),
    )
    spoke = dict.fromkeys(cue.speaker for cue in cues if cue.speaker)
    known = {speaker.name: speaker for speaker in call.speakers.values()}
    speakers = tuple(known.get(name, Speaker(name)) for name in spoke)
    return Transcript(ref, "gong", source.name, cues, speakers, call.started_at, call.title, call.records)


def _cues(
    source: Source, monologues: Sequence[Any], path: Path, call: GongCall
) -> Iterator[tuple[Path, Cue]]:
    for at, monologue in enumerate(monologues):
        place: Path = (*path, at)
        if not isinstance(monologue, Mapping):
            raise _wrong(source, place, monologue, "is no monologue with a speakerId and sentences")
        speaker = _named(call, monologue.get("speakerId"))
        for number, sentence in enumerate(_required_list(source, monologue, (*place, "sentences"))):
            yield from _sentence(source, sentence, (*place, "sentences", number), speaker)


def _named(call: GongCall, speaker_id: object) -> str:
    """The party's name; the number of the speaker where the call's parties were not imported."""
    if speaker_id is None:
        return ""
    found = call.speakers.get(str(speaker_id))
    return found.name if found is not None and found.name else f"Speaker {speaker_id}"


def _sentence(source: Source, one: object, path: Path, speaker: str) -> Iterator[tuple[Path, Cue]]:
    if not isinstance(one, Mapping):
        raise _wrong(source, path, one, "is no sentence with start, end and text")
    start, end = (_ms(source, one, (*path, key)) for key in ("start", "end"))
    if end < start:
        raise _wrong(source, (*path, "end"), end, f"ends before it starts, at {start}")
    text = one.get("text")
    if not isinstance(text, str):
        raise _wrong(source, (*path, "text"), text, "is no text")
    if words := " ".join(text.split()):
        yield path, Cue(start, end, speaker, words)


def _ms(source: Source, one: Mapping[str, Any], path: Path) -> int:
    value = one.get(str(path[-1]))
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(source, path, value, f"is no {path[-1]}: Gong counts whole milliseconds from 0")
    return value


def _wrong(source: Source, path: Path, value: object, rule: str) -> BadInput:
    return source.wrong(line_of(source.text, path), json.dumps(value, ensure_ascii=False), rule)
