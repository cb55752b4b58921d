"""What is fixed before anybody decides: seats and vacancies, the leads that come, and who applies."""

from dataclasses import dataclass, replace

import numpy as np

from quintet.simulate.events import Events, events
from quintet.simulate.hiring import (
    APPLIED,
    application_details,
    hires,
    interview_events,
    interviewers,
    verdict_points,
)
from quintet.simulate.ids import surrogate_ids
from quintet.simulate.people import CRITERIA, RAMP_MONTHS, SKILLS, TRAIT_PART
from quintet.simulate.spec import DAY, F8, HOUR, I8, MINUTE, CompanySpec
from quintet.simulate.staff import join_events, leave_events, office_events
from quintet.simulate.world import World, planted_world

POOL = 4  # candidates for each vacancy, one of whom is hired
WORKED = 0.6  # of the leads that come, how many a rep can work
SESSIONS = 0.3  # of the reps, how many a manager can coach in a month
CLOSED = 0.3  # of the way to the best skill, what a month of coaching closes
MODULES_TAKEN = 5  # by a new rep; there is no time for more
MODULE_EVERY = 11  # days
RAMP_NOISE = 0.6  # months between people who learned the same


@dataclass(frozen=True)
class Plan:
    """One company before the first decision; `H` vacancies are filled inside the history.

    Args:
        world: seats, teams, market and leads; the skills of veterans. Of reps hired later only the planted
            weakness is fixed here.
        hires: [H] person index of whoever fills each vacancy.
        candidates: [H, POOL] surrogate id of each applicant.
        traits: [H, POOL, criterion] of each, standard normal.
        skills: [H, POOL, skill] each would bring, in logits, before a planted weakness.
        verdicts: [H, POOL] mean of what the interviewers said of the whole, 1 to 10.
        applying: their applications and interviews.
        slowness: [rep] months the rep ramps longer than others who learned the same.
    """

    world: World
    hires: I8
    candidates: I8
    traits: F8
    skills: F8
    verdicts: F8
    applying: tuple[Events, ...]
    slowness: F8

    @property
    def spec(self) -> CompanySpec:
        """Size and seed."""
        return self.world.spec

    def opening(self) -> list[Events]:
        """What happens whatever is decided: careers, quotas, commits, spend, applications."""
        world = self.world
        late = np.isin(np.arange(len(world.people.roles)), self.hires)
        there = np.flatnonzero(~late)
        joined = join_events(world, there, np.zeros(len(there), dtype=np.int64))
        return [joined, *leave_events(world), *office_events(world), *self.applying]


def plan(spec: CompanySpec) -> Plan:
    """Plant one company."""
    world = _world(spec)
    new, weights = hires(world), np.array(list(CRITERIA.values()))
    rng = spec.random(61)
    traits = rng.normal(size=(len(new), POOL, len(CRITERIA)))
    chance = rng.normal(size=(len(new), POOL, len(SKILLS)))
    general = traits @ (weights / np.linalg.norm(weights))
    ordinary = TRAIT_PART * general[..., None] + np.sqrt(1 - TRAIT_PART**2) * chance
    ids = surrogate_ids("candidate", np.arange(len(new) * POOL)).reshape(len(new), POOL)
    applying, verdicts = _applying(world, new, ids, traits)
    return Plan(
        world=world,
        hires=new,
        candidates=ids,
        traits=traits,
        skills=spec.skill_spread * np.clip(ordinary, -2, 2),
        verdicts=verdicts,
        applying=applying,
        slowness=spec.random(62).normal(0, RAMP_NOISE, world.people.reps),
    )


def _world(spec: CompanySpec) -> World:
    """The planted company, with leads and quotas by months since joining: the same whatever is decided."""
    before = planted_world(spec)
    tenure = np.arange(spec.months) - before.people.joined_month[: before.people.reps, None] + 0.5
    people = replace(before.people, ramp=np.clip(tenure / RAMP_MONTHS, 0, 1))
    leaving = people.left_month[: people.reps, None]
    last = (np.arange(spec.months) == leaving - 1) & (leaving < spec.months)
    load = np.where((people.team >= 0) & ~last, 0.5 + 0.5 * people.ramp, 0.0)
    return replace(before, people=people, counts=spec.random(13).poisson(spec.leads_per_rep_month * load))


def _applying(world: World, new: I8, ids: I8, traits: F8) -> tuple[tuple[Events, ...], F8]:
    count = ids.size
    if not count:
        return (), np.zeros(ids.shape)
    start = np.repeat(world.spec.month_starts[world.people.joined_month[new]] + 15 * HOUR, POOL)
    every, flat = np.arange(count), traits.reshape(count, -1)
    applied = events(
        "candidate.applied", at=start - APPLIED * DAY + every % 240 * MINUTE, candidate=ids.ravel(),
        record=every, details=application_details(world, len(world.people.roles) + every),
    )  # fmt: skip
    rng = world.spec.random(63)
    people = interviewers(world, rng, count)
    scored = interview_events(world, (ids.ravel(), start, people, flat), rng)
    return (applied, *scored), verdict_points(world, people, flat).mean(axis=1).reshape(ids.shape)
