"""How good an adviser is: how much of its advice is taken, and what followed beside what it promised."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from quintet.kernel.errors import NotEnoughData
from quintet.ledger.recommendations import Followed
from quintet.loop.terms import BASELINE, Contest, Turn
from quintet.stats.shares import wilson

#: Below so many decisions, or outcomes, nothing is said.
FEWEST = 10
#: What a promotion promised is held against so many periods after it.
PERIODS_AFTER = 2
_LEVEL = 0.90
_FEWEST_CLUSTERS = 3
DECIDED = ("accepted", "changed", "refused")
_GROUPS = (*DECIDED, "done")
_TITLES = {
    "accepted": "Followed where accepted",
    "changed": "Followed where done in another way",
    "refused": "Followed where refused",
    "done": "Followed where done by rule",
}


@dataclass(frozen=True)
class Outcome:
    """One advice, as its adviser is measured by it.

    Args:
        formula: who advised.
        topic: about what.
        unit: of both numbers; advice in different units is never averaged.
        state: open, accepted, changed, refused, or done by rule.
        promised: what following it was said to bring.
        delivered: what followed; None as long as it is not known.
    """

    formula: str
    topic: str
    unit: str
    state: str
    promised: float
    delivered: float | None


@dataclass(frozen=True)
class Share:
    """How much of the advice people take as it is.

    Args:
        accepted: taken as it was advised.
        decided: taken, taken in another way, or refused.
        rate: accepted of decided; None below FEWEST decided.
        lo: lower end of its 90 % interval.
        hi: upper end.
        missing: decisions missing before it speaks.
    """

    accepted: int
    decided: int
    rate: float | None
    lo: float | None
    hi: float | None
    missing: int


@dataclass(frozen=True)
class Kept:
    """What followed beside what was promised, of one kind of decision.

    Args:
        state: accepted, changed, refused, or done by rule.
        n: advice of which both are known.
        promised: mean promise, in the unit; None below FEWEST.
        delivered: mean of what followed.
        difference: delivered minus promised, mean over advice.
        lo: lower end of its 90 % interval (Student's t over advice).
        hi: upper end.
        missing: outcomes missing before it speaks.
    """

    state: str
    n: int
    promised: float | None
    delivered: float | None
    difference: float | None
    lo: float | None
    hi: float | None
    missing: int

    @property
    def title(self) -> str:
        """What followed, of which advice."""
        return _TITLES[self.state]

    @property
    def against(self) -> str:
        """The same beside the promise."""
        return f"{self.title}, beside the promise"

    @property
    def note(self) -> str:
        """What was promised."""
        return "" if self.promised is None else f"promised {self.promised:.4g}"


@dataclass(frozen=True)
class Scorecard:
    """One adviser on one topic.

    Args:
        formula: who advised.
        topic: about what.
        unit: of promise and outcome.
        counts: state → how many.
        share: how much is taken.
        kept: promise and outcome, by what was decided; states without any advice are left out.
        reading: it in a sentence.
    """

    formula: str
    topic: str
    unit: str
    counts: dict[str, int]
    share: Share
    kept: tuple[Kept, ...]
    reading: str


def scorecards(told: Iterable[Outcome]) -> tuple[Scorecard, ...]:
    """Every adviser, topic by topic and unit by unit, in the order of their names."""
    groups: dict[tuple[str, str, str], list[Outcome]] = {}
    for one in told:
        groups.setdefault((one.formula, one.topic, one.unit), []).append(one)
    return tuple(_scorecard(name, groups[name]) for name in sorted(groups))


def promotions(turns: Sequence[Turn]) -> tuple[tuple[Turn, Contest], ...]:
    """The turns after which another recipe, or the naive answer, was in use, with the contest it won."""
    found = []
    for turn in turns:
        won = [one for one in turn.contests if one.is_won and one.challenger == turn.next]
        if turn.next != turn.in_use and won:
            found.append((turn, won[0]))
    return tuple(found)


def followed(turns: Sequence[Turn], period: str, recipe: str, before: str) -> Followed:
    """What a promotion was worth in the periods after it, on the same clusters for both recipes.

    Args:
        turns: of the formula, oldest first.
        period: the turn that promoted.
        recipe: what was promoted.
        before: what was in use until then.

    Returns:
        Mean over clusters of loss before minus loss of what was promoted; its 90 % interval.

    Raises:
        NotEnoughData: before there are PERIODS_AFTER scored periods after it.
    """
    until = next((turn.until for turn in turns if turn.period == period), "")
    later = [turn for turn in turns if until and turn.until > until and turn.clusters][:PERIODS_AFTER]
    pairs = [
        cluster.losses[before] - cluster.losses[recipe]
        for turn in later
        for cluster in turn.clusters
        if before in cluster.losses and recipe in cluster.losses
    ]
    if len(later) < PERIODS_AFTER or len(pairs) < _FEWEST_CLUSTERS:
        msg = f"what followed {period} is not known yet: {len(later)} periods were scored since"
        raise NotEnoughData(msg, have=len(later), need=PERIODS_AFTER, unit="periods")
    mean, lo, hi = _mean(pairs)
    return Followed(mean, lo, hi, len(pairs), f"scored in {', '.join(turn.period for turn in later)}")


def recipe_word(name: str) -> str:
    """A recipe as a sentence calls it."""
    return "the naive answer" if name == BASELINE else f"“{name}”"


def _scorecard(name: tuple[str, str, str], told: Sequence[Outcome]) -> Scorecard:
    counts = Counter(one.state for one in told)
    kept = tuple(_kept(state, told) for state in _GROUPS if counts[state])
    share = _share(counts)
    return Scorecard(*name, dict(counts), share, kept, _reading(kept))


def _share(counts: Counter[str]) -> Share:
    accepted, decided = counts["accepted"], sum(counts[state] for state in DECIDED)
    if decided < FEWEST:
        return Share(accepted, decided, None, None, None, FEWEST - decided)
    lo, hi = wilson(accepted, decided)
    return Share(accepted, decided, accepted / decided, lo, hi, 0)


def _kept(state: str, told: Sequence[Outcome]) -> Kept:
    known = [
        (one.promised, one.delivered) for one in told if one.state == state and one.delivered is not None
    ]
    if len(known) < FEWEST:
        return Kept(state, len(known), None, None, None, None, None, FEWEST - len(known))
    promised, delivered = np.array(known, dtype=np.float64).T
    difference, lo, hi = _mean(delivered - promised)
    return Kept(
        state, len(known), float(promised.mean()), float(delivered.mean()), difference, lo, hi, missing=0
    )


def _mean(values: Sequence[float] | np.ndarray) -> tuple[float, float, float]:
    """A mean with its 90 % interval by Student's t."""
    told = np.asarray(values, dtype=np.float64)
    mean = float(told.mean())
    error = float(told.std(ddof=1)) / math.sqrt(len(told))
    spread = float(student.ppf(0.5 + _LEVEL / 2, len(told) - 1)) * error
    return mean, mean - spread, mean + spread


def _reading(kept: Sequence[Kept]) -> str:
    told = next(
        (one for one in kept if one.difference is not None and one.state in {"accepted", "done"}), None
    )
    if told is None:
        short = min((one.missing for one in kept if one.state in {"accepted", "done"}), default=FEWEST)
        return f"Silent: {short} more known outcomes are needed before its promises can be judged."
    if told.hi is not None and told.hi < 0:
        return "It promises more than follows."
    if told.lo is not None and told.lo > 0:
        return "More follows than it promises."
    return "What follows is not shown to differ from what it promises."
