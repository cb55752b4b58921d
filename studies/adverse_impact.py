"""How often is a fair process flagged, and an unfair one found? Exact for two groups, simulated for more.

    python studies/adverse_impact.py

Negative control: the four-fifths rule alone, as most reports use it.
"""

from collections.abc import Iterator

import numpy as np
from scipy import stats

from quintet.stats.adverse_impact import FOUR_FIFTHS, Group, impacts

SIZES = ((60, 20), (100, 40), (300, 100), (1000, 300))
RATES = (0.05, 0.25, 0.50)
_SEEN = 1e-6


def flagged(n: int, m: int, rates: tuple[float, float]) -> tuple[float, float]:
    """Chances that four fifths alone, and that we, flag one of two groups; summed over every table.

    Args:
        n: people of the first group.
        m: people of the second.
        rates: with which each gets through.
    """
    alone = ours = 0.0
    for a, b, chance in _tables(n, m, rates):
        pair = impacts([Group("a", n, a), Group("b", m, b)])
        if any(one.ratio is not None and one.ratio < FOUR_FIFTHS for one in pair):
            alone += chance
            ours += chance * any(one.is_flagged for one in pair)
    return alone, ours


def _tables(n: int, m: int, rates: tuple[float, float]) -> Iterator[tuple[int, int, float]]:
    first = stats.binom.pmf(np.arange(n + 1), n, rates[0])
    second = stats.binom.pmf(np.arange(m + 1), m, rates[1])
    for a in np.flatnonzero(first > _SEEN).tolist():
        for b in np.flatnonzero(second > _SEEN).tolist():
            if a + b:
                yield a, b, float(first[a] * second[b])


def flagged_of_many(people: tuple[int, ...], rate: float, *, runs: int, seed: int = 1) -> tuple[float, float]:
    """The same for several groups that get through alike, simulated."""
    rng = np.random.default_rng(seed)
    alone, ours = [], []
    for _ in range(runs):
        drawn = [Group(str(at), n, int(rng.binomial(n, rate))) for at, n in enumerate(people)]
        found = impacts(drawn)
        alone.append(any(one.is_below for one in found))
        ours.append(any(one.is_flagged for one in found))
    return float(np.mean(alone)), float(np.mean(ours))


def main() -> None:
    """Print the tables."""
    print("| people | rate | four fifths alone | ours | half as often: ours |\n|---|---|---|---|---|")
    for n, m in SIZES:
        for rate in RATES:
            alone, ours = flagged(n, m, (rate, rate))
            _, found = flagged(n, m, (rate, rate / 2))
            print(f"| {n} and {m} | {rate:.0%} | {alone:.0%} | {ours:.1%} | {found:.0%} |")
    print("\n| groups | four fifths alone | ours |\n|---|---|---|")
    for people in ((60, 30, 20), (120, 40, 30, 20), (300, 100, 60, 40, 30, 20)):
        alone, ours = flagged_of_many(people, 0.25, runs=1000)
        print(f"| {', '.join(map(str, people))} | {alone:.0%} | {ours:.1%} |")


if __name__ == "__main__":
    main()
