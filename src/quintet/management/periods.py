"""The periods a funnel can be asked for, named as an address writes them."""

from dataclasses import dataclass
from datetime import date, timedelta

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain
from quintet.kernel.errors import BadInput
from quintet.management.formula.funnel import WINDOW_MONTHS, default_question

#: Rolling windows: name → calendar months, the running one included.
WINDOWS = {"last3": 3, "last6": 6, "last12": 12}
DEFAULT = "last6"
_RANGE = ".."
_MONTH_DAYS = 30.4375
_LONGEST_LIST = 36


@dataclass(frozen=True)
class PeriodChoice:
    """One line of the list of periods."""

    name: str
    label: str


def span_of(name: str, as_of: date, calendar: FiscalCalendar) -> tuple[date, date]:
    """First day, and the day after the last, of a period by name.

    Args:
        name: last3, last6, last12, a period such as 2026-03, 2026Q1 or FY2026, or the first and last day of
            another one, such as 2026-03-02..2026-03-13.
        as_of: newest day of the data.
        calendar: the company's fiscal calendar.

    Raises:
        BadInput: when there is no such period.
    """
    if name in WINDOWS:
        asked = default_question(as_of, WINDOWS[name])
        return asked.start, asked.end
    if _RANGE in name:
        return _days_between(name)
    try:
        period = calendar.parse(name)
    except BadInput as error:
        rule = f"period must be one of {', '.join(WINDOWS)}, or like 2026-03 or 2026Q1, got {name!r}"
        raise BadInput(rule) from error
    return period.start, period.end


def window_before(day: date) -> date:
    """First day of the half year that ends before a day: what is known of a rep when a plan is opened."""
    return day - timedelta(days=round(WINDOW_MONTHS * _MONTH_DAYS))


def range_name(start: date, end: date) -> str:
    """The name of the days from one up to, and without, another."""
    return f"{start}{_RANGE}{end - timedelta(days=1)}"


def _days_between(name: str) -> tuple[date, date]:
    first, _, last = name.partition(_RANGE)
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    except (ValueError, OverflowError):
        start = end = date.min
    if start >= end:
        msg = f"a period of days must be like 2026-03-02..2026-03-13, first day first, got {name!r}"
        raise BadInput(msg)
    return start, end


def period_choices(first: date, as_of: date, calendar: FiscalCalendar) -> tuple[PeriodChoice, ...]:
    """The rolling windows, then quarters and months back to the first day of the data, newest first."""
    windows = [PeriodChoice(name, f"Last {months} months") for name, months in WINDOWS.items()]
    quarters = list(calendar.range(first, as_of + timedelta(days=1), Grain.QUARTER))[::-1]
    months = list(calendar.range(first, as_of + timedelta(days=1), Grain.MONTH))[::-1]
    named = [PeriodChoice(one.name, one.name) for one in (*quarters, *months[:_LONGEST_LIST])]
    return tuple(windows + named)
