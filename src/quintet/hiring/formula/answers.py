"""What the hiring formula answers: the criteria table, the index that can be worked by hand, a candidate."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.finding import Finding, Status
from quintet.stats.rank_scale import RankScale

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class CriterionLine:
    """One criterion: what it shows alone, and what a point of it adds beside all others.

    Args:
        key: which.
        written: weight written down before.
        n: people followed who were scored on it.
        status: of its correlation; `adds_status` of "adds beyond the others".
        agreement: of the mean of as many raters as score a candidate (ICC), 0..1; None where two raters
            never scored the same candidate.
        raw: correlation with success as counted.
        correlation, lo, hi: the same, luck taken out, with its interval.
        p_positive: probability that it goes with success.
        q_value: familiar check, Benjamini and Hochberg.
        leads: goes with success, surely enough for a badge: probability .95 and q at most .10.
        weight, weight_lo, weight_hi: what one point adds to the outcome, in its unit, as printed.
        p_helps: probability that a point more helps, the other scores being the same.
        adds_status: may it be said that it adds beyond the others?
        adds: it does, with a probability of .90.
    """

    key: str
    written: float
    n: int
    status: Status
    agreement: float | None
    raw: float | None
    correlation: float | None
    lo: float | None
    hi: float | None
    p_positive: float | None
    q_value: float | None
    leads: bool
    weight: float
    weight_lo: float | None
    weight_hi: float | None
    p_helps: float | None
    adds_status: Status
    adds: bool


@dataclass(frozen=True, eq=False)
class Spread:
    """What is needed to say how sure an expectation is; arrays of K criteria.

    Args:
        center: scores of the people it was fitted on.
        covariance: of the weights, in standard deviations of the outcome, (K, K).
        noise: variance of the outcome around the index, the same squared.
        weight: unrounded, in standard deviations.
        level: outcome at the center, the same.
        people: followed.
        scale: outcomes by rank, and the way back to their unit.
    """

    center: FloatArray
    covariance: FloatArray
    noise: float
    weight: FloatArray
    level: float
    people: int
    scale: RankScale


@dataclass(frozen=True)
class Validity:
    """How well the index foretells the outcome of people it had not seen.

    Args:
        correlation, lo, hi: of those hired, each class foretold from the others.
        corrected, corrected_lo, corrected_hi: the same among all applicants, range restriction taken out.
        ratio: how much more applicants differ than those hired.
        equal: correlation of the plain written weights among those hired.
        p_value: of the first, Holm over the outcomes.
    """

    correlation: float
    lo: float
    hi: float
    corrected: float
    corrected_lo: float
    corrected_hi: float
    ratio: float
    equal: float
    p_value: float


@dataclass(frozen=True, eq=False)
class FittedIndex:
    """The index for one outcome: intercept plus the sum of weight times score.

    Args:
        outcome: which.
        unit: of the index: the outcome's, or "points" where weights are those written down.
        target: what counts as reached.
        status: silent is the written weights alone, "prior only".
        reason: why, and what would change it.
        n, n_required: people followed, and how many the next step needs.
        expected_on: when the flow of hires reaches that.
        decimals: of the printed weights.
        intercept: as printed.
        lines: a criterion each.
        added_up: probability that plainly adding up is best.
        spread: how sure; None where weights are those written down.
        validity: None likewise.
    """

    outcome: str
    unit: str
    target: float | None
    status: Status
    reason: str
    n: int
    n_required: int
    expected_on: date | None
    decimals: int
    intercept: float
    lines: tuple[CriterionLine, ...]
    added_up: float
    spread: Spread | None
    validity: Validity | None

    @property
    def weights(self) -> FloatArray:
        """Printed weights, shape (K,)."""
        return np.array([one.weight for one in self.lines])

    @property
    def is_prior_only(self) -> bool:
        """Are the weights those written down before, and nothing else?"""
        return self.spread is None


@dataclass(frozen=True)
class Contribution:
    """What one criterion moves a candidate's index by, beside the average applicant.

    Args:
        key: which.
        score: leniency taken out, as printed; the average where nobody scored.
        average: of all applicants.
        weight: of a point.
        points: weight times the difference of score and average, in the unit of the index.
        raters: how many scored it.
    """

    key: str
    score: float
    average: float
    weight: float
    points: float
    raters: int


@dataclass(frozen=True)
class Alike:
    """A successful rep whom the candidate resembles.

    Args:
        candidate: the rep, as candidate.
        closer_than: share of pairs of applicants less alike than these two, 0..1.
        outcome: what became of the rep, in the outcome's unit.
        both_strong: criteria both stand out on.
    """

    candidate: str
    closer_than: float
    outcome: float
    both_strong: tuple[str, ...]


@dataclass(frozen=True)
class Profiles:
    """The nearest successful profiles: reps succeed in different ways.

    Args:
        nearest: the closest first; empty where nothing distinguishes profiles.
        ways: kinds of differences between candidates beyond chance, besides the general level.
        tells: do profiles near successful reps succeed more here? None where too few were followed.
        reason: what to keep in mind.
    """

    nearest: tuple[Alike, ...]
    ways: int
    tells: bool | None
    reason: str


@dataclass(frozen=True)
class Expectation:
    """A candidate's index.

    Args:
        index: as printed: intercept plus weights times scores.
        unit: of the index.
        finding: the same as an answer, with its 80 % interval in the outcome's unit.
        p_target: probability of reaching the target; None where there is no target, or prior only.
        drivers: every criterion, the largest contribution first.
        missing: criteria nobody scored: they count as average.
    """

    index: float
    unit: str
    finding: Finding
    p_target: float | None
    drivers: tuple[Contribution, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ReviewedLine:
    """One criterion before hire and after it, of the same people.

    Args:
        key: which.
        people: scored on it both times.
        before, after: their mean score each time, leniency taken out.
        again: correlation of the two; None for fewer than ten people, or where one does not vary.
        followed: people scored after hire with an outcome.
        correlation, lo, hi: of the later score with the outcome, luck taken out; reviewers know the outcome,
            so this flatters. None below the people it needs.
    """

    key: str
    people: int
    before: float
    after: float
    again: float | None
    followed: int
    correlation: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True)
class RaterLine:
    """One interviewer: how mild, how steady, and whether his scores foretold success.

    Args:
        rater: who.
        candidates: scored together with somebody else.
        leniency: points above the mean of all raters on the same candidates.
        consistency: standard deviation of a single score around the candidate's and his own level, points.
        foretold: correlation of his mean score with the leading outcome, luck taken out.
    """

    rater: str
    candidates: int
    leniency: Finding
    consistency: float | None
    foretold: Finding
