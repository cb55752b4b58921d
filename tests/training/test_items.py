"""Item analysis: what answers say of questions, and whether knowing goes with selling."""

from datetime import timedelta

import numpy as np
import pytest

from funnel_leads import AS_OF, TableFacts, facts_table
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import CausalGrade, Status
from quintet.training.formula.items import Conversion, analyse, later_conversion
from quintet.training.metrics.items import FirstSittings, read_first_sittings
from quintet.training.metrics.step_leads import read_step
from taught_reps import EXAM, TAKEN, add_exam, asked_table, taught_reps


@pytest.fixture(scope="module")
def selling():
    """120 reps whose knowing pays, one question with the wrong key."""
    return taught_reps(np.random.default_rng(1), wrong_key=5)


def sat(answers, exam="closing"):
    """First sittings of reps 0, 1, 2 … with these answers."""
    reps, size = answers.shape
    questions = tuple(f"q{at:02}" for at in range(size))
    return FirstSittings(exam, tuple(range(reps)), (TAKEN,) * reps, questions, answers)


def conversion_of(facts):
    """What the takers convert after their exam."""
    (one,) = read_first_sittings(facts)
    since = dict(zip(one.rep_ids, one.taken_at, strict=True))
    return later_conversion(read_step(facts, "won", min(one.taken_at), since=since))


def test_answers_are_read_as_they_were_given(selling):
    """Every rep's first sitting, question by question."""
    (found,) = read_first_sittings(selling.facts)

    assert (found.exam, found.questions[0], len(found.rep_ids)) == (EXAM, "q00", 120)
    assert np.array_equal(found.answers, selling.answers, equal_nan=True)


def test_only_the_first_sitting_counts():
    """Who repeats has seen the questions: the second attempt says nothing of how hard they are."""
    rows = [
        {"rep_id": 1, "exam": EXAM, "question": "q", "share": share, "taken_at": TAKEN + timedelta(days=day)}
        for day, share in ((0, 0.0), (3, 1.0))
    ]
    facts = TableFacts(facts_table("leads", []))
    facts.engine.create_table("exam_answers", asked_table("exam_answers", rows))

    (found,) = read_first_sittings(facts)

    assert found.answers.tolist() == [[0.0]]
    assert found.taken_at == (TAKEN,)


def test_nobody_took_an_exam():
    """An empty table is no exam."""
    facts = TableFacts(facts_table("leads", []))
    facts.engine.create_table("exam_answers", asked_table("exam_answers", []))

    assert read_first_sittings(facts) == ()


def test_only_leads_after_the_exam_count(selling):
    """Before it everybody converted at 30 %: what is told is the rate since."""
    found = conversion_of(selling.facts)

    rates = np.array([found.by_rep[rep] for rep in range(120)])
    assert np.corrcoef(rates, selling.rate)[0, 1] > 0.75
    assert 0.4 < found.reliability < 0.9


def test_knowing_that_pays_is_found(selling):
    """The result goes with later conversion, some questions do, and the grade is association."""
    (sittings,) = read_first_sittings(selling.facts)

    found = analyse(sittings, "won", conversion_of(selling.facts))

    assert found.field.is_found
    assert found.field.lo > 0.2
    assert found.field.grade is CausalGrade.ASSOCIATION
    assert found.field.r < found.field.upper <= 1
    assert sum(one.field.is_found for one in found.questions) >= 6


def test_knowing_that_does_not_pay_is_seldom_said_to():
    """Of twelve questions in each of twenty companies where nothing pays, next to none is reported."""
    rng = np.random.default_rng(3)
    reported = 0
    for _ in range(20):
        answers = taught_answers(rng, 100)
        field = Conversion(dict(enumerate(rng.beta(6, 14, 100).tolist())), 0.5)
        found = analyse(sat(answers), "won", field)
        reported += any(one.field.is_found for one in found.questions)

    assert reported <= 5


def taught_answers(rng, takers, size=12):
    """Answers of takers who know more or less."""
    knows = rng.normal(size=(takers, 1))
    return (
        rng.random((takers, size)) < 1 / (1 + np.exp(-1.3 * (knows - np.linspace(-1.5, 1.5, size))))
    ) * 1.0


def test_a_wrong_key_is_called_first(selling):
    """Those who know the rest get it wrong: this question comes first and asks for its key."""
    (sittings,) = read_first_sittings(selling.facts)

    first, *others = analyse(sittings, "won", None).questions

    assert first.question == "q05"
    assert first.is_alarm
    assert "check the key" in first.flag
    assert not any(one.is_alarm for one in others)


def test_right_keys_are_seldom_called_wrong():
    """In forty exams of thirty takers with right keys at most two hold a key called wrong."""
    rng = np.random.default_rng(4)
    wrong = 0
    for _ in range(40):
        found = analyse(sat(taught_answers(rng, 30)), "", None)
        wrong += any("key." in one.flag for one in found.questions)

    assert wrong <= 2


def test_flags_by_hand():
    """Everybody right is too easy; one in ten right is hard; coin flips tell nobody apart."""
    rng = np.random.default_rng(5)
    answers = taught_answers(rng, 400)
    answers[:, 0] = 1.0
    answers[:, 1] = rng.random(400) < 0.1
    answers[:, 2] = rng.random(400) < 0.5

    flags = {one.question: one.flag for one in analyse(sat(answers), "", None).questions}

    assert flags["q00"] == "Too easy to tell anything."
    assert flags["q01"].startswith("Hardly anybody gets it right")
    assert flags["q02"].startswith("Those who know the rest do hardly better")
    assert flags["q06"] == ""


def test_what_is_shown_grows_with_the_takers():
    """29 say nothing; 30 hedge; 50 place questions; 150 show discrimination; 250 how sharp they are."""
    rng = np.random.default_rng(6)
    whole = taught_answers(rng, 250)
    found = {n: analyse(sat(whole[:n]), "", None) for n in (29, 30, 50, 100, 150, 250)}

    assert found[29].status is Status.SILENT
    assert "29 of the" in found[29].reason
    assert not found[29].questions
    assert [found[n].status for n in (30, 50, 100)] == [Status.HEDGED, Status.HEDGED, Status.SPEAKS]
    assert [found[n].model for n in (30, 50, 250)] == ["", "Rasch", "two-parameter logistic"]
    assert found[50].questions[0].place is not None
    assert found[50].questions[0].sharpness is None
    assert found[100].questions[0].discrimination is None
    assert found[150].questions[0].discrimination is not None
    assert found[250].questions[0].sharpness_error > 0


def test_an_exam_of_which_each_sees_a_part():
    """Eight of twelve: shares are of those asked, and the result is fair to who drew hard questions."""
    drawn = taught_reps(np.random.default_rng(7), asked=8)
    (sittings,) = read_first_sittings(drawn.facts)

    found = analyse(sittings, "won", conversion_of(drawn.facts))

    assert found.asked == 8
    assert all(one.n < 120 for one in found.questions)
    assert found.field.is_found


def test_too_few_reps_with_leads_say_nothing_of_the_field():
    """29 takers with leads since: the exam is analysed, the field stays silent and says why."""
    small = taught_reps(np.random.default_rng(8), reps=29)
    with pytest.raises(NotEnoughData, match="29 reps have 10 leads"):
        conversion_of(small.facts)

    found = analyse(sat(taught_answers(np.random.default_rng(9), 40)), "won", None, "29 reps")

    assert found.field.status is Status.SILENT
    assert found.field.reason == "29 reps"
    assert all(one.field.r is None for one in found.questions)


def test_everybody_answers_alike():
    """No reliability, no correlation, and no error: too easy is what is said."""
    found = analyse(sat(np.ones((60, 6))), "won", Conversion(dict(enumerate(np.linspace(0.1, 0.5, 60))), 0.5))

    assert found.alpha is None
    assert {one.flag for one in found.questions} == {"Too easy to tell anything."}
    assert found.field.status is Status.SILENT


def test_young_leads_do_not_count_as_lost():
    """A demo of yesterday is no lost deal: reps with many of them do not look worse."""
    rows, recent = [], AS_OF - timedelta(days=1)
    for rep in range(40):
        for at in range(20):
            came = AS_OF - timedelta(days=100 + at)
            is_won = at < 8
            rows.append(
                _demo(
                    rep, len(rows), came, won=came + timedelta(days=20 if at % 2 else 5) if is_won else None
                )
            )
        rows += [_demo(rep, len(rows) + at, recent) for at in range(20 if rep < 20 else 0)]
    facts = TableFacts(facts_table("leads", rows))
    add_exam(facts, np.ones((40, 5)), AS_OF - timedelta(days=200))

    found = conversion_of(facts).by_rep

    old, young = (np.mean([found[rep] for rep in group]) for group in (range(20, 40), range(20)))
    assert abs(old - young) < 0.03


def _demo(rep, lead, came, won=None):
    row = {"lead_id": lead, "reached": 5 if won else 4, "recorded": 31 if won else 15, "won_at": won}
    for stage in ("worked", "connected", "qualified", "demo"):
        row |= {f"{stage}_at": came, f"{stage}_by": rep}
    return row
