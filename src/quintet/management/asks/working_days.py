"""The company's working days, and the same working day of another month."""

from datetime import date, timedelta

from django.conf import settings

from quintet.calendar.hours import WorkingHours
from quintet.calendar.periods import Period
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.published import Facts


def working_days(facts: Facts) -> WorkingCalendar:
    """Monday to Friday where the team works, without the public holidays of the settings."""
    return WorkingCalendar(facts.manifest.zone, WorkingHours.weekdays(), settings.HOLIDAYS)


def same_working_day(month: Period, workdays: int, calendar: WorkingCalendar) -> date:
    """The day of a month on which as many working days are over; its last one where it has fewer."""
    days = (month.start + timedelta(days=at) for at in range((month.end - month.start).days))
    worked = [day for day in days if calendar.is_working_day(day)]
    return worked[min(workdays, len(worked)) - 1] if worked and workdays else month.start
