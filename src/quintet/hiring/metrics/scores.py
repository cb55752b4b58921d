"""Candidates and the scores interviewers gave them, from facts, as plain rows."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quintet.facts.published import Facts
from quintet.hiring.terms.words import OVERALL

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Words = npt.NDArray[np.str_]


@dataclass(frozen=True)
class KnownCandidate:
    """One candidate of the facts; see facts.schema.CANDIDATES."""

    candidate_id: int
    name: str
    role: str
    source: str
    applied_at: datetime | None
    decided_at: datetime | None
    outcome: str
    rep_id: int | None


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores before hire, one entry each; verdicts apart.

    Args:
        candidate: [n] who was scored.
        interviewer: [n] who scored: rep:<id> or user:<id>.
        criterion: [n] key; never OVERALL.
        score: [n] 1 to 10, or points gained.
    """

    candidate: I8
    interviewer: Words
    criterion: Words
    score: F8

    def __len__(self) -> int:
        """How many."""
        return len(self.score)


def read_candidates(facts: Facts) -> tuple[KnownCandidate, ...]:
    """Everybody who applied, in the order of application."""
    table = facts.table("candidates")
    rows = facts.arrow(table.order_by(["applied_at", "candidate_id"])).to_pylist()
    texts = ("name", "role", "source", "outcome")
    return tuple(KnownCandidate(**row | {name: row[name] or "" for name in texts}) for row in rows)


def read_scores(facts: Facts) -> tuple[Scores, Scores]:
    """What interviewers scored: on the criteria, and their verdicts on the whole."""
    table = facts.table("interview_scores")
    rows = facts.arrow(table.order_by(["candidate_id", "interviewer", "round", "criterion"]))
    verdict = pc.equal(rows["criterion"], OVERALL)
    return _scores(rows.filter(pc.invert(verdict))), _scores(rows.filter(verdict))


def _scores(rows: pa.Table) -> Scores:
    return Scores(
        candidate=np.asarray(rows["candidate_id"].to_numpy(), dtype=np.int64),
        interviewer=np.asarray(rows["interviewer"].to_pylist(), dtype=np.str_),
        criterion=np.asarray(rows["criterion"].to_pylist(), dtype=np.str_),
        score=np.asarray(rows["score"].to_numpy(), dtype=np.float64),
    )
