"""How a conversation went, counted from who spoke when: five measures, and no feeling.

A score of feeling was tried and left out: it called "that is too expensive for us" neutral.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from statistics import median

from quintet.kernel.errors import NotEnoughData
from quintet.training.terms.calls import Measures, Said

_QUESTION = re.compile(r"[?？؟]+[!?？؟]*")
_PUNCTUATION = re.compile(r"[.?!？！。؟]")
_MINUTE_MS, _SECOND_MS = 60_000, 1000


def measure(
    cues: Sequence[Said], rep: str, *, colleagues: Iterable[str] = (), ends_known: bool = True
) -> Measures:
    """The measures of one call.

    Args:
        cues: by start.
        rep: speaker who is the rep.
        colleagues: speakers who are of the company, too; they are no buyers.
        ends_known: see sources.transcripts.terms.Transcript; without ends there are no silences.

    Raises:
        NotEnoughData: when nobody is named, the rep says nothing, or nobody speaks for any time.

    Source: docs/formulas/calls.md#measures
    """
    spoken = sum(one.end_ms - one.start_ms for one in cues)
    by_rep = [one for one in cues if one.speaker == rep]
    if not by_rep or not rep:
        raise NotEnoughData(f"{rep or 'nobody'} says nothing in this call: say which speaker is the rep")
    if spoken <= 0:
        raise NotEnoughData("the cues of this call have no length: nothing can be measured")
    ours = {rep, *colleagues}
    minutes = (max(one.end_ms for one in cues) - cues[0].start_ms) / _MINUTE_MS
    silences = _silences(cues, rep, ours) if ends_known else []
    changes = sum(one.speaker != after.speaker for one, after in pairwise(cues))
    return Measures(
        minutes=minutes,
        talk_ratio=sum(one.end_ms - one.start_ms for one in by_rep) / spoken,
        longest_monologue_seconds=_longest(cues, rep) / _SECOND_MS,
        questions=_questions(cues, by_rep),
        patience_seconds=median(silences) / _SECOND_MS if silences else None,
        answers=len(silences),
        switches_a_minute=changes / minutes,
    )


def _longest(cues: Sequence[Said], rep: str) -> int:
    """The most the rep says before anybody else begins; silences within it are no speech."""
    turns = (list(turn) for speaker, turn in groupby(cues, key=lambda one: one.speaker) if speaker == rep)
    return max(sum(one.end_ms - one.start_ms for one in turn) for turn in turns)


def _questions(cues: Sequence[Said], by_rep: Sequence[Said]) -> int | None:
    """Sentences of the rep that end in a question mark; None where nobody's words have punctuation."""
    if not any(_PUNCTUATION.search(one.text) for one in cues):
        return None
    return sum(len(_QUESTION.findall(one.text)) for one in by_rep)


def _silences(cues: Sequence[Said], rep: str, ours: set[str]) -> list[int]:
    """From each buyer's last word to the rep's first, where the rep speaks next; cut in, it is 0."""
    found: list[int] = []
    stopped: int | None = None  # when the buyer who spoke last did stop
    for one in cues:
        if one.speaker == rep and stopped is not None:
            found.append(max(0, one.start_ms - stopped))
        is_buyer = one.speaker != "" and one.speaker not in ours
        stopped = max(one.end_ms, stopped or 0) if is_buyer else None
    return found
