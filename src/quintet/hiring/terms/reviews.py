"""When a rep is scored again after hire."""

from datetime import date, timedelta

from quintet.calendar.periods import after_months
from quintet.hiring.terms.words import REVIEW_MONTHS

#: A score after three months given after six is none: each age is open until the next one is due.
_LAST = 18


def due_between(joined_on: date, months: int) -> tuple[date, date]:
    """From when on, and until when, a score counts as one after so many months."""
    later = dict(zip(REVIEW_MONTHS, (*REVIEW_MONTHS[1:], _LAST), strict=True))
    return after_months(joined_on, months), after_months(joined_on, later[months]) - timedelta(days=1)
