"""What people do with the curriculum: write and change modules and tracks, take examples, retire."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row
from quintet.training.actions.versions import tell_version
from quintet.training.asks.curriculum import builds_on
from quintet.training.models.curriculum import Module, Track, TrackModule
from quintet.training.models.playbook import PlaybookPage
from quintet.training.terms.curriculum import (
    ModuleText,
    TrackStep,
    checked_module,
    checked_role,
    checked_steps,
    refuse_circles,
)
from quintet.training.terms.starter_modules import BY_KEY, TRACK_BY_KEY

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: Names that mean something else in the addresses of modules and tracks.
_TAKEN = {"", "new", "examples"}


def write_module(text: ModuleText, *, by: "AbstractBaseUser", now: datetime) -> Module:
    """Write a new module.

    Raises:
        BadInput: when it is incomplete, builds on what there is not, or there is one of that key.
    """
    if text.key in _TAKEN or Module.objects.filter(key=text.key).exists():
        raise BadInput(f"a module cannot be called {text.name!r}: there is one, or the name is taken")
    return _save(Module(key=text.key), text, by, now)


def change_module(text: ModuleText, *, by: "AbstractBaseUser", now: datetime) -> Module:
    """Change a module; what was finished stays finished.

    Raises:
        BadInput: when it is incomplete, there is no such module, or modules would wait for each other.
    """
    one = Module.objects.filter(key=text.key).first()
    if one is None:
        raise BadInput(f"there is no module {text.key!r}: write it first")
    return _save(one, text, by, now)


def retire_module(one: Module, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Take a module out of the curriculum: nobody takes it any more, what was finished stays."""
    _set_retired(one, now, by, now)


def bring_back_module(one: Module, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Put a retired module back."""
    _set_retired(one, None, by, now)


def write_track(name: str, role: str, key: str, *, by: "AbstractBaseUser", now: datetime) -> Track:
    """Name a track; its modules are put in afterwards.

    Raises:
        BadInput: without a name, for another role, or when there is one of that key.
    """
    if not name.strip() or key in _TAKEN or Track.objects.filter(key=key).exists():
        raise BadInput(f"a track needs a name of its own, got {name!r}")
    with transaction.atomic():
        track = Track.objects.create(key=key, name=name.strip(), role=checked_role(role))
        _tell_track(track, by, now)
    return track


def set_steps(track: Track, steps: Iterable[TrackStep], *, by: "AbstractBaseUser", now: datetime) -> None:
    """Say which modules a track has, in which order and by when.

    Raises:
        BadInput: when a module is not there, comes twice, or before one it builds on.
    """
    told = checked_steps(steps, builds_on())
    rows = Module.objects.in_bulk([one.module for one in told], field_name="key")
    missing = [one.module for one in told if one.module not in rows]
    if missing:
        raise BadInput(f"there is no module {missing[0]!r}: write it first")
    with transaction.atomic():
        track.steps.all().delete()
        TrackModule.objects.bulk_create(
            TrackModule(
                track=track,
                module=rows[one.module],
                place=place,
                due_day=one.due_day,
                is_required=one.is_required,
            )
            for place, one in enumerate(told, start=1)
        )
        _tell_track(track, by, now)


def retire_track(track: Track, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Start no more classes on a track; those that run go on."""
    with transaction.atomic():
        track.retired_at = now
        track.save(update_fields=["retired_at"])
        _tell_track(track, by, now)


def take_examples(keys: Iterable[str], *, by: "AbstractBaseUser", now: datetime) -> int:
    """Take example tracks with their modules, as far as they are not here yet; how many modules are new.

    Raises:
        BadInput: for a track the examples do not have.
    """
    wanted = list(dict.fromkeys(keys))
    stray = [key for key in wanted if key not in TRACK_BY_KEY]
    if stray:
        raise BadInput(f"the examples have no track {stray[0]!r}")
    here = set(Module.objects.values_list("key", flat=True))
    tracks = [TRACK_BY_KEY[key] for key in wanted if not Track.objects.filter(key=key).exists()]
    keys_of = {step.module for one in tracks for step in one.steps}
    fresh = [key for key in BY_KEY if key in keys_of and key not in here]
    with transaction.atomic():
        for key in fresh:
            _save(Module(key=key), BY_KEY[key], by, now, only_known_pages=True)
        for one in tracks:
            track = write_track(one.name, one.role, one.key, by=by, now=now)
            set_steps(track, one.steps, by=by, now=now)
    return len(fresh)


def _save(
    one: Module, text: ModuleText, by: "AbstractBaseUser", now: datetime, *, only_known_pages: bool = False
) -> Module:
    checked_module(text)
    refuse_circles(builds_on() | {text.key: list(text.after)})
    pages = _found(PlaybookPage, text.pages, only_known=only_known_pages)
    after = _found(Module, text.after)
    with transaction.atomic():
        for field in ("kind", "body", "hours", "moves"):
            setattr(one, field, getattr(text, field))
        one.name, one.sentence = text.name.strip(), text.sentence.strip()
        one.asks_for = dict(text.asks_for)
        one.written_by, one.written_at = by, now  # type: ignore[assignment]
        one.save()
        one.pages.set(pages)
        one.after.set(after)
        _tell_module(one, by, now)
    return one


def _set_retired(one: Module, at: datetime | None, by: "AbstractBaseUser", now: datetime) -> None:
    with transaction.atomic():
        one.retired_at = at
        one.save(update_fields=["retired_at"])
        _tell_module(one, by, now)


def _tell_module(one: Module, by: "AbstractBaseUser", now: datetime) -> None:
    detail = {"name": one.name, "kind": one.kind, "moves": one.moves, "asks_for": one.asks_for,
              "after": sorted(each.key for each in one.after.all()), "retired": one.retired_at is not None,
              "by": by.pk}  # fmt: skip
    tell_version(row("module.written", f"module:{one.key}", now, detail, content=one.key))


def _tell_track(track: Track, by: "AbstractBaseUser", now: datetime) -> None:
    steps = [
        {"module": one.module.key, "due_day": one.due_day, "is_required": one.is_required}
        for one in track.steps.select_related("module")
    ]
    detail = {"role": track.role, "steps": steps, "retired": track.retired_at is not None, "by": by.pk}
    tell_version(row("track.written", f"track:{track.key}", now, detail, content=track.key))


def _found(model: Any, keys: Iterable[str], *, only_known: bool = False) -> list[Any]:  # noqa: ANN401 -- a model with a key
    wanted = list(dict.fromkeys(keys))
    rows = model.objects.in_bulk(wanted, field_name="key")
    missing = [key for key in wanted if key not in rows]
    if missing and not only_known:
        raise BadInput(f"there is no {missing[0]!r}: write it first")
    return [rows[key] for key in wanted if key in rows]
