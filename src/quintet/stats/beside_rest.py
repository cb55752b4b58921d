"""What some people brought over what they would have, had they done as the rest did with equal chances."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.sure_sums import Sure, of_error

FloatArray = NDArray[np.float64]

#: Fewer people on either side do not show how far people differ.
FEWEST = 8
_NEXT_TO_NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class Group:
    """People of one side; only those with chances count.

    Args:
        brought: [n] by person.
        due: [n] chances, above 0: months, or customers the average person would have won.
    """

    brought: FloatArray
    due: FloatArray

    @classmethod
    def of(cls, brought: ArrayLike, due: ArrayLike) -> "Group":
        """Those with chances.

        Raises:
            BadInput: when there is not one chance a person, or a chance is negative.
        """
        told, chances = (np.asarray(one, dtype=np.float64) for one in (brought, due))
        if told.shape != chances.shape or (chances < 0).any():
            raise BadInput(f"one chance a person, 0 or more: got {chances.size} for {told.size} people")
        return cls(told[chances > 0], chances[chances > 0])

    def __len__(self) -> int:
        """How many people."""
        return len(self.due)

    @property
    def rate(self) -> float:
        """What all of them brought over all of their chances."""
        return float(self.brought.sum() / self.due.sum())

    @property
    def variance(self) -> float:
        """Of the sum they brought, by how far persons lie off a rate that the largest pull along."""
        off = self.brought - self.rate * self.due
        return float((off**2 / (1.0 - self.due / self.due.sum())).sum())

    @property
    def alike(self) -> float:
        """People with even chances who would say as much."""
        return float(self.due.sum() ** 2 / (self.due**2).sum())


def beside_rest(mine: Group, rest: Group) -> Sure:
    """What some brought beyond their chances at the rate of the rest.

    What a person brings in one month goes with the next, so a person is one case. The doubt is Student's,
    with Welch's degrees of freedom, people with uneven chances counting as fewer even ones (Kish).

    Args:
        mine: whose worth is asked for.
        rest: beside whom.

    Raises:
        NotEnoughData: with fewer than 8 people with chances on either side.

    Source: Cochran, Sampling Techniques, 3rd ed. (1977), section 6.5 (a ratio of sums); MacKinnon & White,
        Journal of Econometrics 29 (1985) 305-325 (HC2); Welch, Biometrika 34 (1947) 28-35.
    """
    fewest = min(len(mine), len(rest))
    if fewest < FEWEST:
        message = f"{len(mine)} people beside {len(rest)}: {FEWEST} on either side show how far people differ"
        raise NotEnoughData(message, have=fewest, need=FEWEST, unit="people on the smaller side")
    chances = float(mine.due.sum())
    parts = mine.variance, rest.variance * (chances / float(rest.due.sum())) ** 2
    whole = sum(parts) + _NEXT_TO_NOTHING
    freedom = whole**2 / sum(
        (part + _NEXT_TO_NOTHING) ** 2 / max(one.alike - 1.0, 1.0)
        for part, one in zip(parts, (mine, rest), strict=True)
    )
    more = float(mine.brought.sum()) - rest.rate * chances
    return of_error(more, math.sqrt(whole), freedom)
