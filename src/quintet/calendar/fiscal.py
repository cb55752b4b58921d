"""The company's calendar: which fiscal year, quarter, month or week a day belongs to, and their names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from quintet.calendar.periods import Grain, Period, local_day
from quintet.kernel.errors import BadInput

_MONTHS = 12
_NAMES = {
    Grain.DAY: re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
    Grain.WEEK: re.compile(r"(\d{4})-?W(\d{2})"),
    Grain.MONTH: re.compile(r"(\d{4})-(\d{2})"),
    Grain.QUARTER: re.compile(r"(\d{4})-?Q([1-4])"),
    Grain.YEAR: re.compile(r"FY(\d{4})"),
}


@dataclass(frozen=True)
class FiscalCalendar:
    """Periods of a company whose fiscal year starts with a given month.

    A fiscal year has the name of the calendar year it ends in: with `start_month=2`, FY2026 runs from
    February 2025 to January 2026, and 2026Q1 is its first quarter.

    Args:
        start_month: 1 for January (the default) … 12.
    """

    start_month: int = 1

    def __post_init__(self) -> None:
        """Refuse a month there is not."""
        if not 1 <= self.start_month <= _MONTHS:
            msg = f"start_month must lie in 1..12, got {self.start_month}"
            raise BadInput(msg)

    def containing(self, day: date, grain: Grain) -> Period:
        """The period of that length which holds the day."""
        match grain:
            case Grain.DAY:
                return Period(day, day + timedelta(days=1), day.isoformat(), grain)
            case Grain.WEEK:
                return _week(day)
            case Grain.MONTH:
                return _month(day)
            case Grain.QUARTER:
                return self._quarter(*self._year_and_quarter(day))
            case Grain.YEAR:
                return self._year(self._year_and_quarter(day)[0])

    def of(self, instant: datetime, grain: Grain, zone_name: str) -> Period:
        """The period in which a team in that time zone lived the instant."""
        return self.containing(local_day(instant, zone_name), grain)

    def next(self, period: Period) -> Period:
        """The period after this one."""
        return self.containing(period.end, period.grain)

    def previous(self, period: Period) -> Period:
        """The period before this one."""
        return self.containing(period.start - timedelta(days=1), period.grain)

    def range(self, start: date, end: date, grain: Grain) -> Iterator[Period]:
        """Every period that holds a day from `start` up to, and without, `end`, oldest first."""
        if start >= end:
            return
        period = self.containing(start, grain)
        while period.start < end:
            yield period
            period = self.next(period)

    def parse(self, name: str) -> Period:
        """The period a person calls 2026-03-05, 2026-W07, 2026-03, 2026Q4 or FY2026.

        Raises:
            BadInput: when the name has none of these forms, or names a day there is not.
        """
        text = name.strip().upper()
        for grain, pattern in _NAMES.items():
            if found := pattern.fullmatch(text):
                return self._named(grain, [int(part) for part in found.groups()], name)
        msg = f"a period is written 2026-03-05, 2026-W07, 2026-03, 2026Q4 or FY2026, got {name!r}"
        raise BadInput(msg)

    def _named(self, grain: Grain, parts: list[int], name: str) -> Period:
        try:
            match grain:
                case Grain.QUARTER:
                    return self._quarter(parts[0], parts[1])
                case Grain.YEAR:
                    return self._year(parts[0])
                case Grain.WEEK:
                    return _week(date.fromisocalendar(parts[0], parts[1], 1))
                case _:
                    return self.containing(date(*[*parts, 1, 1][:3]), grain)
        except (BadInput, ValueError, OverflowError) as error:
            msg = f"the calendar has no {grain} {name!r}: {error}"
            raise BadInput(msg) from error

    def _year_and_quarter(self, day: date) -> tuple[int, int]:
        months = day.month - self.start_month
        ahead = 1 if self.start_month > 1 and months >= 0 else 0
        return day.year + ahead, months % _MONTHS // 3 + 1

    def _quarter(self, year: int, quarter: int) -> Period:
        start = self._fiscal_month(year, quarter * 3 - 3)
        return Period(start, self._fiscal_month(year, quarter * 3), f"{year}Q{quarter}", Grain.QUARTER)

    def _year(self, year: int) -> Period:
        start, end = self._fiscal_month(year, 0), self._fiscal_month(year, _MONTHS)
        return Period(start, end, f"FY{year}", Grain.YEAR)

    def _fiscal_month(self, year: int, number: int) -> date:
        """First day of the n-th month, from 0, of a fiscal year."""
        first = year * _MONTHS if self.start_month == 1 else (year - 1) * _MONTHS
        return _first_of(first + self.start_month - 1 + number)


def _week(day: date) -> Period:
    start = day - timedelta(days=day.weekday())
    year, week, _ = day.isocalendar()
    return Period(start, start + timedelta(days=7), f"{year}-W{week:02d}", Grain.WEEK)


def _month(day: date) -> Period:
    start = day.replace(day=1)
    return Period(start, _first_of(day.year * _MONTHS + day.month), f"{day:%Y-%m}", Grain.MONTH)


def _first_of(months: int) -> date:
    """First day of the month that lies so many months after the year 0 began."""
    year, month = divmod(months, _MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        msg = f"the calendar runs from {MINYEAR} to {MAXYEAR}, got {year}"
        raise BadInput(msg)
    return date(year, month + 1, 1)
