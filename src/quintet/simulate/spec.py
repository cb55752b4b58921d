"""What a simulated company looks like: its size, its seed and what is planted in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput

SOURCE = "simulated"
CURRENCY = "USD"
ZONE = "America/New_York"

I8 = npt.NDArray[np.int64]
F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]

DAY = 86_400_000_000  # microseconds
HOUR = DAY // 24
MINUTE = HOUR // 60

LIMITS = {"reps": (1, 5_000), "quarters": (1, 40), "reps_per_manager": (2, 50)}


@dataclass(frozen=True)
class CompanySpec:
    """The order for one simulated company; the same order always gives the same bytes.

    Args:
        reps: sales seats; a seat that falls vacant is filled again.
        quarters: length of the history.
        seed: everything random follows from it.
        start: first day of the history; the first of a month.
        leads_per_rep_month: leads that a fully ramped rep gets in a month.
        reps_per_manager: span of a manager.
        weak_share: share of reps with enough history planted clearly weak at exactly one skill.
        weak_size: how weak, in logits (log of the mean number of attempts for the skill `attempts`).
        skill_spread: standard deviation of ordinary skill, in logits.
        identical: the null world: every rep and segment alike, no ramp, nobody comes or goes.
        veteran_share: share of the seats filled when the history starts.
        monthly_attrition: chance that a rep of more than three months leaves in a month.
        late_share: share of interactions recorded up to three days late.
        break_quarter: from this quarter on, counted from 1, worths swap: what made a lead good makes it bad;
            0 for never.
        telling: does what a lead shows, its segment among it, go with the sale at all?
    """

    reps: int = 20
    quarters: int = 8
    seed: int = 1
    start: date = date(2024, 1, 1)
    leads_per_rep_month: float = 100.0
    reps_per_manager: int = 9
    weak_share: float = 0.3
    weak_size: float = 0.9
    skill_spread: float = 0.15
    identical: bool = False
    veteran_share: float = 0.6
    monthly_attrition: float = 0.012
    late_share: float = 0.02
    break_quarter: int = 0
    telling: bool = True

    def __post_init__(self) -> None:
        """Refuse an order that no company could fill."""
        for name, (low, high) in LIMITS.items():
            _require(name, getattr(self, name), low, high)
        for name in ("weak_share", "veteran_share", "monthly_attrition", "late_share"):
            _require(name, getattr(self, name), 0, 1)
        _require("break_quarter", self.break_quarter, 0, LIMITS["quarters"][1])
        if self.start.day != 1:
            msg = f"start must be the first day of a month, got {self.start}: use {self.start.replace(day=1)}"
            raise BadInput(msg)

    @property
    def months(self) -> int:
        """Months of history."""
        return 3 * self.quarters

    @cached_property
    def month_starts(self) -> I8:
        """UTC microseconds at the start of each month, and of the month after the last."""
        first = np.datetime64(self.start, "M")
        months = first + np.arange(self.months + 1)
        return months.astype("datetime64[us]").astype(np.int64)

    @property
    def until(self) -> datetime:
        """The instant at which the history ends; nothing happens at it or later."""
        return datetime.fromtimestamp(int(self.month_starts[-1]) / 1e6, tz=UTC)

    def random(self, *stream: int) -> np.random.Generator:
        """The generator of one part of the company: parts do not disturb one another."""
        return np.random.default_rng([self.seed, *stream])


def _require(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        msg = f"{name} must lie in {low}..{high}, got {value}"
        raise BadInput(msg)
