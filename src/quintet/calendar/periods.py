"""Periods: a day, an ISO week, a month, a quarter or a fiscal year, as half-open dates."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from quintet.calendar import zones
from quintet.kernel.errors import BadInput

_MONTHS = 12


class Grain(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class Period:
    """A named stretch of days: from `start` up to, and without, `end`."""

    start: date
    end: date
    name: str
    grain: Grain

    def __post_init__(self) -> None:
        """Refuse a period that holds no day."""
        if self.start >= self.end:
            msg = f"a period must end after it starts, got {self.start} to {self.end}"
            raise BadInput(msg)

    def __contains__(self, day: date) -> bool:
        """Does the day lie in this period?"""
        return self.start <= day < self.end

    def __str__(self) -> str:
        return self.name

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    def instants(self, zone_name: str) -> tuple[datetime, datetime]:
        """Its first instant and the first instant after it, in UTC, for a team in that time zone."""
        first = zones.midnight(zone_name, self.start.year, self.start.month, self.start.day)
        after = zones.midnight(zone_name, self.end.year, self.end.month, self.end.day)
        return first, after


def local_day(instant: datetime, zone_name: str) -> date:
    """The day on the wall calendar of a team at that instant."""
    return zones.utc(instant).astimezone(zones.zone(zone_name)).date()


def month_number(day: date) -> int:
    """Months since the beginning of year 0: two days' numbers differ by the months between them."""
    return day.year * _MONTHS + day.month - 1


def month_after(day: date, months: int) -> date:
    """The first day of the month that lies so many months after that of a day; before it, below 0."""
    whole = month_number(day) + months
    return date(whole // _MONTHS, whole % _MONTHS + 1, 1)


def after_months(day: date, months: int) -> date:
    """The same day of a later (or, below 0, earlier) month; its last day where that month is shorter."""
    first = month_after(day, months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))
