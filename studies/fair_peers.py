"""Reps alike, leads unequal: is the rep of the hard segment left in peace, and a weak one still found?

python studies/fair_peers.py

Each rep serves one of three segments, whose log-odds to connect differ by .6, from four sources that differ
too. Unadjusted, the negative control, compares raw leads with raw leads.
"""

import numpy as np

from quintet.management.formula import estimates
from quintet.stats.case_mix import fit_case_mix
from quintet.stats.rates import PooledRates, fit_rates

SEGMENTS = np.array([-0.6, 0.0, 0.6])
SOURCES = np.array([-0.4, 0.0, 0.2, 0.5])
SHARES = np.array([0.4, 0.3, 0.2, 0.1])
LEVELS = np.array([np.repeat(np.arange(3), 4), np.tile(np.arange(4), 3), np.arange(12)])


def fits(reps: int, leads: int, seed: int, weak: bool) -> tuple[PooledRates, PooledRates]:  # noqa: FBT001
    """One team fitted with and without the adjustment; rep 0, of the hard segment, may be planted weak."""
    rng = np.random.default_rng([reps, leads, seed, int(weak)])
    known, won = np.zeros((reps, 12)), np.zeros((reps, 12))
    for rep in range(reps):
        places = slice(4 * (rep % 3), 4 * (rep % 3) + 4)
        odds = SEGMENTS[rep % 3] + SOURCES
        rate = (0.5 if weak and rep == 0 else 1.0) / (1.0 + np.exp(-odds))
        known[rep, places] = rng.multinomial(leads, SHARES)
        won[rep, places] = rng.binomial(known[rep, places].astype(int), rate)
    offset = fit_case_mix(won, known, LEVELS, np.ones(reps, dtype=bool)).offset
    total, hits = known.sum(axis=1), won.sum(axis=1)
    one, two = (
        fit_rates(hits, total - hits, outliers=estimates.OUTLIERS, offset=o) for o in (offset, 0 * offset)
    )
    return one, two


def called_weak(reps: int, leads: int, teams: int) -> tuple[float, float, float, float]:
    """Identical reps called weak, adjusted and not; those of the hard segment, not; the planted found."""
    rows = []
    for seed in range(teams):
        fair, plain = (_weak(fit) for fit in fits(reps, leads, seed, weak=False))
        planted = _weak(fits(reps, leads, seed, weak=True)[0])
        rows.append((fair.mean(), plain.mean(), plain[::3].mean(), planted[0]))
    one, two, three, four = np.mean(rows, axis=0)
    return float(one), float(two), float(three), float(four)


def _weak(fit: PooledRates) -> np.ndarray:
    return np.array(
        [estimates.VERDICTS[place] is estimates.Verdict.WEAK for place in estimates.standings(fit)]
    )


def main(teams: int = 60) -> None:
    """Print one row per size."""
    print(f"{teams} teams a row\n")
    print(
        "| reps | leads each | called weak | unadjusted | unadjusted, hard segment | planted at half, found |"
    )
    print("|---|---|---|---|---|---|")
    for reps, leads in ((6, 150), (9, 150), (12, 300)):
        told = " | ".join(f"{share:.3f}" for share in called_weak(reps, leads, teams))
        print(f"| {reps} | {leads} | {told} |", flush=True)


if __name__ == "__main__":
    main()
