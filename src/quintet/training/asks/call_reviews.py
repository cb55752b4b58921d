"""Reviews asked: what raters said of a call, how far they agree, and which questions go with their step."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.db.models import QuerySet

from quintet.facts.published import Facts
from quintet.training.asks.call_outcomes import CallOutcomes, call_outcomes
from quintet.training.formula.call_reviews import question_evidence, raters_agree
from quintet.training.models.call_reviews import CallQuestion, CallReview, CallScore, CallScorecard
from quintet.training.models.calls import Call
from quintet.training.terms.calls import QuestionEvidence, RatersAgree, ScoredCall


@dataclass(frozen=True)
class AskedQuestion:
    """A question with what its scores tell.

    Args:
        question: the record.
        reviews: how often it was scored.
        evidence: with its step; None without facts.
        agreement: of raters.
    """

    question: CallQuestion
    reviews: int
    evidence: QuestionEvidence | None
    agreement: RatersAgree


def scorecards_in_use() -> list[CallScorecard]:
    """Those with a question in use."""
    asked = CallQuestion.objects.filter(retired_at=None)
    return list(CallScorecard.objects.filter(retired_at=None, questions__in=asked).distinct())


def open_cards(call: Call, user: Any) -> list[CallScorecard]:  # noqa: ANN401 -- an account
    """The scorecards a person may still score a call by: never the own call, never twice."""
    if not call.has_words or (user.rep_id is not None and user.rep_id == call.rep_id):
        return []
    done = set(call.reviews.filter(rater=user).values_list("scorecard_id", flat=True))
    return [one for one in scorecards_in_use() if one.pk not in done]


def reviews_of(call: Call, user: Any, *, may_review: bool) -> tuple[list[CallReview], int]:  # noqa: ANN401
    """The reviews a person may read, and how many are hidden from him.

    Who may still score a call by a scorecard sees what others said of it only afterwards: a score that knows
    another is none.
    """
    told = list(call.reviews.select_related("rater", "scorecard").prefetch_related("scores__question"))
    if not may_review:
        return told, 0
    still = {one.pk for one in open_cards(call, user)}
    read = [one for one in told if one.scorecard_id not in still]
    return read, len(told) - len(read)


def side_by_side(
    reviews: Iterable[CallReview],
) -> list[tuple[CallQuestion, list[tuple[CallReview, CallScore]]]]:
    """Each question with what each rater said of it."""
    rows: dict[CallQuestion, list[tuple[CallReview, CallScore]]] = defaultdict(list)
    for review in reviews:
        for score in review.scores.all():
            rows[score.question].append((review, score))
    return sorted(rows.items(), key=lambda one: (one[0].scorecard_id, one[0].place))


def asked_questions(card: CallScorecard, calls: "QuerySet[Call]", facts: Facts | None) -> list[AskedQuestion]:
    """The questions of a scorecard with what their scores tell, retired ones last.

    Looks are corrected over every question of every scorecard, so that one more scorecard is no way round it.

    Args:
        card: whose questions.
        calls: those the reader may count.
        facts: None before the first load.
    """
    scores = list(
        CallScore.objects.filter(review__call__in=calls.order_by().values("pk")).select_related(
            "review__call", "question"
        )
    )
    keys = list(CallQuestion.objects.values_list("key", flat=True))
    evidence: dict[str, QuestionEvidence] = {}
    if facts is not None:
        leads = {one.review.call.lead_id for one in scores if one.review.call.lead_id}
        outcomes = call_outcomes(facts, leads)
        evidence = {one.question: one for one in question_evidence(_scored(scores, outcomes), keys)}
    questions = sorted(card.questions.all(), key=lambda one: (one.retired_at is not None, one.place))
    return [
        AskedQuestion(
            one,
            sum(score.question_id == one.pk for score in scores),
            evidence.get(one.key),
            raters_agree(one.key, _rows(scores, one)),
        )
        for one in questions
    ]


def _rows(scores: Iterable[CallScore], question: CallQuestion) -> list[tuple[str, str, float]]:
    return [
        (str(one.review.call_id), str(one.review.rater_id), float(one.points))
        for one in scores
        if one.question_id == question.pk
    ]


def _scored(scores: Iterable[CallScore], outcomes: CallOutcomes) -> list[ScoredCall]:
    """One for each call and question: the mean of its raters, and what the lead did after."""
    said: dict[tuple[Any, str], list[CallScore]] = defaultdict(list)
    for one in scores:
        said[one.review.call_id, one.question.key].append(one)
    told = []
    for (_, key), own in said.items():
        call = own[0].review.call
        reached = (
            None
            if call.lead_id is None
            else outcomes.reached(call.lead_id, own[0].question.step, call.started_at, call.minutes)
        )
        buyer = f"call:{call.pk}" if call.lead_id is None else f"lead:{call.lead_id}"
        told.append(ScoredCall(buyer, key, fmean(one.points for one in own), reached))
    return told
