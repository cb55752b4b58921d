"""What happens to the people of a simulated company, as interactions: careers, quotas, forecasts, spend."""

import numpy as np
import pyarrow as pa

from quintet.simulate.events import CONTENT_CODE, Events, events
from quintet.simulate.hiring import candidate_ids, hires, hiring_events
from quintet.simulate.ids import surrogate_id
from quintet.simulate.market import CAMPAIGN_SOURCES, CAMPAIGNS, CAMPAIGNS_PER_SOURCE, SEGMENTS, SOURCE_NAMES
from quintet.simulate.names import person_names
from quintet.simulate.spec import DAY, F8, HOUR, I8, MINUTE
from quintet.simulate.training import training_events
from quintet.simulate.world import World

REGIONS = ("Boston", "Dublin", "Austin")
QUOTA_PER_LEAD = 8.0  # monthly recurring revenue a lead, at full ramp
#: What marketing pays for a lead of each source that has campaigns.
COST_PER_LEAD = {
    "paid_search": 95.0,
    "email_campaign": 8.0,
    "social": 60.0,
    "webinar": 70.0,
    "content_syndication": 40.0,
}


def staff_events(world: World) -> list[Events]:
    """Everything that happens to people rather than to leads."""
    return [*_careers(world), *office_events(world), *hiring_events(world), *training_events(world)]


def office_events(world: World) -> list[Events]:
    """Quotas, what managers commit, and what marketing spends."""
    return [_quotas(world), _forecasts(world), _spend(world)]


def _careers(world: World) -> list[Events]:
    """Who joined, changed team and left; those here before the history starts join at its start."""
    every = np.arange(len(world.people.roles))
    candidate = np.zeros(len(every), dtype=np.int64)
    candidate[hires(world)] = candidate_ids(world)[: len(hires(world))]
    return [join_events(world, every, candidate), *leave_events(world)]


def join_events(world: World, persons: I8, candidates: I8) -> Events:
    """These people join.

    Args:
        world: the company.
        persons: reps first, then managers.
        candidates: surrogate id of the candidate each was; 0 for none.
    """
    people, starts = world.people, world.spec.month_starts
    names = _names(world)
    at = starts[np.maximum(people.joined_month[persons], 0)] + 5 * HOUR + 30 * MINUTE  # just past midnight
    teams = [people.team[rep][people.team[rep] >= 0][0] for rep in range(people.reps)]
    teams += list(range(len(people.manager_of_team)))
    texts = [_person(world, int(one), int(teams[one]), names[one]) for one in persons]
    details = pa.array(texts, pa.string())
    return events("rep.joined", at=at, rep=persons, record=persons, candidate=candidates, details=details)


def leave_events(world: World) -> list[Events]:
    """Who changed team, and who left."""
    people = world.people
    gone = np.flatnonzero(people.left_month < world.spec.months)
    at = world.spec.month_starts[people.left_month[gone]]
    return [*_moves(world, _names(world)), events("rep.left", at=at, rep=gone, record=gone)]


def _names(world: World) -> list[str]:
    numbers = np.arange(len(world.people.roles))
    return [str(name) for name in person_names(numbers, world.spec.seed + 31).to_pylist()]


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
        f'"segment": "{segment}", "region": "{REGIONS[team % len(REGIONS)]}", '
        f'"joined_on": "{_joined_on(world, person)}"}}'
    )


def _quotas(world: World) -> Events:
    """A quota for each rep and month: what a full load brings, less while ramping."""
    rep, month = np.nonzero(world.people.team >= 0)
    load = 0.5 + 0.5 * world.people.ramp[rep, month]
    cents = np.rint(QUOTA_PER_LEAD * world.spec.leads_per_rep_month * load / 10).astype(np.int64) * 1000
    at = world.spec.month_starts[month] + 14 * HOUR + (rep % 60) * MINUTE
    return events("quota.set", at=at, rep=rep, cents=cents, record=rep * 1000 + month)


def _joined_on(world: World, person: int) -> str:
    month = np.datetime64(world.spec.start, "M") + int(world.people.joined_month[person])
    return str(month.astype("datetime64[D]"))


def _forecasts(world: World) -> Events:
    """What each manager commits for the month: what the quotas say, with the planted bias and some noise."""
    people, spec = world.people, world.spec
    load = np.where(people.team >= 0, 0.5 + 0.5 * people.ramp, 0)
    teams = len(people.manager_of_team)
    expected = np.stack([(load * (people.team == team)).sum(axis=0) for team in range(teams)])
    team, month = np.indices((teams, spec.months)).reshape(2, -1)
    noise = spec.random(15).normal(0, 0.08, len(team))
    amount = QUOTA_PER_LEAD * spec.leads_per_rep_month * expected[team, month]
    cents = np.rint(amount * np.exp(world.forecast_bias[team] + noise)).astype(np.int64) * 100
    texts = [f'{{"month": "{np.datetime64(spec.start, "M") + int(m)}"}}' for m in month]
    at = spec.month_starts[month] + 15 * HOUR + team * MINUTE
    person = people.manager_of_team[team]
    return events(
        "forecast.committed", at=at, rep=person, cents=cents, record=team * 1000 + month,
        details=pa.array(texts, pa.string()),
    )  # fmt: skip


def _spend(world: World) -> Events:
    """What marketing paid for each campaign in each month, booked on the last day but one."""
    spec = world.spec
    cost = np.array([COST_PER_LEAD[SOURCE_NAMES[source]] for source in CAMPAIGN_SOURCES])
    share = world.market.source_share[list(CAMPAIGN_SOURCES)]
    campaign, month = np.indices((len(CAMPAIGNS) - 1, spec.months)).reshape(2, -1)
    source = campaign // CAMPAIGNS_PER_SOURCE
    leads: F8 = world.counts.sum(axis=0)[month] * share[source] / CAMPAIGNS_PER_SOURCE
    cents = (
        np.rint(leads * cost[source] * spec.random(16).uniform(0.9, 1.1, len(leads))).astype(np.int64) * 100
    )
    texts = [f'{{"source": "{SOURCE_NAMES[CAMPAIGN_SOURCES[s]]}"}}' for s in source]
    at = spec.month_starts[month + 1] - 2 * DAY + 16 * HOUR + campaign * MINUTE
    content = CONTENT_CODE[CAMPAIGNS[1]] + campaign
    return events(
        "spend.booked", at=at, cents=cents, content=content, record=campaign * 1000 + month,
        details=pa.array(texts, pa.string()),
    )  # fmt: skip
