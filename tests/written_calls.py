"""Calls written down in each format, by its rules and not by our reader; everybody is made up."""

import json
from collections.abc import Sequence

Said = tuple[int, int, str, str]  # start and end in milliseconds, who, what

#: A short first call: Ines sells, Omar buys.
FIRST_CALL: tuple[Said, ...] = (
    (0, 4_200, "Ines Falk", "Hello Omar, how do you track your leads today?"),
    (5_000, 15_250, "Omar Reyes", "In three spreadsheets. It is slow, and honestly your price scares me."),
    (16_750, 20_000, "Ines Falk", "What would it be worth to have one list?"),
    (20_900, 31_000, "Omar Reyes", "A day a week for each of my people. We also look at Brightpath."),
)


def clock(ms: int, mark: str = ".") -> str:
    """hours:minutes:seconds and milliseconds behind a mark."""
    seconds, fraction = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{fraction:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def webvtt(said: Sequence[Said], *, end: str = "\n") -> str:
    """Plain WebVTT: nobody is named."""
    blocks = [f"{clock(a)} --> {clock(b)}\n{_escaped(text)}" for a, b, _, text in said]
    return "\n\n".join(["WEBVTT", *blocks, ""]).replace("\n", end)


def zoom(said: Sequence[Said]) -> str:
    """The transcript of a Zoom cloud recording: numbered cues, a name before a colon."""
    blocks = [
        f"{number}\n{clock(a)} --> {clock(b)}\n{_escaped(who)}: {_escaped(text)}"
        for number, (a, b, who, text) in enumerate(said, start=1)
    ]
    return "\n\n".join(["WEBVTT", *blocks, ""])


def teams(said: Sequence[Said]) -> str:
    """A Microsoft Teams transcript: a voice tag in each cue, a meeting's id with the cue's number."""
    meeting = "6f0c1a52-0d8e-4c55-9d3b-2b7a90d1c001"
    blocks = [
        f"{meeting}/{number}-0\n{clock(a)} --> {clock(b)}\n<v {_escaped(who)}>{_escaped(text)}</v>"
        for number, (a, b, who, text) in enumerate(said, start=7)
    ]
    return "\n\n".join(["WEBVTT", *blocks, ""])


def srt(said: Sequence[Said], *, named: bool = True) -> str:
    """SRT: numbers, commas before the milliseconds."""
    blocks = [
        f"{number}\n{clock(a, ',')} --> {clock(b, ',')}\n{f'{who}: ' if named else ''}{text}"
        for number, (a, b, who, text) in enumerate(said, start=1)
    ]
    return "\n\n".join([*blocks, ""])


def saved_captions(said: Sequence[Said], *, begins: int = 14 * 3600) -> str:
    """Captions saved from a Zoom meeting: a name and the time of day, seconds and no end."""
    return "\n\n".join(
        [f"[{who}] {clock((begins * 1000 + a) % 86_400_000)[:8]}\n{text}" for a, _, who, text in said] + [""]
    )


def gong_transcripts(said: Sequence[Said], *, call: str = "7001") -> str:
    """What Gong answers to /v2/calls/transcript: a monologue with one sentence for each cue."""
    ids = speaker_ids(said)
    monologues = [
        {"speakerId": ids[who], "topic": None, "sentences": [{"start": a, "end": b, "text": text}]}
        for a, b, who, text in said
    ]
    told = {"requestId": "r1", "callTranscripts": [{"callId": call, "transcript": monologues}]}
    return json.dumps(told, indent=1)


def gong_calls(said: Sequence[Said], *, call: str = "7001", ours: Sequence[str] = ("Ines Falk",)) -> str:
    """What Gong answers to /v2/calls/extensive about the same call."""
    parties = [
        {
            "id": f"p{number}",
            "speakerId": speaker,
            "name": who,
            "emailAddress": f"{who.split()[0].lower()}@{'quayside' if who in ours else 'buyer'}.example",
            "affiliation": "Internal" if who in ours else "External",
        }
        for number, (who, speaker) in enumerate(speaker_ids(said).items())
    ]
    meta = {"id": call, "title": "First call", "started": "2026-02-03T15:00:00+01:00", "duration": 31}
    deal = {"objectType": "Opportunity", "objectId": "006Q000000AbCdE", "fields": []}
    context = [{"system": "Salesforce", "objects": [deal]}]
    return json.dumps({"calls": [{"metaData": meta, "parties": parties, "context": context}]}, indent=1)


def speaker_ids(said: Sequence[Said]) -> dict[str, str]:
    """A number of Gong's for each who speaks."""
    return {who: str(31_000 + at) for at, who in enumerate(dict.fromkeys(who for _, _, who, _ in said))}
