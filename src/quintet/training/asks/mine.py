"""My training: what is next, what is due, what holds, and what one is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from quintet.training.asks.certificates import certificates as every_certificate
from quintet.training.asks.certificates import ended, finished, grants_of, passed
from quintet.training.asks.curriculum import TrackShown, track, track_of_role
from quintet.training.asks.exams import exams_for
from quintet.training.asks.progress import again_by, done_by, progress
from quintet.training.models.certificates import Certificate, Grant, Notice
from quintet.training.models.curriculum import Evidence, HireClass, Module, Project, Seat
from quintet.training.models.exams import Exam
from quintet.training.models.playbook import PageVersion
from quintet.training.terms.exams import Standing
from quintet.training.terms.progress import Line, Progress, urgency


@dataclass(frozen=True)
class Course:
    """A track as one person takes it.

    Args:
        track: what is taken.
        hire_class: with whom; None where it is the track of the role, in no class.
        progress: how far.
    """

    track: TrackShown
    hire_class: HireClass | None
    progress: Progress


@dataclass(frozen=True)
class Held:
    """A certificate somebody holds or held, and what it rests on.

    Args:
        grant: when, until when, and whether it was taken back.
        pages: the pages of the playbook it rests on, as they were then.
        holds: does it hold today?
    """

    grant: Grant
    pages: tuple[PageVersion, ...]
    holds: bool


@dataclass(frozen=True)
class Missing:
    """A certificate somebody does not hold, and what is left to do for it."""

    certificate: Certificate
    modules: tuple[Module, ...]
    exams: tuple[Exam, ...]


@dataclass(frozen=True)
class Mine:
    """What one person sees of their training."""

    courses: tuple[Course, ...]
    exams: tuple[Standing, ...]
    held: tuple[Held, ...]
    missing: tuple[Missing, ...]
    notices: tuple[Notice, ...]

    @property
    def next(self) -> Line | None:
        """What to take now, of all courses."""
        ready = [one.progress.next for one in self.courses]
        return min((one for one in ready if one), key=urgency, default=None)

    @property
    def late(self) -> tuple[Line, ...]:
        """What should be done by now."""
        return tuple(line for one in self.courses for line in one.progress.late)


@dataclass(frozen=True)
class ProjectShown:
    """A hands-on project with its newest figures of either kind.

    Args:
        record: where it stands.
        counted: figures counted from the data; None before any was.
        typed: figures that were typed in; None where none were.
    """

    record: Project
    counted: Evidence | None
    typed: Evidence | None


def mine(user: Any, now: datetime) -> Mine:  # noqa: ANN401 -- somebody with an account
    """Everything one person should know of their own training."""
    taken, lacking = courses(user, now.date()), missing(user, now)
    return Mine(
        courses=taken,
        exams=_exams(user, taken, lacking, now),
        held=held(user, now),
        missing=lacking,
        notices=unread(user),
    )


def _exams(
    user: Any,  # noqa: ANN401 -- somebody with an account
    taken: Sequence[Course],
    lacking: Sequence[Missing],
    now: datetime,
) -> tuple[Standing, ...]:
    """Exams to take now: of open modules, and of certificates that lack nothing else; those begun, too."""
    lines = (line for one in taken for line in one.progress.lines)
    open_ones = [line.key for line in lines if line.is_open and line.finished_by == "exam"]
    asked = set(Exam.objects.filter(module__key__in=open_ones).values_list("key", flat=True))
    asked |= {exam.key for one in lacking if not one.modules for exam in one.exams}
    over = {"passed", "closed"}
    return tuple(
        one for one in exams_for(user, now) if one.state not in over and (one.key in asked or one.sitting)
    )


def unread(user: Any) -> tuple[Notice, ...]:  # noqa: ANN401
    """What somebody was told and has not read, newest first."""
    return tuple(Notice.objects.filter(user=user, read_at=None))


def courses(user: Any, today: date) -> tuple[Course, ...]:  # noqa: ANN401
    """The tracks one takes in classes; outside of any, the track of the own role."""
    done, again = done_by([user]).get(user.pk, {}), again_by([user]).get(user.pk, frozenset())
    seats = Seat.objects.filter(user=user, left_at=None).select_related("hire_class__track")
    found = []
    for one in seats.order_by("-hire_class__starts_on"):
        taken = track(one.hire_class.track.key)
        assert taken is not None  # noqa: S101 -- a class keeps its track
        way = progress(taken, done, again, one.hire_class.starts_on, today)
        found.append(Course(taken, one.hire_class, way))
    own = track_of_role(user.role) if not found else None
    return (Course(own, None, progress(own, done, again, None, today)),) if own else tuple(found)


def held(user: Any, now: datetime) -> tuple[Held, ...]:  # noqa: ANN401
    """Certificates one holds or held, newest first; of each certificate the newest only."""
    newest: dict[int, Grant] = {}
    for one in grants_of(user):
        newest.setdefault(one.certificate_id, one)
    return tuple(Held(one, _rests_on(one), one.holds(now.date())) for one in newest.values())


def missing(user: Any, now: datetime) -> tuple[Missing, ...]:  # noqa: ANN401
    """Certificates one does not hold that belong to what one takes, with what is left to do."""
    has = {one.grant.certificate_id: one for one in held(user, now)}
    done, mine = (
        finished(user),
        {step.module_id for one in courses(user, now.date()) for step in one.track.steps},
    )
    found = []
    for shown in every_certificate(now):
        one, before = shown.record, has.get(shown.record.pk)
        modules = [each for each in one.modules.all() if each.retired_at is None]
        if (before and before.holds) or not (before or mine & {each.pk for each in modules}):
            continue
        sat = passed(user, ended(one, user, now))
        exams = (each for each in one.exams.all() if each.retired_at is None and each.pk not in sat)
        found.append(Missing(one, tuple(each for each in modules if each.pk not in done), tuple(exams)))
    return tuple(found)


def project(user: Any, module: Module) -> ProjectShown | None:  # noqa: ANN401
    """One's own project of a module, with its newest figures; None before it was opened."""
    record = Project.objects.filter(user=user, module=module).first()
    if record is None:
        return None
    return _with_figures(record)


def projects_of(module: Module) -> list[ProjectShown]:
    """Everybody's projects of a module, for those who teach it."""
    rows = Project.objects.filter(module=module).select_related("user").prefetch_related("evidence")
    return [_with_figures(one) for one in rows]


def _with_figures(one: Project) -> ProjectShown:
    newest: dict[bool, Evidence] = {}
    for each in one.evidence.all():
        newest.setdefault(each.is_typed, each)
    return ProjectShown(one, newest.get(False), newest.get(True))


def _rests_on(grant: Grant) -> tuple[PageVersion, ...]:
    keys = list(grant.rests_on)
    rows = PageVersion.objects.filter(page__key__in=keys).select_related("page")
    return tuple(one for one in rows if grant.rests_on[one.page.key] == one.number)
