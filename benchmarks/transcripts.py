"""How long transcripts of 500 and of 20,000 cues take to read, by format.

    .venv/bin/python benchmarks/transcripts.py

The best of seven turns; 500 cues are the bar of 50 ms, 20,000 a day of talk.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quintet.sources.transcripts.reading import read_transcript

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import written_calls as written

SIZES = (500, 20_000)
TURNS = 7


def call(cues: int) -> tuple[written.Said, ...]:
    """Two people who take turns every four seconds."""
    names = ("Ines Falk", "Omar Reyes")
    words = "and this is about as much as one says in three and a half seconds"
    return tuple((at * 4000, at * 4000 + 3500, names[at % 2], f"{at} {words}") for at in range(cues))


def gong(said: tuple[written.Said, ...]) -> str:
    """Gong's words and call in one file."""
    both = json.loads(written.gong_transcripts(said)) | json.loads(written.gong_calls(said))
    return json.dumps(both)


FORMATS: dict[str, tuple[str, Callable[[tuple[written.Said, ...]], str]]] = {
    "WebVTT": ("call.vtt", written.webvtt),
    "SRT": ("call.srt", written.srt),
    "Zoom transcript": ("call.vtt", written.zoom),
    "Zoom saved captions": ("call.txt", written.saved_captions),
    "Microsoft Teams": ("call.vtt", written.teams),
    "Gong": ("call.json", gong),
}


def milliseconds(name: str, data: bytes) -> float:
    """The best turn."""
    took = []
    for _ in range(TURNS):
        started = time.perf_counter()
        read_transcript(name, data)
        took.append(time.perf_counter() - started)
    return 1000 * min(took)


def main() -> None:
    """Print the table."""
    table = Table("format", *(f"{size:,} cues, ms" for size in SIZES))
    for form, (name, write) in FORMATS.items():
        table.add_row(form, *(f"{milliseconds(name, write(call(size)).encode()):.1f}" for size in SIZES))
    Console().print(table)


if __name__ == "__main__":
    main()
