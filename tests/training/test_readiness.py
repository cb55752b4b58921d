"""Readiness: exam and field side by side."""

import json
from datetime import date
from unittest.mock import ANY

import pytest

from builders import interaction, offered
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.finding import Status
from quintet.ledger.interactions import Interactions
from quintet.training.formula.readiness import ExamResult, readiness, verdict
from quintet.training.metrics.readiness import read_calls_scored
from quintet.training.terms.readiness import CallsScored, Verdict
from quintet.training.terms.skills import RepSkill, StepSkills

PASSED = ExamResult(0.9, is_passed=True, taken_on=date(2026, 3, 1))
SINCE = date(2026, 1, 1)
FAILED = ExamResult(0.4, is_passed=False, taken_on=date(2026, 3, 1))


def skill(rep=1, rate=0.25, span=0.02, should=0.25, own=0.0, p_below=0.5):
    """A rep's rate beside what he should give."""
    return RepSkill(rep, 100, int(100 * rate), rate, rate - span, rate + span, should, p_below, own, 0.2)


@pytest.mark.parametrize(
    ("result", "one", "told"),
    [
        (PASSED, skill(), Verdict.READY),
        (PASSED, skill(rate=0.15, p_below=0.97), Verdict.PASSED_ONLY),
        (FAILED, skill(), Verdict.DELIVERS),
        (FAILED, skill(rate=0.15, p_below=0.97), Verdict.NOT_READY),
        (PASSED, skill(span=0.10), Verdict.UNKNOWN),
        (PASSED, skill(rate=0.24, p_below=0.95, span=0.03), Verdict.UNKNOWN),
        (PASSED, None, Verdict.UNKNOWN),
    ],
    ids=["ready", "passed only", "delivers", "not ready", "wide", "below by a hair", "no leads"],
)
def test_the_four_verdicts_and_the_fifth(result, one, told):
    """Surely a tenth below is weak, surely not a tenth below delivers, all else is not yet known."""
    assert verdict(result, one) is told


def book(passed, others):
    """A step with these log-odds of those who passed (reps 0 …) and of the others (reps 100 …)."""
    reps = [skill(rep=at, own=one) for at, one in enumerate(passed)]
    reps += [skill(rep=100 + at, own=one) for at, one in enumerate(others)]
    return StepSkills("won", Status.SPEAKS, "", tuple(reps), 0.25)


def group_of(passed, others):
    """Those who passed beside the others."""
    step = book(passed, others)
    results = dict.fromkeys(range(len(passed)), PASSED)
    return readiness(step, ["closing"], results, dict.fromkeys(step.by_rep, SINCE)).group


def test_the_module_is_suspect_when_passing_makes_no_difference_for_the_group():
    """Forty who passed convert like forty who did not: it is not the reps."""
    level = [-1.1 + 0.1 * (at % 3 - 1) for at in range(40)]

    found = group_of(level, level)

    assert found.points == pytest.approx(0.0, abs=0.1)
    assert found.is_suspect


def test_a_module_that_works_is_not_suspect():
    """A fifth more for those who passed: the interval lies above nothing."""
    found = group_of([-0.8] * 20, [-1.3] * 20)

    assert found.lo > 0
    assert not found.is_suspect


def test_a_dozen_reps_do_not_convict_a_module():
    """The same nothing with ten a side: the interval is wide, and nobody is suspected."""
    level = [-1.1 + 0.4 * (at % 5 - 2) for at in range(10)]

    assert not group_of(level, level).is_suspect


def test_seven_a_side_are_not_compared():
    """Too few: said, and counted."""
    found = group_of([-1.0] * 7, [-1.0] * 30)

    assert found.points is None
    assert found.reason.startswith("7 reps with enough leads passed, 30 did not")


def test_who_left_is_not_shown():
    """Readiness is about who sells here today; who passed and has no leads yet is among them."""
    step = book([-1.0, -1.0], [])

    found = readiness(step, ["closing"], {7: PASSED, 8: PASSED}, {0: SINCE, 7: SINCE})

    assert [one.rep_id for one in found.reps] == [0, 7]
    assert found.reps[1].verdict is Verdict.UNKNOWN


def test_scored_calls_stand_beside_the_exam_with_their_doubt():
    """Four calls of 2, 3, 3 and 4: mean 3, and Student's interval by hand; one call alone has none."""
    step = book([0.0], [0.0])
    since = dict.fromkeys((0, 100, 7), SINCE)
    told = readiness(step, ["closing"], {0: PASSED}, since, {0: [2.0, 3.0, 3.0, 4.0], 7: [5.0]})
    by_rep = {one.rep_id: one.calls for one in told.reps}

    assert by_rep[0] == CallsScored(3.0, pytest.approx(3 - 2.3534 * 0.8165 / 2, abs=1e-3), ANY, 4)
    assert by_rep[7] == CallsScored(5.0, None, None, 1)
    assert by_rep[100] is None


def test_calls_of_a_rep_are_read_by_step_and_one_call_counts_once(home, now):
    """Two raters and two questions of one call are one mean."""
    told = (
        reviewed("rita", "c1", "q1", 2, "demo"), reviewed("rita", "c1", "q2", 4, "demo"),
        reviewed("rita", "c1", "q1", 3, "demo", rater="user:9"), reviewed("rita", "c2", "q3", 5, "won"),
    )  # fmt: skip
    Interactions(home).append(offered(*told))
    rebuild(home, zone="UTC", now=now)
    facts = Facts.published(home)

    assert [(one.step, one.score) for one in read_calls_scored(facts)] == [("demo", 3.0), ("won", 5.0)]


def reviewed(rep, call, question, score, step, rater="user:1"):
    """One score of one call."""
    told = {"call": call, "score": score, "rater": rater, "step": step}
    return interaction(
        "call.reviewed", "2026-02-01", rep=rep, content=question, detail=json.dumps(told),
        ref=f"{call}:{question}:{rater}",
    )  # fmt: skip
