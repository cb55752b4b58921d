"""What customers are worth, all together and by group: how long they stay times what they pay, in draws.

All follow one shifted beta-geometric. A group leaves by a multiple of it, pulled towards 1 by as much as it
is not known; what it pays is pulled towards the mean. The draws of both multiply, so an interval of the value
holds the uncertainty of both. Never revenue over churn.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.stats.retention import (
    discounted_months,
    fit_sbg,
    pooled_means,
    pooled_multipliers,
    tenures,
)

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

DRAWS = 1000
#: A customer is worth what he pays in so many months, money a month later being worth that much less.
HORIZON_MONTHS = 36
MONTHLY_DISCOUNT = 0.01
_YEAR = 12


@dataclass(frozen=True, eq=False)
class Group:
    """Who belongs to a group, and its draws: multiplier of leaving and monthly revenue, [draws] each."""

    member: npt.NDArray[np.bool_]
    multiplier: F8
    arpa: F8


@dataclass(frozen=True, eq=False)
class Lifetimes:
    """All customers, and what is drawn once for all groups.

    Args:
        is_lost: [n] cancelled.
        mrr: [n] monthly revenue at the start, above 0.
        survival: [draws, HORIZON_MONTHS + 1] share still there.
        expected: [n] chance-weighted losses at everybody's churn.
    """

    is_lost: npt.NDArray[np.bool_]
    mrr: F8
    survival: F8
    expected: F8

    @classmethod
    def of(cls, months: I8, is_lost: npt.NDArray[np.bool_], mrr: F8) -> "Lifetimes":
        """Fit all customers together.

        Args:
            months: [n] whole months seen; of a lost customer those before the one he left in.
            is_lost: [n] cancelled.
            mrr: [n] monthly revenue at the start, above 0.
        """
        fit = fit_sbg(tenures(months, is_lost), draws=DRAWS)
        through = months + is_lost
        hazard = -np.log(fit.survival(int(through.max())).mean(axis=0))
        return cls(is_lost, mrr, fit.survival(HORIZON_MONTHS), np.asarray(hazard[through]))

    def months(self, multiplier: F8) -> F8:
        """Months of revenue by draw, of customers who leave by a multiple, [draws]."""
        return discounted_months(self.survival ** multiplier[:, None], MONTHLY_DISCOUNT)

    def churn(self, multiplier: F8) -> F8:
        """Monthly churn over the first year by draw, [draws]."""
        return np.asarray(1.0 - self.survival[:, _YEAR] ** (multiplier / _YEAR))

    def groups(self, code: I8, size: int, seed: int = 0) -> list[Group]:
        """Groups 0 … size - 1 with their draws; one without a customer gets what groups are like.

        Args:
            code: [n] the group of each customer.
            size: how many there are.
            seed: of the draws.
        """
        events, expected = sums(code, self.is_lost, size), sums(code, self.expected, size)
        multipliers = pooled_multipliers(events, expected, draws=DRAWS, seed=seed)
        means = pooled_means(np.log(self.mrr), code, size, draws=DRAWS, seed=seed)
        arpa = np.exp(means) * _smear(self.mrr, means.mean(axis=1)[code])
        return [Group(code == one, multipliers[one], arpa[one]) for one in range(size)]


def sums(code: I8, values: npt.NDArray[np.generic], size: int) -> F8:
    """The sum of each group, [size]."""
    return np.asarray(np.bincount(code, values, size), dtype=np.float64)


def _smear(mrr: F8, log_mean: F8) -> float:
    """What turns a mean of logs into a mean of money: Duan's smearing estimate."""
    return float(np.exp(np.log(mrr) - log_mean).mean())
