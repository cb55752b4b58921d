"""The company's working days, and the same working day of another month."""

from datetime import date, timedelta

from django.conf import settings

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.hours import WorkingHours
from quintet.calendar.periods import Grain, Period
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts
from quintet.management.terms.targets import MonthSoFar


def working_days(facts: Facts) -> WorkingCalendar:
    """Monday to Friday where the team works, without the public holidays of the settings."""
    return WorkingCalendar(facts.manifest.zone, WorkingHours.weekdays(), settings.HOLIDAYS)


def month_so_far(day: date, calendar: WorkingCalendar) -> MonthSoFar:
    """How much of its month is over by the end of a day: what every target of a month is held against.

    Args:
        day: counted to, itself included.
        calendar: the company's.
    """
    month = FiscalCalendar().containing(day, Grain.MONTH)
    return MonthSoFar(
        start=month.start,
        end=month.end,
        day=day,
        working_day=calendar.working_days_between(month.start, day + timedelta(days=1)),
        working_days=calendar.working_days_between(month.start, month.end),
    )


def same_working_day(month: Period, workdays: int, calendar: WorkingCalendar) -> date:
    """The day of a month on which as many working days are over; its last one where it has fewer."""
    days = (month.start + timedelta(days=at) for at in range((month.end - month.start).days))
    worked = [day for day in days if calendar.is_working_day(day)]
    return worked[min(workdays, len(worked)) - 1] if worked and workdays else month.start
