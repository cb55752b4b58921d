"""Input targets derived backwards from the quota, and where a rep stands on the way."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, pdtr

from quintet.management.terms.targets import INPUTS, STARTING_LINES, Aims, InputPace, Need

FloatArray = NDArray[np.float64]

#: Fewer than expected counts as behind when chance alone would bring so few in less than one case in ten.
BEHIND = 0.10
#: So close to 1, a dispersion is none.
_POISSON = 1.0 + 1e-6


def input_targets(
    customers: FloatArray | float, stages: Sequence[str], rates: Mapping[tuple[str, str], FloatArray]
) -> tuple[Need, ...]:
    """How many of each stage it takes to win so many customers, counted backwards through the rates.

    Args:
        customers: wanted a month; draws, or one number.
        stages: the recorded stages, in order, ending in won.
        rates: (earlier, later) → draws of the team's rate; steps left out are not known yet. Where a
            starting line exists it is used and said; stages before an unknown rate are left out.

    Returns:
        One row per stage as far back as the rates are known, in the order of the stages.

    Source: docs/formulas/targets.md#backwards-from-the-quota
    """
    needed = np.asarray(customers, dtype=np.float64)
    found = [_need("won", needed, None, is_own=True)]
    for earlier, later in zip(stages[-2::-1], stages[:0:-1], strict=False):
        rate, is_own = _rate_of((earlier, later), rates)
        if rate is None:
            break
        needed = needed / rate
        found.append(_need(earlier, needed, float(np.mean(rate)), is_own=is_own))
    return tuple(reversed(found))


def pace(
    stage: str, done: int, expected: float, *, outcome_is_met: bool, dispersion: float | None
) -> InputPace:
    """Where one input stands this month; no flag where the outcome is on pace by another way.

    Args:
        stage: which input.
        done: so far.
        expected: needed by now.
        outcome_is_met: what was signed is on pace.
        dispersion: variance over mean of such counts (`spread_of`); None where nobody can say.

    Source: docs/formulas/targets.md#behind
    """
    if dispersion is None:
        return InputPace(stage, done, expected, "not known")
    chance = count_at_most(done, expected, dispersion)
    is_low = done < expected and chance < BEHIND
    low = "met another way" if outcome_is_met else "behind"
    return InputPace(stage, done, expected, low if is_low else "on pace", chance)


def paces(aims: Aims, counts: Mapping[str, int]) -> tuple[InputPace, ...]:
    """Where each watched input with a target stands.

    Args:
        aims: what the month asks.
        counts: stage → done so far.
    """
    return tuple(
        pace(
            stage,
            counts[stage],
            expected,
            outcome_is_met=aims.outcome_is_met,
            dispersion=aims.dispersion.get(stage),
        )
        for stage in INPUTS
        if stage in counts and (expected := aims.by_now(stage)) is not None
    )


def count_at_most(count: int, mean: float, dispersion: float) -> float:
    """Chance of so many or fewer when so many are expected and counts spread more than Poisson.

    A negative binomial of that mean, its variance the dispersion times the mean; Poisson at 1.
    """
    if mean <= 0.0:
        return 1.0
    if dispersion <= _POISSON:
        return float(pdtr(count, mean))
    return float(betainc(mean / (dispersion - 1.0), count + 1.0, 1.0 / dispersion))


def _rate_of(
    step: tuple[str, str], rates: Mapping[tuple[str, str], FloatArray]
) -> tuple[FloatArray | float | None, bool]:
    if step in rates:
        return rates[step], True
    return STARTING_LINES.get(step), False


def _need(stage: str, needed: FloatArray, rate: float | None, *, is_own: bool) -> Need:
    lo, hi = np.quantile(needed, (0.05, 0.95))
    return Need(stage, float(needed.mean()), float(lo), float(hi), rate, is_own)
