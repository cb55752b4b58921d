"""To how many it has happened by when, while others went away first; and whether groups differ in it."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput
from quintet.stats.homogeneity import chi_square_tail
from quintet.stats.survival import cumulative_incidence, kaplan_meier

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]

_HALF = 0.5
#: A share that is so near to 1 is 1: what is missing was lost in adding up.
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class IncidenceCurve:
    """The share to whom it had happened by each time at which anything happened to anybody.

    Args:
        times: [k] ascending.
        share: [k] to whom it had happened by then.
        lo: [k] lower end of its interval.
        hi: [k] upper end.
        gone: [k] share to whom something else had happened first.
        at_risk: [k] watched up to that time.
        events: [k] to how many it happened then.
    """

    times: F8
    share: F8
    lo: F8
    hi: F8
    gone: F8
    at_risk: I8
    events: I8

    @property
    def median(self) -> float | None:
        """The first time by which it has happened to half of all, those who went counted in; None before."""
        return self._first(self.share)

    @property
    def median_range(self) -> tuple[float | None, float | None]:
        """The interval of the median: where the upper and the lower end of the curve pass one half.

        Source: Brookmeyer & Crowley, Biometrics 38 (1982) 29-41.
        """
        return self._first(self.hi), self._first(self.lo)

    def _first(self, share: F8) -> float | None:
        over = np.flatnonzero(share >= _HALF)
        return float(self.times[over[0]]) if len(over) else None


def incidence_curve(times: F8, cause: I8, of: int = 1, level: float = 0.90) -> IncidenceCurve:
    """The share to whom one cause had happened by each time, when another may come first, with its interval.

    Args:
        times: [n] until the first cause, or until one stopped watching.
        cause: [n] which; 0 where one stopped watching.
        of: the cause asked for.
        level: of the interval.

    Raises:
        BadInput: when the two do not fit together.

    Source: Aalen & Johansen (1978); variance, Marubini & Valsecchi, Analysing Survival Data from Clinical
        Trials and Observational Studies (1995), section 10.2, on the log(-log) scale.
    """
    if len(times) != len(cause):
        raise BadInput(f"each of {len(times)} times wants its cause, got {len(cause)}")
    at, summed = cumulative_incidence(times, cause, of)
    share = np.where(summed > 1.0 - _ROUNDING, 1.0, summed)
    before = kaplan_meier(times, cause > 0)
    mine = ((times[None, :] == at[:, None]) & (cause[None, :] == of)).sum(axis=1)
    lo, hi = _limits(share, _variance(share, before.share, mine, (before.events, before.at_risk)), level)
    gone = 1.0 - before.share - share
    return IncidenceCurve(at, share, lo, hi, np.maximum(gone, 0.0), before.at_risk, mine)


def _variance(share: F8, left: F8, mine: I8, all_of: tuple[I8, I8]) -> F8:
    events, risk = all_of
    still = np.concatenate([[1.0], left[:-1]]) if len(left) else left
    with np.errstate(divide="ignore", invalid="ignore"):
        any_cause = events / (risk * (risk - events))
    far = np.tril(share[:, None] - share[None, :])
    passed = np.tril(np.ones_like(far))
    first = np.where(far == 0.0, 0.0, far**2 * np.where(np.isfinite(any_cause), any_cause, 0.0)).sum(axis=1)
    second = passed @ (still**2 * mine * (risk - mine) / risk**3)
    third = far @ (still * mine / risk**2)
    return np.asarray(np.maximum(first + second - 2.0 * third, 0.0))


def _limits(share: F8, variance: F8, level: float) -> tuple[F8, F8]:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    inside = (share > 0.0) & (share < 1.0)
    log = np.log(np.where(inside, share, _HALF))
    wide = z * np.sqrt(variance) / (np.where(inside, share, _HALF) * np.abs(log))
    lo, hi = np.exp(log * np.exp(wide)), np.exp(log * np.exp(-wide))
    return np.where(inside, lo, share), np.where(inside, hi, share)


@dataclass(frozen=True)
class LogRank:
    """The test whether groups share one pace.

    Args:
        statistic: chi-square.
        degrees: groups with anybody to compare, minus one.
        p_value: probability of such differences among groups of one pace.
    """

    statistic: float
    degrees: int
    p_value: float


def log_rank(times: F8, happened: B1, group: I8) -> LogRank:
    """Would groups of one pace differ like this by luck alone?

    Args:
        times: [n] until it happened, or until one stopped watching or went for another reason.
        happened: [n] did it?
        group: [n] number of the group.

    Raises:
        BadInput: when lengths differ.

    Source: Mantel (1966); Peto & Peto (1972).
    """
    if not len(times) == len(happened) == len(group):
        raise BadInput(f"each of {len(times)} times wants its flag and its group")
    numbers, places = np.unique(group, return_inverse=True)
    at = np.unique(times[happened])
    if len(numbers) <= 1 or not len(at):
        return LogRank(0.0, 0, 1.0)
    member = np.eye(len(numbers))[places]
    risk = (times[None, :] >= at[:, None]).astype(float) @ member
    events = ((times[None, :] == at[:, None]) & happened[None, :]).astype(float) @ member
    n, d = risk.sum(axis=1), events.sum(axis=1)
    off = (events - risk * (d / n)[:, None]).sum(axis=0)
    scale = d * (n - d) / (n**2 * np.maximum(n - 1.0, 1.0))
    within = np.diag((scale * n) @ risk) - np.einsum("t,ti,tj->ij", scale, risk, risk)
    statistic = float(off @ np.linalg.pinv(within) @ off)
    degrees = int(np.linalg.matrix_rank(within))
    return LogRank(statistic, degrees, chi_square_tail(statistic, degrees))
