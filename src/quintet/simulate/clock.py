"""The working week of the simulated company: when people work, and when leads arrive."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from quintet.simulate.spec import DAY, F8, HOUR, I8, ZONE, CompanySpec

OPEN = 9 * HOUR
CLOSE = 17 * HOUR + HOUR // 2
MORNING = 3 * HOUR  # work pushed to the next morning spreads over these hours
WEEKEND = 5  # Saturday, with Monday as 0

#: Share of the week's leads that arrive on each day, Monday first, and in each local hour.
WEEKDAY_WEIGHTS = np.array([1.15, 1.25, 1.2, 1.1, 0.9, 0.12, 0.15])
HOUR_WEIGHTS = np.array(
    [0, 0, 0, 0, 0, 0, 0.3, 1, 3, 5, 6, 6, 4.5, 5, 6, 5.5, 4.5, 3, 1.5, 1, 0.6, 0.3, 0, 0], dtype=float
)
MARGIN_DAYS = 60
TAIL_DAYS = 2_000


@dataclass(frozen=True)
class Clock:
    """Lookups by day; local instants are microseconds of the company's wall clock."""

    first_day: int
    weekday: I8
    next_workday: I8
    offset: I8

    def working(self, local: I8, uniform: F8) -> I8:
        """The instant itself when somebody is at work, else a time in the next working morning."""
        day, second = np.divmod(local, DAY)
        target = self.next_workday[self._slot(day + (second >= CLOSE))]
        moved = (target != day) | (second < OPEN)
        return np.where(moved, target * DAY + OPEN + (uniform * MORNING).astype(np.int64), local)

    def utc(self, local: I8) -> I8:
        """UTC microseconds of local instants."""
        return local - self.offset[self._slot(local // DAY)]

    def arrivals(self, first: int, days: int, rng: np.random.Generator, size: int) -> I8:
        """Sorted local instants at which leads arrive in a span of days."""
        weights = WEEKDAY_WEIGHTS[self.weekday[first - self.first_day + np.arange(days)]]
        day = first + pick(weights, rng.random(size))
        hour = pick(HOUR_WEIGHTS, rng.random(size))
        return np.sort(day * DAY + hour * HOUR + (rng.random(size) * HOUR).astype(np.int64))

    def _slot(self, day: I8) -> I8:
        return np.clip(day - self.first_day, 0, len(self.weekday) - 1)


def company_clock(spec: CompanySpec) -> Clock:
    """The clock of one company, over its history and a tail for what would happen later."""
    first = int(spec.month_starts[0] // DAY) - MARGIN_DAYS
    days = np.arange(first, int(spec.month_starts[-1] // DAY) + TAIL_DAYS)
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    next_workday = days + np.where(weekday >= WEEKEND, 7 - weekday, 0)
    offset = np.array([_offset(int(day)) for day in days], dtype=np.int64)
    return Clock(first, weekday, next_workday, offset)


def pick(weights: F8, uniform: F8) -> I8:
    """Indices drawn in proportion to weights."""
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, uniform, side="right"), len(weights) - 1)


def _offset(day: int) -> int:
    noon = datetime.fromtimestamp(day * 86_400 + 64_800, tz=UTC)
    delta = noon.astimezone(ZoneInfo(ZONE)).utcoffset()
    return 0 if delta is None else int(delta.total_seconds()) * 1_000_000
