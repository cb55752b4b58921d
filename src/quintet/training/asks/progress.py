"""Progress asked: each person's modules with when they are due, by the company's working days."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from quintet.calendar.hours import WorkingHours
from quintet.calendar.working_time import WorkingCalendar
from quintet.training.asks.curriculum import TrackShown, finished_by
from quintet.training.models.curriculum import Completion, TrackModule
from quintet.training.terms.progress import Line, Progress, state_of

#: Person → module → the day it was finished.
Done = Mapping[int, Mapping[int, date]]


def done_by(users: Iterable[Any]) -> Done:
    """What people have finished, and when; what lapsed with a certificate is not."""
    rows = Completion.objects.filter(user__in=list(users), lapsed_at=None)
    found: dict[int, dict[int, date]] = {}
    for user, module, at in rows.values_list("user_id", "module_id", "completed_at"):
        found.setdefault(user, {})[module] = at.date()
    return found


def again_by(users: Iterable[Any]) -> Mapping[int, frozenset[int]]:
    """Modules people had finished, and are asked for again since a certificate ended."""
    rows = Completion.objects.filter(user__in=list(users), lapsed_at__isnull=False)
    found: dict[int, set[int]] = {}
    for user, module in rows.values_list("user_id", "module_id"):
        found.setdefault(user, set()).add(module)
    return {user: frozenset(modules) for user, modules in found.items()}


def progress(
    track: TrackShown,
    done: Mapping[int, date],
    again: Collection[int],
    starts_on: date | None,
    today: date,
) -> Progress:
    """One person's way through a track.

    Args:
        track: what they take.
        done: module → day, of this person.
        again: modules they had finished before; what is asked for again has no date.
        starts_on: first day of their class; None outside of one, and then nothing is due.
        today: what was due before it is late.
    """
    calendar = company_calendar()
    lines = []
    for one in track.steps:
        is_again = one.module_id in again and one.module_id not in done
        due = None if is_again else due_on(one, starts_on, calendar)
        lines.append(replace(_line(one, done, due, today), is_again=is_again))
    return Progress(tuple(lines))


def due_on(step: TrackModule, starts_on: date | None, calendar: WorkingCalendar | None = None) -> date | None:
    """By when a class should have a module: so many working days in, the first day counted."""
    if starts_on is None:
        return None
    found = calendar or company_calendar()
    return found.add_working_days(starts_on - timedelta(days=1), step.due_day)


def company_calendar() -> WorkingCalendar:
    """Monday to Friday, without the public holidays of the settings."""
    return WorkingCalendar("UTC", WorkingHours.weekdays(), settings.HOLIDAYS)


def _line(step: TrackModule, done: Mapping[int, date], due: date | None, today: date) -> Line:
    module = step.module
    done_on = done.get(module.pk)
    before = [one for one in module.after.all() if one.retired_at is None and one.pk not in done]
    waits_for = () if done_on else tuple(one.name for one in before)
    owed = due if step.is_required else None
    state = state_of(done=done_on is not None, locked=bool(waits_for), due_on=owed, today=today)
    told = (module.key, module.name, module.kind, finished_by(module), step.is_required)
    return Line(*told, state, due, done_on, waits_for)
