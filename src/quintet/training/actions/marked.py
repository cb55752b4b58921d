"""What follows from a result: a module is finished, a certificate earned or lost, and the person is told."""

from datetime import datetime

from quintet.training.actions.certificates import reconsider, revoke
from quintet.training.actions.completions import complete
from quintet.training.actions.notices import notify
from quintet.training.asks.certificates import holding
from quintet.training.asks.exams import standing
from quintet.training.models.exams import Sitting
from quintet.training.terms.exams import Outcome

_LONGEST = 500


def follow(sitting: Sitting, before: Outcome | None, *, now: datetime) -> None:
    """Do what a new result asks for.

    Args:
        sitting: with its result.
        before: what it came to before; None where it was marked for the first time.
        now: when.
    """
    notify(sitting.user, _sentence(sitting, before, now)[:_LONGEST], now=now, address=_address(sitting))
    if sitting.passed:
        if sitting.exam.module is not None:
            complete(sitting.user, sitting.exam.module, "exam", now=now)
        reconsider(sitting.user, now=now)
    elif before is not None and before.passed:
        _take_back(sitting, now)


def _take_back(sitting: Sitting, now: datetime) -> None:
    """Revoke certificates that rest on this pass and on no other; a finished module stays finished."""
    exam = sitting.exam
    for grant in holding(sitting.user, now):
        others = Sitting.objects.filter(user=sitting.user, exam=exam, passed=True)
        if grant.certificate.exams.filter(pk=exam.pk).exists() and not others.exists():
            because = f"attempt {sitting.attempt} at {exam.name} was marked again and is not passed."
            revoke(grant, because, now=now, address=_address(sitting))


def _sentence(sitting: Sitting, before: Outcome | None, now: datetime) -> str:
    name, share, needed = sitting.exam.name, sitting.share or 0.0, sitting.pass_mark
    if before is not None:
        word = "passed" if sitting.passed else "not passed"
        return f"{name} was marked again: {share:.0%} right instead of {before.share:.0%}, {word}."
    if sitting.passed:
        return f"You have passed {name} with {share:.0%} right."
    where = standing(sitting.exam, sitting.user, now)
    then = "You may try again now." if where.state == "open" else where.why_not
    return f"{name} is not passed: {share:.0%} right, {needed:.0%} are needed. {then}"


def _address(sitting: Sitting) -> str:
    return f"sitting {sitting.pk}"
