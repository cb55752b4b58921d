"""How much do an exam's figures tell, and when? Planted takers, questions and sales.

    python studies/exam_items.py

Negative controls: exams whose keys are all right, and knowing that does not pay; item correlations that leave
the question in its own total.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.stats.item_response import MIN_TAKERS_2PL, fit_rasch, fit_two_parameters
from quintet.stats.items import fit_items, fit_reliability
from quintet.training.formula.items import Conversion, analyse
from quintet.training.metrics.items import FirstSittings

FloatArray = NDArray[np.float64]

TAKERS = (30, 60, 150, 500)
QUESTIONS = 20
REPS = 120


@dataclass(frozen=True)
class Told:
    """What exams of one size tell, over many of them.

    Args:
        covered: Feldt's 90 % intervals that hold the true reliability.
        width: of the interval, on average.
        difficulty: correlation of the share right with the true difficulty.
        rest: correlation of item-rest correlations with true discriminations.
        sharpness: the same of the two-parameter model; None below its minimum.
        place: correlation of the model's difficulties with the true ones.
    """

    covered: float
    width: float
    difficulty: float
    rest: float
    sharpness: float | None
    place: float | None


def told(takers: int, *, runs: int, seed: int = 1) -> Told:
    """Exams of twenty questions of planted difficulty and discrimination."""
    rng = np.random.default_rng(seed)
    rows = [_one(rng, takers) for _ in range(runs)]
    columns = list(zip(*rows, strict=True))

    def mean(at: int) -> float | None:
        found = [one for one in columns[at] if one is not None]
        return float(np.mean(found)) if found else None

    covered, width, difficulty, rest = (float(np.mean(columns[at])) for at in range(4))
    return Told(covered, width, difficulty, rest, mean(4), mean(5))


def _one(rng: np.random.Generator, takers: int) -> tuple[float | None, ...]:
    a, b = np.exp(rng.normal(0.0, 0.4, QUESTIONS)), rng.normal(0.0, 1.0, QUESTIONS)
    answers = answered(rng, rng.normal(size=takers), a, b)
    kept = (answers.mean(axis=0) > 0) & (answers.mean(axis=0) < 1)
    items, reliability = fit_items(answers), fit_reliability(answers)
    truth = fit_reliability(answered(rng, rng.normal(size=20_000), a, b)).alpha
    model = _model(answers[:, kept])
    sharp = None if takers < MIN_TAKERS_2PL else float(np.corrcoef(model[1], a[kept])[0, 1])
    return (
        float(reliability.lo <= truth <= reliability.hi),
        reliability.hi - reliability.lo,
        float(-np.corrcoef(items.share, b)[0, 1]),
        float(np.corrcoef(items.discrimination[kept], a[kept])[0, 1]),
        sharp,
        None if model[0] is None else float(np.corrcoef(model[0], b[kept])[0, 1]),
    )


def _model(answers: FloatArray) -> tuple[FloatArray | None, FloatArray]:
    if answers.shape[0] < MIN_TAKERS_2PL:
        few = answers.shape[0] < 50
        return (None if few else fit_rasch(answers).difficulty), np.ones(answers.shape[1])
    found = fit_two_parameters(answers)
    return found.difficulty, found.discrimination


def answered(rng: np.random.Generator, knows: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """Right and wrong answers of takers who know more or less."""
    chance = 1.0 / (1.0 + np.exp(-a * (knows[:, None] - b)))
    return (rng.random(chance.shape) < chance).astype(np.float64)


def keys(takers: int, *, runs: int, wrong: bool, seed: int = 2) -> float:
    """Share of exams in which a key is called wrong: the wrong one, or one that is right.

    Args:
        takers: of each exam.
        runs: exams.
        wrong: one key is the wrong way round; else all are right.
        seed: of the draws.
    """
    rng, called = np.random.default_rng(seed), []
    for _ in range(runs):
        a, b = np.exp(rng.normal(0.0, 0.4, QUESTIONS)), rng.normal(0.0, 1.0, QUESTIONS)
        answers = answered(rng, rng.normal(size=takers), a, b)
        if wrong:
            middle = int(np.argsort(b)[QUESTIONS // 2])
            answers[:, middle] = 1.0 - answers[:, middle]
            name = f"q{middle:02}"
        found = analyse(_sat(answers), "", None).questions
        alarms = {one.question for one in found if one.is_alarm}
        called.append(name in alarms if wrong else bool(alarms))
    return float(np.mean(called))


def sales(pays: float, *, runs: int, seed: int = 3) -> tuple[float, float, float]:
    """120 takers with 40 leads each: is it found that knowing pays?

    Args:
        pays: log-odds that one deviation of knowing is worth.
        runs: companies.
        seed: of the draws.

    Returns:
        Share of companies in which the result is said to go with conversion; share with any question said
        to; and of the questions of all, the share said to.
    """
    rng = np.random.default_rng(seed)
    whole, some, each = [], [], []
    for _ in range(runs):
        knows = rng.normal(size=REPS)
        answers = answered(rng, knows, np.full(QUESTIONS, 1.2), rng.normal(0.0, 1.0, QUESTIONS))
        rate = 1.0 / (1.0 + np.exp(-(-1.0 + 0.3 * rng.normal(size=REPS) + pays * knows)))
        seen = rng.binomial(40, rate) / 40.0
        found = analyse(_sat(answers), "won", Conversion(dict(enumerate(seen.tolist())), 0.6))
        whole.append(found.field.is_found)
        hits = [one.field.is_found for one in found.questions]
        some.append(any(hits))
        each.append(np.mean(hits))
    return float(np.mean(whole)), float(np.mean(some)), float(np.mean(each))


def _sat(answers: FloatArray) -> FirstSittings:
    from datetime import datetime

    takers, size = answers.shape
    when = (datetime(2026, 1, 1),) * takers  # noqa: DTZ001 -- facts instants have no zone
    return FirstSittings(
        "exam", tuple(range(takers)), when, tuple(f"q{at:02}" for at in range(size)), answers
    )


def _lines() -> Iterator[str]:
    yield "| takers | interval covers | its width | difficulty | item-rest | two-parameter | model's place |"
    yield "|---|---|---|---|---|---|---|"
    for takers in TAKERS:
        one = told(takers, runs=200)
        sharp, place = ("–" if part is None else f"{part:.2f}" for part in (one.sharpness, one.place))
        yield (
            f"| {takers} | {one.covered:.2f} | {one.width:.2f} | {one.difficulty:.2f} | {one.rest:.2f} "
            f"| {sharp} | {place} |"
        )
    yield "\n| takers | a wrong key is called | a right one is |\n|---|---|---|"
    for takers in TAKERS:
        found, alarm = (keys(takers, runs=200, wrong=wrong) for wrong in (True, False))
        yield f"| {takers} | {found:.0%} | {alarm:.1%} |"
    yield "\n| knowing is worth | the result is found | any question is | of all questions |"
    yield "|---|---|---|---|"
    for pays in (0.0, 0.1, 0.2, 0.4):
        whole, some, each = sales(pays, runs=200)
        yield f"| {pays:.1f} log-odds | {whole:.0%} | {some:.0%} | {each:.1%} |"


def main() -> None:
    """Print the tables."""
    for line in _lines():
        print(line, flush=True)


if __name__ == "__main__":
    main()
