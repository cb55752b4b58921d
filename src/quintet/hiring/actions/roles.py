"""What people do with roles: name one, write its rounds, put them in order, retire one."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify

from quintet.hiring.asks.criteria import in_use
from quintet.hiring.models.process import Round, SalesRole
from quintet.hiring.terms.process import RoundText, checked_round
from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def add_role(name: str, *, by_phone: bool, by: "AbstractBaseUser", now: datetime) -> SalesRole:
    """A role people are hired for.

    Raises:
        BadInput: without a name, or when there is one of that name.
    """
    key = role_key(name)
    if not key:
        raise BadInput("a role needs a name: say what people will be called")
    if SalesRole.objects.filter(key=key).exists():
        raise BadInput(f"there is a role called {name!r} already: change that one")
    with transaction.atomic():
        role = SalesRole.objects.create(
            key=key, name=name.strip(), by_phone=by_phone, written_by=by, written_at=now  # type: ignore[misc]
        )  # fmt: skip
        _tell(role, by, now)
    return role


def change_role(
    role: SalesRole, *, by_phone: bool, is_open: bool, by: "AbstractBaseUser", now: datetime
) -> None:
    """Say whether it sells by phone, and whether people are hired for it at present."""
    with transaction.atomic():
        role.by_phone, role.is_open = by_phone, is_open
        role.save(update_fields=["by_phone", "is_open"])
        _tell(role, by, now)


def add_round(role: SalesRole, text: RoundText, *, by: "AbstractBaseUser", now: datetime) -> Round:
    """Add a round at the end.

    Raises:
        BadInput: when it cannot be scored, or the role has a round of that name.
    """
    _free_name(role, text.name, None)
    last = max(role.rounds.filter(is_retired=False).values_list("position", flat=True), default=0)
    with transaction.atomic():
        one = Round.objects.create(role=role, position=last + 1, **_fields(text))
        _tell(role, by, now)
    return one


def change_round(one: Round, text: RoundText, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Change a round; scorecards handed out before keep what they ask for.

    Raises:
        BadInput: when it cannot be scored, or another round of the role has that name.
    """
    _free_name(one.role, text.name, one)
    if text.name.strip() != one.name and one.scorecards.filter(submitted_at__isnull=False).exists():
        raise BadInput(f"{one.name!r} was scored already and keeps its name: retire it and add another round")
    with transaction.atomic():
        fields = _fields(text)
        for name, value in fields.items():
            setattr(one, name, value)
        one.save(update_fields=list(fields))
        _tell(one.role, by, now)


def retire_round(one: Round, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Take a round out of the process; its scores stay."""
    with transaction.atomic():
        one.is_retired = True
        one.save(update_fields=["is_retired"])
        _tell(one.role, by, now)


def move_up(one: Round, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Put a round before the one above it; the first stays where it is."""
    above = one.role.rounds.filter(is_retired=False, position__lt=one.position).order_by("-position").first()
    if above is None:
        return
    with transaction.atomic():
        mine, theirs = one.position, above.position
        aside = max(one.role.rounds.values_list("position", flat=True)) + 1
        for moved, place in (
            (above, aside),
            (one, theirs),
            (above, mine),
        ):  # one round a place, at any moment
            moved.position = place
            moved.save(update_fields=["position"])
        _tell(one.role, by, now)


def role_key(name: str) -> str:
    """The key of a role: its name in lower case, with hyphens."""
    return slugify(name)[:60]


def _fields(text: RoundText) -> dict[str, Any]:
    checked_round(text, frozenset(in_use()))
    return {
        "name": text.name.strip(),
        "kind": text.kind,
        "by_phone": text.by_phone,
        "homework": text.homework.strip(),
        "criteria": list(text.criteria),
    }


def _free_name(role: SalesRole, name: str, mine: Round | None) -> None:
    same = role.rounds.filter(name=name.strip()).values_list("pk", flat=True)
    if set(same) - {mine.pk if mine else None}:
        raise BadInput(f"{role} has or had a round {name!r}: give this one another name")


def _tell(role: SalesRole, by: "AbstractBaseUser", now: datetime) -> None:
    rounds = [
        {"name": one.name, "kind": one.kind, "by_phone": one.by_phone, "criteria": one.criteria}
        for one in role.rounds.filter(is_retired=False)
    ]
    detail = {"rounds": rounds, "by_phone": role.by_phone, "is_open": role.is_open, "by": by.pk}
    told = row("process.written", f"process:{role.key}", now, detail, content=role.name)
    digest = hashlib.sha256(f"{now.isoformat()}{told['detail']}".encode()).hexdigest()[:16]
    tell({**told, "source_ref": f"{told['source_ref']}@{digest}"})
