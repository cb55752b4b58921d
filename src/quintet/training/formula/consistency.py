"""How alike a class comes out of its exams: the spread of first attempts, beside earlier classes."""

from collections.abc import Sequence

import numpy as np

from quintet.kernel.errors import NotEnoughData
from quintet.stats.spread import Spread, fit_spread, probability_wider
from quintet.training.terms.consistency import ClassScores, ClassSpread, ExamConsistency

#: So many earlier classes are shown one by one; all of them are compared with.
_SHOWN = 4


def consistency(exam: str, own: ClassScores, others: Sequence[ClassScores]) -> ExamConsistency:
    """How far the people of a class lie apart at one exam, and whether earlier classes did more.

    The earlier ones are taken together, each around its own mean: what is compared is how alike people of
    one class are, not whether classes differ. First attempts only: a repeat brings everybody to the mark.

    Args:
        exam: its name.
        own: the class.
        others: other classes that sat it; those that started before are compared with.

    Source: docs/curriculum.md#how-alike-they-come-out
    """
    before = sorted(
        (one for one in others if one.starts_on < own.starts_on), key=lambda one: one.starts_on, reverse=True
    )
    mine, together = _fitted(own.scores), _together(before)
    p_wider = probability_wider(mine, together) if mine and together else None
    earlier = tuple(_spread(one) for one in before[:_SHOWN])
    return ExamConsistency(exam, _spread(own), earlier, p_wider)


def _spread(one: ClassScores) -> ClassSpread:
    try:
        found = fit_spread(np.array(one.scores))
    except NotEnoughData as problem:
        mean = float(np.mean(one.scores)) if one.scores else None
        return ClassSpread(one.name, len(one.scores), mean, reason=str(problem))
    return ClassSpread(one.name, found.n, found.mean, found.deviation, found.lo, found.hi)


def _fitted(scores: Sequence[float]) -> Spread | None:
    try:
        return fit_spread(np.array(scores))
    except NotEnoughData:
        return None


def _together(classes: Sequence[ClassScores]) -> Spread | None:
    """Earlier classes as one, each less its own mean; a class of one says nothing of how alike people are."""
    many = [np.array(one.scores) for one in classes if len(one.scores) > 1]
    if not many:
        return None
    try:
        return fit_spread(np.concatenate([scores - scores.mean() for scores in many]), groups=len(many))
    except NotEnoughData:
        return None
