"""Scores of commits once their period is over, and each person's bias.

A figure alone is scored by how far it was off, which asks for the median; a range by the pinball score of
its three figures at 10, 50 and 90 %. Both are proper: who says what he believes does best. The forecast of
the same day is scored on the same figures. Per-cent errors are not used: they reward saying too little.

Source: Gneiting (2011), Making and Evaluating Point Forecasts, JASA 106; docs/formulas/forecast.md#commits
"""

import math
from collections.abc import Sequence

from quintet.management.terms.commits import OWN, RANGE, Bias, Commit, CommitSaid, Judged
from quintet.management.terms.forecast import LEVELS
from quintet.stats.scores import pinball

#: Periods below which nothing is said of a person's bias.
FEWEST_PERIODS = 4
_Z90 = 1.6448536269514722


def judged(commit: Commit) -> Judged:
    """The score of a commit whose period is over."""
    figures, levels = _figures(commit)
    fitted = commit.fitted
    at_levels = None if fitted is None else tuple(fitted[LEVELS.index(level)] for level in levels)
    return Judged(
        commit,
        commit.so_far,
        _miss(levels, figures, commit.so_far),
        None if at_levels is None else _miss(levels, at_levels, commit.so_far),
    )


def last_of_each_period(commits: Sequence[Commit]) -> tuple[Commit, ...]:
    """Of each person and period the commit that stood at its end; newest period first."""
    last: dict[tuple[int, str, bool], Commit] = {}
    for one in sorted(commits, key=lambda one: one.at):
        last[one.rep_id, one.said.period, one.said.is_team] = one
    return tuple(sorted(last.values(), key=lambda one: one.start, reverse=True))


def beside(own: Sequence[CommitSaid], told: Sequence[CommitSaid]) -> tuple[CommitSaid, ...]:
    """What was said in Quintet and elsewhere, each once; newest first.

    Quintet writes each of its commits to the ledger as well: that copy is the same moment, period and
    figure, and is left out. Whoever says the same in two systems has said it twice; of a period the last
    word alone is scored.

    Args:
        own: kept by Quintet, with the forecast of their day.
        told: read from the facts.
    """
    kept = {_identity(one) for one in own}
    others = [one for one in told if one.source != OWN or _identity(one) not in kept]
    return tuple(sorted((*own, *others), key=lambda one: (one.at, one.rep_id), reverse=True))


def _identity(one: CommitSaid) -> tuple[object, ...]:
    """Not by person: of two ids of one person that were merged, the ledger knows, and the record does not."""
    return one.at, one.said.period, one.said.is_team, round(one.said.amount, 2)


def bias(told: Sequence[Judged]) -> Bias:
    """How far one person's commits lie above what came, with a 90 % interval.

    Args:
        told: one for each period, all of the same person.
    """
    first, periods = told[0].commit, len(told)
    came = sum(one.happened for one in told) / periods
    if periods < FEWEST_PERIODS or came <= 0:
        few = f"{periods} periods so far: a bias takes {FEWEST_PERIODS}"
        reason = few if periods < FEWEST_PERIODS else f"nothing came in {periods} periods: no share to tell"
        return Bias(first.rep_id, first.name, periods, None, None, None, reason)
    misses = [(one.commit.said.amount - one.happened) / came for one in told]
    mean = sum(misses) / periods
    variance = sum((one - mean) ** 2 for one in misses) / (periods - 1)
    reach = t_quantile(periods - 1) * math.sqrt(variance / periods)
    return Bias(
        first.rep_id, first.name, periods, mean, mean - reach, mean + reach, _sentence(mean, reach, periods)
    )


def t_quantile(degrees: int) -> float:
    """The 95 % quantile of Student's t, to half a per cent from three degrees on; without a library.

    Source: Abramowitz & Stegun, 26.7.5.
    """
    z, n = _Z90, float(degrees)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / n + second / n**2 + third / n**3


def _figures(commit: Commit) -> tuple[tuple[float, ...], tuple[float, ...]]:
    said = commit.said
    if said.low is None or said.high is None:
        return (said.amount,), (0.5,)
    return (said.low, said.amount, said.high), (RANGE[0], 0.5, RANGE[1])


def _miss(levels: Sequence[float], figures: Sequence[float], happened: float) -> float:
    """Mean of twice the pinball score: of a figure alone, its distance from what came."""
    return sum(2 * pinball(p, q, happened) for p, q in zip(levels, figures, strict=True)) / len(levels)


def _sentence(mean: float, reach: float, periods: int) -> str:
    lo, hi = mean - reach, mean + reach
    side = "too high" if mean >= 0 else "too low"
    told = f"commits {abs(mean):.0%} {side}, {periods} periods, really between {lo:+.0%} and {hi:+.0%}"
    return told if lo > 0 or hi < 0 else f"{told}: chance alone could do that"
