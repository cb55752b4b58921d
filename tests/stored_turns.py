"""Turns of a formula as a run leaves them on disk: three quarters, the last of which promotes."""

from dataclasses import replace
from pathlib import Path

from quintet.demand.in_loop import BaseRate, LeadScoreInLoop
from quintet.kernel.home import Home
from quintet.loop.running import Turns, shelf_of
from quintet.loop.terms import BASELINE, FROZEN, IN_USE, Cluster, Contest, Turn

FORMULA = LeadScoreInLoop()


def stored_turns(company: Home, folder: Path, quarters: int = 3, promoted_in: int = 3) -> Home:
    """A home with the company's facts and a ledger of its own, and so many quarters of the lead score."""
    home = replace(company, path=folder)
    (folder / "facts").symlink_to(company.facts)
    for quarter in range(1, quarters + 1):
        keep_turn(home, quarter, promoted_in)
    return home


def keep_turn(home: Home, quarter: int, promoted_in: int) -> None:
    """Write the turn of one quarter, counted from the first of 2025; “all past” saves 0.02 a cluster."""
    version = shelf_of(home, FORMULA).put(BaseRate(0.04 + quarter / 100, 100 * quarter, 4 * quarter).text)
    contest = Contest("all past", BASELINE, 0.03, 0.01, 0.05, 36, 30, is_won=quarter == promoted_in)
    turn = Turn(
        formula=FORMULA.name,
        period=_name(quarter),
        since=_first_day(quarter),
        until=_first_day(quarter + 1),
        in_use=BASELINE if quarter <= promoted_in else "all past",
        next="all past" if quarter >= promoted_in else BASELINE,
        fitted={BASELINE: version, "all past": version},
        frozen=version,
        units=120 if quarter > 1 else 0,
        clusters=tuple(_cluster(rep, quarter) for rep in range(12)) if quarter > 1 else (),
        contests=(contest,) if quarter <= promoted_in else (),
        reading=f"what was decided in the {quarter}. quarter",
    )
    Turns(home, FORMULA.name).keep(turn, 1)


def _cluster(rep: int, quarter: int) -> Cluster:
    saved = 0.01 if rep % 2 else 0.03
    losses = {BASELINE: 0.20, IN_USE: 0.18, FROZEN: 0.19, "all past": 0.20 - saved}
    return Cluster(f"{rep} {_name(quarter)}", 10, losses)


def _name(quarter: int) -> str:
    return f"{2025 + (quarter - 1) // 4}Q{(quarter - 1) % 4 + 1}"


def _first_day(quarter: int) -> str:
    return f"{2025 + (quarter - 1) // 4}-{3 * ((quarter - 1) % 4) + 1:02d}-01T00:00:00+00:00"
