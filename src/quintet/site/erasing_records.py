"""Erasing a person from the database: each room's records as the room says, the accounts, and the proof."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger import erasure
from quintet.ledger.erasers import Eraser, Files, Records, Whom
from quintet.ledger.identity import Aliases
from quintet.site.mail.models import Edition, Letter, LetterState
from quintet.site.models import User

_CHUNK = 500


@dataclass(frozen=True)
class Swept:
    """What an erasure did to the records.

    Args:
        changed: (what, how many were deleted or changed), of those that were.
        searched: records searched afterwards, none of which holds the person.
        kinds: of so many models.
    """

    changed: tuple[tuple[str, int], ...]
    searched: int
    kinds: int


def erasers() -> tuple[Eraser, ...]:
    """What every room says of its records, rooms first, then the site's own."""
    rooms = [one.name for one in apps.get_app_configs() if one.name.startswith("quintet.")]
    ordered = sorted(rooms, key=lambda name: name == "quintet.site")
    modules = [f"{name}.erasers" for name in ordered if name != "quintet.ledger"]
    found = [import_module(name).ERASERS for name in modules if find_spec(name)]
    return tuple(eraser for each in found for eraser in each)


def whom_of(home: Home, entity: str, entity_id: int) -> Whom:
    """A person the ledger knows, with the names and addresses of aliases and accounts."""
    person = erasure.find_person(home, entity, entity_id)
    names = {label for label in Aliases(home).labels(person.ids, entity=entity).values() if label}
    whom = Whom.of(person, frozenset(names))
    for one in _accounts(whom):
        named = Whom.of(person, frozenset({one.name, *whom.names}))
        whom = Whom(entity, whom.ids, whom.addresses | {one.email.lower()}, named.names)
    return whom


def require_no_account(whom: Whom) -> None:
    """Refuse to erase a lead or a candidate whose address signs in here: the account would be left nameless.

    Raises:
        BadInput: with what to do first.
    """
    if whom.entity != "rep" and User.objects.filter(email__in=whom.addresses).exists():
        told = f"this {whom.entity} has the address of an account: give the account another address"
        raise BadInput(f"{told}, or erase the rep it belongs to")


def held(home: Home, whom: Whom) -> tuple[tuple[str, int], ...]:
    """(what, how many records would be deleted or changed); nothing is changed by asking."""
    told = [(_name(one), _held(one, home, whom)) for one in erasers()]
    told += [("accounts", _accounts(whom).count()), ("mail editions", len(_editions(whom)))]
    return tuple((name, count) for name, count in told if count)


def sweep(home: Home, whom: Whom) -> Swept:
    """Erase a person from the records, all of it or nothing, and prove it.

    Raises:
        BadInput: for a lead or candidate whose address signs in here.
        RuntimeError: naming the model that still holds the person.
    """
    require_no_account(whom)
    changed = held(home, whom)
    with transaction.atomic(), disable_auditlog():
        _blank_editions(whom)
        for one in erasers():
            if isinstance(one, Records):
                _erase(one, whom)
        _pseudonymise(whom)
    for one in erasers():
        if isinstance(one, Files):
            one.forget(home, whom)
    searched, kinds = prove(home, whom)
    return Swept(changed, searched, kinds)


def sweep_candidate(sender: Any, home: Home, whom: Whom, **more: Any) -> tuple[tuple[str, int], ...]:  # noqa: ANN401, ARG001
    """Erase a candidate from the records of every room, when the hiring room asks for it."""
    return sweep(home, whom).changed


def prove(home: Home, whom: Whom) -> tuple[int, int]:
    """Search every record of every model but those that are erased afterwards; returns how many, of how many.

    Raises:
        RuntimeError: naming the first model that still holds the person.
    """
    left = held(home, whom)
    if left:
        raise _left(left[0][0])
    searched = kinds = 0
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in _LATER:  # noqa: SLF001 -- Django's public options
            continue
        kinds += 1
        for row in _rows(model):
            searched += 1
            if whom.is_traced_in(row):
                raise _left(model._meta.label)  # noqa: SLF001
    return searched, kinds


#: Erased right after this, with the ledger and the import, which prove it themselves.
_LATER = frozenset({"ledger.InboxRow", "files.Upload"})


def _left(name: str) -> RuntimeError:
    return RuntimeError(f"{name} still holds the person: the erasure is not complete, run it again")


def _rows(model: type[models.Model]) -> Iterator[dict[str, Any]]:
    names = [one.attname for one in model._meta.concrete_fields if not one.is_relation]  # noqa: SLF001
    yield from model._default_manager.values(*names).iterator(_CHUNK)  # noqa: SLF001


def _name(one: Eraser) -> str:
    if isinstance(one, Files):
        return one.name
    return str(apps.get_model(one.model)._meta.verbose_name_plural)  # noqa: SLF001


def _held(one: Eraser, home: Home, whom: Whom) -> int:
    if isinstance(one, Files):
        return one.held(home, whom)
    return _own(one, whom).count() + len(list(_named(one, whom))) if isinstance(one, Records) else 0


def _erase(one: Records, whom: Whom) -> None:
    """Delete what is the person's; of the rest, take out the id and cut the texts."""
    _own(one, whom).delete()
    for key, values in list(_named(one, whom)):
        rows = _every(one).filter(pk=key)
        if values is None:
            rows.delete()
        else:
            rows.update(**values)


def _every(one: Records) -> models.QuerySet[Any]:
    return apps.get_model(one.model)._base_manager.all()  # noqa: SLF001


def _own(one: Records, whom: Whom) -> models.QuerySet[Any]:
    lookup = one.own.get(whom.entity)
    theirs = models.Q(**{f"{lookup}__in": whom.ids}) if lookup else models.Q(pk__in=())
    for address in whom.addresses if one.address else ():
        theirs |= models.Q(**{f"{one.address}__iexact": address})
    return _every(one).filter(theirs)


def _named(one: Records, whom: Whom) -> Iterator[tuple[Any, dict[str, Any] | None]]:
    """Keys of records of others that name the person, with their new values; None for one to be deleted."""
    listed = one.among.get(whom.entity, "")
    names = tuple(dict.fromkeys((*one.texts, *filter(None, (listed.partition(".")[0],)))))
    if not names:
        return
    theirs = set(_own(one, whom).values_list("pk", flat=True))
    for row in _every(one).values("pk", *names).iterator(_CHUNK):
        values = {} if row["pk"] in theirs else _without(one, whom, listed, row)
        if values is None or values:
            yield row["pk"], values


def _without(one: Records, whom: Whom, listed: str, row: dict[str, Any]) -> dict[str, Any] | None:
    values = {name: cut for name in one.texts if (cut := whom.cut(row[name])) != row[name]}
    if not listed:
        return values
    name, _, key = listed.partition(".")
    whole = row[name]
    every = whole[key] if key else whole
    others = [each for each in every if each not in whom.ids]
    if len(others) == len(every):
        return values
    return values | {name: whole | {key: others} if key else others} if others else None


def _accounts(whom: Whom) -> models.QuerySet[User]:
    return User.objects.filter(rep_id__in=whom.ids) if whom.entity == "rep" else User.objects.none()


def _pseudonymise(whom: Whom) -> None:
    """An account is named by what its owner decided, so it stays: as a number that may not sign in."""
    for one in _accounts(whom):
        for session in Session.objects.iterator(_CHUNK):
            if session.get_decoded().get("_auth_user_id") == str(one.pk):
                session.delete()
        LogEntry.objects.filter(actor=one).update(remote_addr=None)
        one.email, one.name, one.rep_id = f"erased-{secrets.token_hex(6)}@erased.invalid", "", None
        one.is_active = False
        one.set_unusable_password()
        one.save()


def _editions(whom: Whom) -> list[Edition]:
    fields = ("label", "subject", "html", "text")
    every = Edition.objects.iterator(_CHUNK)
    return [one for one in every if any(whom.cut(old := getattr(one, name)) != old for name in fields)]


def _blank_editions(whom: Whom) -> None:
    """Pictures show names that cannot be cut from them; a letter that still waits would show none."""
    for one in _editions(whom):
        Letter.objects.filter(edition=one, state=LetterState.QUEUED).update(state=LetterState.EXPIRED)
        one.pictures = {}
        for name in ("label", "subject", "html", "text"):
            setattr(one, name, whom.cut(getattr(one, name)))
        one.save()
