"""How long until something happens, when it has not happened to everybody yet."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """The share to whom it has not happened yet, after each time at which it happened to somebody.

    Args:
        times: [k] distinct times of events, ascending.
        share: [k] share to whom it has not happened after that time.
        lo: [k] lower end of its interval.
        hi: [k] upper end.
        at_risk: [k] watched up to that time.
        events: [k] to how many it happened then.
    """

    times: F8
    share: F8
    lo: F8
    hi: F8
    at_risk: I8
    events: I8

    def at(self, time: float) -> float:
        """Share to whom it has not happened by then."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        return 1.0 if place < 0 else float(self.share[place])

    @property
    def median(self) -> float | None:
        """The first time by which it has happened to half; None while fewer are known to."""
        below = np.flatnonzero(self.share <= 0.5)  # noqa: PLR2004 -- half
        return float(self.times[below[0]]) if len(below) else None


def kaplan_meier(times: F8, happened: npt.NDArray[np.bool_], level: float = 0.90) -> SurvivalCurve:
    """The share to whom it has not happened yet; whoever was watched for a while counts for that while.

    Args:
        times: [n] until it happened, or until one stopped watching.
        happened: [n] did it?
        level: of the interval.

    Raises:
        BadInput: when the two do not fit together, or a time is negative.

    Source: Kaplan & Meier (1958); Greenwood's variance on the log(-log) scale.
    """
    if len(times) != len(happened) or (times < 0).any():
        raise BadInput(f"each of {len(times)} times wants its flag and is not negative, got {len(happened)}")
    at = np.unique(times[happened])
    risk = (times[None, :] >= at[:, None]).sum(axis=1)
    events = (times[happened][None, :] == at[:, None]).sum(axis=1)
    hazard = events / np.maximum(risk, 1)
    share = np.cumprod(1.0 - hazard)
    lo, hi = _greenwood(share, hazard, risk, level)
    return SurvivalCurve(at.astype(float), share, lo, hi, risk, events)


def _greenwood(share: F8, hazard: F8, risk: I8, level: float) -> tuple[F8, F8]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(hazard / (risk * (1.0 - hazard)))
        log = np.log(share)
        wide = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(variance) / np.abs(log)
        lo, hi = (np.exp(log * np.exp(sign * wide)) for sign in (1.0, -1.0))
    known = np.isfinite(wide)
    return np.where(known, lo, share), np.where(known, hi, share)


def cumulative_incidence(times: F8, cause: I8, of: int) -> tuple[F8, F8]:
    """Share to whom one cause has happened by each time, when another may come first.

    Args:
        times: [n] until the first cause, or until one stopped watching.
        cause: [n] which; 0 where one stopped watching.
        of: the cause asked for.

    Returns:
        Times of any cause, ascending, and the share to whom this one had happened by then.

    Source: Aalen & Johansen (1978).
    """
    before = kaplan_meier(times, cause > 0)
    mine = ((times[None, :] == before.times[:, None]) & (cause[None, :] == of)).sum(axis=1)
    still = np.concatenate([[1.0], before.share[:-1]]) if len(before.times) else before.share
    return before.times, np.cumsum(still * mine / np.maximum(before.at_risk, 1))
