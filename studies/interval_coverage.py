"""Do the 90 % intervals hold the truth in 90 % of cases? Teams with young leads, several sizes.

python studies/interval_coverage.py
"""

from dataclasses import dataclass

import numpy as np

from quintet.management.formula.estimates import OUTLIERS
from quintet.stats.rates import fit_rates
from teams import draw_step

#: (reps, leads of each, teams): more teams where a team says less.
SIZES = ((4, 20, 1000), (8, 30, 600), (8, 100, 400), (30, 30, 300), (30, 100, 200), (30, 400, 200))
MEAN, SIZE = 0.30, 40.0
DAYS, LAG = 180.0, 30.0


@dataclass(frozen=True)
class Coverage:
    """What became of the intervals of many teams.

    Args:
        inside: share of reps whose true rate lies in the interval, as the product fits it: averaged over
            drawn delay curves where few conversions teach the delay.
        error: standard error of that share; the reps of a team share its delay curve, so teams are counted.
        certain: the same share where the curve learned is used as if it were certain.
        with_true_delay: the same share where the delay is known instead of learned.
        fitted: error of the fitted rates, root mean square.
        raw: error of the raw rates.
    """

    inside: float
    error: float
    certain: float
    with_true_delay: float
    fitted: float
    raw: float


def coverage(reps: int, leads: int, teams: int, outliers: float = OUTLIERS) -> Coverage:
    """How often the true rate lies in the interval.

    Args:
        reps: in each team.
        leads: of each rep, over 180 days; conversions take 30 days on average.
        teams: how many to draw.
        outliers: as in the product.
    """
    inside, certain, known, fitted, raw = [], [], [], [], []
    for seed in range(teams):
        rng = np.random.default_rng([reps, leads, seed])
        truth = rng.beta(MEAN * SIZE, (1 - MEAN) * SIZE, reps)
        cohort = draw_step(rng, truth, leads, DAYS, LAG)
        true_delay = 1 - np.exp(-(np.arange(cohort.known.size) + 0.5) / LAG)
        fit, plain, other = (
            fit_rates(cohort.converted, cohort.unconverted, known, outliers=outliers)
            for known in (cohort.curves, cohort.known, true_delay)
        )
        for found, one in ((inside, fit), (certain, plain), (known, other)):
            found.append(np.mean((one.lo <= truth) & (truth <= one.hi)))
        fitted.append(np.mean((fit.mean - truth) ** 2))
        raw.append(np.mean((fit.raw - truth) ** 2))
    error = np.std(inside, ddof=1) / np.sqrt(teams)
    return Coverage(
        *(float(one) for one in (np.mean(inside), error, np.mean(certain), np.mean(known))),
        *(float(np.sqrt(np.mean(one))) for one in (fitted, raw)),
    )


def main() -> None:
    """Print one row per size."""
    print(
        "| reps | leads each | teams | coverage of 90 % interval | curve taken as certain | delay known "
        "| error, fitted | raw |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for reps, leads, teams in SIZES:
        one = coverage(reps, leads, teams)
        shares = f"{one.inside:.3f} ± {one.error:.3f} | {one.certain:.3f} | {one.with_true_delay:.3f}"
        print(f"| {reps} | {leads} | {teams} | {shares} | {one.fitted:.3f} | {one.raw:.3f} |", flush=True)


if __name__ == "__main__":
    main()
