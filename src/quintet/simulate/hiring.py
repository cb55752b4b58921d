"""Candidates of each hire class: applications, interviews on every criterion, and the decision."""

import numpy as np
import pyarrow as pa

from quintet.simulate.events import CONTENT_CODE, OUTCOMES, OVERALL, Events, events
from quintet.simulate.ids import surrogate_id, surrogate_ids
from quintet.simulate.names import person_names
from quintet.simulate.people import CRITERIA_NAMES
from quintet.simulate.spec import DAY, F8, HOUR, I8, MINUTE
from quintet.simulate.world import World

RIVALS = 3  # rejected candidates for each one hired
RIVAL_TRAITS = -0.5  # how far the rejected lie below the hired on every trait, in standard deviations
INTERVIEWERS = 3
SCORE_MIDDLE, SCORE_SLOPE, SCORE_NOISE = 5.5, 1.6, 1.0
ROLE = "Account executive"
#: Of each interviewer's seat.
ROUNDS = ("Phone interview", "Role play by phone", "Final interview")
#: Where candidates come from, and how often; it says nothing about them.
SOURCES = {"referral": 0.3, "job_board": 0.35, "recruiter": 0.2, "inbound": 0.15}
STRANGERS = 5_000_000  # names of the rejected are drawn from here on
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
        "candidate.applied", at=start - APPLIED * DAY + every % 240 * MINUTE, candidate=ids, record=every,
        details=_applications(world, hired, len(ids)),
    )  # fmt: skip
    outcome = np.where(every < len(hired), OUTCOMES.index("hired"), OUTCOMES.index("rejected"))
    texts = [f'{{"rep_id": {surrogate_id("rep", int(rep))}}}' for rep in hired]
    details = pa.array(texts + ["{}"] * (len(ids) - len(hired)), pa.string())
    decided = events(
        "candidate.decided", at=start - DECIDED * DAY + every % 240 * MINUTE, candidate=ids, record=every,
        outcome=outcome, details=details,
    )  # fmt: skip
    scores, verdicts = _interviews(world, ids, start)
    return [applied, scores, verdicts, decided]


def _applications(world: World, hired: I8, candidates: int) -> pa.Array:
    """Name, role and source of each candidate; a hired one is called as the rep is, see staff.py."""
    numbers = np.concatenate([hired, STRANGERS + np.arange(candidates - len(hired))])
    return application_details(world, numbers)


def application_details(world: World, numbers: I8) -> pa.Array:
    """Name, role and source of candidates, by the number of their name."""
    names = person_names(numbers, world.spec.seed + 31).to_pylist()
    drawn = world.spec.random(42).choice(list(SOURCES), size=len(numbers), p=list(SOURCES.values()))
    texts = [
        f'{{"name": "{name}", "role": "{ROLE}", "source": "{source}"}}'
        for name, source in zip(names, drawn, strict=True)
    ]
    return pa.array(texts, pa.string())


def _interviews(world: World, ids: I8, start: I8) -> tuple[Events, Events]:
    rng = world.spec.random(17)
    people = interviewers(world, rng, len(ids))
    return interview_events(world, (ids, start, people, _traits(world, rng, len(ids))), rng)


def interview_events(
    world: World, told: tuple[I8, I8, I8, F8], rng: np.random.Generator
) -> tuple[Events, Events]:
    """One score for each candidate, interviewer and criterion; and one verdict for each interviewer.

    Args:
        world: whose leniency the interviewers have.
        told: surrogate id [n], start of the class [n], interviewers [n, seat] and traits [n, criterion].
        rng: where chance comes from.
    """
    ids, start, people, traits = told
    shape = (len(ids), INTERVIEWERS, len(CRITERIA_NAMES))
    candidate, seat, criterion = np.indices(shape).reshape(3, -1)
    who, trait = people[candidate, seat], traits[candidate, criterion]
    noise = rng.normal(0, SCORE_NOISE, len(trait))
    score = _points(SCORE_SLOPE * trait + world.leniency[who] + noise)
    at = start[candidate] - (FIRST_INTERVIEW - 5 * seat) * DAY + criterion * MINUTE
    scores = events(
        "interview.scored", at=at, candidate=ids[candidate], rep=who, record=np.arange(len(score)),
        content=CONTENT_CODE[CRITERIA_NAMES[0]] + criterion, details=_told(seat, score),
    )  # fmt: skip
    return scores, _verdicts(world, ids, start, people, traits)


def verdict_points(world: World, people: I8, traits: F8) -> I8:
    """[candidate, seat] the impression all traits make together, as lenient as the scores."""
    who, size = people.ravel(), len(CRITERIA_NAMES)
    halo = np.repeat(traits.mean(axis=1), INTERVIEWERS) * np.sqrt(size)
    noise = world.spec.random(43).normal(0, SCORE_NOISE, len(who))
    return _points(SCORE_SLOPE * halo + world.leniency[who] + noise).reshape(people.shape)


def _verdicts(world: World, ids: I8, start: I8, people: I8, traits: F8) -> Events:
    candidate, seat = np.indices((len(ids), INTERVIEWERS)).reshape(2, -1)
    who, size = people[candidate, seat], len(CRITERIA_NAMES)
    score = verdict_points(world, people, traits).ravel()
    at = start[candidate] - (FIRST_INTERVIEW - 5 * seat) * DAY + size * MINUTE
    record = len(ids) * INTERVIEWERS * size + np.arange(len(who))
    return events(
        "interview.scored", at=at, candidate=ids[candidate], rep=who, record=record,
        content=CONTENT_CODE[OVERALL], details=_told(seat, score),
    )  # fmt: skip


def _points(above: F8) -> I8:
    """Points on the scale of 1 to 10, for so many above its middle."""
    return np.clip(np.rint(SCORE_MIDDLE + above), 1, 10).astype(np.int64)


def _told(seat: I8, score: I8) -> pa.Array:
    texts = [f'{{"round": "{name}", "score": {points}}}' for name in ROUNDS for points in range(11)]
    return pa.array(texts, pa.string()).take(pa.array(11 * seat + score))


def _traits(world: World, rng: np.random.Generator, candidates: int) -> F8:
    hired = world.people.traits[hires(world)]
    return np.concatenate([hired, rng.normal(RIVAL_TRAITS, 1, (candidates - len(hired), hired.shape[1]))])


def interviewers(world: World, rng: np.random.Generator, candidates: int) -> I8:
    """A different manager or veteran rep on each seat."""
    people = world.people
    stays = people.left_month >= world.spec.months
    able = np.flatnonzero((people.joined_month < 0) & stays)
    first = rng.integers(len(able), size=candidates)
    return able[(first[:, None] + np.arange(INTERVIEWERS)) % len(able)]
