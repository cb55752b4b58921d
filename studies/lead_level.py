"""The level of the lead score where effects are stable: does it follow, and is nothing lost where it rests?

python studies/lead_level.py
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.demand.formula.score.fit import fit_at_average
from quintet.demand.formula.score.level import with_level
from quintet.demand.formula.score.skill import skill
from quintet.demand.formula.score.subset import subset
from quintet.demand.terms.examples import Doings, Examples, Words

F8 = npt.NDArray[np.float64]
EFFECTS = np.array([-1.0, -0.3, 0.4, 1.1])
DAYS = 540
LATER = 90
BASE = -2.2


@dataclass(frozen=True)
class Tried:
    """Later leads by one score: happened of promised, log loss, slope; did its level move, share inside."""

    kept: float
    log_loss: float
    slope: float
    moved: bool
    inside: float


def levels(world: str, rng: np.random.Generator) -> F8:
    """[months] planted level of each month of hand-over, the later ones last."""
    months = (DAYS + LATER) // 30
    if world == "moves":
        return np.cumsum(rng.normal(0, 0.15, months))
    if world == "falls by .5":
        return np.where(np.arange(months) >= DAYS // 30 - 6, -0.5, 0.0)
    if world == "season of ±.4":
        return 0.4 * np.sin(2 * np.pi * np.arange(months) / 12 + rng.uniform(0, 2 * np.pi))
    return np.zeros(months)


def leads_of(world: str, count: int, seed: int) -> tuple[Examples, npt.NDArray[np.bool_], F8]:
    """Leads of a year and a half and a quarter after it, who is later, and the true chance of each."""
    rng = np.random.default_rng(seed)
    handed = np.sort(rng.uniform(0, DAYS + LATER, count))
    source = rng.integers(0, len(EFFECTS), count)
    size = rng.integers(0, 3, count)
    level = levels(world, rng)[np.minimum(handed // 30, (DAYS + LATER) // 30 - 1).astype(int)]
    chance = 1 / (1 + np.exp(-(BASE + EFFECTS[source] + 0.5 * (size - 1) + level)))
    won = rng.random(count) < chance
    nothing = np.zeros(0, dtype=np.int64)
    examples = Examples(
        lead_ids=np.arange(count),
        handed_at=np.datetime64("2024-01-01", "us") + (handed * 86_400e6).astype("timedelta64[us]"),
        fields={
            "source": Words(source, ("ad", "fair", "web", "word of mouth")),
            "size": Words(size, ("large", "middle", "small")),
        },
        doings=Doings(nothing, nothing, nothing.astype(float), ()),
        won_days=np.where(won, 10.0, np.nan),
        is_closed=np.ones(count, dtype=bool),
        is_worked=np.ones(count, dtype=bool),
        observed_days=np.full(count, 400.0),
        until=np.datetime64("2024-01-01", "us") + np.timedelta64(DAYS, "D"),
    )
    return examples, handed >= DAYS, chance


def tried(world: str, count: int, seed: int, *, follow: bool) -> Tried:
    """Fit on the past, try on the quarter after; without following it is the negative control."""
    examples, late, chance = leads_of(world, count, seed)
    past, later = (subset(examples, np.flatnonzero(rows)) for rows in (~late, late))
    score, known = fit_at_average(past, fields=("source", "size"), doings=False)
    score = with_level(score, known) if follow else score
    scored, won = score.predict(later), later.is_won
    found = skill(scored.p, won, score.ground.base_rate)
    inside = (scored.lo <= chance[late]) & (chance[late] <= scored.hi)
    moved = any("the level follows" in one for one in score.warnings)
    return Tried(float(won.sum() / scored.p.sum()), found.log_loss, found.slope, moved, float(inside.mean()))


def main(runs: int = 60) -> None:
    """Print the table."""
    print(f"{runs} companies a row, half of a normal error of ± each\n")
    print("| world | leads | moved | error of the level | without | log loss saved | 90 % holds | without |")
    print("|---|---|---|---|---|---|---|---|")
    for world in ("rests", "moves", "falls by .5", "season of ±.4"):
        for count in (2_000, 8_000):
            ours, plain = (
                [tried(world, count, seed, follow=follow) for seed in range(runs)] for follow in (True, False)
            )
            error, other = (
                np.sqrt(np.mean(np.square([np.log(one.kept) for one in each]))) for each in (ours, plain)
            )
            saved = np.array([b.log_loss - a.log_loss for a, b in zip(ours, plain, strict=True)])
            spread = saved.std() / np.sqrt(runs)
            told = f"{np.mean([one.moved for one in ours]):.2f} | {error:.3f} | {other:.3f}"
            told += f" | {saved.mean():.5f} ± {spread:.5f}"
            held = " | ".join(f"{np.mean([one.inside for one in each]):.2f}" for each in (ours, plain))
            print(f"| {world} | {count} | {told} | {held} |", flush=True)


if __name__ == "__main__":
    main()
