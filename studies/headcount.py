"""Do the intervals of ramp, attrition and MRR hold what was planted, and is the target met as often as said?

    python studies/headcount.py

Careers are those of the simulated company; a rep's month is gamma distributed around what ramp and the rep
bring. Negative control: counting a month's MRR of hires beside all reps instead of ramped ones.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from quintet.facts.careers import RepCareer, RepMonth
from quintet.hiring.formula.headcount import month_after, plan, simulate
from quintet.hiring.formula.ramp import Learned, learn
from quintet.hiring.terms.plan import RAMPED_AFTER, PlanInputs
from quintet.simulate.people import PeopleTruth, people_truth
from quintet.simulate.spec import CompanySpec

FULL = 5000.0
START = date(2022, 1, 1)
LASTING, MONTHLY = 0.2, 0.5
#: The simulator lets nobody go in the first three months of the history, or of a career.
SAFE_MONTHS = 3
F8 = NDArray[np.float64]


@dataclass(frozen=True)
class Company:
    """A past, and what is planted in it.

    Args:
        careers: every rep.
        signed: their months.
        until: the month that runs.
        curve: [RAMPED_AFTER] mean share of a full rep by age, over the hires.
        hazard: chance to leave in a month after the third.
        today: of each rep who is here, months since the first (at most RAMPED_AFTER), and how good he is.
    """

    careers: list[RepCareer]
    signed: list[RepMonth]
    until: date
    curve: F8
    hazard: float
    today: list[tuple[int, float]]


def drawn_company(seed: int, *, reps: int = 40, quarters: int = 8, attrition: float = 0.012) -> Company:
    """Careers and ramps of the simulator, with months drawn around them."""
    spec = CompanySpec(reps=reps, quarters=quarters, seed=seed, start=START, monthly_attrition=attrition)
    truth = people_truth(spec)
    rng = np.random.default_rng([seed, 5])
    lasting = np.maximum(rng.normal(1.0, LASTING, truth.reps), 0.2)
    careers, signed = [], []
    for rep in range(truth.reps):
        joined, left = int(truth.joined_month[rep]), int(truth.left_month[rep])
        gone = month_after(START, left) if left < spec.months else None
        careers.append(RepCareer(rep, month_after(START, joined), gone))
        mean = FULL * lasting[rep] * truth.ramp[rep]
        drawn = mean * rng.gamma(1 / MONTHLY**2, MONTHLY**2, spec.months)
        signed += [
            RepMonth(rep, month_after(START, at), float(drawn[at]), FULL * (0.5 + 0.5 * truth.ramp[rep, at]))
            for at in range(max(joined, SAFE_MONTHS), min(left, spec.months))
        ]
    here = [rep for rep in range(truth.reps) if truth.left_month[rep] >= spec.months]
    ages = [min(spec.months - int(truth.joined_month[rep]), RAMPED_AFTER) for rep in here]
    today = [(age, float(lasting[rep])) for rep, age in zip(here, ages, strict=True)]
    return Company(careers, signed, month_after(START, spec.months), _curve(truth), attrition, today)


def _curve(truth: PeopleTruth) -> F8:
    months = truth.ramp_months[: truth.reps][truth.joined_month[: truth.reps] >= 0]
    age = np.arange(RAMPED_AFTER)[None, :] + 0.5
    return np.clip(age / months[:, None], 0, 1).mean(axis=0)


@dataclass(frozen=True)
class Coverage:
    """Shares of companies whose 90 % interval holds the truth; of 80 % ranges for the year's last month."""

    ramp: float
    attrition: float
    full: float
    mrr: float
    bias: float


def coverage(companies: int, *, reps: int = 40, quarters: int = 8, draws: int = 500) -> Coverage:
    """How often the intervals hold what was planted."""
    found = [
        _covered(drawn_company(seed, reps=reps, quarters=quarters), draws, seed) for seed in range(companies)
    ]
    return Coverage(*np.mean(found, axis=0).tolist())


def _covered(company: Company, draws: int, seed: int) -> tuple[float, float, float, float, float]:
    learned = learn(company.careers, company.signed, company.until, draws=draws)
    lost = learned.lost_months
    planted = float((1.0 - company.curve).sum())
    # The chance of reps beyond their third month; nobody leaves before it.
    late = np.quantile(learned.leaves[:, 1], [0.05, 0.95])
    return (
        float(lost.lo <= planted <= lost.hi),
        float(late[0] <= company.hazard <= late[1]),
        float(learned.full_mrr.lo <= FULL <= learned.full_mrr.hi),
        _met(company, learned, seed),
        lost.value - planted,
    )


def _met(company: Company, learned: Learned, seed: int) -> float:
    """Does the range of the month a year ahead hold one drawn from what is planted? Three come a month."""
    inputs = PlanInputs(target=1.0, months=12)
    said = simulate(learned, inputs, 3)
    lo, hi = np.quantile(said.mrr[:, -1], [0.1, 0.9])
    rng = np.random.default_rng([seed, 6])
    hired = [(month, 0, max(rng.normal(1, LASTING), 0.2)) for month in range(2, 12) for _ in range(3)]
    total = 0.0
    for start, age, lasting in [*((0, age, lasting) for age, lasting in company.today), *hired]:
        stays = 11 - start
        risky = max(0, stays - max(0, SAFE_MONTHS - age))
        if rng.random() > (1 - company.hazard) ** risky:
            continue
        at = min(age + stays, RAMPED_AFTER)
        share = 1.0 if at >= RAMPED_AFTER else float(company.curve[at])
        total += FULL * share * lasting * rng.gamma(1 / MONTHLY**2, MONTHLY**2)
    return float(lo <= total <= hi)


def main() -> None:
    """Print the table."""
    print("| reps | years | ramp | attrition | full rep | MRR in a year (80 %) | months of ramp, off by |")
    print("|---|---|---|---|---|---|---|")
    for reps, quarters in ((20, 6), (40, 8), (80, 12)):
        told = coverage(200, reps=reps, quarters=quarters)
        print(
            f"| {reps} | {quarters / 4:g} | {told.ramp:.0%} | {told.attrition:.0%} | {told.full:.0%} | "
            f"{told.mrr:.0%} | {told.bias:+.2f} |"
        )
    company = drawn_company(1)
    learned = learn(company.careers, company.signed, company.until)
    print(plan(learned, PlanInputs(target=300_000.0), managers_now=4).sentence)


if __name__ == "__main__":
    main()
