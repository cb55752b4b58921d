"""A transcript as every format gives it: who said what, from when to when."""

from dataclasses import dataclass, field
from datetime import datetime

#: How each format is called on a page.
FORMATS = {
    "webvtt": "WebVTT",
    "srt": "SRT",
    "zoom": "Zoom transcript",
    "zoom captions": "Zoom saved captions",
    "teams": "Microsoft Teams",
    "gong": "Gong",
}


@dataclass(frozen=True, slots=True)
class Cue:
    """What one voice says in one go.

    Args:
        start_ms: from the beginning of the recording.
        end_ms: never before start_ms.
        speaker: as the transcript names them; empty where it does not.
        text: one line.
    """

    start_ms: int
    end_ms: int
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks.

    Args:
        name: as the cues name them.
        email: where the source gives it, in lower case; else empty.
        is_ours: works for the company, as the source says; None where it does not say.
    """

    name: str
    email: str = ""
    is_ours: bool | None = None


@dataclass(frozen=True, slots=True)
class CrmRecord:
    """A record of the CRM that a call is about.

    Args:
        system: as the source calls it, e.g. Salesforce.
        kind: opportunity, account, lead or contact, in lower case.
        ref: its id there.
    """

    system: str
    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A call, word by word.

    Args:
        ref: what tells it from every other call of its format: the source's id, or a digest of the file.
        form: a key of FORMATS.
        file: the name it came under.
        cues: by start.
        speakers: by their first word.
        started_at: with its zone; None where the source does not say.
        title: as the source calls the call; may be empty.
        records: what it is about in the CRM.
        ends_known: does the source say when a cue ends? Where it does not, a cue ends where the next begins,
            and silences cannot be measured.
    """

    ref: str
    form: str
    file: str
    cues: tuple[Cue, ...]
    speakers: tuple[Speaker, ...]
    started_at: datetime | None = None
    title: str = ""
    records: tuple[CrmRecord, ...] = field(default=())
    ends_known: bool = True
