"""The lead score against leads whose true chance is known: loss, intervals, points, and leads still young.

python studies/demand_score.py
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lead_examples import FIELDS, bought_within, known_examples
from quintet.demand.formula.score.features import blocks, encoded
from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.skill import skill
from quintet.demand.terms.examples import Examples
from quintet.demand.terms.score import PointsLine, Scored
from quintet.simulate.lead_worths import DEED_NAMES, LeadWorths, lead_worths
from quintet.simulate.spec import CompanySpec
from quintet.stats.calibration import log_losses
from quintet.stats.logistic import Blocks, fit_spreads

F8 = npt.NDArray[np.float64]
DAYS = 540.0
LATER = 10_000
LONG_AFTER = 10_000.0
PERIODS = 6


@dataclass(frozen=True)
class Recovery:
    """One company: log loss of the truth, of the score, of its points and of the base rate; and the rest.

    Args:
        truth: log loss of the true chance given all that shows.
        score: same of the score; `points`: of its whole points; `base`: of the base rate.
        inside: share of true chances within the 90 % intervals; None where the score says nothing of
            single leads.
        base_held: the interval of the base rate holds the mean true chance.
        slope: calibration slope; `decile_error`: mean gap per tenth, 0..1.
        in_order: the five planted deeds have points in the order of their effects.
    """

    truth: float
    score: float
    points: float
    base: float
    inside: float | None
    base_held: bool
    slope: float
    decile_error: float
    in_order: bool


@dataclass(frozen=True)
class Young:
    """Mean P of all leads by each way of treating young ones, and the true mean."""

    truth: float
    young_lost: float
    old_and_won: float
    ours: float
    person_period: float


def recovery(leads: int, seed: int) -> Recovery:
    """Fit on the past of one company, try on 10,000 later leads of known chance."""
    spec = CompanySpec(seed=seed)
    score = fit_score(known_examples(lead_worths(spec, leads, DAYS), DAYS), fields=FIELDS)
    later = lead_worths(spec, LATER, 90.0, batch=7)
    horizon = score.ground.horizon_days or 365
    scored = score.predict(known_examples(later, LONG_AFTER))
    won, chance, worked = bought_within(later, horizon), later.chance_within(horizon), later.is_worked
    found = skill(scored.p[worked], won[worked], score.ground.base_rate)
    lines = {} if score.table is None else _fresh_points(score.table.lines)
    fresh = [lines.get(name, 0) for name in DEED_NAMES]
    return Recovery(
        truth=float(log_losses(chance, won)[worked].mean()),
        score=found.log_loss,
        points=float(log_losses(score.by_points(scored.points), won)[worked].mean()),
        base=found.log_loss_base,
        inside=_inside(scored, chance[worked], worked),
        base_held=score.base_rate.lo <= float(chance[worked].mean()) <= score.base_rate.hi,
        slope=found.slope,
        decile_error=found.decile_error,
        in_order=all(a >= b for a, b in pairwise(fresh)) and fresh[0] > fresh[3] > fresh[4],
    )


def _inside(scored: Scored, chance: F8, worked: npt.NDArray[np.bool_]) -> float | None:
    if scored.lo is None or scored.hi is None:
        return None
    return float(((scored.lo[worked] <= chance) & (chance <= scored.hi[worked])).mean())


def young(leads: int, days: float, seed: int) -> Young:
    """Mean P of all leads handed over within so many days, by four ways, at the end of these days."""
    worths = lead_worths(CompanySpec(seed=seed), leads, days)
    examples = known_examples(worths, days)
    score = fit_score(examples, fields=FIELDS)
    horizon = float(score.ground.horizon_days or 365)
    worked = examples.is_worked
    old = worked & ((examples.observed_days >= horizon) | examples.is_won)
    codes, columns = encoded(score.features, examples), blocks(score.features)
    all_lost = fit_spreads(codes[worked], columns, examples.is_won[worked].astype(float))
    and_won = fit_spreads(codes[old], columns, examples.is_won[old].astype(float))
    said = [_mean_chance(fit.log_odds(codes[worked], columns)) for fit in (all_lost, and_won)]
    return Young(
        truth=float(worths.chance_within(horizon)[worked].mean()),
        young_lost=said[0],
        old_and_won=said[1],
        ours=float(score.predict(examples).p[worked].mean()),
        person_period=float(person_period(examples, codes, columns, horizon)[worked].mean()),
    )


def person_period(examples: Examples, codes: npt.NDArray[np.int16], columns: Blocks, horizon: float) -> F8:
    """[n] P by one row per lead and period it was watched to the end of, bought or not, as an alternative."""
    lag = np.where(examples.is_won, examples.won_days, np.inf)
    inner = np.quantile(lag[lag <= horizon], np.arange(1, PERIODS) / PERIODS)
    ends, starts = np.append(inner, horizon), np.append(0.0, inner)
    at_risk = (
        examples.is_worked[:, None] & (lag[:, None] > starts) & (examples.observed_days[:, None] >= ends)
    )
    lead, period = np.nonzero(at_risk)
    won = (lag[lead] <= ends[period]).astype(np.float64)
    design = np.column_stack((codes[lead], period)).astype(np.int16)
    whole = Blocks((*columns.sizes, PERIODS), (*columns.chains, 0))
    fit = fit_spreads(design, whole, won)
    left = np.ones(len(examples))
    for k in range(PERIODS):
        asked = np.column_stack((codes, np.full(len(examples), k))).astype(np.int16)
        left *= 1.0 - 1.0 / (1.0 + np.exp(-fit.log_odds(asked, whole)))
    return 1.0 - left


def shuffled(worths: LeadWorths, seed: int) -> LeadWorths:
    """The same leads with outcomes dealt out by chance: nothing may be learned from them."""
    order = np.random.default_rng(seed).permutation(len(worths.is_buyer))
    return replace(worths, is_buyer=worths.is_buyer[order], is_worked=worths.is_worked[order])


def _fresh_points(lines: Iterable[PointsLine]) -> dict[str, int]:
    """Points of each deed done once, newest."""
    found: dict[str, int] = {}
    for line in lines:
        if line.said.startswith("within") or line.said in {"once", "ever"}:
            found.setdefault(line.feature, line.points)
    return found


def _mean_chance(log_odds: F8) -> float:
    return float(np.mean(1.0 / (1.0 + np.exp(-log_odds))))


def main(companies: int = 10) -> None:
    """Print both tables."""
    print(f"{companies} companies a row, {LATER:,} later leads each\n")
    heads = ("leads", "score / truth", "points / truth", "base rate / truth")
    heads += ("speak of leads", "their intervals hold", "slope", "decile error", "deeds in order")
    print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    for leads in (300, 1_000, 3_000, 10_000, 20_000):
        found = [recovery(leads, seed) for seed in range(1, companies + 1)]
        ratios = [
            np.mean([getattr(one, kind) / one.truth for one in found]) for kind in ("score", "points", "base")
        ]
        rest = [np.mean([getattr(one, kind) for one in found]) for kind in ("slope", "decile_error")]
        inside = [one.inside for one in found if one.inside is not None]
        held = f"{np.mean(inside):.2f}" if inside else "–"
        ordered = np.mean([one.in_order for one in found])
        cells = [f"{value:.3f}" for value in ratios] + [f"{len(inside)} of {companies}", held]
        cells += [f"{rest[0]:.2f}", f"{100 * rest[1]:.1f}", f"{ordered:.2f}"]
        print(f"| {leads:,} | {' | '.join(cells)} |", flush=True)
    print("\n| leads | of the last | young = lost | old, and all who bought | score | person-period |")
    print("|---|---|---|---|---|---|")
    for leads, days in ((3_000, DAYS), (10_000, DAYS), (3_000, 120.0), (10_000, 120.0)):
        runs = [young(leads, days, seed) for seed in range(1, companies + 1)]
        kinds = ("young_lost", "old_and_won", "ours", "person_period")
        told = [[getattr(one, kind) / one.truth for one in runs] for kind in kinds]
        cells = [f"{np.mean(values):.2f} ± {np.std(values):.2f}" for values in told]
        print(f"| {leads:,} | {days:.0f} days | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
