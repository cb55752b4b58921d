"""`quintet erase`: forget a person."""

import getpass
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import say
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home

if TYPE_CHECKING:
    from quintet.sources.files.erasing import Erased


class Entity(StrEnum):
    """Whom an erasure can be about."""

    LEAD = "lead"
    ACCOUNT = "account"
    OPPORTUNITY = "opportunity"
    REP = "rep"
    CANDIDATE = "candidate"


def erase(
    entity: Annotated[Entity, typer.Argument(help="What the person is to you.")],
    who: Annotated[str, typer.Argument(help="E-mail address, name, or id in the source or in Quintet.")],
    by: Annotated[str, typer.Option(help="Who decided; recorded.", show_default="you")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Remove a person from the ledger, rejected rows and waiting uploads. This cannot be undone."""
    from quintet.ledger.erasure import known_as
    from quintet.site.server import set_up

    home = open_home()
    if entity is Entity.CANDIDATE:
        set_up(home)
    entity_id = _candidate(home, who) if entity is Entity.CANDIDATE else known_as(home, entity, who)
    _confirm(f"{entity} {who}", yes=yes)
    set_up(home)
    if entity_id is None:
        _erase_address(home, entity, who)
    else:
        _erase(home, entity, entity_id, by or getpass.getuser())


def _erase(home: Home, entity: str, entity_id: int, by: str) -> None:
    from quintet.facts.refresh import refresh

    erased = _erased(home, entity, entity_id, by)
    done = erased.ledger
    assert done is not None  # noqa: S101 - the ledger knows this id
    say(f"Erased: {done.rows:,} interactions, {done.aliases:,} names, {done.waiting:,} waiting rows.")
    say(f"An address was cut from {done.redacted:,} interactions of others.")
    _say_files(erased)
    say(f"{done.checked_files:,} files were searched afterwards; none holds {entity} {entity_id}.")
    say(f"Facts computed again: version {refresh(home).version}.")


def _candidate(home: Home, who: str) -> int:
    from quintet.hiring.asks.erasure import candidate_called

    return candidate_called(home, who)


def _erased(home: Home, entity: str, entity_id: int, by: str) -> "Erased":
    if entity != Entity.CANDIDATE:
        from quintet.sources.files.erasing import erase_person

        return erase_person(home, entity, entity_id, by=by)
    from quintet.hiring.actions.erasure import erase_candidate

    done = erase_candidate(entity_id, by=by, home=home)
    say(f"{done.records:,} records of the hiring room removed.")
    for place, count in done.mentions:
        say(f"The same name still stands in {place} ({count:,}): read it yourself.")
    return done.elsewhere


def _erase_address(home: Home, entity: str, address: str) -> None:
    """What only rejected rows and uploads know."""
    from quintet.sources.files.erasing import erase_address

    _say_files(erase_address(home, entity, address))


def _say_files(erased: "Erased") -> None:
    say(f"{erased.rejected:,} rejected rows removed, {len(erased.uploads):,} waiting uploads thrown away.")
    for name in erased.uploads:
        say(f"Thrown away, as it holds the person: {name}. Take the person out of it and hand it in again.")


def _confirm(whom: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        msg = f"erasing {whom} cannot be undone, so it wants a yes: add --yes"
        raise BadInput(msg)
    typer.confirm(f"Erase {whom}? This cannot be undone", abort=True)
