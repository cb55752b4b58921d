"""Adverse impact: does one group get through less often than another, and can chance explain it?

The four-fifths rule compares two shares and knows nothing of chance: of fair processes with 60 and 20 people
it flags six in ten (docs/studies/adverse_impact.md). So a ratio below four fifths is flagged only when
Fisher's exact test also says that chance does not explain it, corrected for how many pairs of groups there
are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from quintet.kernel.errors import BadInput

#: A group that gets through less than this often, beside the one that does most often, needs a look.
FOUR_FIFTHS = 0.8
#: Chance explains it up to here.
LEAST_P = 0.05
#: Confidence of the interval of a ratio; it goes with the test.
LEVEL = 0.95
#: With fewer people in all groups together nothing is said.
FEWEST_PEOPLE = 30
#: With fewer expected to get through of a group, nothing is said about it.
FEWEST_EXPECTED = 2.0
_TIES = 1 + 1e-7
_HALF = 0.5


@dataclass(frozen=True)
class Group:
    """People of one group: how many there were, and how many of them got through."""

    name: str
    people: int
    selected: int

    def __post_init__(self) -> None:
        """Refuse counts that cannot be."""
        if not 0 <= self.selected <= self.people:
            raise BadInput(f"selected must lie in 0..{self.people} ({self.name}), got {self.selected}")

    @property
    def rate(self) -> float:
        """Share that got through; 0 where there was nobody."""
        return self.selected / self.people if self.people else 0.0


@dataclass(frozen=True)
class Impact:
    """One group beside the one that gets through most often.

    Args:
        group: whom it is about.
        reference: the group with the highest rate.
        ratio: rate over the highest rate; None where nobody got through anywhere.
        lo: lower end of its 95 % interval; None likewise.
        hi: upper end.
        p: chance of a difference at least as large when there is none, for this pair and for as many pairs as
            could have been the one that differs most.
        needs: people of the group still missing until something may be said; 0 when it may.
        is_flagged: below four fifths, and chance does not explain it.
    """

    group: Group
    reference: Group
    ratio: float | None
    lo: float | None
    hi: float | None
    p: float
    needs: int
    is_flagged: bool

    @property
    def is_reference(self) -> bool:
        """Is this the group the others are held against?"""
        return self.group is self.reference

    @property
    def is_below(self) -> bool:
        """Is it below four fifths, whatever chance says?"""
        return self.ratio is not None and self.ratio < FOUR_FIFTHS


def impacts(groups: Sequence[Group], looks: int = 1) -> tuple[Impact, ...]:
    """Every group beside the one that gets through most often, in the order they came.

    Args:
        groups: two or more with somebody in them.
        looks: how many measures are looked at together, each of which could have stood out.

    Raises:
        BadInput: with fewer than two, or with an empty one.

    Source: docs/formulas/hiring_fairness.md; 29 CFR 1607.4 D.
    """
    if len(groups) < 2 or any(not one.people for one in groups):  # noqa: PLR2004
        raise BadInput("an impact ratio takes two groups or more, each with somebody in it")
    best = max(groups, key=lambda one: (one.rate, one.people))
    pairs = looks * len(groups) * (len(groups) - 1) // 2
    share = sum(one.selected for one in groups) / sum(one.people for one in groups)
    return tuple(_impact(one, best, pairs, share) for one in groups)


def _impact(group: Group, best: Group, pairs: int, share: float) -> Impact:
    ratio, lo, hi = ratio_interval(group, best)
    p = min(1.0, pairs * fisher_exact(group, best)) if group is not best else 1.0
    needs = _missing(group, share)
    flagged = ratio is not None and ratio < FOUR_FIFTHS and p < LEAST_P and not needs
    return Impact(group, best, ratio, lo, hi, p, needs, flagged)


def _missing(group: Group, share: float) -> int:
    """People of a group still missing until two of them may be expected to get through, or not to."""
    rarer = min(share, 1.0 - share)
    if rarer <= 0.0:
        return FEWEST_PEOPLE
    return max(0, int(np.ceil(FEWEST_EXPECTED / rarer - 1e-9)) - group.people)


def ratio_interval(
    group: Group, best: Group, level: float = LEVEL
) -> tuple[float | None, float | None, float | None]:
    """The impact ratio with its interval, on the log scale; half a person is added where a count is zero.

    Returns:
        Ratio, lower and upper end; all None when nobody of the best group got through.

    Source: Katz et al., Obtaining confidence intervals for the risk ratio, Biometrics 34 (1978).
    """
    if not best.selected:
        return None, None, None
    if group is best:
        return 1.0, 1.0, 1.0
    add = _HALF if not group.selected else 0.0
    a, n, b, m = group.selected + add, group.people + add, best.selected + add, best.people + add
    wide = NormalDist().inv_cdf(_HALF + level / 2) * np.sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    middle = np.log(a / n) - np.log(b / m)
    return group.rate / best.rate, float(np.exp(middle - wide)), float(np.exp(middle + wide))


def fisher_exact(one: Group, other: Group) -> float:
    """Two-sided p of Fisher's exact test: tables no more likely than this one, margins fixed.

    Source: Fisher (1922); agrees with scipy.stats.fisher_exact.
    """
    from scipy.special import gammaln  # a third of a second, on no page that has nothing to test

    people, through = one.people + other.people, one.selected + other.selected
    k = np.arange(max(0, through - other.people), min(one.people, through) + 1)

    def log_choose(
        n: int, of: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    ) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        return np.asarray(gammaln(n + 1) - gammaln(of + 1) - gammaln(n - of + 1))

    logs = log_choose(one.people, k) + log_choose(other.people, through - k)
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    seen = chances[one.selected - k[0]]
    return float(min(1.0, chances[chances <= seen * _TIES].sum())) if people else 1.0


@dataclass(frozen=True)
class ScoringRates:
    """Shares above the median of everybody's score, by group.

    Args:
        median: of the full sample, people of no known group included.
        above: [n] is this person above it?
    """

    median: float
    above: tuple[bool, ...]


def scoring_rates(scores: Sequence[float]) -> ScoringRates:
    """Who scores above the median of the full sample: what New York's rules call the scoring rate.

    Raises:
        BadInput: when there is no score.

    Source: 6 RCNY § 5-300, "scoring rate", and § 5-301(c)(1).
    """
    if not scores:
        raise BadInput("the median takes a score, got none")
    median = float(np.median(np.asarray(scores, dtype=float)))
    return ScoringRates(median, tuple(bool(one > median) for one in scores))
