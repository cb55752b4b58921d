"""`quintet prove`: a simulated company taken through three years by its formulas, and beside it by gut."""

from dataclasses import astuple
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from quintet.cli.company import start_of_history
from quintet.cli.proving.policies import policy_named
from quintet.cli.terminal import Format, FormatOption, say, show
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home

if TYPE_CHECKING:
    from quintet.cli.proving.run import Proved

_QUARTERS = (
    "quarter", "leads worked", "customers", "win rate", "MRR", "MRR by gut", "mean skill", "months to ramp",
)  # fmt: skip
_CURVES = ("formula", "period", "units", "gain", "lo", "hi", "in use")


def prove(
    reps: Annotated[int, typer.Option(help="Sales reps.")] = 60,
    quarters: Annotated[int, typer.Option(help="Quarters to go through.")] = 12,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 1,
    policy: Annotated[
        str,
        typer.Option(
            help="Who decides: loop, gut, frozen; without-hiring and so on, all formulas but one; truth, or"
            " truth-hiring and so on: who knows what was planted."
        ),
    ] = "loop",
    world: Annotated[
        str,
        typer.Option(
            help="stable; broken: after a third, what made a lead good makes it bad; nothing: all are alike."
        ),
    ] = "stable",
    form: FormatOption = Format.TABLE,
) -> None:
    """Take a simulated company through its quarters; every decision is what the product says then.

    Each month the leads to work, whom to coach on what, whom to hire and what to teach first are asked of the
    formulas in use and decided through the product's own actions; where they are silent, by gut. Each quarter
    every formula is scored, refitted and promoted. The folder must be empty; afterwards it can be served.
    """
    from quintet.cli.proving.run import order
    from quintet.cli.proving.run import prove as proved

    chosen, home = policy_named(policy), Home.from_environment()
    start = start_of_history(datetime.now(UTC).date(), quarters)
    spec = order(reps, quarters, seed, start=start, world=world)
    gut = proved(spec, policy_named("gut"), None)
    if chosen.follows:
        _require_empty(home)
    found = proved(spec, chosen, home if chosen.follows else None, say=say)
    show(_QUARTERS, _quarters(found, gut), form, f"{chosen.name}, a simulated company of {reps} reps")
    if found.curves:
        show(_CURVES, [astuple(one) for one in found.curves], form, "Each formula on what nobody had seen")
        for name, reading in found.readings.items():
            say(f"{name}: {reading}")
        say("gain: loss of the naive answer minus loss of what was in use, on what nobody had seen; 90 %.")


def _require_empty(home: Home) -> None:
    from quintet.ledger.interactions import Interactions

    if Interactions(home).version() >= 0:
        raise BadInput(
            f"{home.path} holds a company already: name an empty folder, quintet --home FOLDER prove"
        )


def _quarters(found: "Proved", gut: "Proved") -> list[tuple[object, ...]]:
    return [
        (
            one.quarter,
            one.worked,
            one.customers,
            round(one.win_rate, 4),
            round(one.mrr),
            round(other.mrr),
            round(one.skill, 3),
            None if one.ramp_months is None else round(one.ramp_months, 1),
        )
        for one, other in zip(found.quarters, gut.quarters, strict=True)
    ]
