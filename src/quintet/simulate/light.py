"""Funnel counts of whole teams straight from planted rates and delays, for statistical studies."""

from dataclasses import dataclass

import numpy as np

from quintet.simulate.spec import DAY, F8, I8, CompanySpec
from quintet.simulate.truth import skill_rates
from quintet.simulate.world import RATE_STEPS, planted_world

#: Days from entering a step to passing it: median and log standard deviation.
STEP_DELAYS = {"worked": (2.0, 1.0), "connected": (3.0, 0.7), "qualified": (5.5, 0.6), "demo": (18.0, 0.6)}


@dataclass(frozen=True)
class FunnelCounts:
    """What a page would see at the end of the history, and the truth behind it; no interactions.

    Args:
        entered: [rep, step] leads that entered worked, connected, qualified, demo.
        converted: [rep, step] of those, passed on before the end.
        open_rep: for each step, the rep of every lead that has entered and not (yet) passed.
        open_days: for each step, the age of these leads in the step, in days.
        passed_rep: for each step, the rep of every lead that passed.
        passed_days: for each step, the days that took.
        rates: [rep, step] the planted chance of passing sooner or later.
        weak_stage: [rep] index of the step a planted weakness lowers, -1 for none.
        delays: step → (median days, log standard deviation).
    """

    entered: I8
    converted: I8
    open_rep: tuple[I8, ...]
    open_days: tuple[F8, ...]
    passed_rep: tuple[I8, ...]
    passed_days: tuple[F8, ...]
    rates: F8
    weak_stage: I8
    delays: dict[str, tuple[float, float]]


def funnel_counts(spec: CompanySpec) -> FunnelCounts:
    """The funnel of every rep, in milliseconds: each lead is average, each rep works the same span.

    Reps have their planted skill, segment and weakness; ramp, attrition and lead quality are left out.
    """
    world, rng = planted_world(spec), spec.random(41)
    people, span = world.people, float(spec.month_starts[-1] - spec.month_starts[0]) / DAY
    rates = skill_rates(world)
    leads = rng.poisson(spec.leads_per_rep_month * spec.months, people.reps)
    rep = np.repeat(np.arange(people.reps), leads)
    age = rng.uniform(0, span, len(rep))
    rows = []
    for step, name in enumerate(RATE_STEPS):
        median, spread = STEP_DELAYS[name]
        took = median * np.exp(rng.normal(0, spread, len(rep)))
        passed = (rng.random(len(rep)) < rates[rep, step]) & (took <= age)
        rows.append((rep, passed, rep[~passed], age[~passed], rep[passed], took[passed]))
        rep, age = rep[passed], (age - took)[passed]
    entered = np.stack([np.bincount(row[0], minlength=people.reps) for row in rows], axis=1)
    converted = np.stack([np.bincount(row[4], minlength=people.reps) for row in rows], axis=1)
    weak_stage = np.array([-1, 0, 0, 1, 2, 3])[people.weak_skill + 1]
    return FunnelCounts(
        entered=entered,
        converted=converted,
        open_rep=tuple(row[2] for row in rows),
        open_days=tuple(row[3] for row in rows),
        passed_rep=tuple(row[4] for row in rows),
        passed_days=tuple(row[5] for row in rows),
        rates=rates,
        weak_stage=weak_stage,
        delays=dict(STEP_DELAYS),
    )
