"""`quintet refresh`: bring the facts up to date."""

from typing import Annotated

import typer

from quintet.calendar import zones
from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show


def refresh(
    full: Annotated[bool, typer.Option("--full", help="Compute everything again.")] = False,
    zone: Annotated[
        str | None, typer.Option(help="Time zone the team works in, e.g. Europe/Berlin; computes all again.")
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Bring the facts up to date with the ledger, and say what they hold."""
    from quintet.facts import refresh as facts

    home = open_home()
    if zone is not None:
        zones.zone(zone)
        done = facts.rebuild(home, zone=zone)
    else:
        done = facts.rebuild(home) if full else facts.refresh(home)
    how = "only what is new" if done.incremental else "everything"
    say(f"Version {done.version} of the facts in {done.seconds:.1f} s: {how} was computed.")
    show(("table", "rows"), list(done.rows.items()), form)
