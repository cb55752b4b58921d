"""What people do with the dictionary: write a topic, word it anew, retire it, listen."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from quintet.kernel.errors import BadInput
from quintet.training.asks.topics import in_use
from quintet.training.formula.topics import Listener
from quintet.training.models.calls import Call
from quintet.training.models.topics import Topic, TopicCount, TopicVersion
from quintet.training.terms.calls import TopicWords

MOST_PHRASES, LONGEST_PHRASE = 50, 80
_SPOKEN = re.compile(r"\w", re.UNICODE)
_BATCH = 500


def phrases_of(text: str) -> list[str]:
    """The phrases of a text, one a line; said twice is said once.

    Raises:
        BadInput: for none, too many, one too long, or one without a letter.
    """
    told = [" ".join(line.split()) for line in text.splitlines()]
    found = list({line.casefold(): line for line in told if line}.values())
    if not found:
        raise BadInput("a topic needs a phrase: write what people say, one a line")
    if len(found) > MOST_PHRASES:
        raise BadInput(f"{len(found)} phrases are more than {MOST_PHRASES}: make two topics of it")
    for line in found:
        if len(line) > LONGEST_PHRASE or not _SPOKEN.search(line):
            raise BadInput(
                f"{line[:LONGEST_PHRASE]!r} is no phrase: up to {LONGEST_PHRASE} letters, with words"
            )
    return found


def write_topic(name: str, kind: str, text: str, *, by: Any, now: datetime) -> Topic:  # noqa: ANN401 -- an account
    """Add a topic to the dictionary.

    Args:
        name: as people call it.
        kind: topic or objection.
        text: its phrases, one a line.
        by: who writes it.
        now: when.

    Raises:
        BadInput: for a name that is taken, or phrases that are none.
    """
    phrases, key = phrases_of(text), slugify(name)[:60]
    if not key:
        raise BadInput(f"{name!r} is no name: write a word of letters")
    if Topic.objects.filter(key=key).exists():
        raise BadInput(f"there is a topic called {name} already: word that one anew")
    with transaction.atomic():
        topic = Topic.objects.create(key=key, kind=kind)
        _add_version(topic, 1, name, phrases, by=by, now=now)
    return topic


def word_anew(topic: Topic, name: str, text: str, *, by: Any, now: datetime) -> bool:  # noqa: ANN401 -- an account
    """Give a topic another name or other phrases; False where nothing changed.

    Calls are listened to again; those whose words are erased keep the count of the old phrases, which is
    not mixed with the new ones.

    Raises:
        BadInput: for phrases that are none.
    """
    phrases = phrases_of(text)
    newest = topic.versions.first()
    number = newest.number if newest else 0
    if newest and (newest.name, newest.phrases) == (name.strip(), phrases):
        return False
    if newest and newest.phrases == phrases:
        TopicVersion.objects.filter(pk=newest.pk).update(name=name.strip())
        return True
    _add_version(topic, number + 1, name, phrases, by=by, now=now)
    return True


def retire_topic(topic: Topic, *, now: datetime) -> None:
    """Look for a topic no more; its counts stay."""
    Topic.objects.filter(pk=topic.pk, retired_at=None).update(retired_at=now)


def listen(calls: Iterable[Call]) -> int:
    """Count the topics in use in the words of calls; returns how many calls."""
    topics = in_use()
    ids = dict(Topic.objects.filter(retired_at=None).values_list("key", "pk"))
    listener, heard = Listener(topics), 0
    for call in calls:
        counts = listener.count(call.cues.values_list("text", flat=True))
        rows = [
            TopicCount(call=call, topic_id=ids[one.key], version=one.version, count=counts.get(one.key, 0))
            for one in topics
        ]
        TopicCount.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["call", "topic"],
            update_fields=["version", "count"],
            batch_size=_BATCH,
        )
        heard += 1
    return heard


def listen_again(most: int = 500) -> int:
    """Listen to calls that do not know the newest phrases yet, the newest calls first; returns how many."""
    return listen(_stale(in_use())[:most])


def _stale(topics: Iterable[TopicWords]) -> list[Call]:
    """Calls with words in which a topic was not counted by its newest phrases."""
    wanted = {(one.key, one.version) for one in topics}
    if not wanted:
        return []
    known: dict[Any, set[tuple[str, int]]] = {}
    rows = TopicCount.objects.filter(topic__retired_at=None, call__words_erased_at=None)
    for call, key, version in rows.values_list("call_id", "topic__key", "version"):
        known.setdefault(call, set()).add((key, version))
    calls = Call.objects.filter(words_erased_at=None)
    return [one for one in calls if not wanted <= known.get(one.pk, set())]


def _add_version(
    topic: Topic,
    number: int,
    name: str,
    phrases: list[str],
    *,
    by: Any,  # noqa: ANN401 -- an account
    now: datetime,
) -> None:
    TopicVersion.objects.create(
        topic=topic, number=number, name=name.strip(), phrases=phrases, written_by=by, written_at=now
    )
