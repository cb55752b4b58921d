"""How much pipeline a quota needs: the multiple at which four times in five enough of it closes in time.

Of a pipeline worth c quotas each deal is won in time with the same chance, and brings the size of one of the
company's own won deals. The multiple is the smallest c with P(sum >= quota) of at least 80 %. "Four times"
is only 1 / 25 %: the pipeline that brings the quota on average, which is missed about half of the time.

Source: docs/formulas/forecast.md#coverage
"""

from dataclasses import dataclass

import numpy as np

from quintet.kernel.errors import BadInput
from quintet.management.terms.forecast import F8

#: The chance a pipeline should give, and the line everybody starts from.
LEVEL, STARTING_MULTIPLE = 0.8, 4.0
STEP, LARGEST = 0.25, 40.0
_DRAWS = 4_000
_MOST_DEALS = 2_000


@dataclass(frozen=True)
class Multiple:
    """How many times what is left of a quota the pipeline should be.

    Args:
        needed: the multiple; the starting line until own deals tell it.
        is_own: fitted from the company's own deals.
        chance: share of open deals that are won in time; None while it is the starting line.
        deals: closed deals the chance rests on.
        lo: the multiple at the upper end of the chance's 90 % interval; None while it is the starting line.
        hi: at its lower end.
    """

    needed: float
    is_own: bool
    chance: float | None
    deals: int
    lo: float | None = None
    hi: float | None = None


def needed_multiple(
    deals_per_quota: float, chance: float, sizes: F8, *, level: float = LEVEL, seed: int = 0
) -> float:
    """The smallest multiple of the quota, in quarters of one, whose pipeline brings it often enough.

    Args:
        deals_per_quota: won deals of mean size that make the quota.
        chance: of an open deal to be won in time, 0..1: its win rate times the share that closes in time.
        sizes: won deals, to draw from.
        level: how often it should be enough.
        seed: everything random follows from it.

    Returns:
        The multiple; 40 where even that is not enough.

    Raises:
        BadInput: unless there is something to reach, a chance, and a size.
    """
    if deals_per_quota <= 0 or not 0 < chance <= 1 or not len(sizes) or sizes.mean() <= 0:
        told = f"{deals_per_quota:g} deals at {chance:g}"
        msg = f"a multiple needs a quota, a chance in 0..1 and sizes, got {told}"
        raise BadInput(msg)
    if deals_per_quota * LARGEST > _MOST_DEALS:
        return _of_many(deals_per_quota, chance, sizes, level)
    rng = np.random.default_rng(seed)
    deals = int(np.ceil(deals_per_quota * LARGEST))
    won = rng.random((_DRAWS, deals)) < chance
    brought = np.cumsum(won * rng.choice(sizes / sizes.mean(), (_DRAWS, deals)), axis=1)
    multiples = np.arange(STEP, LARGEST + STEP / 2, STEP)
    taken = np.clip(np.rint(multiples * deals_per_quota).astype(np.int64), 1, deals) - 1
    enough = np.mean(brought[:, taken] >= deals_per_quota, axis=0) >= level
    return float(multiples[np.argmax(enough)]) if enough.any() else LARGEST


def _of_many(deals_per_quota: float, chance: float, sizes: F8, level: float) -> float:
    """The same where there are many deals: their sum is normal."""
    from scipy.special import ndtri

    spread = chance * (1 + float(sizes.var() / sizes.mean() ** 2)) - chance**2
    z = float(ndtri(level))
    root = (z * np.sqrt(spread) + np.sqrt(z**2 * spread + 4 * chance * deals_per_quota)) / (2 * chance)
    return min(float(np.ceil(root**2 / deals_per_quota / STEP) * STEP), LARGEST)
