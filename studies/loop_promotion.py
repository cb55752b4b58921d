"""Who is promoted: equal challengers and better ones, looked at each period, by the rule of the loop.

python studies/loop_promotion.py [--runs 1000]
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import ttest_1samp

from quintet.loop.promotion import chosen, contests
from quintet.loop.terms import Cluster, Turn

F8 = npt.NDArray[np.float64]
PERIODS = 8
REPS, LEADS = 10, 60
IN_USE = "in use now"
#: Error of what a recipe says, in log-odds: about that of one fitted on some hundred customers.
ERROR = 0.4
LEVEL = 0.05


@dataclass(frozen=True)
class World:
    """What is promised of a challenger.

    Args:
        name: in words.
        rivals: error of each challenger, in log-odds.
        error: of the recipe in use.
        spread: of the leads' true log-odds.
    """

    name: str
    rivals: tuple[float, ...]
    error: float = ERROR
    spread: float = 0.9


WORLDS = (
    World("one equal challenger", (ERROR,)),
    World("three equal challengers", (ERROR,) * 3),
    World("one slightly better", (0.3,), error=0.5),
    World("one better", (0.3,), error=0.65),
    World("one clearly better", (0.3,), error=0.8),
    World("one clearly better of three", (0.3, 0.8, 0.8), error=0.8),
)


@dataclass(frozen=True)
class Outcome:
    """What one run came to.

    Args:
        ours: period at which a challenger was first promoted by the rule of the loop; 0 for never.
        plain: the same by a plain 5 % test of each challenger at the end of every period.
        winner: position of the challenger that was promoted; -1 for none.
        size: true-looking gain of the first challenger, in standard deviations of a cluster.
    """

    ours: int
    plain: int
    winner: int
    size: float


def outcome(world: World, seed: int) -> Outcome:
    """Eight periods of one company, with the recipe in use until another is promoted."""
    losses = _losses(world, np.random.default_rng([seed, 61]))
    names = [f"challenger {at}" for at in range(len(world.rivals))]
    turns: list[Turn] = []
    ours, winner = 0, -1
    for period in range(PERIODS):
        now = _turn(period, losses[:, period], names)
        after = chosen(IN_USE, contests(turns, now, names))
        if after != IN_USE:
            ours, winner = period + 1, names.index(after)
            break
        turns.append(now)
    gains = losses[0] - losses[1:]
    return Outcome(ours, _plain(gains), winner, float(gains[0].mean() / gains[0].std()))


def outcomes(world: World, runs: int, seed: int = 0) -> list[Outcome]:
    """Many companies."""
    return [outcome(world, seed + run) for run in range(runs)]


def share_promoted(found: Sequence[Outcome]) -> float:
    """Share of runs with a promotion within the eight periods."""
    return float(np.mean([one.ours > 0 for one in found]))


def share_plain(found: Sequence[Outcome]) -> float:
    """The same by the plain test."""
    return float(np.mean([one.plain > 0 for one in found]))


def _losses(world: World, rng: np.random.Generator) -> F8:
    """[contestant, period, rep and month] mean log loss; the one in use first."""
    shape = (PERIODS, REPS * 3, LEADS // 3)
    truth = rng.normal(-2.9, world.spread, shape)
    won = rng.random(shape) < 1 / (1 + np.exp(-truth))
    said = [truth + rng.normal(0, error, shape) for error in (world.error, *world.rivals)]
    return np.array([(np.logaddexp(0, one) - won * one).mean(axis=2) for one in said])


def _turn(period: int, losses: F8, names: Sequence[str]) -> Turn:
    told = [dict(zip((IN_USE, *names), column.tolist(), strict=True)) for column in losses.T]
    clusters = tuple(Cluster(f"{period}-{at}", LEADS // 3, one) for at, one in enumerate(told))
    return Turn("study", f"Q{period}", "", "", in_use=IN_USE, next=IN_USE, clusters=clusters)


def _plain(gains: F8) -> int:
    """The first period after which a one-sided t-test of any challenger over all so far says 5 %."""
    for period in range(1, PERIODS + 1):
        p = [ttest_1samp(one[:period].ravel(), 0.0, alternative="greater").pvalue for one in gains]
        if min(p) < LEVEL:
            return period
    return 0


def main() -> None:
    """Run the study."""
    order = argparse.ArgumentParser(description=__doc__)
    order.add_argument("--runs", type=int, default=1000)
    runs = order.parse_args().runs
    print(f"{runs} runs a row, {PERIODS} periods, {REPS * 3} clusters a period\n")
    print(
        "| challengers | gain, sd of a cluster | promoted | period, median | by period 4 | plain 5 % test |"
    )
    print("|---|---|---|---|---|---|")
    for world in WORLDS:
        found = outcomes(world, runs)
        when = [one.ours for one in found if one.ours]
        median = f"{np.median(when):.0f}" if when else "–"
        early = np.mean([0 < one.ours <= 4 for one in found])
        size = np.mean([one.size for one in found])
        shares = f"{share_promoted(found):.3f} | {median} | {early:.3f} | {share_plain(found):.3f}"
        print(f"| {world.name} | {size:.2f} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
