"""`quintet drift`: do inputs still come as they did, and are promises kept?"""

from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

_COLUMNS = (
    "formula",
    "day",
    "input",
    "moved most",
    "share when fitted",
    "share now",
    "index",
    "limit",
    "state",
)


def drift(
    day: Annotated[
        str | None, typer.Argument(help="The last day looked at, e.g. 2026-11-28; else the newest whole one.")
    ] = None,
    formula: Annotated[str, typer.Option(help="One formula by its name; every one when left out.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Look at what came in and what was promised since the version in use was fitted.

    A day looks the same whenever it is looked at. Prints each input with its stability index beside what
    chance stays below, and says whether promises are kept.
    """
    from quintet.loop.asks_drift import day_after
    from quintet.loop.formulas import formula_named, watched_formulas
    from quintet.loop.watching import watch

    home, until = open_home(), day_after(day) if day else None
    told: list[tuple[object, ...]] = []
    for one in (formula_named(formula),) if formula else watched_formulas():
        seen = watch(home, one, until)
        say(f"{one.title}, {seen.day}: {' '.join((seen.reading, *seen.missing))}")
        for each in seen.inputs:
            top = each.levels[0] if each.levels else None
            shares = (top.said, top.before, top.now) if top else ("", None, None)
            told.append((one.name, seen.day, each.name, *shares, each.index, each.limit, each.state))
    show(_COLUMNS, told, form)
