"""What a better rate would bring in customers a month, and which one step to coach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
_BENCHMARKS = ("peers", "top quartile")
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


def gains(chain: Chain, places: Sequence[int]) -> list[dict[str, tuple[Gain, Gain]]]:
    """What reaching the peers, and the top quartile, would bring some reps at each step.

    `L · Π p · (b / p_s - 1)` on every joint draw: leads a month, through all rates of the rep, with
    the rate of step s replaced by the benchmark b, both on the leads the rep got.

    Args:
        chain: the way to won.
        places: the reps' places in the arrays.

    Returns:
        Of each of them step key → (to the peers, to the top quartile), customers a month.

    Source: docs/formulas/management.md#customers-at-stake
    """
    if not places:
        return []
    some = list(places)
    for one in chain.pooled:
        one.draw(some)
    rates, peers, top = (
        np.stack([one.on_own_leads(each, some) for one, each in zip(chain.pooled, draws, strict=True)])
        for draws in (
            [np.stack([one.draws_of(place) for place in some]) for one in chain.pooled],
            [one.team_draws for one in chain.pooled],
            chain.top,
        )
    )
    customers = chain.leads_per_month[some, None] * rates.prod(axis=0)
    draws = customers * (np.stack([peers, top]) / rates - 1.0)
    mean, (lo, hi), target = draws.mean(axis=3), _ends(draws), np.stack([peers, top]).mean(axis=3)
    told = np.stack([mean, lo, hi, target], axis=3).tolist()
    found: list[dict[str, tuple[Gain, Gain]]] = []
    for row, place in enumerate(some):
        best = _best(chain, place, draws[1][:, row]).tolist()
        each: dict[str, tuple[Gain, Gain]] = {}
        for at, step in enumerate(chain.steps):
            to_peers, to_top = (Gain(name, *told[to][at][row]) for to, name in enumerate(_BENCHMARKS))
            each[step.key] = to_peers, replace(to_top, probability=best[at])
        found.append(each)
    return found


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


def _best(chain: Chain, place: int, draws: FloatArray) -> FloatArray:
    """How probably each of the steps at which a rep can be judged brings most of these, (S,); else 0.

    Not of all: a step of which next to nothing is known might always bring most, and nothing would be named.
    """
    unknown = _missing(chain, place)
    judged = [at for at, step in enumerate(chain.steps) if step.key not in unknown]
    found, cap = np.zeros(len(draws)), CAP if chain.leads_per_month.size < FEW_REPS else 1.0
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


def _ends(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The 5th and the 95th percentile of the draws on the last axis."""
    low, high = (level * (draws.shape[-1] - 1) for level in (0.05, 0.95))
    ordered = np.partition(draws, [int(low), int(low) + 1, int(high), int(high) + 1], axis=-1)
    return _between(ordered, low), _between(ordered, high)


def _between(ordered: FloatArray, place: float) -> FloatArray:
    """The value at a place of the last axis, on the line between its neighbours."""
    below = int(place)
    return np.asarray(ordered[..., below] + (place - below) * (ordered[..., below + 1] - ordered[..., below]))
