"""Who sells: seats, teams, managers, hire classes, ramp, and the planted skill of each rep."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.simulate.market import SEGMENTS
from quintet.simulate.spec import F8, I8, CompanySpec

#: The skills a rep can be weak at, and the stage of the funnel each one moves.
SKILLS = ("attempts", "connecting", "qualifying", "demo", "closing")
SKILL_STAGE = ("connected", "connected", "qualified", "demo", "won")

#: Interview criteria with their planted weight on skill; zero means it predicts nothing.
CRITERIA = {
    "coachability": 0.50,
    "curiosity": 0.40,
    "prior_success": 0.30,
    "intelligence": 0.25,
    "work_ethic": 0.20,
    "preparation": 0.0,
    "adaptability": 0.0,
    "domain_experience": 0.0,
    "passion": 0.0,
    "brevity": 0.0,
    "competitiveness": 0.0,
    "convincing": -0.10,
    "closing_ability": 0.0,
    "presentation": 0.0,
}
CRITERIA_NAMES = tuple(CRITERIA)

#: Training modules with the months each takes off the ramp.
MODULES = {
    "product_basics": 0.0,
    "live_product_use": 0.9,
    "discovery_calls": 0.6,
    "demo_practice": 0.5,
    "crm_hygiene": 0.0,
    "competitors": 0.0,
    "objection_handling": 0.3,
    "company_history": 0.0,
}
MODULE_NAMES = tuple(MODULES)

CLASS_EVERY = 2  # months between hire classes
RAMP_MONTHS = 6.0
RAMP_SHORTEST = 2.0
CALL_SHARE = 0.65
MEAN_ATTEMPTS = 6.0
MOVES_PER_QUARTER = 0.02
ENOUGH_MONTHS = 9  # of history before a weakness counts as planted clearly
TRAIT_PART = 0.6  # of ordinary skill that traits explain, as a loading


@dataclass(frozen=True)
class PeopleTruth:
    """The people and what is planted in them; reps come first, then managers. Months count from `start`.

    role, name number, joined_month (negative for veterans), left_month (`months` when still there),
    team [person, month] (-1 when absent), segment_of_team, manager_of_team (person index);
    for reps: traits [rep, criterion] (standard normal), skill [rep, skill] in logits (log for attempts),
    weak_skill (index into SKILLS, -1 none), ramp_months, ramp [rep, month] (0..1), modules [rep, module],
    call_share, pressure (log churn of customers signed), mean_attempts.
    """

    roles: npt.NDArray[np.str_]
    joined_month: I8
    left_month: I8
    team: I8
    segment_of_team: I8
    manager_of_team: I8
    traits: F8
    skill: F8
    weak_skill: I8
    ramp_months: F8
    ramp: F8
    modules: npt.NDArray[np.bool_]
    call_share: F8
    pressure: F8
    mean_attempts: F8

    @property
    def reps(self) -> int:
        """Number of reps ever employed in the history; they are the first persons."""
        return len(self.weak_skill)


def people_truth(spec: CompanySpec) -> PeopleTruth:
    """The sales organisation of one company, planted."""
    rng = spec.random(12)
    seat, joined, left = _careers(spec, rng)
    count, teams = len(seat), -(-spec.reps // spec.reps_per_manager)
    traits = rng.normal(size=(count, len(CRITERIA)))
    modules = rng.random((count, len(MODULES))) < 0.6  # noqa: PLR2004
    ramp_months = _ramp_months(spec, rng, modules)
    skill, weak = _skills(spec, rng, traits, _history(spec, joined, left))
    pressure = np.zeros(count) if spec.identical else np.clip(rng.normal(0, 0.35, count), -0.8, 0.8)
    shares = CALL_SHARE + (0 if spec.identical else 1) * np.clip(rng.normal(0, 0.08, count), -0.2, 0.2)
    return PeopleTruth(
        roles=np.array(["rep"] * count + ["manager"] * teams),
        joined_month=np.concatenate([joined, np.full(teams, -24)]),
        left_month=np.concatenate([left, np.full(teams, spec.months)]),
        team=_teams(spec, rng, seat, (joined, left)),
        segment_of_team=np.arange(teams) % len(SEGMENTS),
        manager_of_team=count + np.arange(teams),
        traits=traits,
        skill=skill,
        weak_skill=weak,
        ramp_months=ramp_months,
        ramp=_ramp(spec, joined, ramp_months),
        modules=modules,
        call_share=shares,
        pressure=pressure,
        mean_attempts=np.clip(MEAN_ATTEMPTS * np.exp(skill[:, 0]), 1.3, 11),
    )


def _careers(spec: CompanySpec, rng: np.random.Generator) -> tuple[I8, I8, I8]:
    """Seat, month joined and month left of everybody who ever sat on a seat."""
    rows = [row for seat in range(spec.reps) for row in _seat(spec, rng, seat)]
    seat, joined, left = np.array(sorted(rows, key=lambda row: row[1]), dtype=np.int64).T
    return seat, joined, left


def _seat(spec: CompanySpec, rng: np.random.Generator, seat: int) -> list[tuple[int, int, int]]:
    if spec.identical:
        return [(seat, -24, spec.months)]
    veteran = seat % 10 < 10 * spec.veteran_share
    month = -int(rng.integers(8, 40)) if veteran else CLASS_EVERY * int(rng.integers(1, 6))
    careers = []
    while month < spec.months - 1:
        stay = int(rng.geometric(spec.monthly_attrition)) if spec.monthly_attrition else spec.months
        left = min(max(month, 0) + 3 + stay, spec.months)
        careers.append((seat, month, left))
        month = CLASS_EVERY * -(-(left + 1) // CLASS_EVERY)
    return careers or [(seat, 0, spec.months)]


def _history(spec: CompanySpec, joined: I8, left: I8) -> I8:
    return np.minimum(left, spec.months) - np.maximum(joined, 0)


def _ramp_months(spec: CompanySpec, rng: np.random.Generator, modules: npt.NDArray[np.bool_]) -> F8:
    months = RAMP_MONTHS + rng.normal(0, 0.6, len(modules)) - modules @ np.array(list(MODULES.values()))
    return np.ones(len(modules)) if spec.identical else np.maximum(months, RAMP_SHORTEST)


def _ramp(spec: CompanySpec, joined: I8, ramp_months: F8) -> F8:
    tenure = np.arange(spec.months) - joined[:, None] + 0.5
    return np.clip(tenure / ramp_months[:, None], 0, 1)


def _skills(spec: CompanySpec, rng: np.random.Generator, traits: F8, history: I8) -> tuple[F8, I8]:
    """Ordinary skill from traits and chance, and one clear weakness in a share of the reps."""
    weights = np.array(list(CRITERIA.values()))
    general = traits @ (weights / np.linalg.norm(weights))
    chance = rng.normal(size=(len(traits), len(SKILLS)))
    ordinary = TRAIT_PART * general[:, None] + np.sqrt(1 - TRAIT_PART**2) * chance
    weak = np.full(len(traits), -1)
    if spec.identical:
        return np.zeros_like(ordinary), weak
    skill = spec.skill_spread * np.clip(ordinary - ordinary.mean(axis=0), -2, 2)
    able = np.flatnonzero(history >= min(ENOUGH_MONTHS, spec.months))
    chosen = rng.permutation(able)[: round(spec.weak_share * len(able))]
    weak[chosen] = (rng.integers(len(SKILLS)) + np.arange(len(chosen))) % len(SKILLS)
    skill[chosen] = np.maximum(skill[chosen], -spec.skill_spread)
    skill[chosen, weak[chosen]] = -spec.weak_size
    return skill, weak


def _teams(spec: CompanySpec, rng: np.random.Generator, seat: I8, stay: tuple[I8, I8]) -> I8:
    """Team of each rep in each month; now and then two reps of different teams change places."""
    months = np.arange(spec.months)
    team = np.repeat((seat // spec.reps_per_manager)[:, None], spec.months, axis=1)
    for month in range(3, 0 if spec.identical else spec.months, 3):
        for _ in range(rng.binomial(spec.reps, MOVES_PER_QUARTER)):
            one, two = rng.integers(len(seat), size=2)
            team[[one, two], month:] = team[[two, one], month:]
    here = (months >= stay[0][:, None]) & (months < stay[1][:, None])
    return np.where(here, team, -1)
