"""What happens to the people of a simulated company, as interactions."""

import numpy as np
import pyarrow as pa

from quintet.simulate.events import Events, events
from quintet.simulate.ids import surrogate_id
from quintet.simulate.market import SEGMENTS
from quintet.simulate.names import person_names
from quintet.simulate.spec import HOUR, MINUTE
from quintet.simulate.world import World

REGIONS = ("Boston", "Dublin", "Austin")
QUOTA_PER_LEAD = 8.0  # monthly recurring revenue a lead, at full ramp


def staff_events(world: World) -> list[Events]:
    """Careers and quotas."""
    return [*_careers(world), _quotas(world)]


def _careers(world: World) -> list[Events]:
    """Who joined, changed team and left; those here before the history starts join at its start."""
    people, starts = world.people, world.spec.month_starts
    names = person_names(np.arange(len(people.roles)), world.spec.seed + 31).to_pylist()
    joined_at = starts[np.maximum(people.joined_month, 0)] + 13 * HOUR
    teams = [people.team[rep][people.team[rep] >= 0][0] for rep in range(people.reps)]
    teams += list(range(len(people.manager_of_team)))
    texts = [_person(world, person, int(team), names[person]) for person, team in enumerate(teams)]
    every = np.arange(len(people.roles))
    joined = events("rep.joined", at=joined_at, rep=every, record=every, details=pa.array(texts, pa.string()))
    gone = np.flatnonzero(people.left_month < world.spec.months)
    left = events("rep.left", at=starts[people.left_month[gone]], rep=gone, record=gone)
    return [joined, *_moves(world, names), left]


def _moves(world: World, names: list[str]) -> list[Events]:
    team = world.people.team
    rep, month = np.nonzero((team[:, 1:] != team[:, :-1]) & (team[:, 1:] >= 0) & (team[:, :-1] >= 0))
    if not len(rep):
        return []
    texts = [_person(world, int(r), int(team[r, m + 1]), names[r]) for r, m in zip(rep, month, strict=True)]
    at = world.spec.month_starts[month + 1] + 12 * HOUR
    details = pa.array(texts, pa.string())
    return [events("rep.assigned", at=at, rep=rep, record=rep * 1000 + month, details=details)]


def _person(world: World, person: int, team: int, name: str) -> str:
    people = world.people
    role = str(people.roles[person])
    manager = "null" if role == "manager" else str(surrogate_id("rep", int(people.manager_of_team[team])))
    segment = SEGMENTS[people.segment_of_team[team]]
    return (
        f'{{"name": "{name}", "role": "{role}", "team": "Team {team + 1}", "manager_id": {manager}, '
        f'"segment": "{segment}", "region": "{REGIONS[team % len(REGIONS)]}"}}'
    )


def _quotas(world: World) -> Events:
    """A quota for each rep and month: what a full load brings, less while ramping."""
    rep, month = np.nonzero(world.people.team >= 0)
    load = 0.5 + 0.5 * world.people.ramp[rep, month]
    cents = np.rint(QUOTA_PER_LEAD * world.spec.leads_per_rep_month * load / 10).astype(np.int64) * 1000
    at = world.spec.month_starts[month] + 14 * HOUR + (rep % 60) * MINUTE
    return events("quota.set", at=at, rep=rep, cents=cents, record=rep * 1000 + month)
