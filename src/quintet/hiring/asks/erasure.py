"""Who may be erased: candidates whose time is over, and whoever asks for it."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from quintet.calendar.periods import after_months
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.terms.retention import KEPT_MONTHS, Due
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.erasure import known_as


def due(today: date, kept_months: int = KEPT_MONTHS) -> tuple[Due, ...]:
    """Candidates decided longer ago than they are kept, longest first.

    Args:
        today: the day it is asked for.
        kept_months: months after the decision.
    """
    before = after_months(today, -kept_months)
    found = Decision.objects.select_related("candidate__role").order_by("decided_at")
    return tuple(_due(one) for one in found if _day(one.decided_at) < before)


def candidate_called(home: Home, who: str) -> int:
    """The candidate_id behind a name, an e-mail address or a number, among the records and in the ledger.

    Raises:
        BadInput: when nobody is called so, or several are.
    """
    found = [one for one in Candidate.objects.all() if who.lower() in _names(one)]
    if len(found) == 1:
        return found[0].candidate_id
    if found:
        listed = ", ".join(str(one.candidate_id) for one in found)
        raise BadInput(f"{len(found)} candidates are called {who!r}: name one by its number, {listed}")
    known = known_as(home, "candidate", who)
    if known is None:
        raise BadInput(f"no candidate has the address {who!r}: check how it is written")
    return known


def _names(one: Candidate) -> set[str]:
    return {one.name.lower(), one.email.lower(), str(one.candidate_id), str(one.pk)} - {""}


def _due(one: Decision) -> Due:
    person = one.candidate
    key: UUID = person.pk
    return Due(key, person.name, str(person.role), one.get_outcome_display(), _day(one.decided_at))


def _day(instant: datetime) -> date:
    return timezone.localdate(instant)
