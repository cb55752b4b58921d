"""Training of new reps, and what managers do for the others: modules, exams, coaching, reviews."""

import numpy as np
import pyarrow as pa

from quintet.simulate.events import CONTENT_CODE, Events, events
from quintet.simulate.exams import exam_events
from quintet.simulate.hiring import SCORE_MIDDLE, SCORE_NOISE, SCORE_SLOPE, hires
from quintet.simulate.ids import surrogate_ids
from quintet.simulate.people import CRITERIA_NAMES, MODULE_NAMES, SKILLS
from quintet.simulate.spec import DAY, HOUR, I8, MINUTE
from quintet.simulate.world import World

TRAINING_DAYS = 55
AIMED = 0.5  # of the sessions of a weak rep, those about the planted weakness
COACHED = 0.3  # share of reps coached in a month; coaching has no planted effect
REVIEW_AFTER = 5  # months after joining, in the sixth month


def training_events(world: World) -> list[Events]:
    """Modules and exams of new reps, coaching of everybody, one review of each new rep."""
    return [part for part in (*_modules(world), *_coaching(world), *_reviews(world)) if len(part)]


def _modules(world: World) -> list[Events]:
    """The modules a new rep took, as planted, each followed by its exam."""
    rng = world.spec.random(18)
    new = hires(world)
    which, module = np.nonzero(world.people.modules[new])
    rep = new[which]
    day = 2 + rng.integers(TRAINING_DAYS, size=len(rep))
    at = world.spec.month_starts[world.people.joined_month[rep]] + day * DAY + 15 * HOUR + module * MINUTE
    return module_events(world, (rep, module, at), rng)


def module_events(world: World, taken: tuple[I8, I8, I8], rng: np.random.Generator) -> list[Events]:
    """Modules finished, each followed by its exam; who has left by then finishes nothing.

    Args:
        world: the company.
        taken: rep, module and instant of each.
        rng: where chance comes from.
    """
    rep, module, at = taken
    inside = at + 2 * DAY < world.spec.month_starts[world.people.left_month[rep]]
    rep, module, at = rep[inside], module[inside], at[inside]
    content, record = CONTENT_CODE[MODULE_NAMES[0]] + module, rep * 100 + module
    return [
        events("module.completed", at=at, rep=rep, content=content, record=record),
        *exam_events(world, rep, module, at + DAY, rng),
    ]


def _coaching(world: World) -> list[Events]:
    """Each month some reps are coached on a skill: of a weak rep, half the time the planted one."""
    rng = world.spec.random(19)
    here = world.people.team >= 0
    rep, month = np.nonzero(here & (rng.random(here.shape) < COACHED))
    weak = world.people.weak_skill[rep]
    skill = np.where(
        (weak >= 0) & (rng.random(len(rep)) < AIMED), weak, rng.integers(len(SKILLS), size=len(rep))
    )
    content = np.array([CONTENT_CODE[name] for name in SKILLS])[skill]
    planned = world.spec.month_starts[month] + DAY + 15 * HOUR + (rep % 240) * MINUTE
    held = planned + rng.integers(3, 24, size=len(rep)) * DAY
    details = _managers(world, world.people.team[rep, month])
    same = {"rep": rep, "content": content, "record": rep * 1000 + month, "details": details}
    return [events("coaching.planned", at=planned, **same), events("coaching.held", at=held, **same)]


def _reviews(world: World) -> list[Events]:
    return review_events(world, hires(world), world.spec.random(20))


def review_events(world: World, new: I8, rng: np.random.Generator) -> list[Events]:
    """The manager's score of these reps on every criterion, some months after joining, if still there."""
    people = world.people
    month = people.joined_month[new] + REVIEW_AFTER
    stays = month < people.left_month[new]
    new, month = np.repeat(new[stays], len(CRITERIA_NAMES)), np.repeat(month[stays], len(CRITERIA_NAMES))
    criterion = np.arange(len(new)) % len(CRITERIA_NAMES)
    noise = rng.normal(0, SCORE_NOISE, len(new))
    score = np.clip(np.rint(SCORE_MIDDLE + SCORE_SLOPE * people.traits[new, criterion] + noise), 1, 10)
    texts = [f'{{"months": {REVIEW_AFTER + 1}, "score": {points}}}' for points in range(11)]
    details = pa.array(texts).take(pa.array(score.astype(np.int64)))
    at = world.spec.month_starts[month] + 10 * DAY + 16 * HOUR + criterion * MINUTE
    content = CONTENT_CODE[CRITERIA_NAMES[0]] + criterion
    return [
        events(
            "review.scored", at=at, rep=new, content=content, record=new * 100 + criterion, details=details
        )
    ]


def _managers(world: World, team: I8) -> pa.Array:
    ids = surrogate_ids("rep", world.people.manager_of_team)
    return pa.array([f'{{"manager_id": {number}}}' for number in ids]).take(pa.array(team))
