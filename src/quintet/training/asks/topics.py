"""The dictionary asked: topics in use, how often they come up, whether that moves, what goes with them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from quintet.calendar.periods import after_months
from quintet.training.asks.call_outcomes import CallOutcomes
from quintet.training.formula.topics import Listener, moved_topics, quarter_of, topic_outcomes
from quintet.training.models.calls import Call
from quintet.training.models.topics import Topic, TopicCount, TopicVersion
from quintet.training.terms.calls import MovedTopic, TopicCall, TopicOutcome, TopicWords, clock

_QUOTES = 5
_CALLS_READ = 12


@dataclass(frozen=True)
class Quote:
    """Something said in a call.

    Args:
        call: which.
        at_ms: when in it.
        speaker: who.
        parts: the text in pieces: (piece, is it what was looked for?).
    """

    call: Call
    at_ms: int
    speaker: str
    parts: tuple[tuple[str, bool], ...]

    @property
    def clock(self) -> str:
        """When, as people read it."""
        return clock(self.at_ms)


@dataclass(frozen=True)
class TopicLine:
    """A topic in the list.

    Args:
        words: name, kind and phrases in use.
        calls: in which it came up.
        counted: calls that were listened to with these phrases.
        waiting: calls that are still to be listened to.
        outcome: how leads went on after it; None without facts.
        moved: how often it came up in the newest quarter; None where too few.
    """

    words: TopicWords
    calls: int
    counted: int
    waiting: int
    outcome: TopicOutcome | None
    moved: MovedTopic | None


def in_use() -> tuple[TopicWords, ...]:
    """The topics of today, with their newest phrases."""
    newest: dict[int, TopicVersion] = {}
    for one in TopicVersion.objects.filter(topic__retired_at=None).select_related("topic"):
        newest.setdefault(one.topic_id, one)
    found = (
        TopicWords(one.topic.key, one.name, one.topic.kind, tuple(one.phrases), one.number)
        for one in newest.values()
    )
    return tuple(sorted(found, key=lambda one: (one.kind, one.name.casefold())))


def topics_that_moved(calls: "QuerySet[Call]", quarter: date) -> tuple[MovedTopic, ...]:
    """Topics that came up more or less often in a quarter than in the year before: news for the playbook.

    Args:
        calls: those to look at, e.g. all.
        quarter: its first day.

    Returns:
        What moved, after correction for how many topics were looked at; the surest first.
    """
    topics = in_use()
    told = _topic_calls(calls, topics, None)
    return tuple(one for one in moved_topics(told, [one.key for one in topics], quarter) if one.is_reported)


def newest_quarter(calls: "QuerySet[Call]", on: date) -> date | None:
    """The last whole quarter with a call in it; None where there is none."""
    last = calls.filter(started_at__date__lt=quarter_of(on)).values_list("started_at", flat=True).first()
    return None if last is None else quarter_of(last.date())


def overview(
    calls: "QuerySet[Call]", outcomes: CallOutcomes | None, on: date
) -> tuple[tuple[TopicLine, ...], date | None]:
    """Every topic with its counts, what goes with it, whether it moved; and the quarter looked at.

    Args:
        calls: those the reader may count.
        outcomes: what became of leads; None without facts.
        on: today.
    """
    topics = in_use()
    keys = [one.key for one in topics]
    told = _topic_calls(calls, topics, outcomes)
    quarter = newest_quarter(calls, on)
    moved = {} if quarter is None else {one.topic: one for one in moved_topics(told, keys, quarter)}
    went = {} if outcomes is None else {one.topic: one for one in topic_outcomes(told, keys)}
    waiting = _waiting(calls, topics)
    lines = tuple(
        TopicLine(
            one,
            sum(one.key in call.topics for call in told),
            sum(one.key in call.counted for call in told),
            waiting[one.key],
            went.get(one.key),
            moved.get(one.key),
        )
        for one in topics
    )
    return lines, quarter


def quotes(calls: "QuerySet[Call]", words: TopicWords) -> tuple[Quote, ...]:
    """The newest things said about a topic."""
    said = calls.filter(
        words_erased_at=None, topics__topic__key=words.key, topics__version=words.version, topics__count__gt=0
    )
    found: list[Quote] = []
    for call in said[:_CALLS_READ]:
        found += heard_in(call, Listener([words]))[:2]
        if len(found) >= _QUOTES:
            break
    return tuple(found[:_QUOTES])


def heard_in(call: Call, listener: Listener) -> list[Quote]:
    """The cues of a call in which a listener hears something."""
    return [
        Quote(call, cue.start_ms, cue.speaker, parted(cue.text, [(one.start, one.end) for one in heard]))
        for cue in call.cues.all()
        if (heard := listener.hear(cue.text))
    ]


def parted(text: str, marks: Iterable[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, those within a mark told apart; marks that overlap are one."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(marks):
        if end <= at:
            continue
        begin = max(start, at)
        parts += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    parts.append((text[at:], False))
    return tuple(part for part in parts if part[0])


def _waiting(calls: "QuerySet[Call]", topics: Iterable[TopicWords]) -> dict[str, int]:
    """How many calls with words were not listened to yet with the phrases in use, by topic."""
    heard = TopicCount.objects.filter(call__in=calls.filter(words_erased_at=None).order_by().values("pk"))
    rows = heard.values_list("topic__key", "version").annotate(calls=Count("pk"))
    done = {(key, version): count for key, version, count in rows}
    total = calls.filter(words_erased_at=None).count()
    return {one.key: total - done.get((one.key, one.version), 0) for one in topics}


def _topic_calls(
    calls: "QuerySet[Call]", topics: Iterable[TopicWords], outcomes: CallOutcomes | None
) -> list[TopicCall]:
    """Each call with the topics it was listened to for, by the phrases in use, and what came up."""
    versions = {one.key: one.version for one in topics}
    counted: dict[Any, set[str]] = defaultdict(set)
    came_up: dict[Any, set[str]] = defaultdict(set)
    rows = TopicCount.objects.filter(call__in=calls.order_by().values("pk"))
    for call, key, version, count in rows.values_list("call_id", "topic__key", "version", "count"):
        if versions.get(key) == version:
            counted[call].add(key)
            if count:
                came_up[call].add(key)
    told = calls.values_list("pk", "started_at", "lead_id", "minutes")
    return [
        TopicCall(
            f"lead:{lead_id}" if lead_id else f"call:{pk}",
            started_at.date(),
            frozenset(came_up[pk]),
            frozenset(counted[pk]),
            None if outcomes is None or lead_id is None else outcomes.next_step(lead_id, started_at, minutes),
        )
        for pk, started_at, lead_id, minutes in told
    ]


def versions_of(topic: Topic) -> list[TopicVersion]:
    """How a topic was worded over time, the newest first."""
    return list(topic.versions.select_related("written_by"))


def year_before(quarter: date) -> date:
    """The first day of the year a quarter is compared with."""
    return after_months(quarter, -12)
