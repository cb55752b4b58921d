"""What comes up in calls: a company's own phrases, how often, whether that moves, what goes with it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from quintet.calendar.periods import after_months
from quintet.stats.discoveries import fit_discoveries
from quintet.stats.two_shares import SharesApart, shares_apart
from quintet.training.terms.calls import Heard, MovedTopic, TopicCall, TopicOutcome, TopicWords

#: Fewer buyers in either of two groups tell nothing of their difference.
MIN_BUYERS = 20
_MONTHS_A_QUARTER, _MONTHS_BEFORE = 3, 12
_WORD = re.compile(r"\w+", re.UNICODE)


class Listener:
    """Finds the phrases of topics in texts: whole words, any case, any space between them.

    A phrase that ends in * also takes what goes on from there: `pric*` is price, prices and pricing.
    """

    def __init__(self, topics: Iterable[TopicWords]) -> None:
        self._patterns = [(one.key, _pattern(one.phrases)) for one in topics if one.phrases]

    def hear(self, text: str) -> tuple[Heard, ...]:
        """Each phrase in a text, by place; of two topics at one place both are told."""
        found = [
            Heard(hit.start(), hit.end(), key)
            for key, pattern in self._patterns
            for hit in pattern.finditer(text)
        ]
        return tuple(sorted(found, key=lambda one: (one.start, one.end, one.topic)))

    def count(self, texts: Iterable[str]) -> dict[str, int]:
        """How often each topic comes up in all of them; topics that do not are left out."""
        counts: dict[str, int] = defaultdict(int)
        for text in texts:
            for one in self.hear(text):
                counts[one.topic] += 1
        return dict(counts)


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(_spelled(one) for one in longest_first)})", re.IGNORECASE)


def _spelled(phrase: str) -> str:
    words = phrase.split()
    ends = r"\w*" if phrase.rstrip().endswith("*") else r"(?!\w)"
    spelled = r"\s+".join(re.escape(word.rstrip("*")) for word in words)
    return spelled.replace("'", "['’]") + ends


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter a day lies in."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def moved_topics(calls: Sequence[TopicCall], topics: Sequence[str], quarter: date) -> tuple[MovedTopic, ...]:
    """Which topics come up more or less in a quarter than in the year before it.

    A buyer counts once in each of the two times, however many calls he had, and has brought a topic up when
    any of these calls holds it.

    Args:
        calls: any number; those outside the two times are left out.
        topics: keys to look at.
        quarter: its first day.

    Returns:
        Every topic with 20 buyers in both times, what moved most surely first.

    Source: docs/formulas/calls.md#topics-that-moved
    """
    ends, begins = after_months(quarter, _MONTHS_A_QUARTER), after_months(quarter, -_MONTHS_BEFORE)
    now = [one for one in calls if quarter <= one.held_on < ends]
    before = [one for one in calls if begins <= one.held_on < quarter]
    counted = [(key, _buyers(now, key), _buyers(before, key)) for key in topics]
    enough = [one for one in counted if min(one[1][1], one[2][1]) >= MIN_BUYERS]
    apart = [shares_apart(*now_told, *then) for _, now_told, then in enough]
    found = fit_discoveries([one.p_value for one in apart])
    told = [
        MovedTopic(
            key, quarter, *now_told, *then, one.difference, one.lo, one.hi, float(q), bool(is_reported)
        )
        for (key, now_told, then), one, q, is_reported in zip(
            enough, apart, found.q_value, found.is_reported, strict=True
        )
    ]
    return tuple(sorted(told, key=lambda one: (one.q_value, -abs(one.difference), one.topic)))


def _buyers(calls: Sequence[TopicCall], key: str) -> tuple[int, int]:
    """(buyers who brought it up, all buyers) among calls in which it was looked for."""
    looked = [one for one in calls if key in one.counted]
    return len({one.buyer for one in looked if key in one.topics}), len({one.buyer for one in looked})


def topic_outcomes(calls: Sequence[TopicCall], topics: Sequence[str]) -> tuple[TopicOutcome, ...]:
    """Do leads go on to their next step more or less often after a call with a topic in it?

    A lead counts once, with its first call whose outcome is known. It is an association: whoever brings up
    a price may be nearer to buying, or further from it, for reasons of their own.

    Args:
        calls: any number.
        topics: keys to look at.

    Returns:
        One for each topic, in their order; silent below 20 leads with it or 20 without.

    Source: docs/formulas/calls.md#topics-and-the-next-step
    """
    first: dict[str, TopicCall] = {}
    for one in sorted(calls, key=lambda one: one.held_on):
        if one.reached_next is not None:
            first.setdefault(one.buyer, one)
    counted = [_split(list(first.values()), key) for key in topics]
    apart = [None if one.reason else _apart(one) for one in counted]
    spoke = [one for one in apart if one is not None]
    found = fit_discoveries([one.p_value for one in spoke])
    verdicts = iter(zip(spoke, found.q_value, found.is_reported, strict=True))
    return tuple(one if one.reason else _with_verdict(one, *next(verdicts)) for one in counted)


def _split(calls: Sequence[TopicCall], key: str) -> TopicOutcome:
    looked = [one for one in calls if key in one.counted]
    has = [bool(one.reached_next) for one in looked if key in one.topics]
    lacks = [bool(one.reached_next) for one in looked if key not in one.topics]
    fewest = min(len(has), len(lacks))
    reason = ""
    if fewest < MIN_BUYERS:
        which = "with it" if len(has) <= len(lacks) else "without it"
        reason = f"{fewest} leads {which}, {MIN_BUYERS} are needed"
    return TopicOutcome(key, sum(has), len(has), sum(lacks), len(lacks), reason=reason)


def _apart(one: TopicOutcome) -> SharesApart:
    return shares_apart(one.with_reached, one.with_n, one.without_reached, one.without_n)


def _with_verdict(one: TopicOutcome, apart: SharesApart, q_value: float, is_reported: bool) -> TopicOutcome:  # noqa: FBT001
    return TopicOutcome(
        one.topic,
        one.with_reached,
        one.with_n,
        one.without_reached,
        one.without_n,
        apart.difference,
        apart.lo,
        apart.hi,
        float(q_value),
        bool(is_reported),
    )


def words(text: str) -> tuple[str, ...]:
    """The distinct words of a text as a search knows them: without case and accents, in their order."""
    import unicodedata

    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return tuple(dict.fromkeys(_WORD.findall(kept)))
