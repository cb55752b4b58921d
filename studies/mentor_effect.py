"""Does mentoring look as if it worked when it does not? The worst reps get mentors, and nothing is planted.

    python studies/mentor_effect.py

Negative control: the plain rise of the mentees' rates, which is bad luck that passed.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from quintet.stats.delay import DelayCurve
from quintet.stats.lead_kinds import LeadKinds
from quintet.training.formula.pair_effect import mean_effect, pair_effect
from quintet.training.metrics.step_leads import StepLeads

SPAN = date(2026, 1, 1), date(2026, 6, 1)
_CERTAIN = DelayCurve(np.ones(1), 0, 0, still_rising=False, is_fitted=False)


@dataclass(frozen=True)
class Tried:
    """What was said over many companies.

    Args:
        plain: mean rise of the mentees' rates, points.
        mean: mean effect as told, points.
        covered: intervals that hold the truth.
        claimed: companies in which the interval lies above nothing.
    """

    plain: float
    mean: float
    covered: float
    claimed: float


def tried(  # noqa: PLR0913 -- each is one thing that is planted
    reps: int, pairs: int, leads: int, *, gain: float = 0.0, drift: float = 0.2, runs: int, seed: int = 1
) -> Tried:
    """Companies whose worst reps get mentors.

    Args:
        reps: in the company.
        pairs: how many of the worst, by the six months before, get a mentor.
        leads: of each rep in the time since; half as many again before.
        gain: log-odds that a mentor is worth.
        drift: log-odds by which everybody's rate moves meanwhile; single reps wander by .15.
        runs: companies.
        seed: of the draws.
    """
    rng, rows = np.random.default_rng(seed), []
    for _ in range(runs):
        skill = rng.normal(-1.0, 0.3, reps)
        later = skill + drift + 0.15 * rng.normal(size=reps)
        sizes = int(1.5 * leads), leads
        old = rng.binomial(sizes[0], _rate(skill))
        worst = np.argsort(old)[:pairs]
        helped = later + gain * np.isin(np.arange(reps), worst)
        new = rng.binomial(sizes[1], _rate(helped))
        truth = 100.0 * float(np.mean(_rate(helped)[worst] - _rate(later)[worst]))
        before, after = _leads(old, sizes[0]), _leads(new, sizes[1])
        found = mean_effect([pair_effect(before, after, one, worst.tolist(), SPAN) for one in worst.tolist()])
        if found.points is not None and found.lo is not None and found.hi is not None:
            rise = 100.0 * float(np.mean(new[worst] / sizes[1] - old[worst] / sizes[0]))
            rows.append((rise, found.points, found.lo <= truth <= found.hi, found.lo > 0.0))
    return Tried(*(float(one) for one in np.mean(np.array(rows, dtype=np.float64), axis=0)))


def _rate(log_odds: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def _leads(won: np.ndarray, entered: int) -> StepLeads:
    count = won.size
    kinds = {name: np.zeros(count, dtype=np.int64) for name in ("segment", "source")}
    n = np.full(count, float(entered))
    converted = won.astype(np.float64)
    told = LeadKinds(np.arange(count), kinds, converted, n)
    rest = (n - converted)[:, None]
    return StepLeads(tuple(range(count)), converted, rest, np.array([400]), _CERTAIN, told)


def main() -> None:
    """Print the table."""
    print("| reps | pairs | leads | a mentor is worth | plain rise | told | covers | claimed |")
    print("|---|---|---|---|---|---|---|---|")
    reps, pairs, leads = 24, 10, 60
    for gain in (0.0, 0.4):
        one = tried(reps, pairs, leads, gain=gain, runs=40)
        print(
            f"| {reps} | {pairs} | {leads} | {gain:.1f} | {one.plain:+.1f} | {one.mean:+.1f} "
            f"| {one.covered:.2f} | {one.claimed:.0%} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
