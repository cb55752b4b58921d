"""Reviews asked: which reps are due to be scored again, and on what; never what was said before hire."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from quintet.calendar.periods import after_months
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.hiring.asks.criteria import in_use, scored
from quintet.hiring.models.candidates import Decision
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.models.reviews import PostHireReview
from quintet.hiring.terms.reviews import due_between
from quintet.hiring.terms.words import REVIEW_MONTHS


@dataclass(frozen=True)
class Due:
    """A rep to be scored at an age.

    Args:
        rep_id: who.
        name: as people call them.
        joined_on: their first day.
        months: 3, 6 or 12.
        due_on: from when on.
        until: the last day it still counts as a score at that age.
        is_done: the reader has scored it.
    """

    rep_id: int
    name: str
    joined_on: date
    months: int
    due_on: date
    until: date
    is_done: bool


def due(user: Any, scope: Scope, facts: Facts | None, on: date) -> tuple[Due, ...]:  # noqa: ANN401 -- an account
    """The reps in scope that are to be scored today, the longest waiting first; never oneself."""
    return tuple(
        one for one in every_age(user, scope, facts) if one.due_on <= on <= one.until and not one.is_done
    )


def coming(user: Any, scope: Scope, facts: Facts | None, on: date) -> tuple[Due, ...]:  # noqa: ANN401 -- an account
    """The next ones of the coming three months."""
    later = after_months(on, 3)
    return tuple(one for one in every_age(user, scope, facts) if on < one.due_on <= later)


def one_due(due: Iterable[Due], rep_id: int, months: int, on: date) -> Due | None:
    """One rep at one age, while it is open on a day; None for anybody else."""
    found = (one for one in due if (one.rep_id, one.months) == (rep_id, months))
    return next((one for one in found if one.due_on <= on <= one.until), None)


def criteria_for(facts: Facts | None, rep_id: int) -> list[Criterion]:
    """The criteria the rep was scored on before hire, else all in use; those scored by hand."""
    known = {key: one for key, one in in_use().items() if one.measure == "score"}
    became = Decision.objects.filter(rep_id=rep_id, outcome="hired").select_related("candidate").first()
    if became is None:
        return list(known.values())
    before = {one.criterion for one in scored(facts) if one.candidate_id == became.candidate.candidate_id}
    return [one for key, one in known.items() if key in before] or list(known.values())


def submitted(scope: Scope) -> list[PostHireReview]:
    """The newest reviews of reps in scope, without what they say."""
    found = PostHireReview.objects.select_related("reviewer")
    if scope.rep_ids is not None:
        found = found.filter(rep_id__in=scope.rep_ids - {scope.own_rep_id})
    return list(found[:50])


def every_age(user: Any, scope: Scope, facts: Facts | None) -> list[Due]:  # noqa: ANN401 -- an account
    """Each rep in scope at each age, past and to come, by the day it is due; never oneself."""
    if facts is None:
        return []
    done = set(PostHireReview.objects.filter(reviewer=user.pk).values_list("rep_id", "months"))
    found = [
        _due(row, months, (row["rep_id"], months) in done)
        for row in _reps(facts, scope)
        for months in REVIEW_MONTHS
    ]
    return sorted(found, key=lambda one: (one.due_on, one.name))


def _reps(facts: Facts, scope: Scope) -> list[dict[str, Any]]:
    """Reps of today with a first day, in scope, but the reader and the managers."""
    reps = facts.table("reps")
    here = reps.valid_to.isnull() & reps.left_on.isnull() & reps.joined_on.notnull()
    rows = facts.arrow(reps.filter(here).select("rep_id", "name", "role", "joined_on")).to_pylist()
    return [
        row
        for row in rows
        if scope.sees(row["rep_id"]) and row["rep_id"] != scope.own_rep_id and row["role"] != "manager"
    ]


def _due(row: dict[str, Any], months: int, is_done: bool) -> Due:  # noqa: FBT001
    begins, ends = due_between(row["joined_on"], months)
    name = row["name"] or str(row["rep_id"])
    return Due(row["rep_id"], name, row["joined_on"], months, begins, ends, is_done)
