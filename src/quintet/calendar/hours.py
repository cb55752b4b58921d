"""Working hours: when a team works on each day of the week, by its own clock."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from quintet.kernel.errors import BadInput

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Shift:
    """One stretch of work within a day, by the clock on the wall: from `start` up to `end` after 00:00."""

    start: timedelta
    end: timedelta

    def __post_init__(self) -> None:
        """Refuse a shift that is empty or leaves its day."""
        if not timedelta(0) <= self.start < self.end <= _DAY:
            msg = (
                f"a shift must lie in 00:00-24:00 and end after it starts, got {self.start} to {self.end}: "
                "write a night shift as two, 22:00-24:00 and 00:00-06:00 of the next day"
            )
            raise BadInput(msg)


@dataclass(frozen=True)
class WorkingHours:
    """The shifts of each day of the week, Monday first."""

    shifts: tuple[tuple[Shift, ...], ...]

    def __post_init__(self) -> None:
        """Refuse a week of other than seven days, without work, or with overlapping shifts."""
        if len(self.shifts) != len(WEEKDAYS) or not any(self.shifts):
            msg = f"working hours need seven days and at least one shift, got {self.shifts!r}"
            raise BadInput(msg)
        for name, day in zip(WEEKDAYS, self.shifts, strict=True):
            if any(a.end > b.start for a, b in pairwise(day)):
                msg = f"the shifts of {name} must be in order and must not overlap, got {day!r}"
                raise BadInput(msg)

    @classmethod
    def weekdays(cls, text: str = "09:00-17:00") -> "WorkingHours":
        """The same hours from Monday to Friday, the weekend off."""
        return cls.by_day(dict.fromkeys(WEEKDAYS[:5], text))

    @classmethod
    def by_day(cls, days: Mapping[str, str]) -> "WorkingHours":
        """Hours by day: {"mon": "09:00-12:30 13:30-18:00", "sat": "10:00-14:00"}; days left out are off.

        Raises:
            BadInput: for a day or a shift that cannot be read.
        """
        if unknown := sorted(set(days) - set(WEEKDAYS)):
            msg = f"days of the week are {' '.join(WEEKDAYS)}, got {' '.join(unknown)}"
            raise BadInput(msg)
        return cls(tuple(_shifts(days.get(name, "")) for name in WEEKDAYS))


def _shifts(text: str) -> tuple[Shift, ...]:
    if _SHIFT.sub("", text).strip(" ,;"):
        msg = f"a shift is written 09:00-17:00, several with a blank between them, got {text!r}"
        raise BadInput(msg)
    return tuple(sorted(_shift(map(int, found.groups())) for found in _SHIFT.finditer(text)))


def _shift(numbers: Iterable[int]) -> Shift:
    from_hour, from_minute, to_hour, to_minute = numbers
    if max(from_minute, to_minute) >= 60:  # noqa: PLR2004  minutes of an hour
        msg = f"minutes must lie in 0..59, got {from_hour}:{from_minute}-{to_hour}:{to_minute}"
        raise BadInput(msg)
    return Shift(timedelta(hours=from_hour, minutes=from_minute), timedelta(hours=to_hour, minutes=to_minute))
