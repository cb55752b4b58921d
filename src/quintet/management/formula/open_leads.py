"""Old leads that nobody closes: where reps leave different shares open, a rate by cohort misleads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.management.formula.counts import StepCounts
from quintet.stats.delay import DelayCurve
from quintet.stats.homogeneity import fit_homogeneity
from quintet.stats.rates import PooledRates, fit_rates

FloatArray = NDArray[np.float64]

#: A lead is old when this share of those who convert had converted at its age.
OLD_SHARE = 0.99
#: Losses are recorded when at least this share of the old leads that were not won is closed.
CLOSED_SHARE = 0.25
#: The shares differ when chance would spread them so in less than this.
ALPHA = 0.01


@dataclass(frozen=True, eq=False)
class OpenLeads:
    """Reps leave different shares of old leads open: what to say, and the rates of the closed ones.

    Args:
        reason: the sentence.
        closed: won of won and lost, pooled.
        p_value: do these differ between the reps?
    """

    reason: str
    closed: PooledRates
    p_value: float


def open_leads(
    counts: StepCounts, delay: DelayCurve | None, offset: FloatArray, outliers: float
) -> OpenLeads | None:
    """Do reps differ in the share of leads they never close, beyond chance? None when they do not.

    Args:
        counts: of a step that ends in won; the leads of other steps need not be closed.
        delay: how long conversions take.
        offset: log-odds by which each rep's leads are easier.
        outliers: as for the step's own fit.
    """
    if counts.step.later != "won" or delay is None or not delay.is_fitted:
        return None
    old = counts.ages > delay.days_until(OLD_SHARE)
    left = (counts.unconverted - counts.lost)[:, old].sum(axis=1)
    gone = counts.lost[:, old].sum(axis=1)
    if not left.sum() or gone.sum() < CLOSED_SHARE * (gone + left).sum():
        return None
    settled = counts.n - counts.unconverted[:, ~old].sum(axis=1)
    if fit_homogeneity(left, settled).p_value >= ALPHA:
        return None
    lost = counts.lost.sum(axis=1)
    closed = fit_rates(counts.converted, lost, outliers=outliers, offset=offset)
    p_value = fit_homogeneity(counts.converted, counts.converted + lost, offset=offset).p_value
    return OpenLeads(_reason(left, settled), closed, p_value)


def _reason(left: NDArray[np.int64], settled: NDArray[np.int64]) -> str:
    share = left[settled > 0] / settled[settled > 0]
    return (
        f"reps leave different shares of old opportunities open ({share.min():.0%} to {share.max():.0%}): "
        "close them or judge by the win rate of closed ones"
    )
