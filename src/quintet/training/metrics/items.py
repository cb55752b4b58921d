"""First sittings of an exam: what everybody answered before knowing the questions, and how they scored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quintet.facts.asking import FactsTables

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FirstSittings:
    """One exam, each rep's first marked sitting.

    Args:
        exam: its key.
        rep_ids: who took it.
        taken_at: when each did, UTC without a zone.
        questions: keys of those asked anybody.
        answers: right, 0..1; NaN where the draw did not ask it, shape (N, K).
    """

    exam: str
    rep_ids: tuple[int, ...]
    taken_at: tuple[datetime, ...]
    questions: tuple[str, ...]
    answers: FloatArray


def read_first_sittings(facts: FactsTables) -> tuple[FirstSittings, ...]:
    """Every exam with its first sittings, by key; later ones are left out: who repeats has seen questions."""
    answers = facts.table("exam_answers")
    known = answers.filter([answers.share.notnull(), answers.question.notnull()])
    first = known.group_by("rep_id", "exam").agg(first_at=known.taken_at.min())
    mine = known.join(first, ["rep_id", "exam"])
    mine = mine.filter(mine.taken_at == mine.first_at)
    rows = facts.arrow(mine.select("exam", "rep_id", "question", "share", "taken_at")).to_pylist()
    by_exam: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_exam.setdefault(row["exam"], []).append(row)
    return tuple(_sittings(exam, by_exam[exam]) for exam in sorted(by_exam))


def _sittings(exam: str, rows: Iterable[dict[str, Any]]) -> FirstSittings:
    taken: dict[int, datetime] = {}
    said: dict[tuple[int, str], float] = {}
    for row in rows:
        taken[row["rep_id"]] = row["taken_at"]
        said[row["rep_id"], row["question"]] = row["share"]
    reps, questions = sorted(taken), sorted({question for _, question in said})
    row_of = {rep: at for at, rep in enumerate(reps)}
    column_of = {question: at for at, question in enumerate(questions)}
    table = np.full((len(reps), len(questions)), np.nan)
    for (rep, question), share in said.items():
        table[row_of[rep], column_of[question]] = share
    return FirstSittings(
        exam,
        tuple(reps),
        tuple(taken[rep] for rep in reps),
        tuple(questions),
        table,
    )
