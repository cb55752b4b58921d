"""What reps showed in exams, and who is here to be ready."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import ibis

from quintet.facts.asking import FactsTables


@dataclass(frozen=True)
class Taken:
    """A rep's sittings of one exam.

    Args:
        rep_id: who.
        exam: key.
        score: of the newest, 0..1; None where the source does not say.
        taken_at: the newest.
        passed_at: the first that was passed; None when none was.
    """

    rep_id: int
    exam: str
    score: float | None
    taken_at: datetime
    passed_at: datetime | None


@dataclass(frozen=True)
class Person:
    """Who sells here today.

    Args:
        rep_id: who.
        name: as the source writes it.
        segment: customer type served.
        joined_on: None when unknown.
    """

    rep_id: int
    name: str
    segment: str | None
    joined_on: date | None


def read_taken(facts: FactsTables, exams: Collection[str]) -> tuple[Taken, ...]:
    """Every rep's sittings of these exams, one row each and exam."""
    sittings = facts.table("exam_sittings")
    mine = sittings.filter(sittings.exam.isin(sorted(exams))) if exams else sittings.limit(0)
    passed = mine.is_passed.fill_null(False)  # noqa: FBT003
    found = mine.group_by("rep_id", "exam").agg(
        score=mine.score.argmax(mine.taken_at),
        newest=mine.taken_at.max(),
        passed_at=mine.taken_at.min(where=passed),
    )
    rows = facts.arrow(found.select("rep_id", "exam", "score", "passed_at", taken_at=found.newest))
    return tuple(
        Taken(**row) for row in rows.sort_by([("rep_id", "ascending"), ("exam", "ascending")]).to_pylist()
    )


def people_here(facts: FactsTables) -> tuple[Person, ...]:
    """Reps and BDRs who are here today, by id."""
    reps = facts.table("reps")
    now = reps.filter([reps.valid_to.isnull(), reps.left_on.isnull(), reps.role.isin(["rep", "bdr"])])
    joined = reps.group_by("rep_id").agg(first=reps.joined_on.min())
    both = now.join(joined, "rep_id")
    name = ibis.coalesce(both.name, both.rep_id.cast("string"))
    told = both.select("rep_id", "segment", name=name, joined_on=ibis.coalesce(both.first, both.joined_on))
    return tuple(Person(**row) for row in facts.arrow(told).sort_by("rep_id").to_pylist())


@dataclass(frozen=True)
class CallScored:
    """One reviewed call, on the questions of one step.

    Args:
        rep_id: whose call.
        step: the stage the step ends in.
        day: of the review.
        score: mean of its raters and questions, 1 to 5.
    """

    rep_id: int
    step: str
    day: date
    score: float


def read_calls_scored(facts: FactsTables) -> tuple[CallScored, ...]:
    """Every reviewed call of a known rep, once a step."""
    scores = facts.table("call_scores")
    known = scores.filter(scores.rep_id.notnull(), scores.step.notnull(), scores.score.notnull())
    by_call = known.group_by("rep_id", "step", "call").agg(
        day=known.scored_at.max().date(), score=known.score.mean()
    )
    rows = facts.arrow(by_call.order_by("rep_id", "step", "call").select("rep_id", "step", "day", "score"))
    return tuple(CallScored(**row) for row in rows.to_pylist())
