"""Do the 90 % intervals hold the truth in 90 % of cases? Teams with young leads, several sizes.

python studies/interval_coverage.py
"""

import numpy as np

from quintet.management.formula.estimates import OUTLIERS
from quintet.stats.rates import fit_rates
from teams import draw_step

SIZES = ((4, 20), (8, 30), (8, 100), (30, 30), (30, 100), (30, 400))
MEAN, SIZE = 0.30, 40.0
DAYS, LAG = 180.0, 30.0


def coverage(reps: int, leads: int, teams: int, outliers: float = OUTLIERS) -> tuple[float, float, float]:
    """Share of reps whose true rate lies in the interval; error of the fit and of the raw rates.

    Args:
        reps: in each team.
        leads: of each rep, over 180 days; conversions take 30 days on average.
        teams: how many to draw.
        outliers: as in the product.
    """
    inside, fitted, raw = [], [], []
    for seed in range(teams):
        rng = np.random.default_rng([reps, leads, seed])
        truth = rng.beta(MEAN * SIZE, (1 - MEAN) * SIZE, reps)
        cohort = draw_step(rng, truth, leads, DAYS, LAG)
        fit = fit_rates(cohort.converted, cohort.unconverted, cohort.known, outliers=outliers)
        inside.append((fit.lo <= truth) & (truth <= fit.hi))
        fitted.append((fit.mean - truth) ** 2)
        raw.append((fit.raw - truth) ** 2)
    return float(np.mean(inside)), float(np.sqrt(np.mean(fitted))), float(np.sqrt(np.mean(raw)))


def main(teams: int = 200) -> None:
    """Print one row per size."""
    print(f"{teams} teams a row\n")
    print("| reps | leads each | coverage of 90 % interval | error, fitted | error, raw |")
    print("|---|---|---|---|---|")
    for reps, leads in SIZES:
        inside, fitted, raw = coverage(reps, leads, teams)
        print(f"| {reps} | {leads} | {inside:.3f} | {fitted:.3f} | {raw:.3f} |", flush=True)


if __name__ == "__main__":
    main()
