"""What the hiring formula is given: criteria written down before, scores, and what became of those hired."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.errors import BadInput
from quintet.stats.raters import Scores

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: An outcome counts from six months after hire on.
MATURE = timedelta(days=182)
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Criterion:
    """A criterion and how much it was written down to matter, beside the others, before any data."""

    key: str
    weight: float = 1.0


@dataclass(frozen=True)
class Score:
    """One rater's score, 1 to 10, of one candidate on one criterion; several rounds are averaged."""

    candidate: str
    rater: str
    criterion: str
    score: float


@dataclass(frozen=True)
class Outcome:
    """One way to see success.

    Args:
        name: e.g. "attainment".
        unit: e.g. "% of quota".
        values: of each candidate hired whose outcome is mature.
        reliability: how far the same rep's outcome would come out alike another time, 0..1.
        target: what counts as reached, in the unit; None where nothing does.
    """

    name: str
    unit: str
    values: Mapping[str, float]
    reliability: float = 0.7
    target: float | None = None


@dataclass(frozen=True)
class HiringData:
    """Everything a fit is made of.

    Args:
        criteria: in the order they are shown.
        scores: before hire, of everybody who applied, hired or not.
        outcomes: the first one leads.
        hired_on: day of hire of everybody hired, matured or not.
        as_of: the day it was known.
    """

    criteria: tuple[Criterion, ...]
    scores: tuple[Score, ...]
    outcomes: tuple[Outcome, ...]
    hired_on: Mapping[str, date]
    as_of: date
    level: float = field(default=0.90)

    def __post_init__(self) -> None:
        keys = [one.key for one in self.criteria]
        if not keys or len(set(keys)) < len(keys):
            raise BadInput(f"criteria must have names of their own, got {keys or 'none'}")
        if not sum(abs(one.weight) for one in self.criteria) > 0:
            raise BadInput("one criterion at least must be written down to matter: give it a weight above 0")
        unknown = {one.criterion for one in self.scores} - set(keys)
        if unknown:
            raise BadInput(f"scores name criteria that are not written down: {', '.join(sorted(unknown))}")
        strangers = {who for one in self.outcomes for who in one.values} - set(self.hired_on)
        if strangers:
            raise BadInput(f"outcomes of people who were not hired: {', '.join(sorted(strangers)[:5])}")
        for one in self.outcomes:
            if not np.isfinite(list(one.values.values())).all():
                raise BadInput(f"{one.name} must be a number: leave out whose outcome is not known yet")

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """Everybody with a score, in order of name."""
        return tuple(sorted({one.candidate for one in self.scores}))

    @cached_property
    def raters(self) -> tuple[str, ...]:
        """Everybody who scored, in order of name."""
        return tuple(sorted({one.rater for one in self.scores}))

    @cached_property
    def rows(self) -> Scores:
        """The scores by place; a rater's scores of one candidate and criterion are averaged."""
        return placed(self.scores, self.candidates, self.raters, tuple(one.key for one in self.criteria))

    @cached_property
    def written(self) -> FloatArray:
        """Written weights, shape (K,)."""
        return np.array([one.weight for one in self.criteria], dtype=np.float64)

    def followed(self, outcome: Outcome) -> tuple[str, ...]:
        """Those hired who were scored and whose outcome is known, by day of hire."""
        scored = set(self.candidates)
        known = [who for who in outcome.values if who in scored]
        return tuple(sorted(known, key=lambda who: (self.hired_on[who], who)))

    def expected_on(self, outcome: Outcome, need: int) -> date | None:
        """The day so many outcomes are in at the present flow of hires; None where nobody is being hired."""
        missing = need - len(self.followed(outcome))
        if missing <= 0:
            return self.as_of
        scored = set(self.candidates)
        waiting = sorted(
            max(day + MATURE, self.as_of)
            for who, day in self.hired_on.items()
            if who in scored and who not in outcome.values
        )
        if len(waiting) >= missing:
            return waiting[missing - 1]
        lately = sum(self.as_of - _YEAR < day <= self.as_of for day in self.hired_on.values())
        if not lately:
            return None
        return self.as_of + MATURE + _YEAR * ((missing - len(waiting)) / lately)


def placed(
    scores: tuple[Score, ...], candidates: tuple[str, ...], raters: tuple[str, ...], criteria: tuple[str, ...]
) -> Scores:
    """Scores by place; several of one rater, candidate and criterion become their mean.

    Args:
        scores: as given.
        candidates: who has which place.
        raters: the same.
        criteria: the same.
    """
    who, by, what = (
        {key: place for place, key in enumerate(all_)} for all_ in (candidates, raters, criteria)
    )
    place = np.array(
        [(who[one.candidate], by[one.rater], what[one.criterion]) for one in scores], dtype=np.int64
    ).reshape(-1, 3)
    rows, at, count = np.unique(place, axis=0, return_inverse=True, return_counts=True)
    total = np.bincount(at.ravel(), weights=[one.score for one in scores], minlength=len(rows))
    least = len(candidates), len(raters), len(criteria)
    return Scores(rows[:, 0], rows[:, 1], rows[:, 2], total / np.maximum(count, 1), least)
