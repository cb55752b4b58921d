"""What people do with scorecards of calls: write questions, retire them, and score a call, once each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import person, row, tell
from quintet.training.asks.calls import cue_at
from quintet.training.models.call_reviews import CallQuestion, CallReview, CallScore, CallScorecard
from quintet.training.models.calls import Call
from quintet.training.terms.calls import HIGHEST, LOWEST
from quintet.training.terms.words import STEPS

MOST_QUESTIONS = 20


@dataclass(frozen=True)
class Scored:
    """What a rater says on a question.

    Args:
        points: 1 to 5; None while nothing is said.
        at_ms: the moment that says so; None where there is none.
        why: in words; needed where there is no moment.
    """

    points: int | None
    at_ms: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Wording:
    """A question as it is written down.

    Args:
        text: what it asks.
        low: what 1 point looks like.
        high: what 5 points look like.
        step: it should move.
    """

    text: str
    low: str
    high: str
    step: str


def write_scorecard(name: str, *, by: Any, now: datetime) -> CallScorecard:  # noqa: ANN401 -- an account
    """Begin a scorecard.

    Raises:
        BadInput: for a name that is taken or none.
    """
    key = slugify(name)[:60]
    if not key:
        raise BadInput(f"{name!r} is no name: write a word of letters")
    if CallScorecard.objects.filter(key=key).exists():
        raise BadInput(f"there is a scorecard called {name} already: add questions to that one")
    return CallScorecard.objects.create(key=key, name=name.strip(), written_by=by, written_at=now)


def add_question(card: CallScorecard, wording: Wording) -> CallQuestion:
    """Add a question at the end.

    Raises:
        BadInput: when something is missing, the step is unknown, or there are too many.
    """
    _require_wording(wording)
    count = card.questions.filter(retired_at=None).count()
    if count >= MOST_QUESTIONS:
        raise BadInput(f"{count} questions are enough: nobody scores more with care; retire one first")
    last = card.questions.order_by("-place").values_list("place", flat=True).first() or 0
    stem = f"{card.key[:40]}-{slugify(wording.text)[:30]}".rstrip("-")
    key = f"{stem}-{last + 1}"
    return CallQuestion.objects.create(scorecard=card, key=key, place=last + 1, **vars(wording))


def word_question(question: CallQuestion, wording: Wording) -> None:
    """Word a question anew, as long as nobody has answered it.

    Raises:
        BadInput: when something is missing, or somebody has scored it.
    """
    _require_wording(wording)
    if question.scores.exists():
        raise BadInput(
            "this question was scored: worded anew, scores could not be compared; retire it and add one"
        )
    CallQuestion.objects.filter(pk=question.pk).update(**vars(wording))


def retire_question(question: CallQuestion, *, now: datetime) -> None:
    """Ask a question no more; its scores stay."""
    CallQuestion.objects.filter(pk=question.pk, retired_at=None).update(retired_at=now)


def retire_scorecard(card: CallScorecard, *, now: datetime) -> None:
    """Use a scorecard no more; its reviews stay."""
    CallScorecard.objects.filter(pk=card.pk, retired_at=None).update(retired_at=now)


def submit_review(
    call: Call,
    card: CallScorecard,
    said: Mapping[str, Scored],
    *,
    by: Any,  # noqa: ANN401 -- an account
    now: datetime,
) -> CallReview:
    """Score a call: every question once, with the moment that says so; what was said stays.

    Args:
        call: with its words.
        card: in use.
        said: key of a question → what is said.
        by: the rater; not the rep himself.
        now: when.

    Raises:
        BadInput: when a question or a moment is missing, the words are erased, or it was scored before.
    """
    questions = list(card.questions.filter(retired_at=None))
    _require_reviewable(call, card, questions, by)
    for one in questions:
        _require_said(one, said.get(one.key, Scored(None)))
    try:
        with transaction.atomic():
            review = CallReview.objects.create(call=call, scorecard=card, rater=by, submitted_at=now)
            scores = [_score(review, one, said[one.key]) for one in questions]
            CallScore.objects.bulk_create(scores)
            tell(*(_row(review, one) for one in scores))
    except IntegrityError:
        raise BadInput("you have scored this call already: what was said stays") from None
    return review


def _require_wording(wording: Wording) -> None:
    if wording.step not in STEPS:
        raise BadInput(f"a question moves one of {', '.join(STEPS)}, got {wording.step!r}: choose one")
    for name, text in (("question", wording.text), ("1 point", wording.low), ("5 points", wording.high)):
        if not text.strip():
            raise BadInput(f"{name} is empty: two raters score alike only when both ends are described")


def _require_reviewable(call: Call, card: CallScorecard, questions: list[CallQuestion], by: Any) -> None:  # noqa: ANN401
    if not call.has_words:
        raise BadInput("the words of this call are erased: nobody can score it any more")
    if card.retired_at is not None or not questions:
        raise BadInput(f"{card.name} asks nothing any more: choose another scorecard")
    if by.rep_id is not None and by.rep_id == call.rep_id:
        raise BadInput("this is your own call: let somebody else score it")


def _require_said(question: CallQuestion, said: Scored) -> None:
    if said.points is None or not LOWEST <= said.points <= HIGHEST:
        raise BadInput(f"still to score: {question.text}")
    if said.at_ms is None and not said.why.strip():
        raise BadInput(f"{question.text}: name the moment that says so, or write why there is none")


def _score(review: CallReview, question: CallQuestion, said: Scored) -> CallScore:
    cue = None if said.at_ms is None else cue_at(review.call, said.at_ms)
    if said.at_ms is not None and cue is None:
        raise BadInput(f"{question.text}: nobody has spoken at that moment yet; name a later one")
    quote = "" if cue is None else f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text
    return CallScore(
        review=review,
        question=question,
        points=said.points or 0,  # never 0: checked above
        at_ms=None if cue is None else cue.start_ms,
        quote=quote,
        why=said.why.strip(),
    )


def _row(review: CallReview, score: CallScore) -> dict[str, Any]:
    told = {
        "call": str(review.call_id),
        "rater": person(review.rater),
        "score": score.points,
        "step": score.question.step,
        "at_ms": score.at_ms,
        "scorecard": review.scorecard.key,
    }
    return row(
        "call.reviewed",
        f"call_review:{review.pk}:{score.question.key}",
        review.submitted_at,
        told,
        rep_id=review.call.rep_id,
        lead_id=review.call.lead_id,
        content=score.question.key,
    )
