"""Working time: how long a team really had, by its own hours, holidays and clock.

An instant is working time when the clock on the team's wall shows a shift and the day is not off. So an
hour that summer time skips is never worked, and an hour that comes twice is worked twice: the
answer is always the one a person would get who counts minutes by the wall clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from quintet.calendar import zones
from quintet.calendar.days_off import DaysOff
from quintet.calendar.hours import WorkingHours
from quintet.calendar.periods import Period, local_day
from quintet.kernel.errors import BadInput

_DAY = timedelta(days=1)
_STEP = timedelta(days=28)
_PATIENCE = 26  # steps of four weeks without work: two years


@dataclass(frozen=True)
class WorkingCalendar:
    """When one team works: its time zone, hours and days off."""

    zone: str = "UTC"
    hours: WorkingHours = field(default_factory=WorkingHours.weekdays)
    days_off: DaysOff = field(default_factory=DaysOff)

    def __post_init__(self) -> None:
        """Refuse a time zone there is not."""
        zones.zone(self.zone)

    def is_working(self, instant: datetime) -> bool:
        """Is the team at work at that instant?"""
        naive = _naive(instant)
        return any(a <= naive < b for a, b in self._spans(naive, naive + timedelta(microseconds=1)))

    def working_seconds_between(self, start: datetime, end: datetime) -> float:
        """How long the team was at work between two instants, in seconds; negative when end < start."""
        a, b = _naive(start), _naive(end)
        if b < a:
            return -self.working_seconds_between(end, start)
        return sum(((till - since) for since, till in self._spans(a, b)), timedelta(0)).total_seconds()

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant, in UTC, by which the team has had that much working time.

        Raises:
            BadInput: for a negative duration, or when the team does not work for two years.
        """
        if duration < timedelta(0):
            msg = f"working time to add must not be negative, got {duration}"
            raise BadInput(msg)
        left, idle, begin = duration, 0, _naive(start)
        while left:
            if idle == _PATIENCE:
                msg = f"this team does not work in the two years before {begin:%Y-%m-%d}: check its days off"
                raise BadInput(msg)
            idle += 1
            for since, till in self._spans(begin, begin + _STEP):
                idle = 0
                if left <= till - since:
                    return (since + left).replace(tzinfo=UTC)
                left -= till - since
            begin += _STEP
        return zones.utc(start)

    def is_working_day(self, day: date) -> bool:
        """Does the team work on that day?"""
        return bool(self.hours.shifts[day.weekday()]) and day not in self.days_off

    def working_days_between(self, start: date, end: date) -> int:
        """Working days from `start` up to, and without, `end`; negative when end < start."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + _DAY * n) for n in range((end - start).days))

    def next_working_day(self, day: date) -> date:
        """The first working day after that day.

        Raises:
            BadInput: when the team does not work for two years.
        """
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, count: int) -> date:
        """The day on which the n-th working day after (or, below 0, before) that day falls; 0 is the day.

        Raises:
            BadInput: when the team does not work for two years.
        """
        step, left, here, idle = (_DAY if count > 0 else -_DAY), abs(count), day, 0
        while left:
            here, idle = here + step, idle + 1
            if self.is_working_day(here):
                left, idle = left - 1, 0
            if idle > _STEP.days * _PATIENCE:
                msg = f"this team does not work in the two years around {here}: check its days off"
                raise BadInput(msg)
        return here

    def elapsed_share(self, period: Period, instant: datetime) -> float:
        """Which share of the period's working days is over, 0..1; the day that runs does not count yet.

        Raises:
            BadInput: when the period has no working day.
        """
        total = self.working_days_between(period.start, period.end)
        if total == 0:
            msg = f"{period.name} has no working day for this team: check its hours and days off"
            raise BadInput(msg)
        today = min(max(local_day(instant, self.zone), period.start), period.end)
        return self.working_days_between(period.start, today) / total

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of work between two instants, in order, cut to fit; UTC."""
        for since, till in self._spans(_naive(start), _naive(end)):
            yield since.replace(tzinfo=UTC), till.replace(tzinfo=UTC)

    def _spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans of work within start..end (naive UTC), in order."""
        for stretch in zones.stretches(self.zone, start, end):
            first, last = stretch.start + stretch.offset, stretch.end + stretch.offset
            for since, till in self._local_spans(first, last):
                yield since - stretch.offset, till - stretch.offset

    def _local_spans(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        while midnight < last:
            if self.is_working_day(midnight.date()):
                for shift in self.hours.shifts[midnight.weekday()]:
                    since, till = max(midnight + shift.start, first), min(midnight + shift.end, last)
                    if since < till:
                        yield since, till
            midnight += _DAY


def _naive(instant: datetime) -> datetime:
    return zones.utc(instant).replace(tzinfo=None)
