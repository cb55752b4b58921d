"""What a better rate would bring in customers a month, and which one step to coach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from quintet.management.formula.estimates import ALPHA, MATERIAL, StepFit
from quintet.management.terms.funnel import Gain, Step
from quintet.management.words import step_label
from quintet.stats.rates import PooledRates

FloatArray = NDArray[np.float64]

#: A step is named the one to coach when it is the best one with this probability.
CLEAR = 0.50
#: Fewer reps at a step, or fewer leads of the rep there, and no skill is named.
MIN_REPS = 8
MIN_LEADS = 30
#: One rep below the peers with this probability is coached where all the others are alike.
ALONE = 0.98
#: With fewer reps than this, claims of "best" are shown with at most the cap.
FEW_REPS = 15
CAP = 0.85


@dataclass(frozen=True, eq=False)
class Chain:
    """The whole way from the first stage to won, on joint posterior draws.

    Args:
        steps: the neighbouring steps, in order.
        pooled: the fit of each step.
        top: draws of the top quartile for standard leads, shape (S, D).
        leads_per_month: leads each rep takes on a month, shape (J,).
        silent: step key → why nothing is said of a rep there; what other steps bring runs through it.
        coached: (place of the rep, step key) → since when his leads there count, as he was coached that day.
    """

    steps: tuple[Step, ...]
    pooled: tuple[PooledRates, ...]
    top: FloatArray
    leads_per_month: FloatArray
    silent: Mapping[str, str] = field(default_factory=dict)
    coached: Mapping[tuple[int, str], date] = field(default_factory=dict)

    def draw(self, places: Sequence[int]) -> None:
        """Make the draws of some reps together, before `gains` is asked of each."""
        for one in self.pooled:
            one.draw(places)


def chain_to_won(
    fits: tuple[StepFit, ...], leads_per_month: FloatArray, coached: Mapping[tuple[int, str], date]
) -> Chain | None:
    """The steps as one chain; None when not even the team's rate of one is known, or it does not end in won.

    Args:
        fits: the neighbouring steps, in order.
        leads_per_month: leads each rep takes on a month, shape (J,).
        coached: as in `Chain`.
    """
    pooled = [fit.known for fit in fits if fit.known is not None]
    if not fits or len(pooled) < len(fits) or fits[-1].step.later != "won":
        return None
    return Chain(
        steps=tuple(fit.step for fit in fits),
        pooled=tuple(pooled),
        top=np.stack([one.top_quartile_draws() for one in pooled]),
        leads_per_month=leads_per_month,
        silent={fit.step.key: fit.reason for fit in fits if fit.pooled is None},
        coached=coached,
    )


def gains(chain: Chain, place: int) -> dict[str, tuple[Gain, Gain]]:
    """What reaching the peers, and the top quartile, would bring one rep at each step.

    `L · Π p · (b / p_s - 1)` on every joint draw: leads a month, through all rates of the rep, with
    the rate of step s replaced by the benchmark b, both on the leads the rep got.

    Args:
        chain: the way to won.
        place: the rep's place in the arrays.

    Returns:
        Step key → (to the peers, to the top quartile), customers a month.

    Source: docs/formulas/management.md#customers-at-stake
    """
    rates = np.stack([one.on_own_leads(one.draws_of(place), place) for one in chain.pooled])
    peers = np.stack([one.on_own_leads(one.team_draws, place) for one in chain.pooled])
    top = np.stack([one.on_own_leads(t, place) for one, t in zip(chain.pooled, chain.top, strict=True)])
    customers = chain.leads_per_month[place] * rates.prod(axis=0)
    draws = customers * (np.stack([peers, top]) / rates - 1.0)
    unknown = _missing(chain, place)
    judged = [at for at, step in enumerate(chain.steps) if step.key not in unknown]
    best = _best(draws[1], judged, CAP if chain.leads_per_month.size < FEW_REPS else 1.0)
    mean, lo, hi = draws.mean(axis=2), *_ends(draws)
    return {
        step.key: (
            Gain("peers", *_told(mean[0, at], lo[0, at], hi[0, at], peers[at].mean())),
            Gain("top quartile", *_told(mean[1, at], lo[1, at], hi[1, at], top[at].mean(), best[at])),
        )
        for at, step in enumerate(chain.steps)
    }


def not_judged(chain: Chain, place: int) -> dict[str, str]:
    """Step key → why a rep cannot be judged there: it is silent, or too few reps or leads came to it."""
    missing = _missing(chain, place)
    return {
        step.key: f"{step_label(step).lower()} cannot be judged yet: {missing[step.key]}"
        for step in chain.steps
        if step.key in missing
    }


def _missing(chain: Chain, place: int) -> dict[str, str]:
    found = {}
    for step, one in zip(chain.steps, chain.pooled, strict=True):
        reps, leads = int(np.count_nonzero(one.n)), int(one.n[place])
        if step.key in chain.silent:
            found[step.key] = chain.silent[step.key]
        elif reps < MIN_REPS:
            found[step.key] = f"{reps} reps to compare, {MIN_REPS} are needed"
        elif leads < MIN_LEADS:
            since = chain.coached.get((place, step.key))
            lately = f" since the coaching of {since:%-d %b %Y}" if since else ""
            found[step.key] = f"{leads} leads{lately}, {MIN_LEADS} are needed"
    return found


def _best(draws: FloatArray, judged: Sequence[int], cap: float) -> FloatArray:
    """How probably each of the steps judged brings most of these; 0 for the others, shape (S,).

    Not of all: a step of which next to nothing is known might always bring most, and nothing would be named.
    """
    found = np.zeros(len(draws))
    if judged:
        first = np.argmax(draws[judged], axis=0)
        found[judged] = np.bincount(first, minlength=len(judged)) / draws.shape[1]
    return np.minimum(found, cap)


def step_to_coach(
    chain: Chain, place: int, found: dict[str, tuple[Gain, Gain]], adjusted: Mapping[str, float]
) -> tuple[Step | None, str]:
    """The one step where coaching brings a rep most, of those at which he can be judged; or none, and why.

    Args:
        chain: the way to won.
        place: the rep's place in the arrays.
        found: `gains` of the rep.
        adjusted: homogeneity p-values by step, corrected for the number of steps.

    Source: docs/formulas/coaching.md#the-one-skill; studies/one_skill.py tunes the rule.
    """
    at, step = max(enumerate(chain.steps), key=lambda one: found[one[1].key][1].probability or 0.0)
    gain = found[step.key][1]
    if len(chain.steps) == 1 or (gain.probability or 0.0) < CLEAR or gain.lo <= 0.0:
        return None, "; ".join(
            ("no single step clearly brings more than the others", *not_judged(chain, place).values())
        )
    if adjusted.get(step.key, 1.0) >= ALPHA and not _stands_alone(chain.pooled[at], place):
        why = f"(p = {adjusted.get(step.key, 1.0):.2f})"
        return None, f"at {step_label(step).lower()} chance alone would spread identical reps as far {why}"
    return step, ""


def _stands_alone(pooled: PooledRates, place: int) -> bool:
    """Is one rep so far below that he differs where the others do not?"""
    is_material = pooled.mean[place] <= (1.0 - MATERIAL) * pooled.team_mean
    return bool(is_material and pooled.p_below[place] >= ALONE)


def _told(*numbers: float) -> tuple[float, ...]:
    return tuple(map(float, numbers))


def _ends(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The 5th and the 95th percentile of the draws on the last axis."""
    ordered = np.sort(draws, axis=-1)
    low, high = (level * (draws.shape[-1] - 1) for level in (0.05, 0.95))
    return _between(ordered, low), _between(ordered, high)


def _between(ordered: FloatArray, place: float) -> FloatArray:
    """The value at a place of the last axis, on the line between its neighbours."""
    below = int(place)
    return np.asarray(ordered[..., below] + (place - below) * (ordered[..., below + 1] - ordered[..., below]))
