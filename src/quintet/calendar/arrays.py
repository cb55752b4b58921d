"""Working time of many instants at once: a team's calendar laid out as arrays, then looked up."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from quintet.calendar import zones
from quintet.calendar.working_time import WorkingCalendar
from quintet.kernel.errors import BadInput

I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]
M8 = npt.NDArray[np.datetime64]

_DAY = timedelta(days=1)
_SECOND = 1_000_000


@dataclass(frozen=True, eq=False)
class WorkingArrays:
    """One team's calendar over a span of days; instants are datetime64[us] in UTC, NaT stays NaT.

    Args:
        first: the first local day.
        midnights: [days + 1] first instant of each local day, and of the day after the last; microseconds.
        is_working: [days] the team works on the day.
        starts: [m] when each stretch of work begins, in order; microseconds.
        ends: [m] when it ends.
        worked: [m] working microseconds from `first` to the end of each stretch.
    """

    first: date
    midnights: I8
    is_working: B1
    starts: I8
    ends: I8
    worked: I8

    @classmethod
    def of(cls, calendar: WorkingCalendar, first: date, last: date) -> "WorkingArrays":
        """The calendar from the first to the last day, both included."""
        days = [first + _DAY * n for n in range((last - first).days + 1)]
        midnights = [zones.midnight(calendar.zone, d.year, d.month, d.day) for d in (*days, last + _DAY)]
        spans = list(calendar.spans(midnights[0], midnights[-1]))
        starts = _micros([since for since, _ in spans])
        ends = _micros([till for _, till in spans])
        return cls(
            first=first,
            midnights=_micros(midnights),
            is_working=np.array([calendar.is_working_day(day) for day in days], dtype=bool),
            starts=starts,
            ends=ends,
            worked=np.cumsum(ends - starts),
        )

    def local_days(self, instants: M8) -> M8:
        """The day on the team's wall calendar, datetime64[D].

        Raises:
            BadInput: for an instant outside the span.
        """
        known = ~np.isnat(instants)
        place = np.searchsorted(self.midnights, instants[known].astype(np.int64), side="right") - 1
        self._require((place >= 0) & (place < len(self.is_working)))
        found = np.full(instants.shape, "NaT", dtype="datetime64[D]")
        found[known] = np.datetime64(self.first, "D") + place
        return found

    def midnight_after(self, days: M8) -> M8:
        """The first instant after each local day.

        Raises:
            BadInput: for a day outside the span.
        """
        known = ~np.isnat(days)
        place = self._places(days[known])
        found = np.full(days.shape, "NaT", dtype="datetime64[us]")
        found[known] = self.midnights[place + 1].astype("datetime64[us]")
        return found

    def seconds_between(self, start: M8, end: M8) -> npt.NDArray[np.float64]:
        """Working seconds between instants; negative when end < start, NaN for NaT."""
        gone = (self._worked_until(end) - self._worked_until(start)) / _SECOND
        return np.where(np.isnat(start) | np.isnat(end), np.nan, gone)

    def add_seconds(self, instants: M8, seconds: float) -> M8:
        """The first instant by which the team has had that much working time.

        Raises:
            BadInput: when it lies beyond the span.
        """
        known = ~np.isnat(instants)
        wanted = self._worked_until(instants)[known] + round(seconds * _SECOND)
        place = np.searchsorted(self.worked, wanted, side="left")
        self._require(place < len(self.worked))
        found = instants.astype("datetime64[us]").copy()
        if seconds > 0:
            found[known] = (self.ends[place] - (self.worked[place] - wanted)).astype("datetime64[us]")
        return found

    def add_days(self, days: M8, count: int) -> M8:
        """The day on which the n-th working day after each day falls; 0 is the day itself.

        Raises:
            BadInput: when it lies beyond the span.
        """
        known = ~np.isnat(days)
        until = np.cumsum(self.is_working)
        place = np.searchsorted(until, until[self._places(days[known])] + count, side="left")
        self._require(place < len(until))
        found = days.astype("datetime64[D]").copy()
        if count > 0:
            found[known] = np.datetime64(self.first, "D") + place
        return found

    def _worked_until(self, instants: M8) -> I8:
        """Working microseconds from the first day to each instant."""
        moments = instants.astype("datetime64[us]").astype(np.int64)
        place = np.searchsorted(self.starts, moments, side="right") - 1
        begun = np.maximum(place, 0)
        left = np.clip(self.ends[begun] - moments, 0, self.ends[begun] - self.starts[begun])
        return np.where(place < 0, 0, self.worked[begun] - left)

    def _places(self, days: M8) -> I8:
        place = (days.astype("datetime64[D]") - np.datetime64(self.first, "D")).astype(np.int64)
        self._require((place >= 0) & (place < len(self.is_working)))
        return place

    def _require(self, is_inside: B1) -> None:
        if not np.all(is_inside):
            last = self.first + _DAY * (len(self.is_working) - 1)
            msg = f"a day or instant lies outside {self.first} to {last}: lay the calendar out over more days"
            raise BadInput(msg)


def _micros(instants: list[datetime]) -> I8:
    naive = [one.astimezone(UTC).replace(tzinfo=None) for one in instants]
    return np.array(naive, dtype="datetime64[us]").astype(np.int64)
