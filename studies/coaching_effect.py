"""Did coaching move the rate? The worst of last month are coached; nothing, or something, is planted.

    python studies/coaching_effect.py

Six months before, three after; 8 to 30 reps a team whose skills differ, all drift together, and most wander
a little by themselves. In each team the reps with the lowest raw rates of the last month are coached, as
managers do, so that their rates rise by bad luck running out alone. The negative control is what people look
at: the coached reps' rate after beside that month, by a one-sided test at 5 % of all of a team's coached
together, and the same less what the other reps moved by (difference in differences).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.management.formula.estimates import OUTLIERS
from quintet.stats.change import Period, fit_change
from teams import FloatArray

COACHED = 0.2
SURE = 0.95
MONTHS_AFTER = 3
_SAYS_SO = 1.645
_EARLIER, _LAST, _AFTER = range(3)


@dataclass(frozen=True)
class Team:
    """Five months, the month that made somebody choose, and three after: arrays of shape (3, J)."""

    odds: FloatArray
    entered: FloatArray
    converted: FloatArray
    coached: NDArray[np.int64]


@dataclass(frozen=True)
class Claim:
    """One coached rep: what is claimed, whether the interval holds the truth, told and true effect."""

    claimed: bool
    rose: bool
    covered: bool
    told: float
    true: float


def drawn_team(rng: np.random.Generator, effect: float, leads: float, spread: float) -> Team:
    """A team of 8 to 30 whose worst of the last month are coached.

    Args:
        rng: the generator.
        effect: of coaching, log-odds.
        leads: a month and rep at this step.
        spread: standard deviation of skill, log-odds.
    """
    reps = int(rng.integers(8, 31))
    skill = math.log(0.3 / 0.7) + spread * rng.standard_normal(reps)
    wander = rng.choice([0.0, 0.1, 0.2]) * rng.standard_normal(reps)
    odds = np.stack([skill, skill, skill + rng.normal(0.0, 0.15) + wander])
    entered = rng.poisson(leads * np.array([[5], [1], [MONTHS_AFTER]]), (3, reps))
    converted = rng.binomial(entered, _rate(odds))
    coached = np.argsort((converted[_LAST] + 0.5) / (entered[_LAST] + 1.0))[: max(1, round(COACHED * reps))]
    odds[_AFTER, coached] += effect
    converted[_AFTER] = rng.binomial(entered[_AFTER], _rate(odds[_AFTER]))
    return Team(odds, entered.astype(float), converted.astype(float), coached)


def claims(team: Team, effect: float, seed: int) -> list[Claim]:
    """What the formula says of each coached rep."""
    before = _period(team, [_EARLIER, _LAST])
    after = _period(team, [_AFTER])
    peers = ~np.isin(np.arange(team.odds.shape[1]), team.coached)
    raw = team.converted / np.maximum(team.entered, 1.0)
    found = []
    for rep in team.coached.tolist():
        one = fit_change(before, after, rep, peers, outliers=OUTLIERS, seed=seed)
        with_it, without = _rate(team.odds[_AFTER, rep] - np.array([0.0, effect]))
        real = float(with_it - without)
        covered = one.effect_lo <= real <= one.effect_hi
        rose = bool(raw[_AFTER, rep] > raw[_LAST, rep])
        found.append(Claim(one.p_above >= SURE, rose, covered, one.effect, real))
    return found


def before_after(team: Team, *, less_the_peers: bool) -> bool:
    """Do all coached together claim an effect, by the rates of two periods?"""
    others = ~np.isin(np.arange(team.odds.shape[1]), team.coached)
    rise, variance = _rise(team, team.coached)
    if less_the_peers:
        theirs, doubt = _rise(team, np.flatnonzero(others))
        rise, variance = rise - theirs, variance + doubt
    return rise > _SAYS_SO * math.sqrt(variance)


def _rise(team: Team, reps: NDArray[np.int64]) -> tuple[float, float]:
    y, n = (one[[_LAST, _AFTER]][:, reps].sum(axis=1) for one in (team.converted, team.entered))
    share = (y + 0.5) / (n + 1.0)
    return float(share[1] - share[0]), float((share * (1 - share) / (n + 1.0)).sum())


def _period(team: Team, which: list[int]) -> Period:
    converted, entered = (one[which].sum(axis=0) for one in (team.converted, team.entered))
    return Period(converted, (entered - converted)[:, None], np.ones(1), np.zeros(converted.size))


def _rate(odds: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def row(effect: float, leads: float, spread: float, teams: int) -> tuple[float, ...]:
    """Shares over all coached reps, and of teams that plain rules claim an effect for; then told and true."""
    made = [
        drawn_team(np.random.default_rng([round(100 * effect), round(leads), round(100 * spread), seed]),
                   effect, leads, spread)
        for seed in range(teams)
    ]  # fmt: skip
    told = [claim for seed, team in enumerate(made) for claim in claims(team, effect, seed)]
    plain = [[before_after(team, less_the_peers=less) for team in made] for less in (False, True)]
    each = np.array([[one.claimed, one.rose, one.covered, one.told, one.true] for one in told], dtype=float)
    claimed, rose, covered, effect_told, effect_true = each.mean(axis=0).tolist()
    return claimed, rose, *np.mean(plain, axis=1).tolist(), covered, effect_told, effect_true


def main(teams: int = 200) -> None:
    """Print one row per size of effect, leads and spread of skill."""
    print(f"{teams} teams of 8 to 30 a row, the worst fifth of last month coached\n")
    print(
        "| planted, log-odds | leads a month | spread of skill | claimed | rose at all | before/after claims "
        "| less the peers | 90 % interval holds it | effect told | true |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for effect in (0.0, 0.4, 0.8):
        for leads, spread in ((20, 0.25), (20, 0.5), (70, 0.25), (70, 0.5)):
            told = " | ".join(f"{value:.3f}" for value in row(effect, leads, spread, teams))
            print(f"| {effect} | {leads} | {spread} | {told} |", flush=True)


if __name__ == "__main__":
    main()
