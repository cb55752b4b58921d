"""What people do with classes: start one, add somebody, let somebody leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row
from quintet.training.actions.notices import notify
from quintet.training.actions.versions import tell_version
from quintet.training.models.curriculum import HireClass, Seat, Track

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


@dataclass(frozen=True)
class NewClass:
    """A class as somebody names it.

    Args:
        name: as people call it, e.g. Spring 2026.
        track: what its people take.
        starts_on: its first day; modules are due so many working days after it.
    """

    name: str
    track: Track
    starts_on: date


def start(new: NewClass, users: Iterable[Any], *, by: "AbstractBaseUser", now: datetime) -> HireClass:
    """Start a class; everybody in it is told.

    Raises:
        BadInput: without a name or people, on a retired track, or when there is one of that name.
    """
    people = list(users)
    if not new.name.strip() or HireClass.objects.filter(name=new.name.strip()).exists():
        raise BadInput(f"a class needs a name of its own, got {new.name!r}")
    if not people:
        raise BadInput("a class needs people: choose at least one")
    if new.track.retired_at is not None or not new.track.steps.exists():
        raise BadInput(
            f"{new.track.name!r} has nothing to take: put modules into it, or choose another track"
        )
    with transaction.atomic():
        made = HireClass.objects.create(
            name=new.name.strip(),
            track=new.track,
            starts_on=new.starts_on,
            kept_by=by,  # type: ignore[misc]
            made_at=now,
        )
        for user in people:
            _seat(made, user, now)
        _tell(made, by, now)
    return made


def add(made: HireClass, users: Iterable[Any], *, by: "AbstractBaseUser", now: datetime) -> int:
    """Put more people into a class; returns how many are new in it."""
    with transaction.atomic():
        new = [user for user in users if _seat(made, user, now)]
        if new:
            _tell(made, by, now)
    return len(new)


def leave(seat: Seat, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Somebody takes the class no further; what they finished stays."""
    with transaction.atomic():
        seat.left_at = now
        seat.save(update_fields=["left_at"])
        _tell(seat.hire_class, by, now)


def _seat(made: HireClass, user: Any, now: datetime) -> bool:  # noqa: ANN401 -- somebody with an account
    seat, is_new = Seat.objects.get_or_create(hire_class=made, user=user)
    if not is_new and seat.left_at is None:
        return False
    seat.left_at = None
    seat.save(update_fields=["left_at"])
    notify(user, f"You are in the class {made.name}, which starts on {made.starts_on:%-d %B %Y}.", now=now)
    return True


def _tell(made: HireClass, by: "AbstractBaseUser", now: datetime) -> None:
    seats = made.seats.filter(left_at=None).select_related("user").order_by("user_id")
    detail = {
        "track": made.track.key,
        "starts_on": made.starts_on,
        "users": [one.user_id for one in seats],
        "reps": [one.user.rep_id for one in seats if one.user.rep_id is not None],
        "by": by.pk,
    }
    tell_version(row("class.started", f"class:{made.pk}", now, detail, content=made.name))
