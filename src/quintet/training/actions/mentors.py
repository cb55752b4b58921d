"""Verbs of mentoring: start a pair, end it, and measure what it brought."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.kernel.plain import as_plain
from quintet.ledger.telling import row, tell
from quintet.training.formula.pair_effect import pair_effect
from quintet.training.metrics.step_leads import read_step, recorded_steps
from quintet.training.models.mentors import MentorPair
from quintet.training.terms.words import STEPS

#: A pair's effect is followed for so many days, and held against as many before.
DAYS = 183


@dataclass(frozen=True)
class NewPair:
    """What a manager decides.

    Args:
        mentor: rep_id of who teaches.
        mentee: rep_id of who learns.
        step: what the mentee learns, by the stage it ends in.
        why: one sentence.
        in_return: what the mentor learns; empty for nothing.
        is_proposed: by the formula on that day.
    """

    mentor: int
    mentee: int
    step: str
    why: str
    in_return: str = ""
    is_proposed: bool = False


def start(new: NewPair, scope: Scope, *, on: date, by: Any, now: datetime) -> MentorPair:  # noqa: ANN401
    """Give a rep a mentor.

    Args:
        new: the pair.
        scope: whose reps the manager may pair.
        on: the day it starts.
        by: the manager.
        now: when it was said.

    Raises:
        BadInput: when one of the two is not the manager's to pair, both are the same, the step is none, the
            reason is missing, or the mentee has a mentor already.
    """
    _checked(new, scope)
    try:
        with transaction.atomic():
            pair = MentorPair.objects.create(
                mentor_rep_id=new.mentor,
                mentee_rep_id=new.mentee,
                step=new.step,
                in_return=new.in_return,
                why=new.why.strip(),
                is_proposed=new.is_proposed,
                started_on=on,
                started_by=by,
            )
            tell(_row("mentoring.started", pair, now, {"mentor": new.mentor, "why": pair.why, "by": by.pk}))
    except IntegrityError as error:
        raise BadInput("this rep has a mentor already: end that pair first") from error
    return pair


def end(pair: MentorPair, because: str, *, on: date, by: Any, now: datetime) -> None:  # noqa: ANN401
    """End a pair; its effect is followed on.

    Raises:
        BadInput: when it has ended, or no reason is given.
    """
    if not because.strip():
        raise BadInput("say why the pair ends, in a sentence")
    with transaction.atomic():
        open_ones = MentorPair.objects.filter(pk=pair.pk, ended_on=None)
        last = max(on, pair.started_on)
        if not open_ones.update(ended_on=last, ended_by=by, ended_because=because.strip()):
            raise BadInput("this pair has ended already")
        tell(_row("mentoring.ended", pair, now, {"reason": because.strip(), "by": by.pk}))


def judge_pairs(facts: Facts, now: datetime) -> str:
    """Measure every pair that is still followed by the newest facts; says how many."""
    if facts.as_of is None:
        return "no data"
    since = facts.as_of.date() - timedelta(days=DAYS)
    recorded = recorded_steps(facts)
    followed = [one for one in MentorPair.objects.filter(started_on__gte=since) if one.step in recorded]
    for pair in followed:
        pair.result = as_plain(_effect(facts, pair, facts.as_of))
        pair.judged_at = now
        pair.save(update_fields=["result", "judged_at"])
    return f"{len(followed)} pairs measured" if followed else "no pair to measure"


def _effect(facts: Facts, pair: MentorPair, as_of: datetime) -> Any:  # noqa: ANN401 -- a PairEffect
    began = datetime.combine(pair.started_on, datetime.min.time())
    before = read_step(facts, pair.step, began - timedelta(days=DAYS), began - timedelta(microseconds=1))
    after = read_step(facts, pair.step, began)
    return pair_effect(before, after, pair.mentee_rep_id, _others(pair), (pair.started_on, as_of.date()))


def _others(pair: MentorPair) -> set[int]:
    """Reps who had a mentor at the same step meanwhile."""
    others = MentorPair.objects.filter(step=pair.step).exclude(pk=pair.pk)
    return {one.mentee_rep_id for one in others if one.ended_on is None or one.ended_on >= pair.started_on}


def _checked(new: NewPair, scope: Scope) -> None:
    if new.mentor == new.mentee:
        raise BadInput("nobody is his own mentor: choose two reps")
    if not (scope.sees(new.mentor) and scope.sees(new.mentee)):
        raise BadInput("one of these reps is not yours to pair: choose two you lead")
    if new.step not in STEPS or (new.in_return and new.in_return not in STEPS):
        raise BadInput(f"a step is one of {', '.join(STEPS)}, got {new.step!r} and {new.in_return!r}")
    if not new.why.strip():
        raise BadInput("say in a sentence why these two")


def _row(kind: str, pair: MentorPair, now: datetime, told: dict[str, Any]) -> dict[str, Any]:
    return row(kind, f"pair:{pair.pk}", now, told, rep_id=pair.mentee_rep_id, content=pair.step)
