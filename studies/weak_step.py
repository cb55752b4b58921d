"""Is the planted weak step found, and are identical reps left in peace? HubSpot's volumes, six months.

    python studies/weak_step.py

A rep is called weak at a step as on the page: probability and size as in management/formula/estimates.
"""

import numpy as np

from quintet.management.formula import estimates
from quintet.stats.homogeneity import fit_homogeneity, holm, supports_ranking
from quintet.stats.rates import PooledRates, fit_rates
from teams import PLAIN, Cohort, draw_cohorts

STEPS = ("worked → connected", "connected → qualified", "qualified → demo", "demo → won")


def fitted(cohorts: list[Cohort]) -> list[PooledRates]:
    """Each step as the product fits it."""
    return [
        fit_rates(one.converted, one.unconverted, one.curves, outliers=estimates.OUTLIERS) for one in cohorts
    ]


def called_weak(fits: list[PooledRates]) -> np.ndarray:
    """What the page says of each rep at each step, shape (J, 4)."""
    return np.array([_weak(fit) for fit in fits]).T


def _weak(fit: PooledRates) -> np.ndarray:
    return np.array(
        [estimates.VERDICTS[place] is estimates.Verdict.WEAK for place in estimates.standings(fit)]
    )


def identical_reps(reps: int, teams: int, leads_per_month: float = 100) -> tuple[float, float, float]:
    """Identical reps: share called weak at any step, teams with any rank, and the negative control.

    The control is what a plain table invites to say: a raw rate a fifth below the average at any step.
    """
    weak, ranked, naive = [], [], []
    for seed in range(teams):
        rng = np.random.default_rng([reps, int(leads_per_month), seed])
        fits = fitted(draw_cohorts(rng, np.tile(PLAIN, (reps, 1)), leads_per_month))
        weak.append(called_weak(fits).any(axis=1))
        ranked.append(_any_rank(fits))
        raw = np.stack([fit.raw for fit in fits])
        naive.append((raw <= 0.8 * raw.mean(axis=1, keepdims=True)).any(axis=0))
    return float(np.mean(weak)), float(np.mean(ranked)), float(np.mean(naive))


def planted_reps(reps: int, step: int, factor: float, teams: int) -> tuple[float, float]:
    """One rep in each team is planted weak at one step: share found there, share of others called weak."""
    found, others = [], []
    for seed in range(teams):
        rng = np.random.default_rng([reps, step, int(100 * factor), seed])
        rates = np.tile(PLAIN, (reps, 1))
        rates[0, step] *= factor
        weak = called_weak(fitted(draw_cohorts(rng, rates)))
        found.append(weak[0, step])
        others.append(weak[1:].any(axis=1))
    return float(np.mean(found)), float(np.mean(others))


def _any_rank(fits: list[PooledRates]) -> bool:
    p = holm([fit_homogeneity(fit.converted, fit.effective_n).p_value for fit in fits])
    apart = [supports_ranking(fit.rank_lo, fit.rank_hi) for fit in fits]
    return any(value < estimates.ALPHA and able for value, able in zip(p, apart, strict=True))


def main(teams: int = 60) -> None:
    """Print identical reps, then planted ones."""
    print(f"{teams} teams a row\n")
    print("| reps | leads a month | identical reps called weak | teams ranked | raw rule calls weak |")
    print("|---|---|---|---|---|")
    for reps, leads in ((6, 100), (10, 100), (30, 100), (10, 30)):
        weak, ranked, naive = identical_reps(reps, teams, leads)
        print(f"| {reps} | {leads} | {weak:.3f} | {ranked:.3f} | {naive:.3f} |", flush=True)
    print("\n| reps | planted at | rate | found | others called weak |")
    print("|---|---|---|---|---|")
    for reps, factor in ((10, 0.4), (30, 0.4), (10, 0.5), (30, 0.5)):
        for step, name in enumerate(STEPS):
            found, others = planted_reps(reps, step, factor, teams)
            print(f"| {reps} | {name} | {factor:.0%} of peers | {found:.2f} | {others:.3f} |", flush=True)


if __name__ == "__main__":
    main()
