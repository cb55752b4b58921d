"""Candidates of each hire class: applications, interviews on every criterion, and the decision."""

import numpy as np
import pyarrow as pa

from quintet.simulate.events import CONTENT_CODE, OUTCOMES, Events, events
from quintet.simulate.ids import surrogate_id, surrogate_ids
from quintet.simulate.people import CRITERIA_NAMES
from quintet.simulate.spec import DAY, F8, HOUR, I8, MINUTE
from quintet.simulate.world import World

RIVALS = 3  # rejected candidates for each one hired
RIVAL_TRAITS = -0.5  # how far the rejected lie below the hired on every trait, in standard deviations
INTERVIEWERS = 3
SCORE_MIDDLE, SCORE_SLOPE, SCORE_NOISE = 5.5, 1.6, 1.0
APPLIED, FIRST_INTERVIEW, DECIDED = 40, 30, 12  # days before the class starts


def hires(world: World) -> I8:
    """The reps hired inside the history, whose application it therefore holds."""
    joined = world.people.joined_month[: world.people.reps]
    return np.flatnonzero(joined > 1)


def candidate_ids(world: World) -> I8:
    """Surrogate ids of all candidates: first the hired, in the order of `hires`, then the rejected."""
    return surrogate_ids("candidate", np.arange((1 + RIVALS) * len(hires(world))))


def hiring_events(world: World) -> list[Events]:
    """Applications, scores and decisions of everybody who applied inside the history."""
    hired, ids = hires(world), candidate_ids(world)
    if not len(hired):
        return []
    every = np.arange(len(ids))
    start = world.spec.month_starts[world.people.joined_month[hired]][every % len(hired)] + 15 * HOUR
    applied = events(
        "candidate.applied", at=start - APPLIED * DAY + every % 240 * MINUTE, candidate=ids, record=every
    )
    outcome = np.where(every < len(hired), OUTCOMES.index("hired"), OUTCOMES.index("rejected"))
    texts = [f'{{"rep_id": {surrogate_id("rep", int(rep))}}}' for rep in hired]
    details = pa.array(texts + ["{}"] * (len(ids) - len(hired)), pa.string())
    decided = events(
        "candidate.decided", at=start - DECIDED * DAY + every % 240 * MINUTE, candidate=ids, record=every,
        outcome=outcome, details=details,
    )  # fmt: skip
    return [applied, _interviews(world, ids, start), decided]


def _interviews(world: World, ids: I8, start: I8) -> Events:
    """One score for each candidate, interviewer and criterion."""
    rng = world.spec.random(17)
    shape = (len(ids), INTERVIEWERS, len(CRITERIA_NAMES))
    candidate, seat, criterion = np.indices(shape).reshape(3, -1)
    who = _interviewers(world, rng, len(ids))[candidate, seat]
    trait = _traits(world, rng, len(ids))[candidate, criterion]
    noise = rng.normal(0, SCORE_NOISE, len(trait))
    score = np.clip(np.rint(SCORE_MIDDLE + SCORE_SLOPE * trait + world.leniency[who] + noise), 1, 10).astype(
        np.int64
    )
    at = start[candidate] - (FIRST_INTERVIEW - 5 * seat) * DAY + criterion * MINUTE
    scores = pa.array([f'{{"score": {points}}}' for points in range(11)]).take(pa.array(score))
    return events(
        "interview.scored", at=at, candidate=ids[candidate], rep=who, record=np.arange(len(score)),
        content=CONTENT_CODE[CRITERIA_NAMES[0]] + criterion, details=scores,
    )  # fmt: skip


def _traits(world: World, rng: np.random.Generator, candidates: int) -> F8:
    hired = world.people.traits[hires(world)]
    return np.concatenate([hired, rng.normal(RIVAL_TRAITS, 1, (candidates - len(hired), hired.shape[1]))])


def _interviewers(world: World, rng: np.random.Generator, candidates: int) -> I8:
    """A different manager or veteran rep on each seat."""
    people = world.people
    stays = people.left_month >= world.spec.months
    able = np.flatnonzero((people.joined_month < 0) & stays)
    first = rng.integers(len(able), size=candidates)
    return able[(first[:, None] + np.arange(INTERVIEWERS)) % len(able)]
