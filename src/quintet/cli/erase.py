"""`quintet erase`: forget a person."""

import getpass
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import say
from quintet.kernel.errors import BadInput

if TYPE_CHECKING:
    from quintet.kernel.home import Home
    from quintet.ledger.erasure import Erasure
    from quintet.site.erasing_records import Swept
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
    """Remove a person from ledger, database, rejected rows and waiting uploads. This cannot be undone."""
    from quintet.facts.refresh import refresh
    from quintet.ledger.erasure import known_as
    from quintet.site.server import set_up

    home = open_home()
    if entity is Entity.CANDIDATE:
        _erase_candidate(home, who, by or getpass.getuser(), yes=yes)
        return
    known_as(home, entity, who)  # refuses a name of nobody or of several before it asks
    _confirm(f"{entity} {who}", yes=yes)
    set_up(home)
    from quintet.site.erasing import erase_everywhere
    from quintet.sources.files.erasing import plan_erasure

    plan = plan_erasure(home, entity, who)
    done = erase_everywhere(home, plan, by=by or getpass.getuser())
    _say_records(done.records)
    _say_files(done.rest)
    if done.rest.ledger is not None:
        _say_ledger(done.rest.ledger, entity, plan.entity_id)
        say(f"Facts computed again: version {refresh(home).version}.")


def _say_records(done: "Swept") -> None:
    for what, count in done.changed:
        say(f"Deleted or cut in the database: {count:,} {what}.")
    say(f"{done.searched:,} records of {done.kinds} kinds were searched afterwards; none holds the person.")


def _say_ledger(done: "Erasure", entity: str, entity_id: int | None) -> None:
    say(f"Erased: {done.rows:,} interactions, {done.aliases:,} names, {done.waiting:,} waiting rows.")
    say(f"An address was cut from {done.redacted:,} interactions of others.")
    say(f"{done.checked_files:,} files were searched afterwards; none holds {entity} {entity_id}.")


def _erase_candidate(home: "Home", who: str, by: str, *, yes: bool) -> None:
    """By name, address or number: the records of the hiring room know all three, the ledger not always."""
    from quintet.facts.refresh import refresh
    from quintet.site.server import set_up

    set_up(home)
    from quintet.hiring.actions.erasure import erase_candidate
    from quintet.hiring.asks.erasure import candidate_called

    candidate_id = candidate_called(home, who)
    _confirm(f"candidate {who}", yes=yes)
    done = erase_candidate(candidate_id, by=by, home=home)
    for what, count in done.records:
        say(f"Deleted or cut in the database: {count:,} {what}.")
    for place, count in done.mentions:
        say(f"The same name still stands in {place} ({count:,}): read it yourself.")
    _say_files(done.elsewhere)
    if done.elsewhere.ledger is not None:
        _say_ledger(done.elsewhere.ledger, Entity.CANDIDATE, candidate_id)
        say(f"Facts computed again: version {refresh(home).version}.")


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
