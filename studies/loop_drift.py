"""The watch on drift against planted drift: what is found, how soon, and how often by mistake.

python studies/loop_drift.py
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.demand.formula.score.promises import NEVER, Course, accrued, fit_pace
from quintet.stats.cusum import cusum
from quintet.stats.mix_shift import FALSE_ALARM, LOOKS, mix_shift

F8 = npt.NDArray[np.float64]
HORIZON, FITTED, HALF_YEAR, WINDOW = 90, 365, 182, 28
MEAN_LAG = 25.0
LEVELS = np.log(np.array([0.05, 0.10, 0.20, 0.35]) / (1 - np.array([0.05, 0.10, 0.20, 0.35])))
MIX = np.array([0.25, 0.35, 0.25, 0.15])
MOVED = np.array([0.55, 0.25, 0.15, 0.05])


@dataclass(frozen=True)
class World:
    """What happens from the fit on.

    Args:
        leads_a_week: handed over.
        mix: share of each source from the fit on.
        factor: what every chance to buy is multiplied by from the fit on.
        at_once: open leads are hit as well; else only those handed over since.
        worked_after: mean days until the first work.
    """

    leads_a_week: int = 400
    mix: tuple[float, ...] = tuple(MIX)
    factor: float = 1.0
    at_once: bool = False
    worked_after: float = 0.0


@dataclass(frozen=True)
class Half:
    """Half a year after the fit: day of the first alarm, or None, of each kind of watch.

    Args:
        inputs: the index of the score, looked at daily.
        promises: the sums of broken promises.
        kept: happened of promised.
        decided: happened of promised, counted over leads won or past their horizon alone.
    """

    inputs: int | None
    promises: int | None
    kept: float
    decided: float


def half_year(world: World, seed: int) -> Half:
    """One company, watched for half a year."""
    rng = np.random.default_rng(seed)
    course, p, source = _leads(world, rng)
    promised, happened = accrued(course, p, fit_pace(course, FITTED, HORIZON), FITTED, FITTED + HALF_YEAR)
    sums = cusum(promised, happened)
    found = [day for day in (sums.first_too_much, sums.first_too_little) if day is not None]
    fresh = course.handed >= FITTED
    decided = fresh & ((course.won < NEVER) | (course.handed + HORIZON < FITTED + HALF_YEAR))
    return Half(
        inputs=_first_alarm(course.handed, source),
        promises=min(found) if found else None,
        kept=float(happened.sum() / promised.sum()),
        decided=float((course.won[decided] < NEVER).mean() / p[decided].mean()),
    )


def shares(world: World, runs: int) -> tuple[float, float, float, float, float, float]:
    """Share of companies found by inputs and by promises, median week of each, and both ratios."""
    told = [half_year(world, seed) for seed in range(runs)]
    inputs = [one.inputs for one in told if one.inputs is not None]
    promises = [one.promises for one in told if one.promises is not None]
    return (
        len(inputs) / runs,
        float(np.median(inputs)) / 7 if inputs else np.nan,
        len(promises) / runs,
        float(np.median(promises)) / 7 if promises else np.nan,
        float(np.mean([one.kept for one in told])),
        float(np.mean([one.decided for one in told])),
    )


def _leads(world: World, rng: np.random.Generator) -> tuple[Course, F8, npt.NDArray[np.int64]]:
    days = FITTED + HALF_YEAR
    count = world.leads_a_week * days // 7
    handed = np.sort(rng.integers(0, days, count))
    late = handed >= FITTED
    source = np.where(late, _drawn(rng, world.mix, count), _drawn(rng, tuple(MIX), count))
    chance = 1 / (1 + np.exp(-LEVELS[source]))
    waited = rng.exponential(world.worked_after, count) if world.worked_after else np.zeros(count)
    lag = rng.exponential(MEAN_LAG, count)
    bought = handed + waited.astype(int) + lag.astype(int)
    hit = (bought >= FITTED) if world.at_once else late
    buys = (rng.random(count) < chance) & ((rng.random(count) < world.factor) | ~hit)
    won = np.where(buys & (bought < days), bought, NEVER)
    started = handed + waited.astype(int)
    course = Course(handed, np.where(started < days, started, NEVER), won)
    return course, chance * np.mean(waited + lag <= HORIZON), source


def _drawn(rng: np.random.Generator, mix: tuple[float, ...], count: int) -> npt.NDArray[np.int64]:
    return np.searchsorted(np.cumsum(mix)[:-1], rng.random(count), side="right")


def _first_alarm(handed: npt.NDArray[np.int64], source: npt.NDArray[np.int64]) -> int | None:
    size = len(MIX)
    at = np.searchsorted(handed, FITTED)
    past = np.bincount(handed[:at] // WINDOW * size + source[:at], minlength=13 * size)[: 13 * size]
    daily = np.zeros((HALF_YEAR, size))
    np.add.at(daily, (handed[at:] - FITTED, source[at:]), 1.0)
    total = np.concatenate([np.zeros((1, size)), np.cumsum(daily, axis=0)])
    for day in range(1, HALF_YEAR + 1):
        now = total[day] - total[max(day - WINDOW, 0)]
        if mix_shift(past.reshape(13, size), now, alpha=FALSE_ALARM / LOOKS).is_alarm:
            return day - 1
    return None


WORLDS = {
    "nothing changes": World(),
    "nothing changes, 60 leads a week": World(leads_a_week=60),
    "nothing changes, first worked after 15 days": World(worked_after=15.0),
    "the mix moves": World(mix=tuple(MOVED)),
    "the mix moves, 60 leads a week": World(leads_a_week=60, mix=tuple(MOVED)),
    "seven of ten buy, at once": World(factor=0.7, at_once=True),
    "seven of ten buy, of new leads": World(factor=0.7),
    "seven of ten buy, at once, 60 leads a week": World(leads_a_week=60, factor=0.7, at_once=True),
}


def main(runs: int = 200) -> None:
    """Print the table."""
    print(f"{runs} companies a row, half a year each\n")
    print("| world | inputs: found | median week | promises: found | median week | kept | decided alone |")
    print("|---|---|---|---|---|---|---|")
    for name, world in WORLDS.items():
        by_inputs, week, by_promises, other, kept, decided = shares(world, runs)
        told = f"{by_inputs:.3f} | {week:.1f} | {by_promises:.3f} | {other:.1f} | {kept:.2f} | {decided:.2f}"
        print(f"| {name} | {told.replace('nan', '–')} |", flush=True)


if __name__ == "__main__":
    main()
