"""Exams of new reps: questions with planted difficulty and discrimination, answers, and a second attempt."""

import numpy as np
import pyarrow as pa

from quintet.simulate.events import CONTENT_CODE, OUTCOMES, Events, events
from quintet.simulate.people import CRITERIA_NAMES, MODULE_NAMES
from quintet.simulate.spec import DAY, F8, I8
from quintet.simulate.world import World

QUESTIONS = 10  # in each exam, all of them asked
PASS = 0.7
KNOWLEDGE, INTELLIGENCE, LUCK = 1.0, 0.8, 0.7  # what a rep knows: its middle, what a trait adds, its spread
LEARNED = 0.8  # known more at the second attempt
AGAIN_AFTER = 7  # days
#: Planted difficulty of the n-th question of every exam, and how sharply it tells who knows.
DIFFICULTY = np.linspace(-2.5, 1.5, QUESTIONS)
DISCRIMINATION = np.array([0.6, 1.5, 1.1, 1.9, 0.8, 1.4, 1.0, 1.7, 0.7, 1.2])
#: The one question whose key is wrong: those who know do worse.
WRONG_KEY = ("competitors", 6)


def question_key(module: str, number: int) -> str:
    """How the source calls the n-th question of a module's exam, from 0."""
    return f"{module}_{number + 1:02d}"


def discrimination() -> F8:
    """[module, question] how sharply each question tells who knows; below 0 where the key is wrong."""
    found = np.tile(DISCRIMINATION, (len(MODULE_NAMES), 1))
    module, number = WRONG_KEY
    found[MODULE_NAMES.index(module), number] *= -1
    return found


def exam_events(world: World, rep: I8, module: I8, at: I8, rng: np.random.Generator) -> list[Events]:
    """The exam of each module a rep has finished; who fails takes it again a week later.

    Args:
        world: the company.
        rep: [n] who finished a module.
        module: [n] which.
        at: [n] when the exam is taken.
        rng: where chance comes from.
    """
    trait = world.people.traits[rep, CRITERIA_NAMES.index("intelligence")]
    knows = KNOWLEDGE + INTELLIGENCE * trait + rng.normal(0, LUCK, len(rep))
    right = _answers(knows, module, rng)
    again = right.mean(axis=1) < PASS
    again &= at + AGAIN_AFTER * DAY < world.spec.month_starts[world.people.left_month[rep]]
    second = _answers(knows[again] + LEARNED, module[again], rng)
    return [
        *_attempt(1, rep, module, at, right),
        *_attempt(2, rep[again], module[again], at[again] + AGAIN_AFTER * DAY, second),
    ]


def _answers(knows: F8, module: I8, rng: np.random.Generator) -> np.ndarray:
    """[n, QUESTIONS] right or not."""
    chance = 1 / (1 + np.exp(-discrimination()[module] * (knows[:, None] - DIFFICULTY)))
    return np.asarray(rng.random(chance.shape) < chance)


def _attempt(attempt: int, rep: I8, module: I8, at: I8, right: np.ndarray) -> list[Events]:
    share = right.mean(axis=1)
    outcome = np.where(share >= PASS, OUTCOMES.index("passed"), OUTCOMES.index("failed"))
    content = CONTENT_CODE[MODULE_NAMES[0]] + module
    record = (rep * 100 + module) * 10 + attempt
    scores = [f'{{"attempt": {attempt}, "score": {count / QUESTIONS}}}' for count in range(QUESTIONS + 1)]
    return [
        events(
            "exam.taken", at=at, rep=rep, content=content, record=record, outcome=outcome,
            details=pa.array(scores).take(pa.array(right.sum(axis=1))),
        ),
        _told(attempt, rep, module, at, right),
    ]  # fmt: skip


def _told(attempt: int, rep: I8, module: I8, at: I8, right: np.ndarray) -> Events:
    """Every answer of an attempt."""
    number = np.tile(np.arange(QUESTIONS), len(rep))
    rep, module, at = (np.repeat(one, QUESTIONS) for one in (rep, module, at))
    texts = [
        f'{{"attempt": {attempt}, "question": "{question_key(name, place)}", "share": {share}}}'
        for name in MODULE_NAMES
        for place in range(QUESTIONS)
        for share in (0, 1)
    ]
    which = (module * QUESTIONS + number) * 2 + right.ravel()
    return events(
        "exam.answered", at=at, rep=rep, content=CONTENT_CODE[MODULE_NAMES[0]] + module,
        record=((rep * 100 + module) * 10 + attempt) * QUESTIONS + number,
        details=pa.array(texts).take(pa.array(which)),
    )  # fmt: skip
