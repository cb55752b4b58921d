"""Questions about mentors: who is proposed, who is paired, and what it brought."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.plain import as_report
from quintet.training.asks.kept import kept_skills
from quintet.training.formula.mentors import propose
from quintet.training.formula.pair_effect import mean_effect
from quintet.training.metrics.readiness import people_here
from quintet.training.models.mentors import MentorPair
from quintet.training.terms.mentors import Match, MeanEffect, PairEffect, Seller


@dataclass(frozen=True)
class ShownPair:
    """A pair as a page shows it.

    Args:
        record: what was decided.
        mentor: his name.
        mentee: the name of who learns.
        effect: did it move; None before it was measured.
    """

    record: MentorPair
    mentor: str
    mentee: str
    effect: PairEffect | None


def sellers(facts: Facts, scope: Scope) -> tuple[Seller, ...]:
    """Who sells here today and may be paired by the reader, by id."""
    return tuple(
        Seller(one.rep_id, one.name, one.segment, one.joined_on)
        for one in people_here(facts)
        if scope.sees(one.rep_id)
    )


def proposals(facts: Facts, scope: Scope) -> tuple[Match, ...]:
    """The pairs that would bring most together, of those the reader leads and who are free.

    Raises:
        NotEnoughData: before the worker has worked out everybody's skills.
    """
    running = MentorPair.objects.filter(ended_on=None)
    taken = Counter(one.mentor_rep_id for one in running if one.mentor_rep_id is not None)
    learning = {one.mentee_rep_id for one in running}
    return propose(kept_skills(facts.home), sellers(facts, scope), taken=taken, learning=learning)


def why_none(facts: Facts) -> str:
    """Why nobody is proposed, in a sentence."""
    try:
        book = kept_skills(facts.home)
    except NotEnoughData as error:
        return str(error)
    silent = [one for one in book.steps if not one.reps]
    if book.steps and len(silent) == len(book.steps):
        return silent[0].reason
    return "No rep who is free is surely weak at a step where another is surely strong."


def pairs(facts: Facts, scope: Scope) -> list[ShownPair]:
    """Every pair of which the reader may see one; open ones first, newest first."""
    names = names_of_reps(facts)
    found = [_shown(one, names) for one in _visible(scope).select_related("started_by", "ended_by")]
    return sorted(found, key=lambda one: one.record.ended_on is not None)


def pair(scope: Scope, pair_id: UUID) -> MentorPair:
    """One pair whose mentee the reader leads.

    Raises:
        BadInput: when there is none, or it is not the reader's to decide.
    """
    record: MentorPair | None = _visible(scope).filter(pk=pair_id).first()
    if record is None or not scope.sees(record.mentee_rep_id):
        raise BadInput("there is no such pair, or it is not yours to end: choose one from the list")
    return record


def mean(shown: list[ShownPair]) -> MeanEffect:
    """What these pairs brought on average."""
    return mean_effect([one.effect for one in shown])


def today(facts: Facts, clock: date) -> date:
    """The day a pair starts: the clock's, or the last day of the data where it ends earlier.

    Raises:
        NotEnoughData: when no row has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData("no row has a date: load a CRM export first", unit="dated rows")
    return min(clock, facts.as_of.date())


def _visible(scope: Scope) -> Any:  # noqa: ANN401 -- a query set
    if scope.rep_ids is None:
        return MentorPair.objects.all()
    return MentorPair.objects.filter(Q(mentee_rep_id__in=scope.rep_ids) | Q(mentor_rep_id__in=scope.rep_ids))


def _shown(record: MentorPair, names: dict[int, str]) -> ShownPair:
    mentor = "a former colleague" if record.mentor_rep_id is None else names.get(record.mentor_rep_id, "")
    effect = None if record.result is None else as_report(PairEffect, record.result)
    return ShownPair(record, mentor or f"rep {record.mentor_rep_id}", _name(names, record), effect)


def _name(names: dict[int, str], record: MentorPair) -> str:
    return names.get(record.mentee_rep_id, f"rep {record.mentee_rep_id}")
