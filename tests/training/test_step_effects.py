"""Passed, and did the step move? Planted gains, modules that move nothing, and too little to tell."""

import numpy as np
import pytest

from quintet.kernel.finding import Status
from quintet.training.formula.steps import step_effects
from quintet.training.terms.steps import StepCell, Verdict


def company(seed=1, *, reps=40, gain=0.6, months=24, leads=60):
    """Cells of one step, and two modules: one that lifts the odds, one that does nothing."""
    rng = np.random.default_rng([seed, 8])
    finished = {name: {rep: int(rng.integers(3, 21)) for rep in range(reps)} for name in ("useful", "idle")}
    level = rng.normal(-0.8, 0.3, reps)
    cells = []
    for rep in range(reps):
        for month in range(months):
            odds = level[rep] + 0.01 * month + gain * (month > finished["useful"][rep])
            won = int(rng.binomial(leads, 1 / (1 + np.exp(-odds))))
            cells.append(StepCell(rep, "demo", month, month, leads, won))
    return cells, finished


MOVES = {"useful": "demo", "idle": "demo"}


def test_a_module_that_moves_its_step_is_told_from_one_that_does_not():
    """Nine points and more for one; of the other even the upper end is below a tenth of the rate: suspect."""
    found = {one.module: one for one in step_effects(*company(), MOVES)}

    useful, idle = found["useful"], found["idle"]
    assert (useful.verdict, useful.status) == (Verdict.MOVED, Status.SPEAKS)
    assert useful.gain.lo < 0.135 < useful.gain.hi
    assert idle.verdict is Verdict.SUSPECT
    assert idle.gain.hi < 0.1 * idle.rate
    assert (idle.finished, idle.reps) == (40, 40)


def test_few_leads_leave_it_open():
    """Five leads a month cannot rule out a worthwhile gain: nobody is suspect yet."""
    found = {one.module: one for one in step_effects(*company(reps=10, leads=5), MOVES)}

    assert found["idle"].verdict is Verdict.OPEN
    assert found["idle"].status is Status.HEDGED


def test_few_reps_say_nothing():
    """Seven reps: silent, with what it takes."""
    found = step_effects(*company(reps=7), MOVES)

    assert {one.verdict for one in found} == {Verdict.SILENT}
    assert "it takes 8" in found[0].reason
    assert found[0].gain is None


@pytest.mark.parametrize("moves", [{}, {"useful": "won"}])
def test_without_leads_at_the_step_nothing_is_told(moves):
    """No module is bound to the step, or nobody's leads came to it."""
    cells, finished = company()

    assert all(one.verdict is Verdict.SILENT for one in step_effects(cells, finished, moves))


def test_idle_modules_are_seldom_said_to_move():
    """Twenty companies in which neither does anything: at most one or two claims of forty."""
    found = [one for seed in range(20) for one in step_effects(*company(seed, gain=0.0, reps=25), MOVES)]

    assert sum(one.verdict is Verdict.MOVED for one in found) <= 2
