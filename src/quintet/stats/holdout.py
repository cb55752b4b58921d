"""What a rule is worth, by leads held out of it by lot: an interval that is fair to few customers, too."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput
from quintet.stats.calibration import Z90, wilson

FloatArray = NDArray[np.float64]

#: An arm's slope on what was said before is fitted from so many of its leads with an outcome above 0.
SLOPE_FROM = 5
#: What was said differs by no more than rounding below this variance.
_ROUNDING = 1e-18


@dataclass(frozen=True)
class Arm:
    """One side of the lot.

    Args:
        leads: drawn into it.
        hits: of these, with an outcome above 0.
        mean: outcome a lead, as if the arm had drawn leads like all.
        lo: lower end of its 90 % interval.
        hi: upper end.
    """

    leads: int
    hits: int
    mean: float
    lo: float
    hi: float


@dataclass(frozen=True)
class HoldoutFit:
    """By the rule, without it, and the difference.

    Args:
        ruled: leads the rule decided on.
        held: leads held out of it.
        estimate: ruled minus held, outcome a lead.
        lo: lower end of its 90 % interval, for one look.
        hi: upper end.
    """

    ruled: Arm
    held: Arm
    estimate: float
    lo: float
    hi: float


def fit_holdout(
    outcome: ArrayLike,
    is_held: ArrayLike,
    share: ArrayLike,
    said: ArrayLike | None = None,
    *,
    z: float = Z90,
) -> HoldoutFit:
    """Compare leads by the arm they were drawn into, whatever was done with them.

    Each lead counts for one over its chance of being drawn where it is, so that the share may change. Each
    arm's mean is moved to what all leads showed at the draw, by a line of its own. Its interval is Wilson's,
    at as many leads as its spread is worth; both are joined as Newcombe joins two shares. The lot falls lead
    by lead, so leads are not gathered in clusters.

    Args:
        outcome: [n] 1 or 0, or money, 0 or more; 0 for a lead nobody worked.
        is_held: [n] drawn out of the rule.
        share: [n] chance it had of that, in (0, 1).
        said: [n] what foretells the outcome, known at the draw; none when left out.
        z: standard errors on either side; of a 90 % interval when left out.

    Raises:
        BadInput: when shapes disagree, an outcome is negative, a share is no chance, or an arm is empty.

    Source: Lin, Annals of Applied Statistics 7 (2013) 295-318 (a line in each arm); Newcombe, Statistics in
        Medicine 17 (1998) 873-890, method 10 (joining); Fay & Feuer, Statistics in Medicine 16 (1997)
        791-801 (a sum of unequal amounts as a count); Abadie, Athey, Imbens & Wooldridge, Quarterly Journal
        of Economics 138 (2023) 1-35 (no clusters where the lot falls unit by unit).
    """
    y, held, chance = (np.asarray(one, dtype=np.float64) for one in (outcome, is_held, share))
    x = np.zeros_like(y) if said is None else np.asarray(said, dtype=np.float64)
    _check(y, held, chance, x)
    centred = x - x.mean()
    ruled = _arm(y, centred, (1.0 - held) / (1.0 - chance), z)
    out = _arm(y, centred, held / chance, z)
    below = math.hypot(ruled.mean - ruled.lo, out.hi - out.mean)
    above = math.hypot(ruled.hi - ruled.mean, out.mean - out.lo)
    difference = ruled.mean - out.mean
    return HoldoutFit(ruled, out, difference, difference - below, difference + above)


def _check(y: FloatArray, held: FloatArray, share: FloatArray, said: FloatArray) -> None:
    if not (len(y) == len(held) == len(share) == len(said)):
        raise BadInput(
            f"one arm, share and score a lead, got {len(held)}, {len(share)}, {len(said)} for {len(y)}"
        )
    if (y < 0).any() or not np.isfinite(y).all():
        raise BadInput("an outcome must be finite and 0 or more: a lead nobody worked brought 0")
    if ((share <= 0) | (share >= 1)).any():
        raise BadInput("the chance of being held out must lie between 0 and 1 for every lead drawn")
    if not held.any() or held.all():
        raise BadInput("both arms need a lead: draw some before you compare")


def _arm(y: FloatArray, centred: FloatArray, weight: FloatArray, z: float) -> Arm:
    """The mean of one arm, moved to what all leads showed, with its interval."""
    own = weight > 0
    y, x, weight = y[own], centred[own], weight[own] / weight[own].sum()
    hits = int((y > 0).sum())
    plain = float(weight @ y)
    away = x - float(weight @ x)
    spread = float(weight @ away**2)
    slope = (
        float(weight @ (away * (y - plain))) / spread if hits >= SLOPE_FROM and spread > _ROUNDING else 0.0
    )
    mean = max(plain - slope * float(weight @ x), 0.0)
    whole = float(weight @ (y - plain) ** 2)
    left = float(weight @ (y - plain - slope * away) ** 2)
    count = 1.0 / float(weight @ weight)
    cases = count * (whole / left if left > 0 else 1.0) * (1.0 - (slope != 0.0) / max(count, 2.0))
    coin = float(weight @ y**2) / plain if plain > 0 else 1.0
    lo, hi = wilson(min(mean / coin, 1.0), cases, z)  # type: ignore[arg-type]
    return Arm(len(y), hits, mean, lo * coin, hi * coin)
