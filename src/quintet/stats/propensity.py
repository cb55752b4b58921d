"""Who was chosen tells something about the outcome: weights that undo it, and how many cases they leave."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: A case counts for at most so many: as many as a lot of one in twenty ever asks for.
MOST = 20.0
#: The cap is lowered until the weighted cases say as much as this part of them would evenly.
LEAST_EFFECTIVE = 0.9
#: Parts of like score in which the share chosen is counted.
PARTS = 10
_LEAST_PART = 20
_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of the cases chosen.

    Args:
        weight: [n] 1 on average.
        effective: evenly weighted cases that would say as much.
        capped: cases held at the largest weight.
    """

    weight: FloatArray
    effective: float
    capped: int


def effective_cases(weight: ArrayLike) -> float:
    """How many evenly weighted cases say as much; 0 for none.

    Source: Kish, Survey Sampling (1965), section 8.2: (sum w)^2 / sum w^2.
    """
    given = np.asarray(weight, dtype=np.float64)
    square = float(given @ given)
    return float(given.sum()) ** 2 / square if square > 0 else 0.0


def inverse_weights(
    propensity: ArrayLike, share: float, *, most: float = MOST, least: float = LEAST_EFFECTIVE
) -> Weights:
    """Each case chosen counts for those like it that were not, up to a cap.

    Undoing the whole choice may cost more by chance than the choice costs by bias, so the cap is lowered
    until at most a tenth of the cases is lost that way.

    Args:
        propensity: [n] chance each of the cases chosen had of it, in (0, 1].
        share: of all cases that were chosen, in (0, 1]: a case of this propensity counts for one.
        most: the cap: a case counts for at most so many of those.
        least: part of the cases they must say as much as evenly weighted ones; 0 for the cap alone.

    Raises:
        BadInput: when a propensity is no chance.

    Source: Cole & Hernán, American Journal of Epidemiology 168 (2008) 656-664 (stabilised and truncated).
    """
    chance = np.asarray(propensity, dtype=np.float64)
    if not ((chance > 0) & (chance <= 1)).all() or not 0 < share <= 1:
        raise BadInput("a case that was chosen had a chance of it above 0 and at most 1")
    if not chance.size:
        return Weights(np.zeros(0), 0.0, 0)
    raw = share / chance
    limit = _lowered(raw, min(most, float(raw.max())), least)
    held = np.minimum(raw, limit)
    weight = held / held.mean()
    return Weights(np.asarray(weight), effective_cases(weight), int((raw > limit).sum()))


def _lowered(raw: FloatArray, most: float, least: float) -> float:
    """The largest cap at which enough cases are left, by halving: the lower the cap, the more even."""
    if effective_cases(np.minimum(raw, most)) >= least * raw.size:
        return most
    low, high = float(raw.min()), most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        is_enough = effective_cases(np.minimum(raw, middle)) >= least * raw.size
        low, high = (middle, high) if is_enough else (low, middle)
    return low


def chosen_share(said: ArrayLike, is_chosen: ArrayLike, wanted: ArrayLike, parts: int = PARTS) -> FloatArray:
    """Share chosen among cases of like score, with half a case of doubt on either side.

    Args:
        said: [m] score of the cases counted.
        is_chosen: [m] which of them were chosen.
        wanted: [n] scores to tell the share for.
        parts: equal parts by score; fewer where a part would have under twenty cases.

    Raises:
        BadInput: when there is no case.
    """
    score, chosen = np.asarray(said, dtype=np.float64), np.asarray(is_chosen, dtype=np.float64)
    if not score.size:
        raise BadInput("the share chosen needs cases to count: there are none")
    count = max(min(parts, score.size // _LEAST_PART), 1)
    edges = np.unique(np.quantile(score, np.arange(1, count) / count))
    part = np.searchsorted(edges, score, side="right")
    cases = np.bincount(part, minlength=len(edges) + 1)
    share = (np.bincount(part, chosen, minlength=len(edges) + 1) + 0.5) / (cases + 1.0)
    return np.asarray(share[np.searchsorted(edges, np.asarray(wanted, dtype=np.float64), side="right")])
