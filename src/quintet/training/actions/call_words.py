"""The words of calls: indexed for the search, and erased when their time is over or somebody asks."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from quintet.kernel.errors import BadInput
from quintet.training.formula.topics import words
from quintet.training.models.call_reviews import CallScore
from quintet.training.models.calls import Call, CallWord, Cue
from quintet.training.terms.calls import MOST_LETTERS

_BATCH = 1000
TIME_IS_OVER = "the time they were to be kept is over"


def index_again(call: Call) -> None:
    """Make the word index of a call from its words."""
    found = _said(call)
    with transaction.atomic():
        CallWord.objects.filter(call=call).delete()
        CallWord.objects.bulk_create(
            [CallWord(call=call, word=word) for word in sorted(found)], batch_size=_BATCH
        )


def stale_indexes(cut: str) -> list[Call]:
    """Calls in whose words something was cut, and whose index still knows it.

    Args:
        cut: what stands where something was cut.
    """
    is_cut = Cue.objects.filter(call=OuterRef("pk"), text__contains=cut)
    calls = Call.objects.filter(Exists(is_cut))
    return [one for one in calls if set(one.words.values_list("word", flat=True)) != _said(one)]


def _said(call: Call) -> set[str]:
    """The words of a call as its index has them."""
    texts = call.cues.values_list("text", flat=True)
    return {word[:MOST_LETTERS] for text in texts for word in words(text)}


def erase_words(call: Call, because: str, *, now: datetime) -> None:
    """Erase what was said in a call, and who said it; the measures, counts and scores stay.

    Args:
        call: whose words.
        because: why, e.g. consent was withdrawn.
        now: when.

    Raises:
        BadInput: without a reason, or when they are erased already.
    """
    reason = because.strip()
    if not reason:
        raise BadInput("say why the words are erased: it is the proof that they were")
    if call.words_erased_at is not None:
        raise BadInput(f"the words were erased on {call.words_erased_at:%-d %b %Y}: {call.erased_because}")
    with transaction.atomic():
        call.cues.all().delete()
        call.words.all().delete()
        CallScore.objects.filter(review__call=call).update(quote="")
        ours = [one for one in call.speakers if one["name"] == call.rep_speaker]
        call.speakers, call.title, call.file = ours, "", ""
        call.words_erased_at, call.erased_because = now, reason[:300]
        call.save()


def forget_due(now: datetime) -> int:
    """Erase the words of calls whose time is over; returns how many."""
    due = Call.objects.filter(words_erased_at=None, kept_until__lt=now.date())
    for call in due:
        erase_words(call, TIME_IS_OVER, now=now)
    return len(due)
