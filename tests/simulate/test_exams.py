"""Exams of the simulated company: answers add up, who fails repeats, and the wrong key shows."""

import json
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from quintet.simulate.company import company
from quintet.simulate.exams import PASS, QUESTIONS, WRONG_KEY, question_key
from quintet.simulate.spec import CompanySpec


@pytest.fixture(scope="module")
def told():
    """What a company that hires many people tells of exams: rows by kind."""
    made = company(CompanySpec(reps=300, quarters=4, seed=2, veteran_share=0.2, leads_per_rep_month=2))
    found = defaultdict(list)
    for row in pa.Table.from_batches(made.batches()).to_pylist():
        if row["kind"] in {"module.completed", "exam.taken", "exam.answered"}:
            found[row["kind"]].append(row | {"detail": json.loads(row["detail"] or "{}")})
    return found


def test_every_score_is_the_share_of_its_answers(told):
    """Ten answers an attempt, and the score says how many of them were right; passed from the mark on."""
    answers = defaultdict(list)
    for row in told["exam.answered"]:
        answers[row["rep_id"], row["content"], row["detail"]["attempt"]].append(row["detail"]["share"])

    assert len(told["exam.taken"]) == len(answers) > 500
    for row in told["exam.taken"]:
        given = answers[row["rep_id"], row["content"], row["detail"]["attempt"]]
        assert len(given) == QUESTIONS
        assert row["detail"]["score"] == pytest.approx(np.mean(given))
        assert row["outcome"] == ("passed" if row["detail"]["score"] >= PASS else "failed")


def test_who_fails_repeats_a_week_later_and_does_better(told):
    """Nobody who passed sits again; the others know more by then."""
    first, second = ({}, {})
    for row in told["exam.taken"]:
        (first if row["detail"]["attempt"] == 1 else second)[row["rep_id"], row["content"]] = row

    assert {first[one]["outcome"] for one in second} == {"failed"}
    assert len({row["source_ref"] for row in told["exam.taken"]}) == len(told["exam.taken"])
    gained = [second[one]["detail"]["score"] - first[one]["detail"]["score"] for one in second]
    assert len(gained) > 50
    assert np.mean(gained) > 0.1


def test_the_question_with_the_wrong_key_alone_goes_against_the_others(told):
    """Who answers it as the key says does worse on the rest of the exam."""
    by_exam = defaultdict(lambda: defaultdict(dict))
    for row in told["exam.answered"]:
        if row["detail"]["attempt"] == 1:
            by_exam[row["content"]][row["rep_id"]][row["detail"]["question"]] = row["detail"]["share"]
    against = set()
    for exam, takers in by_exam.items():
        table = np.array([[one[question_key(exam, n)] for n in range(QUESTIONS)] for one in takers.values()])
        rest = [
            np.corrcoef(table[:, n], np.delete(table, n, axis=1).sum(axis=1))[0, 1] for n in range(QUESTIONS)
        ]
        against |= {(exam, n) for n in range(QUESTIONS) if rest[n] < -0.1}

    assert against == {WRONG_KEY}
