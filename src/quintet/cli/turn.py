"""`quintet turn`: each period every formula is scored, refitted and, if it earned it, promoted."""

from typing import TYPE_CHECKING, Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

if TYPE_CHECKING:
    from quintet.loop.terms import CurvePoint

_COLUMNS = (
    "formula",
    "period",
    "in use",
    "units",
    "loss",
    "naive loss",
    "gain",
    "lo",
    "hi",
    "over first version",
)


def turn(
    period: Annotated[
        str | None,
        typer.Argument(help="The last period, e.g. 2026Q4 or 2026-11; else the newest one that is over."),
    ] = None,
    formula: Annotated[str, typer.Option(help="One formula by its name; every one when left out.")] = "",
    by: Annotated[
        str, typer.Option(help="quarter or month, when no period is named; QUINTET_TURN when left out.")
    ] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Score, refit and promote: every period of the history that was not turned yet, then the newest.

    A past period sees only what was known at its end, and comes out the same whenever it is turned. Prints
    the compounding curve: the loss of what was in use on units nobody had seen, beside the naive answer and
    the first version.
    """
    from quintet.loop.asks import company_grain, grain_named, turned_through
    from quintet.loop.curve import curve
    from quintet.loop.formulas import formula_named, formulas
    from quintet.loop.running import run

    home = open_home()
    last = turned_through(home, period, grain_named(by) if by else company_grain())
    told = []
    for one in (formula_named(formula),) if formula else formulas():
        found = curve(one.name, run(home, one, last, say=say))
        told += [_row(one.name, point) for point in found.points]
        say(f"{one.title}: {found.reading}")
    show(_COLUMNS, told, form)


def _row(formula: str, point: "CurvePoint") -> tuple[object, ...]:
    return (
        formula,
        point.period,
        point.in_use,
        point.units,
        point.loss,
        point.baseline,
        point.gain,
        point.lo,
        point.hi,
        point.over_frozen,
    )
