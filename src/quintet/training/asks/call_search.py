"""Full-text search in calls, the same on every database: an index of words finds calls, then quotes."""

import re
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from quintet.kernel.errors import BadInput
from quintet.training.asks.topics import Quote, parted
from quintet.training.formula.topics import words
from quintet.training.models.calls import Call
from quintet.training.terms.calls import MOST_LETTERS

MOST_WORDS, MOST_CALLS, QUOTES_A_CALL = 8, 20, 3
#: A phrase is looked for in so many calls that hold its words, the newest first.
_CALLS_READ = 200
_PHRASE, _WORD = re.compile(r'"([^"]*)"'), re.compile(r"\w+")


@dataclass(frozen=True)
class Found:
    """What a search found.

    Args:
        calls: each with its best quotes, the newest call first.
        total: calls with every word; more than are shown where there are many.
    """

    calls: tuple[tuple[Call, tuple[Quote, ...]], ...]
    total: int


def search(calls: "QuerySet[Call]", text: str) -> Found:
    """The calls in which every word is said, with quotes and times.

    Words in double quotes are wanted one behind the other; a word that ends in * also takes longer ones; case
    and accents do not matter.

    Args:
        calls: those the reader may see.
        text: as it was typed.

    Raises:
        BadInput: when there is no word in it, or more than eight.
    """
    told = words(text.replace("*", " "))
    if not told:
        raise BadInput(f"{text!r} holds no word to search for: type one")
    if len(told) > MOST_WORDS:
        raise BadInput(f"{len(told)} words are more than {MOST_WORDS}: search for fewer")
    starts = {word for word in told if f"{word}*" in _plain(text)}
    found = calls.filter(words_erased_at=None)
    for word in told:
        how = "words__word__startswith" if word in starts else "words__word"
        found = found.filter(pk__in=Call.objects.filter(**{how: word[:MOST_LETTERS]}).order_by().values("pk"))
    together = [one for one in _PHRASE.findall(text) if words(one)]
    phrases = [re.compile(_bounded(_together(one))) for one in together]
    loose = words(_PHRASE.sub(" ", text).replace("*", " "))
    pattern = re.compile(_bounded("|".join([*map(_together, together), *_spelled(loose, starts)])))
    quoted = ((call, _quotes(call, pattern, phrases)) for call in found[:_CALLS_READ])
    spoken = (one for one in quoted if one[1])
    return Found(tuple(islice(spoken, MOST_CALLS)), found.count())


def _quotes(call: Call, pattern: re.Pattern[str], phrases: list[re.Pattern[str]]) -> tuple[Quote, ...]:
    """The cues that say most of it, in the order they were said; none where a phrase is never said whole."""
    scored: list[tuple[int, int, Quote]] = []
    missing = set(range(len(phrases)))
    for cue in call.cues.all():
        plain, places = _letters(cue.text)
        hits = list(pattern.finditer(plain))
        if not hits:
            continue
        whole = {place for place, one in enumerate(phrases) if one.search(plain)}
        missing -= whole
        marks = [(places[hit.start()], places[hit.end()]) for hit in hits]
        quote = Quote(call, cue.start_ms, cue.speaker, parted(cue.text, marks))
        rank = 100 * len(whole) + len({hit[0] for hit in hits})
        scored.append((-rank, cue.number, quote))
    best = sorted(scored, key=lambda one: one[:2])[:QUOTES_A_CALL]
    return () if missing else tuple(one[2] for one in sorted(best, key=lambda one: one[1]))


def _together(phrase: str) -> str:
    """Words one behind the other, as a pattern over `_letters`."""
    return r"\W+".join(re.escape(one) for one in _WORD.findall(_plain(phrase)))


def _spelled(told: tuple[str, ...], starts: set[str]) -> list[str]:
    """Each word, longer ones first, as patterns over `_letters`."""
    ways = [re.escape(word) + (r"\w*" if word in starts else "") for word in told]
    return sorted(ways, key=len, reverse=True)


def _bounded(ways: str) -> str:
    return rf"(?<!\w)(?:{ways})(?!\w)"


def _plain(text: str) -> str:
    return _letters(text)[0]


def _letters(text: str) -> tuple[str, list[int]]:
    """A text without case and accents, and of each of its letters the place in the text as it was said."""
    import unicodedata

    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in unicodedata.normalize("NFKD", letter.casefold()):
            if not unicodedata.combining(one):
                letters.append(one)
                places.append(place)
    return "".join(letters), [*places, len(text)]
