"""Input targets derived backwards from the quota, and where a rep stands on the way."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from quintet.management.terms.targets import STARTING_LINES, InputPace, Need

FloatArray = NDArray[np.float64]

#: Fewer than expected counts as behind when chance alone would bring so few in less than one case in ten.
BEHIND = 0.10


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


def pace(stage: str, done: int, expected: float, *, outcome_is_met: bool) -> InputPace:
    """Where one input stands this month; no flag where the outcome is on pace by another way.

    Args:
        stage: which input.
        done: so far.
        expected: needed by now.
        outcome_is_met: what was signed is on pace.
    """
    is_low = done < expected and poisson_at_most(done, expected) < BEHIND
    standing = "behind" if is_low else "on pace"
    return InputPace(stage, done, expected, "met another way" if is_low and outcome_is_met else standing)


def poisson_at_most(count: int, mean: float) -> float:
    """Chance of so many or fewer when so many are expected."""
    term = total = math.exp(-mean)
    for number in range(1, count + 1):
        term *= mean / number
        total += term
    return min(total, 1.0)


def _rate_of(
    step: tuple[str, str], rates: Mapping[tuple[str, str], FloatArray]
) -> tuple[FloatArray | float | None, bool]:
    if step in rates:
        return rates[step], True
    return STARTING_LINES.get(step), False


def _need(stage: str, needed: FloatArray, rate: float | None, *, is_own: bool) -> Need:
    lo, hi = np.quantile(needed, (0.05, 0.95))
    return Need(stage, float(needed.mean()), float(lo), float(hi), rate, is_own)
