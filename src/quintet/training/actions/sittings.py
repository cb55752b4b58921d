"""Taking an exam: begin or go on, save what is said so far, hand in once; the server keeps the time."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.actions.marking import mark_by_key, settle
from quintet.training.actions.notices import notify
from quintet.training.asks.exams import bank, standing
from quintet.training.asks.sittings import draw
from quintet.training.models.exams import Answer, Exam, ExtraAttempt, Sitting
from quintet.training.terms.exams import Told

_SEEDS = 2**53  # whole numbers that a spreadsheet shows whole


def begin(exam: Exam, user: Any, *, now: datetime, seed: int | None = None) -> Sitting:  # noqa: ANN401 -- an account
    """Begin an attempt, or go on with the one that runs.

    Args:
        exam: which.
        user: who takes it.
        now: when.
        seed: of the draw; a random one when left out.

    Raises:
        BadInput: when it may not be begun, with the reason and the next step.
    """
    running = _running(exam, user)
    if running is not None and not close_if_over(running, now=now):
        return running
    where = standing(exam, user, now)
    if not where.may_start:
        raise BadInput(where.why_not)
    try:
        with transaction.atomic():
            return _begun(exam, user, now, secrets.randbelow(_SEEDS) if seed is None else seed)
    except IntegrityError:  # begun in another window a moment ago
        running = _running(exam, user)
        if running is None:
            raise
        return running


def give_attempt(exam: Exam, user: Any, why: str, *, by: Any, now: datetime) -> None:  # noqa: ANN401
    """Give somebody one more attempt when all are used up, and tell them.

    Raises:
        BadInput: when an attempt is left, nothing is failed, or no reason is given.
    """
    if standing(exam, user, now).state != "used_up":
        raise BadInput(f"{user} has not used up the attempts at {exam}: there is nothing to give")
    if not why.strip():
        raise BadInput("say why: it stands beside the attempt")
    with transaction.atomic():
        made = ExtraAttempt.objects.create(exam=exam, user=user, why=why.strip(), given_by=by, given_at=now)
        told = {"user": user.pk, "by": by.pk, "why": made.why}
        record = f"extra-attempt:{made.pk}"
        tell(row("exam.allowed", record, now, told, rep_id=user.rep_id, content=exam.key))
        text = f"You may take {exam.name} once more."
        notify(user, text, now=now, address=f"exam-start {exam.key}")


def save(sitting: Sitting, told: Sequence[Told], *, now: datetime) -> None:
    """Keep what was said; whatever is older than what is kept replaces nothing.

    Raises:
        BadInput: when it was handed in or the time is up, or a question was not asked in it.
    """
    asked = {pk for pk, _ in sitting.asked}
    stray = [one.version for one in told if one.version not in asked]
    if stray:
        raise BadInput(f"this sitting does not ask question {stray[0]}: reload the page")
    if close_if_over(sitting, now=now):
        raise BadInput("the time is up: what was saved before counts")
    with transaction.atomic():
        locked = Sitting.objects.select_for_update().get(pk=sitting.pk)
        if locked.handed_in_at is not None:
            raise BadInput("this exam was handed in: what was saved before counts")
        for one in told:
            _keep(locked, one, now)


def hand_in(sitting: Sitting, *, now: datetime) -> bool:
    """Hand in, once: what the key can mark is marked at once. False where it had been handed in before."""
    if close_if_over(sitting, now=now):
        return False
    return _close(sitting, now, ran_out=False, now=now)


def close_if_over(sitting: Sitting, *, now: datetime) -> bool:
    """Hand in by the clock what ran out of time; whether that is so, now or before."""
    if not sitting.is_over(now):
        return False
    if sitting.handed_in_at is None:
        _close(sitting, sitting.ends_at or now, ran_out=True, now=now)
    return sitting.ran_out


def close_overdue(*, now: datetime) -> int:
    """Hand in by the clock every sitting that ran out of time; how many there were."""
    running = Sitting.objects.filter(handed_in_at=None, ends_at__lt=now)
    return sum(close_if_over(one, now=now) for one in running.select_related("exam__module", "user"))


def _running(exam: Exam, user: Any) -> Sitting | None:  # noqa: ANN401
    return Sitting.objects.filter(exam=exam, user=user, handed_in_at=None).first()


def _begun(exam: Exam, user: Any, now: datetime, seed: int) -> Sitting:  # noqa: ANN401
    last = Sitting.objects.filter(exam=exam, user=user).order_by("-attempt").first()
    made = Sitting.objects.create(
        exam=exam, user=user, attempt=last.attempt + 1 if last else 1, seed=seed,
        asked=draw(bank(exam), exam.draws, seed), pass_mark=exam.pass_mark, started_at=now,
        ends_at=None if exam.minutes is None else now + timedelta(minutes=exam.minutes),
    )  # fmt: skip
    told = {"attempt": made.attempt, "user": user.pk, "questions": len(made.asked)}
    tell(row("exam.started", f"sitting:{made.pk}", now, told, rep_id=user.rep_id, content=exam.key))
    return made


def _keep(sitting: Sitting, one: Told, now: datetime) -> None:
    answer, is_new = Answer.objects.get_or_create(
        sitting=sitting,
        version_id=one.version,
        defaults={"said": one.said, "revision": one.revision, "saved_at": now},
    )
    if not is_new and one.revision > answer.revision:
        answer.said, answer.revision, answer.saved_at = one.said, one.revision, now
        answer.save(update_fields=["said", "revision", "saved_at"])


def _close(sitting: Sitting, at: datetime, *, ran_out: bool, now: datetime) -> bool:
    with transaction.atomic():
        is_first = Sitting.objects.filter(pk=sitting.pk, handed_in_at=None).update(
            handed_in_at=at, ran_out=ran_out
        )
        if is_first:
            _fill(sitting, at)
            for answer in sitting.answers.select_related("version"):
                mark_by_key(answer, now=now)
            sitting.refresh_from_db()
            settle(sitting, now=now)
    sitting.refresh_from_db()
    return bool(is_first)


def _fill(sitting: Sitting, at: datetime) -> None:
    """An empty answer for every question nothing was said to: it counts as wrong."""
    there = set(sitting.answers.values_list("version_id", flat=True))
    missing = [pk for pk, _ in sitting.asked if pk not in there]
    Answer.objects.bulk_create(
        [Answer(sitting=sitting, version_id=pk, said="", saved_at=at) for pk in missing]
    )
