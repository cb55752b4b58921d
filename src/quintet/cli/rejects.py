"""`quintet rejects`: rows that were not loaded, and why."""

from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

_SHOWN = ("file", "line", "column", "value", "reason", "step")


def rejects(
    load: Annotated[
        str | None, typer.Argument(help="A load, as the list names it; without one, every load is listed.")
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the loads, or the rows of one load that were rejected: file, line, value, reason, what to do."""
    from quintet.sources.files.load.rejects import list_loads, list_rejects

    home = open_home()
    if load is None:
        stories = list_loads(home)
        rows = [
            (one["load_id"], one["map"], len(list_rejects(home, one["load_id"])), one["sentence"])
            for one in stories
        ]
        show(("load", "map", "rejected", "what it did"), rows, form)
        return
    found = list_rejects(home, load)
    show(_SHOWN, [tuple(getattr(one, name) for name in _SHOWN) for one in found], form)
    if found:
        say(f"Correct them in {home.rejects / load}.")
