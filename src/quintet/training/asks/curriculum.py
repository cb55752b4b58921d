"""The curriculum asked: modules and tracks, what builds on what, and how each module is finished."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quintet.training.models.curriculum import Module, Track, TrackModule
from quintet.training.terms.curriculum import ModuleText, in_order
from quintet.training.terms.starter_modules import MODULES, TRACKS
from quintet.training.terms.words import MODULE_KINDS, STEPS, TRACK_ROLES

#: Whose track somebody of a role takes while they sit in no class.
_TRACK_OF = {"rep": "rep", "bdr": "bdr", "manager": "manager", "executive": "director"}


@dataclass(frozen=True)
class ModuleShown:
    """A module as the catalogue shows it.

    Args:
        record: the module.
        finished_by: how one finishes it, one of FINISHED_BY.
        after: the names of the modules to take before.
        tracks: the names of the tracks it is in.
        done: how many people have finished it.
    """

    record: Module
    finished_by: str
    after: tuple[str, ...]
    tracks: tuple[str, ...]
    done: int

    @property
    def kind(self) -> str:
        """In words."""
        return MODULE_KINDS[self.record.kind]

    @property
    def step(self) -> str:
        """The step it should move, in words."""
        return STEPS.get(self.record.moves, "")


@dataclass(frozen=True)
class TrackShown:
    """A track with its modules in order."""

    record: Track
    steps: tuple[TrackModule, ...]
    classes: int

    @property
    def role(self) -> str:
        """Whom it is for, in words."""
        return TRACK_ROLES[self.record.role]

    @property
    def hours(self) -> float:
        """How long its required modules take together."""
        return sum(one.module.hours for one in self.steps if one.is_required)

    @property
    def days(self) -> int:
        """Working days until its last module is due."""
        return max((one.due_day for one in self.steps), default=0)


def modules(*, retired: bool = False) -> tuple[ModuleShown, ...]:
    """Modules in an order in which they can be taken."""
    rows = {one.key: one for one in _modules().filter(retired_at__isnull=not retired)}
    order = in_order({key: [before.key for before in one.after.all()] for key, one in rows.items()})
    return tuple(_shown(rows[key]) for key in order)


def module(key: str) -> ModuleShown | None:
    """One module, retired or not; None where there is none."""
    found = _modules().filter(key=key).first()
    return _shown(found) if found else None


def finished_by(one: Module) -> str:
    """How one finishes a module: its exam, its live figures, the own word for a text, else a signature."""
    if any(exam.retired_at is None for exam in one.exams.all()):
        return "exam"
    if one.kind == "hands_on":
        return "evidence"
    return "own_word" if one.kind == "reading" else "signed_off"


def builds_on(modules: Iterable[Module] | None = None) -> dict[str, list[str]]:
    """Module → the modules to take before it, by key; of all modules unless some are named."""
    rows = Module.objects.prefetch_related("after") if modules is None else modules
    return {one.key: [before.key for before in one.after.all()] for one in rows}


def text_of(one: Module) -> ModuleText:
    """What a module says, as it is written."""
    told = (one.key, one.name, one.kind, one.sentence, one.body, one.hours, one.moves, one.asks_for)
    pages, after = (tuple(each.key for each in many.all()) for many in (one.pages, one.after))
    return ModuleText(*told, pages, after)


def tracks(*, retired: bool = False) -> tuple[TrackShown, ...]:
    """Tracks by name."""
    return tuple(_track(one) for one in _tracks().filter(retired_at__isnull=not retired))


def track(key: str) -> TrackShown | None:
    """One track, retired or not; None where there is none."""
    found = _tracks().filter(key=key).first()
    return _track(found) if found else None


def track_of_role(role: str) -> TrackShown | None:
    """The track of those who do what an account of a role does; None where none is written."""
    found = _tracks().filter(role=_TRACK_OF.get(role, ""), retired_at=None).first()
    return _track(found) if found else None


def examples() -> dict[str, list[dict[str, Any]]]:
    """The example tracks and modules, each with whether the curriculum has it."""
    modules, tracks = (set(one.objects.values_list("key", flat=True)) for one in (Module, Track))
    roles = TRACK_ROLES
    return {
        "tracks": [{"text": one, "role": roles[one.role], "is_taken": one.key in tracks} for one in TRACKS],
        "modules": [
            {"text": one, "kind": MODULE_KINDS[one.kind], "is_taken": one.key in modules} for one in MODULES
        ],
    }  # fmt: skip


def _modules() -> Any:  # noqa: ANN401 -- Django's QuerySet
    return Module.objects.prefetch_related("after", "exams", "in_tracks__track", "completions", "pages")


def _tracks() -> Any:  # noqa: ANN401
    return Track.objects.prefetch_related("steps__module__exams", "steps__module__after", "classes")


def _shown(one: Module) -> ModuleShown:
    done = {row.user_id for row in one.completions.all() if row.lapsed_at is None}
    tracks = tuple(step.track.name for step in one.in_tracks.all() if step.track.retired_at is None)
    after = tuple(before.name for before in one.after.all())
    return ModuleShown(one, finished_by(one), after, tracks, len(done))


def _track(one: Track) -> TrackShown:
    steps = [step for step in one.steps.all() if step.module.retired_at is None]
    return TrackShown(one, tuple(steps), len(one.classes.all()))
