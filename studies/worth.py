"""Does the interval of the formulas' worth hold the truth? Companies with and without anything to find.

    python studies/worth.py [companies [world …]]

Each company has leads drawn into a score or out of it, two steps at which the three reps with the worst rates
are coached, hires drawn into an order of modules, and hires for whom an index spoke beside others. In a world
each formula is worth a planted amount, or nothing; the truth is what was to be expected of the same people.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from quintet.calendar.periods import Grain, Period, month_number
from quintet.demand.terms.worth import Drawn
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.coaching import Coached, CoachingPart
from quintet.loop.worth.gained import Part
from quintet.loop.worth.hires import ABOUT as HIRES
from quintet.loop.worth.hires import HiresPart
from quintet.loop.worth.orders import DrawnOrder, OrderPart
from quintet.loop.worth.people import Months
from quintet.loop.worth.score import ScorePart
from quintet.loop.worth.silent import SilentPart
from quintet.loop.worth.summing import periods_of
from quintet.loop.worth.terms import Amount
from quintet.stats.change import Period as Leads
from quintet.stats.change import fit_change

START, END = date(2025, 1, 1), date(2026, 1, 1)
SPAN = Period(START, END, "2025", Grain.YEAR)
MRR = 150.0
_DAY = np.timedelta64(86_400_000_000, "us")
_MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class World:
    """What is planted.

    Args:
        name: as the table says it.
        score: share of the way from leads as they come to leads in the best order.
        coaching: log-odds that coached reps gain.
        order: customers a month more by who has the better module first.
        index: of a hire's productivity, the share more by those the index spoke for.
        is_index_told: nothing is known of hires otherwise.
    """

    name: str
    score: float = 0.0
    coaching: float = 0.0
    order: float = 0.0
    index: float = 0.0
    is_index_told: bool = True


WORLDS = (
    World("nothing is worth anything"),
    World("each brings something", 1.0, 0.4, 0.4, 0.2),
    World("score helps, index harms", 1.0, 0.0, 0.0, -0.25),
    World("score harms, coaching helps", -0.5, 0.5, 0.0, 0.0),
    World("each brings something, index cannot tell", 1.0, 0.4, 0.4, 0.2, is_index_told=False),
)


def score(rng: np.random.Generator, world: World, leads: int = 8000) -> tuple[ScorePart, float]:
    """Half of the leads are worked: of those by score the better half, in so much of the way."""
    chance = np.clip(rng.beta(1.0, 12.0, leads), 0.001, 0.9)
    said = np.clip(chance * np.exp(rng.normal(0.0, 0.5, leads)), 0.001, 0.9)
    held = rng.random(leads) < 0.08
    good = said >= np.median(said)
    share = 0.5 + 0.5 * world.score * np.where(good, 1.0, -1.0)
    worked = rng.random(leads) < np.where(held, 0.5, share)
    won = (rng.random(leads) < chance) & worked
    age = np.linspace(364.0, 0.0, leads)
    days = np.where(won, rng.uniform(1.0, 60.0, leads), np.nan)
    in_time = days <= age
    drawn = Drawn(
        handed_at=np.datetime64(END, "us") - (age * _DAY).astype("timedelta64[us]"),
        observed_days=age,
        won_days=np.where(in_time, days, np.nan),
        is_worked=worked,
        is_held=held,
        share=np.full(leads, 0.08),
        p=said,
        is_ready=good.astype(float),
        revenue=np.where(in_time, MRR, 0.0),
        currency="USD",
        segment=np.zeros(leads, dtype=np.int64),
        segments=("all",),
    )
    known = np.clip((age - 1.0) / 59.0, 0.0, 1.0)
    truth = float((~held * chance * (share - 0.5) * known).sum())
    return ScorePart(drawn, END - timedelta(days=1), "USD"), truth


def coaching(rng: np.random.Generator, world: World, reps: int = 14) -> tuple[CoachingPart, float]:
    """Two steps; at each the three worst by what was counted are coached for half a year."""
    plans, truth = [], 0.0
    for at, step in enumerate(("connected-qualified", "demo-won")):
        odds = rng.normal((-0.4, -0.7)[at], 0.2, reps)
        drift = rng.normal(0.0, 0.15)
        tried = rng.poisson((200, 100)[at], (2, reps)).astype(float)
        before = rng.binomial(tried[0].astype(int), _rate(odds)).astype(float)
        picked = np.argsort(before / tried[0])[:3]
        later = odds + drift + rng.normal(0.0, 0.1, reps)
        gained = later + world.coaching * np.isin(np.arange(reps), picked)
        after = rng.binomial(tried[1].astype(int), _rate(gained)).astype(float)
        peers = ~np.isin(np.arange(reps), picked)
        to_won = (0.15, 1.0)[at]
        for rep in picked.tolist():
            found = fit_change(_leads(before, tried[0]), _leads(after, tried[1]), rep, peers)
            each = tried[1][rep] * to_won / (183 / _MONTH_DAYS)
            told = Amount(found.effect * each, found.effect_lo * each, found.effect_hi * each)
            opened = date(2025, 6, 1)
            plans.append(
                Coached(rep + 100 * at, step, opened, opened + timedelta(days=182), told, found.peers)
            )
            truth += tried[1][rep] * to_won * float(_rate(gained[rep]) - _rate(later[rep]))
    return CoachingPart(plans, 0, None, 0, None), truth


def orders(rng: np.random.Generator, world: World, hires: int = 60) -> tuple[OrderPart, float]:
    """Sixty hires over a year, drawn in blocks of two; orders differ for six months."""
    month = np.arange(month_number(START), month_number(END))
    joined = np.sort(rng.integers(month[0], month[-1] - 5, hires))
    mine = np.array([bool(rng.permutation(2)[0]) for _ in range(hires // 2)])
    mine = np.ravel(np.column_stack([mine, ~mine]))
    due = ((month >= joined[:, None]) & (month < joined[:, None] + 6)).astype(float)
    level = rng.gamma(4.0, 0.4, hires)[:, None] + world.order * mine[:, None]
    customers = rng.poisson(level * due).astype(float)
    months = Months(mine, month, customers, due, MRR * customers, due)
    order = DrawnOrder("orders", START, months, True, 99, 91, True, None)  # noqa: FBT003
    return OrderPart([order], is_money=True), float(world.order * due[mine].sum())


def hires(rng: np.random.Generator, world: World, people: int = 50) -> tuple[Part, float]:
    """Fifty hires, the index spoke for the last eighteen; reps differ, and so do their leads."""
    month = np.arange(month_number(START), month_number(END))
    mine = np.arange(people) >= people - 18
    joined = np.where(mine, rng.integers(month[0], month[-1] - 4, people), month[0])
    due = np.where(month >= joined[:, None], rng.gamma(9.0, 0.4, (people, 1)), 0.0)
    skill = rng.gamma(16.0, 1 / 16.0, people) * (1.0 + world.index * mine)
    customers = rng.poisson(skill[:, None] * due).astype(float)
    if not world.is_index_told:
        return SilentPart(HIRES, NotEnoughData("too few hires")), 0.0
    months = Months(mine, month, customers, due, MRR * customers, MRR * due)
    return HiresPart(months, is_money=True), float(world.index * due[mine].sum())


def company(world: World, seed: int) -> tuple[tuple[Part, ...], tuple[float, ...]]:
    """Every formula of a company, with what it is worth."""
    makers: tuple[Callable[[np.random.Generator, World], tuple[Part, float]], ...] = (
        hires, orders, coaching, score,
    )  # fmt: skip
    found = [make(np.random.default_rng([seed, at]), world) for at, make in enumerate(makers)]
    return tuple(part for part, _ in found), tuple(truth for _, truth in found)


def held(world: World, seed: int) -> dict[str, tuple[bool, float, float]]:
    """By formula and total: does the interval hold the truth, how far off is it, and how wide."""
    parts, truths = company(world, seed)
    newest = periods_of(parts, END - timedelta(days=1), Grain.YEAR)[-1]
    told = {
        one.about.title: (one.so_far.customers, truth)
        for one, truth in zip(newest.parts, truths, strict=True)
        if one.so_far
    }
    found = {name: _judged(amount, truth) for name, (amount, truth) in told.items()}
    for name, total in (("total, drawn", newest.drawn), ("total, all", newest.wider)):
        truth = sum(told[title][1] for title in total.adds)
        if total.customers:
            found[name] = _judged(total.customers, truth)
    return found


def _judged(amount: Amount, truth: float) -> tuple[bool, float, float]:
    return amount.lo <= truth <= amount.hi, amount.value - truth, amount.hi - amount.lo


def _leads(converted: np.ndarray, tried: np.ndarray) -> Leads:
    return Leads(converted, (tried - converted)[:, None], np.ones(1), np.zeros(len(tried)))


def _rate(odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-odds))


def main() -> None:
    """Print the table."""
    companies = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    worlds = [WORLDS[int(one) - 1] for one in sys.argv[2:]] or WORLDS
    print("| world | number | truth held | mean error | mean width |")
    print("|---|---|---|---|---|")
    for world in worlds:
        found = [held(world, seed) for seed in range(companies)]
        for name in found[0]:
            inside, off, width = (np.mean([one[name][at] for one in found]) for at in range(3))
            print(f"| {world.name} | {name} | {inside:.2f} | {off:+.1f} | {width:.0f} |")


if __name__ == "__main__":
    main()
