"""Forgetting what was advised about somebody who is erased."""

from typing import Any

from quintet.loop.models.decisions import Recommendation


def forget_candidate(sender: Any, candidate_id: int, **more: Any) -> None:  # noqa: ANN401, ARG001
    """Remove advice about a candidate, with what was decided on it."""
    Recommendation.objects.filter(candidate_id=candidate_id).delete()
