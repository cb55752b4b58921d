"""Classes asked: who sits in them, how far each is, who is late, and how alike they come out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model

from quintet.facts.scope import Scope
from quintet.training.asks.curriculum import TrackShown, track
from quintet.training.asks.progress import Done, again_by, company_calendar, done_by, due_on, progress
from quintet.training.formula.consistency import consistency
from quintet.training.models.curriculum import Completion, HireClass, Seat, TrackModule
from quintet.training.models.exams import Exam, Sitting
from quintet.training.rules import LEARNS
from quintet.training.terms.consistency import ClassScores, ExamConsistency
from quintet.training.terms.progress import Progress


@dataclass(frozen=True)
class Learner:
    """Somebody in a class, and how far they are."""

    seat: Seat
    progress: Progress


@dataclass(frozen=True)
class ModuleDue:
    """A module of a class: by when, and how many of its people have it."""

    step: TrackModule
    due_on: date | None
    done: int
    of: int


@dataclass(frozen=True)
class ClassShown:
    """A class with the people the reader may see.

    Args:
        record: the class.
        learners: by name.
        modules: in order, counted over everybody in the class.
        size: how many people sit in it.
    """

    record: HireClass
    learners: tuple[Learner, ...]
    modules: tuple[ModuleDue, ...]
    size: int

    @property
    def late(self) -> tuple[Learner, ...]:
        """Who has something that was due before today."""
        return tuple(one for one in self.learners if one.progress.late)

    @property
    def over(self) -> int:
        """How many of those shown have done everything that is required."""
        return sum(one.progress.is_over for one in self.learners)


def classes(user: Any, scope: Scope, today: date) -> tuple[ClassShown, ...]:  # noqa: ANN401 -- an account
    """Every class with somebody the reader may see, newest first."""
    rows = HireClass.objects.select_related("track").prefetch_related("seats__user")
    found = (_shown(one, user, scope, today) for one in rows)
    return tuple(one for one in found if one.learners or _sees_all(user))


def hire_class(class_id: int, user: Any, scope: Scope, today: date) -> ClassShown | None:  # noqa: ANN401
    """One class; None where there is none, or nobody in it is the reader's to see."""
    found = HireClass.objects.filter(pk=class_id).select_related("track").first()
    shown = _shown(found, user, scope, today) if found else None
    return shown if shown and (shown.learners or _sees_all(user)) else None


def may_see(user: Any, scope: Scope, user_id: int, rep_id: int | None) -> bool:  # noqa: ANN401
    """May somebody see how another learns: everybody's who teaches, a manager the own team's?

    Args:
        user: who asks.
        scope: the rows of facts that are theirs.
        user_id: the account of the other.
        rep_id: the rep the other is in the facts; None where the account is none.
    """
    if _sees_all(user) or user.pk == user_id:
        return True
    return user.has_perm("training.see_classes") and rep_id in (scope.rep_ids or ())


def completions(user: Any, scope: Scope) -> list[Completion]:  # noqa: ANN401
    """What people finished, newest first, of those the reader may see."""
    rows = Completion.objects.select_related("user", "module", "signed_by")
    return [one for one in rows if may_see(user, scope, one.user_id, one.user.rep_id)]


def consistencies(record: HireClass) -> tuple[ExamConsistency, ...]:
    """How alike the class comes out of each exam of its track, beside the classes before it."""
    modules = record.track.steps.values_list("module_id", flat=True)
    exams = Exam.objects.filter(module__in=list(modules), retired_at=None)
    return tuple(found for one in exams if (found := _consistency(record, one)) is not None)


def people() -> list[tuple[int, str]]:
    """Who may be put into a class: everybody who learns, by name."""
    users = get_user_model().objects.filter(is_active=True, role__in=LEARNS)
    return sorted(((one.pk, str(one)) for one in users), key=lambda pair: pair[1].lower())


def signed_off(record: HireClass) -> list[Completion]:
    """What was signed off in the class, newest first."""
    users = record.seats.values_list("user_id", flat=True)
    rows = Completion.objects.filter(user__in=list(users), finished_by="signed_off")
    return list(rows.select_related("user", "module", "signed_by")[:50])


def _consistency(record: HireClass, exam: Exam) -> ExamConsistency | None:
    firsts = Sitting.objects.filter(exam=exam, attempt=1, share__isnull=False)
    share = {user: float(right or 0.0) for user, right in firsts.values_list("user_id", "share")}
    by_class: dict[int, list[float]] = {}
    for hire_class_id, user_id in Seat.objects.values_list("hire_class_id", "user_id"):
        if user_id in share:
            by_class.setdefault(hire_class_id, []).append(share[user_id])
    if record.pk not in by_class:
        return None
    rows = HireClass.objects.in_bulk(list(by_class))
    scores = {
        key: ClassScores(rows[key].name, rows[key].starts_on, tuple(got)) for key, got in by_class.items()
    }
    return consistency(exam.name, scores.pop(record.pk), list(scores.values()))


def _shown(record: HireClass, user: Any, scope: Scope, today: date) -> ClassShown:  # noqa: ANN401
    seats = [one for one in record.seats.select_related("user") if one.left_at is None and one.user.is_active]
    taken = track(record.track.key)
    assert taken is not None  # noqa: S101 -- a class keeps its track
    users = [one.user_id for one in seats]
    done, again = done_by(users), again_by(users)
    mine = [one for one in seats if may_see(user, scope, one.user_id, one.user.rep_id)]
    learners = (
        Learner(
            one,
            progress(taken, done.get(one.user_id, {}), again.get(one.user_id, ()), record.starts_on, today),
        )
        for one in mine
    )
    by_name = tuple(sorted(learners, key=lambda one: str(one.seat.user).lower()))
    return ClassShown(record, by_name, _modules(taken, record, seats, done), len(seats))


def _modules(
    taken: TrackShown, record: HireClass, seats: Iterable[Seat], done: Done
) -> tuple[ModuleDue, ...]:
    people, calendar = [one.user_id for one in seats], company_calendar()
    return tuple(
        ModuleDue(
            one,
            due_on(one, record.starts_on, calendar),
            sum(one.module_id in done.get(user, {}) for user in people),
            len(people),
        )
        for one in taken.steps
    )


def _sees_all(user: Any) -> bool:  # noqa: ANN401
    return user.has_perm("training.teach") or user.role == "operations"
