"""Are effects of training modules what was planted, and is luck kept out? Simulated companies, 12 modules.

    python studies/module_effects.py [companies]

Three of twelve modules raise the chance of making quota in a month by the factor 1.8, nine do nothing. Reps
come in twelve quarterly classes; later classes take more modules and ramp faster whatever they take. Better
reps ramp faster and take more modules; the score before hire says how good they are. Leads differ by month.
Some leave. Training ends with the first month at quota.

Negative control, written here because the product refuses it: the same regression with "ever finished" as a
trait from the first day.
"""

import sys
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from quintet.calendar.periods import month_after
from quintet.facts.careers import Ending
from quintet.stats.discoveries import fit_discoveries
from quintet.stats.person_months import EFFECT_SD, PersonMonths, fit_hazard
from quintet.training.formula.modules import fit_modules
from quintet.training.formula.person_months import ramp_rows
from quintet.training.terms.modules import FALSE_SHARE, RampRep, Span

F8 = NDArray[np.float64]

MODULES = tuple(f"m{number:02}" for number in range(12))
RATIO, MATTER = 1.8, 3
START, UNTIL = date(2022, 1, 1), date(2025, 7, 1)
CLASSES, CLASS_MONTHS, WATCHED = 12, 3, 42
LEAVES = 0.015
SIZES = (30, 60, 120, 200)
_Z90 = 1.6448536


@dataclass(frozen=True)
class World:
    """What is planted.

    Args:
        ratio: of the modules that matter.
        faster: log hazard by which a class ramps faster than the one before.
        skill: log hazard of a standard deviation of skill.
        seen: is the skill known as the score before hire?
    """

    ratio: float = RATIO
    faster: float = 0.08
    skill: float = 0.4
    seen: bool = True
    effects: F8 = field(init=False)

    def __post_init__(self) -> None:
        """The log hazard ratios."""
        planted = np.zeros(len(MODULES))
        planted[:MATTER] = np.log(self.ratio)
        object.__setattr__(self, "effects", planted)


#: As the issue states it; nothing matters; and what nobody measured drives both ramp and training.
WORLDS = {"planted": World(), "nothing matters": World(ratio=1.0), "skill unseen": World(seen=False)}


def company(n: int, rng: np.random.Generator, world: World) -> list[RampRep]:
    """The reps of one company, as the product would read them."""
    return [_rep(number, number % CLASSES, rng, world) for number in range(n)]


def _rep(number: int, group: int, rng: np.random.Generator, world: World) -> RampRep:
    skill = float(rng.normal())
    joined = month_after(START, CLASS_MONTHS * group)
    watched = WATCHED - CLASS_MONTHS * group
    chance = 1.0 / (1.0 + np.exp(-(-0.6 + 1.6 * group / (CLASSES - 1) + 0.3 * skill)))
    takes = rng.random(len(MODULES)) < chance
    at = np.where(takes, rng.integers(1, 10, len(MODULES)), 10**6)
    supply = rng.normal(0.0, 0.4, watched)
    month = np.arange(1, watched + 1)
    level = -3.1 + 0.12 * np.minimum(month, 10) + world.faster * group + world.skill * skill + 0.5 * supply
    level = level + (month[:, None] > at[None, :]) @ world.effects
    makes = rng.random(watched) < -np.expm1(-np.exp(level))
    leaves = rng.random(watched) < LEAVES
    months, ending = _ended(makes, leaves)
    done = {name: int(when) for name, when in zip(MODULES, at, strict=True) if when <= months}
    score = skill if world.seen else None
    return RampRep(number, joined, months, ending, done, tuple(supply.tolist()), score)


def _ended(makes: NDArray[np.bool_], leaves: NDArray[np.bool_]) -> tuple[int, Ending]:
    made = int(np.argmax(makes)) if makes.any() else len(makes)
    left = int(np.argmax(leaves)) if leaves.any() else len(makes)
    if made < len(makes) and made <= left:
        return made + 1, Ending.REACHED
    return (left + 1, Ending.LEFT) if left < len(makes) else (len(makes), Ending.RAMPING)


@dataclass
class Seen:
    """What was said of one company's modules: [modules] each, NaN where nothing was."""

    value: F8
    lo: F8
    hi: F8
    pulled: F8
    inside_pulled: F8
    claimed: F8


def by_product(reps: list[RampRep], world: World) -> Seen:
    """As the page says it."""
    nothing = np.full(len(MODULES), np.nan)
    seen = Seen(
        nothing, nothing.copy(), nothing.copy(), nothing.copy(), nothing.copy(), np.zeros(len(MODULES))
    )
    for one in fit_modules(reps, UNTIL, MODULES).effects:
        if one.ratio is None or one.pulled is None:
            continue
        k = MODULES.index(one.module)
        seen.value[k], seen.lo[k], seen.hi[k] = _logs(one.ratio)
        seen.pulled[k], lo, hi = _logs(one.pulled)
        seen.inside_pulled[k] = lo <= world.effects[k] <= hi
        seen.claimed[k] = one.is_claimed
    return seen


def _logs(span: Span) -> F8:
    return np.log(np.array([span.value, span.lo, span.hi], dtype=np.float64))


def ungated(reps: list[RampRep]) -> F8:
    """Every estimate, also those too thin to be told, [modules]."""
    table = ramp_rows(reps, MODULES, prior_sd=EFFECT_SD)
    fit = fit_hazard(table.rows, prior_sd=table.prior_sd)
    found = np.full(len(MODULES), np.nan)
    for name in table.modules:
        found[MODULES.index(name)] = fit.effects[table.place(f"module {name}")]
    return found


def by_ever(reps: list[RampRep]) -> Seen:
    """The negative control: the same columns, but who ever finished a module is known from the first day."""
    table = ramp_rows(reps, MODULES, prior_sd=EFFECT_SD)
    at = [table.place(f"module {name}") for name in table.modules]
    ever = np.array([[float(name in one.done) for name in table.modules] for one in reps])
    x = table.rows.covariates.copy()
    x[:, at] = ever[table.rows.person]
    rows = PersonMonths(table.rows.person, table.rows.month, table.rows.happened, x)
    fit = fit_hazard(rows, prior_sd=table.prior_sd)
    place = [MODULES.index(name) for name in table.modules]
    value, error = np.full(len(MODULES), np.nan), np.full(len(MODULES), np.nan)
    value[place], error[place] = fit.effects[at], fit.errors[at]
    told = np.isfinite(value)
    p = np.where(told, 2.0 * ndtr(-np.abs(value / error)), 1.0)
    found = fit_discoveries(p, tested=told, false_share=FALSE_SHARE)
    nothing = np.full(len(MODULES), np.nan)
    wide = _Z90 * error
    return Seen(value, value - wide, value + wide, nothing, nothing, found.is_reported * 1.0)


def cell(n: int, companies: int, seed: int, world: World | None = None) -> dict[str, float]:
    """One row of the table: many companies of one size."""
    world = World() if world is None else world
    ours, theirs, events, every = [], [], [], []
    for number in range(companies):
        reps = company(n, np.random.default_rng([seed, n, number]), world)
        ours.append(by_product(reps, world))
        theirs.append(by_ever(reps))
        every.append(ungated(reps) - world.effects)
        events.append(sum(one.ending is Ending.REACHED for one in reps))
    row = {"events": float(np.mean(events))}
    row |= summary(ours, world.effects)
    row["ungated bias, matter"] = _mean(np.array(every)[:, :MATTER])
    row["ungated bias, nothing"] = _mean(np.array(every)[:, MATTER:])
    row |= {f"ever: {name}": value for name, value in summary(theirs, world.effects).items()}
    return row


def summary(seen: list[Seen], truth: F8) -> dict[str, float]:
    """Bias, coverage, false claims and power over companies."""
    value, lo, hi = (np.array([getattr(one, name) for one in seen]) for name in ("value", "lo", "hi"))
    claimed, pulled = np.array([one.claimed for one in seen]), np.array([one.pulled for one in seen])
    told = np.isfinite(value)
    matter = truth > 0
    helps = (claimed > 0) & (value > 0)
    false = (claimed > 0) & ~(matter[None, :] & (value > 0))
    said = (claimed > 0).sum(axis=1)
    inside = np.where(told, (lo <= truth) & (truth <= hi), np.nan)
    return {
        "told": float(told.mean()),
        "bias, matter": _mean((value - truth)[:, matter]),
        "bias, nothing": _mean((value - truth)[:, ~matter]),
        "inside, matter": _mean(inside[:, matter]),
        "inside, nothing": _mean(inside[:, ~matter]),
        "pulled, matter": _mean(pulled[:, matter]),
        "pulled, nothing": _mean(pulled[:, ~matter]),
        "pulled inside": _mean(np.array([one.inside_pulled for one in seen])),
        "false share": float(np.mean(false.sum(axis=1) / np.maximum(said, 1))),
        "found of three": _mean(helps[:, matter].astype(float)),
        "found of told": _mean(np.where(told, helps, np.nan)[:, matter]),
    }


def _mean(values: F8) -> float:
    return float(np.nanmean(values)) if values.size and np.isfinite(values).any() else float("nan")


if __name__ == "__main__":
    companies = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for name, world in WORLDS.items():
        for n in SIZES:
            found = cell(n, companies, 1, world)
            print(f"| {name} | {n} | " + " | ".join(f"{found[key]:.3f}" for key in found), "|", flush=True)
            if n == SIZES[0]:
                print(list(found))
