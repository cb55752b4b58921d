"""Whom to coach next, when some were coached lately: do the leads of before still tell?

    python studies/coaching_again.py

Teams of 12 to 40 reps with 40 to 120 leads a month, whose skills differ by .15 to .4 on the log-odds scale.
Every month a sixth of them is coached: those with the largest gain that the product's own rule proposes
(`gains.step_to_coach`) on the leads of the last six months. Each time the rep's log-odds at that step close
a part of what they lack of the best (the mean and one standard deviation). Counted from the eighth month to
the eighteenth: how many picks repeat one of the last three months, what all bring and what the repeated
ones promised for each customer they bring, that is what raising the true rate of the step to the team's
true top quartile of that month does. As the product judges it, leads that came to a step before the rep was
coached there do not count for him. The negative control counts them. Beside both: after the coaching of a
step a rep rests there for three months, judged by all leads, or by those since; and anybody at random.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from one_skill import STEPS, chained
from quintet.management.formula.gains import gains, step_to_coach
from teams import PLAIN, FloatArray

MONTHS, WINDOW, COUNTED_FROM, A_QUARTER = 18, 6, 7, 3
COACHED = 1 / 6
CLOSED = (0.3, 0.6)
RULES = ("since the coaching", "all leads", "rest, then all leads", "rest, then since", "anybody")
Pick = tuple[int, int]


@dataclass
class Team:
    """One team on its way.

    Args:
        odds: true log-odds now, shape (J, S).
        best: log-odds of the best, shape (S,).
        leads: a month and rep.
        entered: leads at each step by month, each of shape (S, J).
        converted: of these.
        coached: month in which each rep was coached last at each step, shape (J, S); -1 for never.
    """

    odds: FloatArray
    best: FloatArray
    leads: float
    entered: list[FloatArray] = field(default_factory=list)
    converted: list[FloatArray] = field(default_factory=list)
    coached: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    def month(self, rng: np.random.Generator) -> None:
        """The leads of one month."""
        entered, converted = [rng.poisson(self.leads, self.odds.shape[0])], []
        for step in range(self.odds.shape[1]):
            converted.append(rng.binomial(entered[-1], _rate(self.odds[:, step])))
            entered.append(converted[-1])
        self.entered.append(np.array(entered[:-1], dtype=float))
        self.converted.append(np.array(converted, dtype=float))

    def counts(self, *, since: bool) -> tuple[FloatArray, FloatArray]:
        """Entered and converted of the last six months, (S, J); since the rep was coached there, if asked."""
        first = max(len(self.entered) - WINDOW, 0)
        months = np.arange(first, len(self.entered))
        kept = months[:, None, None] >= (self.coached.T[None] if since else 0)
        entered, converted = (np.array(one[first:]) for one in (self.entered, self.converted))
        return (entered * kept).sum(axis=0), (converted * kept).sum(axis=0)

    def coach(self, picks: list[Pick], part: float) -> None:
        """At the start of the month that comes."""
        for rep, step in picks:
            self.odds[rep, step] += part * max(self.best[step] - self.odds[rep, step], 0.0)
            self.coached[rep, step] = len(self.entered)

    def delivered(self, picks: list[Pick]) -> list[float]:
        """What raising each to the true top quartile would bring, customers a month."""
        rates = _rate(self.odds)
        top = np.quantile(rates, 0.75, axis=0)
        return [
            float(self.leads * rates[rep].prod() * (top[step] / rates[rep, step] - 1.0))
            for rep, step in picks
        ]

    @property
    def lately(self) -> NDArray[np.bool_]:
        """Was the rep coached at the step so lately that less than three months passed since, (J, S)?"""
        return np.asarray((self.coached >= 0) & (self.coached > len(self.entered) - A_QUARTER))

    @property
    def customers(self) -> float:
        """A month and rep, by the true rates."""
        return float(self.leads * _rate(self.odds).prod(axis=1).mean())


def drawn_team(rng: np.random.Generator) -> Team:
    """A team before its first month."""
    reps, spread = int(rng.integers(12, 41)), rng.uniform(0.15, 0.4)
    mean = np.log(PLAIN / (1 - PLAIN))
    odds = mean + spread * rng.standard_normal((reps, PLAIN.size))
    return Team(odds, mean + spread, rng.uniform(40, 120), coached=np.full(odds.shape, -1))


def proposed(team: Team, *, since: bool) -> dict[Pick, float]:
    """What the product proposes and promises, customers a month; the largest gain first."""
    entered, converted = team.counts(since=since)
    taken_on = team.counts(since=False)[0][0] / min(len(team.entered), WINDOW)
    chain, adjusted, is_open = chained(entered, converted, taken_on)
    if not is_open:
        return {}
    found = []
    for rep in range(team.odds.shape[0]):
        told = gains(chain, [rep])[0]
        step = step_to_coach(chain, rep, told, adjusted)[0]
        if step is not None:
            found.append((told[step.key][1].customers_per_month, rep, STEPS.index(step)))
    return {(rep, step): gain for gain, rep, step in sorted(found, reverse=True)}


def anybody(team: Team, rng: np.random.Generator) -> dict[Pick, float]:
    """Reps and skills at random; nothing is promised."""
    reps = rng.permutation(team.odds.shape[0])
    return {(int(rep), int(rng.integers(len(STEPS)))): 0.0 for rep in reps}


def rule(name: str, rng: np.random.Generator) -> Callable[[Team], dict[Pick, float]]:
    """How picks are made by one of RULES."""

    def picks(team: Team) -> dict[Pick, float]:
        if name == "anybody":
            return anybody(team, rng)
        found = proposed(team, since="since" in name)
        if "rest" in name:
            found = {one: gain for one, gain in found.items() if not team.lately[one]}
        return found

    return picks


@dataclass(frozen=True)
class Picked:
    """One pick: is it one of the last three months again, what is promised and what would come a month."""

    is_again: bool
    promised: float
    delivered: float


def year_and_a_half(seed: int, name: str, part: float) -> tuple[list[Picked], float]:
    """One team under one rule, the same team for every rule: its picks, and by what its customers grew."""
    rng = np.random.default_rng([seed, 0])
    team = drawn_team(rng)
    began, sessions = team.customers, max(1, round(COACHED * team.odds.shape[0]))
    choose, made = rule(name, np.random.default_rng([seed, 1])), []
    for month in range(MONTHS):
        team.month(rng)
        found = choose(team)
        picks = list(found)[:sessions]
        if month >= COUNTED_FROM:
            real = team.delivered(picks)
            made += [
                Picked(bool(team.lately[one]), found[one], brings)
                for one, brings in zip(picks, real, strict=True)
            ]
        team.coach(picks, part)
    return made, team.customers / began - 1.0


def row(name: str, part: float, teams: int) -> tuple[float, float, float, float, FloatArray]:
    """Picks a team, share of repeats, delivered a pick, what repeats promise for each, growth by team."""
    told = [year_and_a_half(seed, name, part) for seed in range(teams)]
    made = [one for picks, _ in told for one in picks]
    again = [one for one in made if one.is_again]
    promised, real = (sum(getattr(one, name) for one in again) for name in ("promised", "delivered"))
    return (
        len(made) / teams,
        len(again) / max(len(made), 1),
        float(np.mean([one.delivered for one in made])) if made else 0.0,
        promised / real if real > 0 else math.nan,
        np.array([grown for _, grown in told]),
    )


def beside(grown: FloatArray, first: FloatArray) -> str:
    """Mean difference of growth of the same teams under two rules, with its 90 % interval."""
    less = grown - first
    half = float(stats.t.ppf(0.95, less.size - 1) * less.std(ddof=1) / math.sqrt(less.size))
    return (
        f"{100 * less.mean():+.1f} ({100 * (less.mean() - half):+.1f} to {100 * (less.mean() + half):+.1f})"
    )


def _rate(log_odds: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def main(teams: int = 24) -> None:
    """Print one row per rule and part of the gap that coaching closes."""
    print(f"{teams} teams of 12 to 40 over {MONTHS} months, a sixth coached each month\n")
    print(
        "| coaching closes | rule | picks a team | repeats | a pick brings | repeats promise / bring "
        "| customers grow by | points beside the first rule |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for part in CLOSED:
        first = None
        for name in RULES:
            picks, repeats, brings, ratio, grown = row(name, part, teams)
            less, first = ("–", grown) if first is None else (beside(grown, first), first)
            kept = "–" if math.isnan(ratio) or name == "anybody" else f"{ratio:.2f}"
            told = f"{picks:.0f} | {repeats:.1%} | {brings:.3f} | {kept} | {grown.mean():.1%} | {less}"
            print(f"| {part:.0%} | {name} | {told} |", flush=True)


if __name__ == "__main__":
    main()
