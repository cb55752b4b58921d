"""Young leads: the plain rate, the mature-only rate and the corrected one against the truth.

    python studies/young_cohorts.py

Leads of the last days only; conversions take 30 days on average. The plain rate is the negative control.
"""

import numpy as np

from quintet.stats.delay import fit_delay
from quintet.stats.rates import fit_rates

RATE, LAG, REPS, LEADS = 0.30, 30.0, 10, 60
HISTORY_DAYS = 360.0


def ratios(window_days: float, teams: int) -> tuple[float, float, float]:
    """Plain rate / truth, corrected rate / truth, and coverage of the corrected 90 % team interval.

    The delay curve is learned on the company's last 360 days, as in the product.

    Args:
        window_days: only leads of the last so many days.
        teams: how many to draw.
    """
    plain, corrected, inside = [], [], []
    for seed in range(teams):
        rng = np.random.default_rng([int(window_days), seed])
        age = rng.uniform(0, HISTORY_DAYS, int(REPS * LEADS * HISTORY_DAYS / window_days))
        took = rng.exponential(LAG, age.size)
        won = (rng.random(age.size) < RATE) & (took <= age)
        whole = age.astype(np.int64)
        curve = fit_delay(np.bincount(took[won].astype(np.int64)), np.bincount(whole[~won]))
        rep = rng.integers(0, REPS, age.size)
        young = age < window_days
        waiting = np.zeros((REPS, int(HISTORY_DAYS)))
        np.add.at(waiting, (rep[young & ~won], whole[young & ~won]), 1)
        converted = np.bincount(rep[young & won], minlength=REPS)
        fit = fit_rates(converted, waiting, curve.known_by(np.arange(waiting.shape[1])))
        plain.append(won[young].mean() / RATE)
        corrected.append(fit.team_mean / RATE)
        inside.append(fit.team_lo <= RATE <= fit.team_hi)
    return float(np.mean(plain)), float(np.mean(corrected)), float(np.mean(inside))


def main(teams: int = 100) -> None:
    """Print one row per window."""
    print(f"{teams} teams a row\n")
    print("| leads of the last | plain rate / truth | corrected / truth | 90 % interval holds the truth |")
    print("|---|---|---|---|")
    for window in (20, 45, 90, 180):
        plain, corrected, inside = ratios(window, teams)
        print(f"| {window} days | {plain:.2f} | {corrected:.2f} | {inside:.2f} |", flush=True)


if __name__ == "__main__":
    main()
