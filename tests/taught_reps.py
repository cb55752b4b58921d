"""Reps who took an exam and then sold: what they know, what they answered, and the leads that followed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from funnel_leads import AS_OF, TableFacts, facts_table
from quintet.facts.asked_schema import ASKED
from quintet.facts.schema import STAGES

EXAM = "closing"
TAKEN = AS_OF - timedelta(days=240)
_ARROW = {
    "int64": pa.int64(), "string": pa.string(), "timestamp": pa.timestamp("us"), "float64": pa.float64(),
    "boolean": pa.bool_(),
}  # fmt: skip


@dataclass(frozen=True)
class TaughtReps:
    """A company in memory, and what is planted in it.

    Args:
        facts: leads, reps, exam_answers and exam_sittings.
        knows: what each rep knows, deviations from the mean, shape (J,).
        rate: of each rep from demo to won, shape (J,).
        answers: of each rep's first sitting, NaN where not asked, shape (J, K).
    """

    facts: TableFacts
    knows: np.ndarray
    rate: np.ndarray
    answers: np.ndarray


def asked_table(name: str, rows: list[dict]) -> pa.Table:
    """Rows of a table of ASKED; what is not stated is null."""
    columns = ASKED[name].columns.items()
    return pa.Table.from_pylist(rows, schema=pa.schema([(one, _ARROW[kind]) for one, (kind, _) in columns]))


def taught_reps(
    rng, reps=120, questions=12, *, pays=0.6, leads=40, asked=None, taken=TAKEN, wrong_key=None
) -> TaughtReps:
    """Draw them.

    Args:
        rng: numpy generator.
        reps: who took the exam.
        questions: of the bank.
        pays: log-odds of demo to won that one deviation of knowing is worth.
        leads: demos of each rep after the exam; as many came before it, at a rate that owes it nothing.
        asked: questions each is asked; all when left out.
        taken: when, of everybody.
        wrong_key: a question whose key is the wrong way round.
    """
    knows = rng.normal(size=reps)
    hard = np.linspace(-1.5, 1.5, questions)
    chance = 1 / (1 + np.exp(-1.3 * (knows[:, None] - hard)))
    right = (rng.random(chance.shape) < chance).astype(float)
    if wrong_key is not None:
        right[:, wrong_key] = 1 - right[:, wrong_key]
    if asked is not None:
        order = rng.permuted(np.tile(np.arange(questions), (reps, 1)), axis=1)
        right[order >= asked] = np.nan
    rate = 1 / (1 + np.exp(-(-0.8 + pays * knows)))
    rows = [
        *_leads(rng, rate, leads, (taken, AS_OF)),
        *_leads(rng, np.full(reps, 0.3), leads, (taken - timedelta(days=200), taken), 1 << 30),
    ]
    facts = TableFacts(
        facts_table("leads", rows), reps=facts_table("reps", [_person(rep) for rep in range(reps)])
    )
    add_exam(facts, right, taken)
    return TaughtReps(facts, knows, rate, right)


def add_exam(facts: TableFacts, right: np.ndarray, taken: datetime, pass_mark: float = 0.6) -> None:
    """Sittings and answers of reps 0, 1, 2 …, all at one instant."""
    answers = [
        {
            "rep_id": rep,
            "exam": EXAM,
            "question": f"q{at:02}",
            "attempt": 1,
            "share": share,
            "taken_at": taken,
        }
        for rep, line in enumerate(right.tolist())
        for at, share in enumerate(line)
        if share == share  # noqa: PLR0124 -- NaN was not asked
    ]
    score = np.nanmean(right, axis=1).tolist()
    sittings = [
        {"rep_id": rep, "exam": EXAM, "score": one, "is_passed": one >= pass_mark, "taken_at": taken}
        for rep, one in enumerate(score)
    ]
    facts.engine.create_table("exam_answers", asked_table("exam_answers", answers))
    facts.engine.create_table("exam_sittings", asked_table("exam_sittings", sittings))


def _person(rep: int) -> dict:
    return {"rep_id": rep, "name": f"Rep {rep}", "role": "rep", "valid_from": AS_OF - timedelta(days=900)}


def _leads(rng, rate, leads, span, first=0):
    """Demos of each rep, spread over a time; those won are won ten days later."""
    found = []
    for rep, one in enumerate(rate.tolist()):
        for at in range(leads):
            came = span[0] + (span[1] - span[0]) * float(rng.uniform())
            is_won = bool(rng.random() < one) and came + timedelta(days=10) <= AS_OF
            reached = 5 if is_won else 4
            row = {
                "lead_id": first + rep * leads + at,
                "rep_id": rep,
                "reached": reached,
                "recorded": (1 << reached) - 1,
            }
            for stage in STAGES[:4]:
                row |= {f"{stage}_at": came, f"{stage}_by": rep}
            if is_won:
                row |= {"won_at": came + timedelta(days=10), "won_by": rep}
            found.append(row | {"is_won": is_won})
    return found
