"""When a rep is scored again after hire."""

from calendar import monthrange
from datetime import date, timedelta

from quintet.hiring.terms.words import REVIEW_MONTHS

#: A score after three months given after six is none: each age is open until the next one is due.
_LAST = 18


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def due_between(joined_on: date, months: int) -> tuple[date, date]:
    """From when on, and until when, a score counts as one after so many months."""
    later = dict(zip(REVIEW_MONTHS, (*REVIEW_MONTHS[1:], _LAST), strict=True))
    return months_after(joined_on, months), months_after(joined_on, later[months]) - timedelta(days=1)
