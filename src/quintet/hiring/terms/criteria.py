"""Criteria as they are written down: what is meant, how it is seen, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quintet.hiring.terms.words import HIGHEST, LOWEST, MEASURES
from quintet.kernel.errors import BadInput

#: Points whose anchor has to be written down; the others may be.
ANCHORED = ("1", "4", "7", "10")
#: As in models/criteria.py: five times as important as the average criterion.
MOST_WEIGHT = 5.0


@dataclass(frozen=True)
class CriterionText:
    """What somebody writes down about a criterion.

    Args:
        key: short name that never changes, e.g. prior_success.
        name: as people say it.
        definition: what is meant, so that two people look for the same.
        assessed_by: the question, task or role play in which it shows.
        anchors: points as text → what earns them; at least 1, 4, 7 and 10.
        measure: "score", given by interviewers, or "gain", worked out of a coached role play.
        prior_weight: how much it is thought to matter beside the average criterion, which is 1; 0 to 5.
        reason: why it is thought to matter, or why it was rewritten.
    """

    key: str
    name: str
    definition: str
    assessed_by: str
    anchors: Mapping[str, str]
    measure: str = "score"
    prior_weight: float = 1.0
    reason: str = ""


@dataclass(frozen=True)
class FateText:
    """What is decided about a criterion.

    Args:
        fate: kept, dropped or reweighted.
        reason: why.
        evidence: what was known on that day, as JSON.
        weight: the new prior weight of a re-weighted one; None for the others.
    """

    fate: str
    reason: str
    evidence: Mapping[str, Any]
    weight: float | None = None


@dataclass(frozen=True)
class Change:
    """One field of a criterion that differs from the version before."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class WrittenWeight:
    """A prior weight, and whether it was written down before the data.

    Args:
        weight: 0 to 5; the average criterion is 1.
        since: when it was written down.
        scores_before: scores of this criterion that existed then.
        candidates_before: of how many candidates.
    """

    weight: float
    since: datetime
    scores_before: int
    candidates_before: int

    @property
    def is_prior(self) -> bool:
        """Was it written before any score?"""
        return self.scores_before == 0


def checked(text: CriterionText) -> CriterionText:
    """The text, if two interviewers could score by it.

    Raises:
        BadInput: naming what is missing.
    """
    for field, value in (("name", text.name), ("definition", text.definition), ("how", text.assessed_by)):
        if not value.strip():
            raise BadInput(f"criterion {text.key!r} has no {field}: say it in a sentence")
    missing = [points for points in ANCHORED if not text.anchors.get(points, "").strip()]
    if missing:
        raise BadInput(f"{text.name!r} needs anchors for {', '.join(missing)}: say what earns these points")
    stray = [points for points in text.anchors if not points.isdecimal() or not _on_scale(int(points))]
    if stray:
        raise BadInput(f"anchors belong to points {LOWEST}..{HIGHEST}, got {stray[0]!r}")
    if text.measure not in MEASURES:
        raise BadInput(f"measure must be one of {', '.join(MEASURES)}, got {text.measure!r}")
    checked_weight(text.prior_weight)
    return text


def checked_weight(weight: float) -> float:
    """A prior weight on its scale.

    Raises:
        BadInput: outside of 0..5.
    """
    if not 0 <= weight <= MOST_WEIGHT:
        raise BadInput(f"a prior weight lies in 0..{MOST_WEIGHT:.0f} (the average is 1), got {weight}")
    return weight


def changes(before: CriterionText, after: CriterionText) -> tuple[Change, ...]:
    """What a version changed, field by field and anchor by anchor."""
    fields = {
        "Name": (before.name, after.name),
        "Definition": (before.definition, after.definition),
        "How it is assessed": (before.assessed_by, after.assessed_by),
        "Measured as": (MEASURES[before.measure], MEASURES[after.measure]),
        "Prior weight": (f"{before.prior_weight:g}", f"{after.prior_weight:g}"),
    }
    for points in sorted({*before.anchors, *after.anchors}, key=int):
        fields[f"Anchor {points}"] = (before.anchors.get(points, ""), after.anchors.get(points, ""))
    return tuple(Change(field, was, now) for field, (was, now) in fields.items() if was != now)


def _on_scale(points: int) -> bool:
    return LOWEST <= points <= HIGHEST
