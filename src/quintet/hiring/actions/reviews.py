"""What a reviewer does after hire: score a rep on the criteria of the interviews, once at each age."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from quintet.hiring.asks.reviews import Due
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.models.reviews import PostHireReview, ReviewScore
from quintet.hiring.terms.scorecards import Said
from quintet.kernel.errors import BadInput
from quintet.ledger.telling import person, row, tell


def submit_review(
    due: Due,
    criteria: list[Criterion],
    said: Mapping[str, Said],
    note: str,
    *,
    by: Any,  # noqa: ANN401 -- somebody with an account
    now: datetime,
) -> PostHireReview:
    """Score a rep at 3, 6 or 12 months; what was said stays.

    Raises:
        BadInput: when a criterion is missing, it is not due, or it was said before.
    """
    if not due.due_on <= now.date():
        raise BadInput(f"{due.name} is {due.months} months here on {due.due_on:%-d %b %Y}: score them then")
    left = [one.name for one in criteria if said.get(one.key, Said()).points is None]
    if left:
        raise BadInput(f"still to score: {', '.join(left)}")
    try:
        with transaction.atomic():
            return _keep(due, criteria, said, note, by=by, now=now)
    except IntegrityError:
        raise BadInput(
            f"you have scored {due.name} at {due.months} months already: what was said stays"
        ) from None


def _keep(
    due: Due,
    criteria: list[Criterion],
    said: Mapping[str, Said],
    note: str,
    *,
    by: Any,  # noqa: ANN401 -- somebody with an account
    now: datetime,
) -> PostHireReview:
    review = PostHireReview.objects.create(
        rep_id=due.rep_id, months=due.months, reviewer=by, note=note.strip(), submitted_at=now
    )
    ReviewScore.objects.bulk_create(
        ReviewScore(
            review=review,
            criterion=one.key,
            version=one.version,
            points=said[one.key].points or 0,  # never 0: checked above
            evidence=said[one.key].evidence,
        )
        for one in criteria
    )
    by_whom = {"months": due.months, "reviewer": person(by)}
    tell(
        *(
            row(
                "review.scored",
                f"review:{review.pk}:{one.key}",
                now,
                {**by_whom, "score": said[one.key].points, "version": one.version},
                rep_id=due.rep_id,
                content=one.key,
            )
            for one in criteria
        )
    )
    return review
