"""Behind an input target: how often that is said of somebody who is on target, and of who does too little.

    python studies/behind_target.py

Teams of eight reps whose counts swing: good and poor weeks, good and poor months. A year of days teaches how
far they swing, the month after it is judged on a day. The negative control takes counts for plain Poisson.
"""

import numpy as np
from numpy.typing import NDArray

from quintet.management.formula.spread import WEEKS, spread_of
from quintet.management.formula.targets import pace

REPS, MONTH_WEEKS, WEEK = 8, 4, np.array([True] * 5 + [False] * 2)
#: Calendar days of the month over: one week, and all of it.
DAYS = (7, 28)
#: Name → shape of the gamma of weeks, and of months; None does not swing.
SWINGS = {"chance alone": (None, None), "weeks": (6.0, None), "months": (None, 10.0), "both": (6.0, 20.0)}

Counts = NDArray[np.int64]


def counted(
    rng: np.random.Generator, a_week: float, shapes: tuple[float | None, float | None], done: float
) -> Counts:
    """Counts of reps by day, the year before the month at target; in the month at so much of it."""
    weeks = WEEKS + MONTH_WEEKS
    level = np.full((REPS, weeks), a_week / 5)
    level[:, WEEKS:] *= done
    for shape, length in zip(shapes, (1, MONTH_WEEKS), strict=True):
        if shape is not None:
            level *= rng.gamma(shape, 1 / shape, (REPS, weeks // length)).repeat(length, axis=1)
    return rng.poisson(level.repeat(WEEK.size, axis=1)) * np.tile(WEEK, weeks)


def called_behind(
    teams: int, a_week: float, shapes: tuple[float | None, float | None], done: float = 1.0
) -> list[tuple[float, float]]:
    """For each of `DAYS`: share of reps who are called behind, and what a plain Poisson would call so."""
    past = WEEKS * WEEK.size
    works, busy = np.tile(WEEK, (REPS, WEEKS)), np.ones((REPS, WEEKS), dtype=bool)
    called = np.zeros((len(DAYS), 2))
    for seed in range(teams):
        counts = counted(np.random.default_rng([seed, round(a_week * 10)]), a_week, shapes, done)
        for at, days in enumerate(DAYS):
            workdays = days // WEEK.size * 5
            spread = spread_of(counts[:, :past], works, busy, workdays)
            so_far = counts[:, past : past + days].sum(axis=1)
            for rep, count in enumerate(so_far.tolist()):
                for way, dispersion in enumerate((spread.reps[rep] if spread else None, 1.0)):
                    one = pace(
                        "worked",
                        count,
                        a_week / 5 * workdays,
                        outcome_is_met=False,
                        dispersion=dispersion,
                    )
                    called[at, way] += one.standing == "behind"
    return [(float(mine), float(plain)) for mine, plain in called / (teams * REPS)]


def main(teams: int = 200) -> None:
    """Print the shares called behind on target, and at 60 % of it."""
    print(f"{teams} teams of {REPS} reps\n")
    print("| a week | swing | on target: week 1 | month | plain: week 1 | month | at 60 %: month |")
    print("|---|---|---|---|---|---|---|")
    for a_week in (3.0, 12.0, 25.0):
        for name, shapes in SWINGS.items():
            (first, first_plain), (month, plain) = called_behind(teams, a_week, shapes)
            power = called_behind(teams // 4, a_week, shapes, 0.6)[-1][0]
            told = f"{first:.1%} | {month:.1%} | {first_plain:.1%} | {plain:.1%} | {power:.0%}"
            print(f"| {a_week:g} | {name} | {told} |", flush=True)


if __name__ == "__main__":
    main()
