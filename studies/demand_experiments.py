"""Experiments looked at every day: how often they stop falsely, and when they find what is there.

python studies/demand_experiments.py
"""

import numpy as np

from quintet.stats.sequential import fit_sequential, sample_plan

LOOKS = 90
ALPHA = 0.05
_Z = 1.959964


def runs(
    share_a: float, share_b: float, per_day: int, number: int, seed: int
) -> list[tuple[bool, int, bool]]:
    """Each run: stopped, the day it did (or the last), and did the interval hold the truth at every look?"""
    rng = np.random.default_rng(seed)
    tried = np.full(LOOKS, per_day)
    told = []
    for _ in range(number):
        a, b = rng.binomial(per_day, share_a, LOOKS), rng.binomial(per_day, share_b, LOOKS)
        fit = fit_sequential(tried, a, tried, b, alpha=ALPHA, base_rate=share_a)
        crossed = fit.e_values >= 1 / ALPHA
        day = int(crossed.argmax()) + 1 if crossed.any() else LOOKS
        held = bool(((fit.lo <= share_b - share_a) & (fit.hi >= share_b - share_a)).all())
        told.append((bool(crossed.any()), day, held))
    return told


def peeked(share: float, per_day: int, number: int, seed: int) -> float:
    """The negative control: a plain z test at every look; share of A/A runs it stops."""
    rng = np.random.default_rng(seed)
    n = per_day * np.arange(1, LOOKS + 1)
    won = [np.cumsum(rng.binomial(per_day, share, (number, LOOKS)), axis=1) for _ in range(2)]
    middle = (won[0] + won[1]) / (2 * n)
    z = (won[1] - won[0]) / n / np.sqrt(np.maximum(2 * middle * (1 - middle) / n, 1e-12))
    return float((np.abs(z) > _Z).any(axis=1).mean())


def main() -> None:
    """Print both tables."""
    print("| rate | leads a day and cell | false stops | plain test, peeked at | interval held |")
    print("|---|---|---|---|---|")
    for share, per_day in ((0.05, 10), (0.15, 10), (0.30, 10), (0.15, 2)):
        told = runs(share, share, per_day, 400, 1)
        false = np.mean([stopped for stopped, _, _ in told])
        held = np.mean([one for _, _, one in told])
        print(f"| {share} | {per_day} | {false:.3f} | {peeked(share, per_day, 400, 1):.3f} | {held:.3f} |")
    print()
    print(
        "| rates | planned leads a cell | found by then | found in 90 days | median leads | interval held |"
    )
    print("|---|---|---|---|---|---|")
    for share, other, per_day in ((0.10, 0.16, 15), (0.15, 0.25, 8), (0.30, 0.20, 10)):
        plan = sample_plan(share, other - share, alpha=ALPHA)
        told = runs(share, other, per_day, 300, 2)
        by_then = np.mean([stopped and day * per_day <= plan.needed for stopped, day, _ in told])
        found, held = np.mean([one for one, _, _ in told]), np.mean([one for _, _, one in told])
        median = int(np.median([day * per_day for _, day, _ in told]))
        print(f"| {share} → {other} | {plan.needed} | {by_then:.2f} | {found:.2f} | {median} | {held:.3f} |")


if __name__ == "__main__":
    main()
