"""`quintet forecast`: what the running period will bring, and how sure that is."""

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

if TYPE_CHECKING:
    from quintet.management.terms.forecast_answer import OwnerForecast

_COLUMNS = ("who", "measure", "signed", "mean", "q10", "q50", "q90", "quota", "p_quota", "open_deals")


def forecast(
    by: Annotated[str, typer.Option(help="The running quarter or month.")] = "quarter",
    form: FormatOption = Format.TABLE,
) -> None:
    """Print what the running quarter, or month, will come to: everybody's, each team's and each rep's.

    Works it out anew when the facts have moved on since.
    """
    from quintet.facts.published import Facts
    from quintet.facts.scope import Scope
    from quintet.site.server import set_up

    home = open_home()
    set_up(home)
    from quintet.management.actions.forecast import renew
    from quintet.management.asks.forecast import forecast as asked

    with closing(Facts.published(home)) as facts:
        renew(facts, now=datetime.now(UTC))
        view = asked(facts, Scope.everything(), by)
    running = view.running
    rows = [row for owner in running.owners for row in _rows(owner)]
    show(_COLUMNS, rows, form, f"{running.period}, as known at the start of {running.day:%d %b %Y}")
    recipe = view.stored.recipe
    say(f"Made by {recipe.said}{f', in use since {recipe.since:%d %b %Y}' if recipe.since else ''}.")
    if view.stored.undated:
        say(f"{view.stored.undated:,} open deals have no date and are left out.")


def _rows(owner: "OwnerForecast") -> list[tuple[object, ...]]:
    return [
        (
            owner.name,
            one.measure,
            *map(round, (one.booked, one.spread.mean, *map(one.spread.at, (0.1, 0.5, 0.9)))),
            None if one.quota is None else round(one.quota),
            None if one.p_quota is None else round(one.p_quota, 3),
            owner.open_deals,
        )
        for one in owner.ahead
    ]
