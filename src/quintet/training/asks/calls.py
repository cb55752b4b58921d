"""Calls asked: which ones somebody may see, filtered; and one of them, word by word."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from quintet.facts.scope import Scope
from quintet.training.asks.topics import in_use, parted
from quintet.training.formula.topics import Listener
from quintet.training.models.calls import Call, Cue
from quintet.training.terms.calls import clock

#: Who sees every call; everybody else sees those of the reps in his scope, and what he brought himself.
SEES_ALL = frozenset({"executive", "enablement", "operations"})
#: A rep brings the own calls; for everybody else the speakers tell, or they say.
OWN_ONLY = frozenset({"rep", "bdr"})


@dataclass(frozen=True)
class Filters:
    """What of the calls is wanted.

    Args:
        rep_id: of one rep; None for all.
        topic: key of a topic that came up; empty for any.
        since: first day.
        until: last day.
        state: unmeasured, unreviewed or unlinked; empty for any.
    """

    rep_id: int | None = None
    topic: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""


STATES = {
    "unmeasured": "Who is the rep is not said",
    "unlinked": "No lead linked",
    "unreviewed": "Not reviewed yet",
}


@dataclass(frozen=True)
class Line:
    """A cue on a page.

    Args:
        number: of the cue.
        at_ms: when.
        speaker: who.
        is_rep: is it the rep?
        is_twin: does another begin at the same moment before it?
        parts: the text in pieces: (piece, names of the topics that are heard in it).
    """

    number: int
    at_ms: int
    speaker: str
    is_rep: bool
    is_twin: bool
    parts: tuple[tuple[str, str], ...]

    @property
    def clock(self) -> str:
        """When, as people read it."""
        return clock(self.at_ms)


def visible(user: Any, scope: Scope) -> "QuerySet[Call]":  # noqa: ANN401 -- an account
    """The calls a person may see, the newest first."""
    calls = Call.objects.all()
    if scope.role in SEES_ALL:
        return calls
    own = Q(rep_id=None, imported_by=user.pk)
    return calls.filter(own if scope.rep_ids is None else own | Q(rep_id__in=scope.rep_ids))


def sees_rep(scope: Scope, rep_id: int | None) -> bool:
    """May this person bring or see calls of that rep? Of nobody in particular, everybody."""
    return rep_id is None or scope.role in SEES_ALL or scope.sees(rep_id)


def wanted(calls: "QuerySet[Call]", filters: Filters) -> "QuerySet[Call]":
    """Those that fit the filters."""
    if filters.rep_id is not None:
        calls = calls.filter(rep_id=filters.rep_id)
    if filters.topic:
        calls = calls.filter(topics__topic__key=filters.topic, topics__count__gt=0)
    if filters.since is not None:
        calls = calls.filter(started_at__date__gte=filters.since)
    if filters.until is not None:
        calls = calls.filter(started_at__date__lte=filters.until)
    states: dict[str, dict[str, Any]] = {
        "unmeasured": {"rep_speaker": ""},
        "unlinked": {"lead_id": None},
        "unreviewed": {"reviews": None},
    }
    return calls.filter(**states.get(filters.state, {}))


def lines(call: Call) -> list[Line]:
    """The words of a call with the topics marked in them."""
    topics = {one.key: one.name for one in in_use()}
    listener = Listener(in_use())
    cues = list(call.cues.all())
    before = [None, *(cue.start_ms for cue in cues)]
    return [
        _line(call, cue, _parts(cue, listener, topics), is_twin=cue.start_ms == at)
        for at, cue in zip(before, cues, strict=False)
    ]


def _parts(cue: Cue, listener: Listener, topics: dict[str, str]) -> tuple[tuple[str, str], ...]:
    heard = listener.hear(cue.text)
    at, parts = 0, []
    for piece, is_heard in parted(cue.text, [(one.start, one.end) for one in heard]):
        ends = at + len(piece)
        names = dict.fromkeys(topics[one.topic] for one in heard if at <= one.start < ends)
        parts.append((piece, ", ".join(names) if is_heard else ""))
        at = ends
    return tuple(parts)


def _line(call: Call, cue: Cue, parts: tuple[tuple[str, str], ...], *, is_twin: bool) -> Line:
    is_rep = cue.speaker != "" and cue.speaker == call.rep_speaker
    return Line(cue.number, cue.start_ms, cue.speaker, is_rep, is_twin, parts)


def cue_at(call: Call, at_ms: int) -> Cue | None:
    """What is said at a moment, or was last said before it; None before the first word."""
    return call.cues.filter(start_ms__lte=at_ms).order_by("-start_ms", "-number").first()
