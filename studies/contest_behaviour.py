"""Does the page of a contest claim a rise where there was none, and does it find what was pulled forward?

    python studies/contest_behaviour.py

Four teams of eight reps; attempts a day are drawn around each rep's own level, which drifts from window to
window, and every team has good and poor weeks together. One team runs a ten-day contest: any team,
or the one with the poorest weeks just before. "Before/after alone" is a paired t-interval without the others.
"""

import sys
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from scipy import stats

from quintet.management.formula.contest_behaviour import USUAL, behaviour, windows
from quintet.management.terms.contests import ContestTerms, Counts, Rule

Rng = np.random.Generator
TEAMS, SIZE = 4, 8
START = date(2026, 3, 2)
#: World → team's own swing per window, worst team chosen, factor during, factor after.
WORLDS = {
    "nothing happens, any team": (0.08, False, 1.0, 1.0),
    "nothing happens, after a poor month": (0.08, True, 1.0, 1.0),
    "+25 % while it runs, kept": (0.08, False, 1.25, 1.25),
    "+25 % while it runs, gone after": (0.08, False, 1.25, 1.0),
    "+25 % while it runs, −25 % after": (0.08, False, 1.25, 0.75),
}


def company(rng: Rng, swing: float, during: float, after: float, *, poorest: bool) -> tuple:
    """A contest of one of four teams, and what everybody did around it."""
    reps = np.arange(TEAMS * SIZE)
    level = rng.gamma(12, 1.5, len(reps))
    teams = np.exp(rng.normal(0, swing, (TEAMS, USUAL + 3)))
    own = np.exp(rng.normal(0, 0.08, (len(reps), USUAL + 3)))
    chosen = int(np.argmin(teams[:, USUAL])) if poorest else int(rng.integers(TEAMS))
    members = reps[reps // SIZE == chosen]
    factor = np.ones((len(reps), USUAL + 3))
    factor[members, -2], factor[members, -1] = during, after
    mean = level[:, None] * own * teams[reps // SIZE] * factor
    terms = ContestTerms(
        Rule.MOST, "attempts", START, START + timedelta(days=11), tuple(int(rep) + 1 for rep in members)
    )
    spans = windows(terms, date(2020, 1, 1))
    days = [
        day
        for n in range((spans.after[1] - spans.whole[0]).days + 1)
        if (day := spans.whole[0] + timedelta(days=n)).weekday() < 5
    ]
    drawn = rng.poisson(np.repeat(mean, 10, axis=1))
    told = {
        int(rep) + 1: {day: Decimal(int(n)) for day, n in zip(days, drawn[rep], strict=True)} for rep in reps
    }
    return terms, spans, Counts(told, date(2026, 12, 31)), [int(rep) + 1 for rep in reps]


def tried(rng: Rng, name: str, companies: int) -> dict[str, float]:
    """What is claimed of so many contests of one world, as shares."""
    swing, poorest, during, after = WORLDS[name]
    alone, rose, borrowed, dips = [], [], [], []
    for _ in range(companies):
        made = company(rng, swing, during, after, poorest=poorest)
        found = behaviour(*made)
        alone.append(_claims_alone(*made))
        rose.append("were above" in found.sentence)
        borrowed.append("pulled forward" in found.sentence)
        dips.append(found.dip.hi is not None and found.dip.hi < 0)
    names = ("before/after alone", "a rise is told", "pulled forward is told", "dip is found")
    return dict(zip(names, map(float, map(np.mean, (alone, rose, borrowed, dips))), strict=True))


def _claims_alone(terms: ContestTerms, spans: object, counts: Counts, _: list[int]) -> bool:
    """The negative control: the same reps before and during, and nothing else."""
    before, during = (
        np.array([float(counts.of(rep, *span)) for rep in terms.rep_ids])
        for span in (spans.before, spans.during)  # type: ignore[attr-defined]
    )
    return bool(stats.ttest_rel(during, before).confidence_interval(0.9).low > 0)


def main(companies: int = 1000) -> None:
    """Print the table of docs/studies/contest_behaviour.md."""
    rng = np.random.default_rng(11)
    print("| world | " + " | ".join(tried(rng, next(iter(WORLDS)), 2)) + " |\n|---|---|---|---|---|")
    for name in WORLDS:
        shares = tried(rng, name, companies)
        print(f"| {name} | " + " | ".join(f"{share:.0%}" for share in shares.values()) + " |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
