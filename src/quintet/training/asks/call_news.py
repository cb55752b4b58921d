"""What calls say to the playbook: topics that come up more or less often, and pages that speak of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from quintet.training.asks.playbook import PageShown, newest_versions, shown
from quintet.training.asks.topics import in_use, newest_quarter, topics_that_moved
from quintet.training.formula.topics import Listener
from quintet.training.models.calls import Call
from quintet.training.terms.calls import MovedTopic, TopicWords


@dataclass(frozen=True)
class CallNews:
    """A topic that moved in the newest whole quarter.

    Args:
        words: the topic.
        moved: how often it came up, beside the year before.
        pages: of the playbook that speak of it and were last written before the quarter was over.
        is_covered: some page speaks of it, however new.
    """

    words: TopicWords
    moved: MovedTopic
    pages: tuple[PageShown, ...]
    is_covered: bool


def call_news(today: date) -> tuple[CallNews, ...]:
    """What moved in calls, the surest first; nothing where too few calls were heard, or nothing did."""
    calls = Call.objects.all()
    quarter = newest_quarter(calls, today)
    if quarter is None:
        return ()
    words = {one.key: one for one in in_use()}
    found = topics_that_moved(calls, quarter)
    pages = [shown(one) for one in newest_versions()] if found else []
    return tuple(_news(words[one.topic], one, pages) for one in found if one.topic in words)


def of_page(news: Sequence[CallNews], key: str) -> tuple[CallNews, ...]:
    """What moved in calls since a page was written that speaks of it."""
    return tuple(one for one in news if any(page.page.key == key for page in one.pages))


def _news(words: TopicWords, moved: MovedTopic, pages: Sequence[PageShown]) -> CallNews:
    listener = Listener([words])
    speaking = [one for one in pages if listener.hear(f"{one.version.title}\n{one.version.body}")]
    older = tuple(one for one in speaking if one.version.written_at.date() <= moved.last_day)
    return CallNews(words, moved, older, bool(speaking))
