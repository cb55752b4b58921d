"""Marking: by the key at once, by a person from the queue; a mark is never changed, a newer one says why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.actions.marked import follow
from quintet.training.models.exams import Answer, KeyCorrection, Mark, QuestionVersion, Sitting
from quintet.training.terms.exams import Outcome
from quintet.training.terms.marking import BY_KEY, passes, share_by_key, share_by_rubric

_BLANK = "Nothing was answered."


def mark_by_key(answer: Answer, *, now: datetime) -> Mark | None:
    """Mark an answer by its key; None where it takes a person."""
    version = answer.version
    if version.kind in BY_KEY:
        share = share_by_key(version.kind, version.right, answer.said)
        return Mark.objects.create(answer=answer, share=share, by_key=True, marked_at=now)
    if str(answer.said).strip():
        return None
    return Mark.objects.create(answer=answer, share=0.0, by_key=True, why=_BLANK, marked_at=now)


def mark_graded(
    answer: Answer,
    points: Mapping[str, int],
    why: str,
    *,
    by: Any,  # noqa: ANN401 -- somebody with an account
    now: datetime,
) -> Mark:
    """Mark an answer by its rubric.

    Raises:
        BadInput: when it is an own answer, a point is off the scale, or a second mark does not say why.
    """
    share = share_by_rubric(answer.version.right, points)
    return _marked(answer, Mark(share=share, rubric=dict(points), why=why.strip()), by=by, now=now)


def overrule(answer: Answer, *, is_right: bool, why: str, by: Any, now: datetime) -> Mark:  # noqa: ANN401
    """Say of a short answer that it is right, or wrong, whatever the key says.

    Raises:
        BadInput: when it is an own answer, is not a short one, or does not say why.
    """
    if answer.version.kind != "short":
        raise BadInput("only a short answer is overruled; correct the key of a choice, mark a role play anew")
    return _marked(answer, Mark(share=float(is_right), why=why.strip()), by=by, now=now)


def correct_key(
    version: QuestionVersion,
    right: list[str],
    why: str,
    *,
    by: Any,  # noqa: ANN401
    now: datetime,
) -> KeyCorrection:
    """Correct an answer key, and mark every answer to it again, in one act that is kept with what it changed.

    Nobody loses a pass by it: whoever passed by the key of the day has passed. What a person marked stays.

    Args:
        version: the wording whose key was wrong.
        right: keys of the right options, or the answers that are accepted.
        why: what was wrong.
        by: who corrects it.
        now: when.

    Raises:
        BadInput: when nothing changes, no reason is given, or the question has no key.
    """
    if version.kind not in BY_KEY:
        raise BadInput("a role play has a rubric and no key: mark the answers again one by one")
    if sorted(right) == sorted(version.right):
        raise BadInput("the key says that already: change it, or leave it")
    if not right or not why.strip():
        raise BadInput("a correction needs at least one right answer, and says what was wrong")
    with transaction.atomic():
        made = KeyCorrection.objects.create(
            version=version, before=version.right, after=right, why=why.strip(), corrected_by=by,
            corrected_at=now,
        )  # fmt: skip
        version.right = right
        version.save(update_fields=["right"])
        _mark_again(made, by, now)
    return made


def settle(sitting: Sitting, *, now: datetime, keeps_pass: bool = False) -> Outcome | None:
    """Work out what a sitting came to, tell the ledger what is new, and do what follows from it.

    Args:
        sitting: handed in.
        now: when.
        keeps_pass: whoever has passed stays so, whatever the share is now.

    Returns:
        None while an answer waits for a person.
    """
    answers = list(sitting.answers.select_related("version").prefetch_related("marks"))
    shares = {one.pk: one.marks.all()[0].share for one in answers if one.marks.all()}
    if len(shares) < len(sitting.asked):
        return None
    share = sum(shares.values()) / len(shares)
    outcome = Outcome(share, passes(share, sitting.pass_mark) or (keeps_pass and bool(sitting.passed)))
    before = None if sitting.marked_at is None else Outcome(sitting.share or 0.0, bool(sitting.passed))
    fresh = [one for one in answers if before is None or one.marks.all()[0].marked_at == now]
    tell(*(_answered(sitting, one, now) for one in fresh))
    if outcome != before:
        sitting.share, sitting.passed, sitting.told = outcome.share, outcome.passed, sitting.told + 1
        sitting.marked_at = sitting.marked_at or now
        sitting.save(update_fields=["share", "passed", "told", "marked_at"])
        tell(_taken(sitting, now))
        follow(sitting, before, now=now)
    return outcome


def _marked(answer: Answer, mark: Mark, *, by: Any, now: datetime) -> Mark:  # noqa: ANN401
    sitting = answer.sitting
    if sitting.handed_in_at is None:
        raise BadInput("this exam is still being taken: it is marked once it is handed in")
    if sitting.user_id == by.pk:
        raise BadInput("nobody marks an own answer: ask a colleague")
    if not mark.why and answer.marks.exists():
        raise BadInput("it was marked before: say why it is marked anew")
    with transaction.atomic():
        mark.answer, mark.marked_by, mark.marked_at = answer, by, now
        mark.save()
        settle(sitting, now=now)
    return mark


def _mark_again(made: KeyCorrection, by: Any, now: datetime) -> None:  # noqa: ANN401
    found = Answer.objects.filter(version=made.version, sitting__handed_in_at__isnull=False)
    for answer in found.select_related("version", "sitting__exam__module", "sitting__user"):
        last = answer.marks.first()
        if last is not None and not last.by_key:
            made.judged += 1
            continue
        share = share_by_key(made.version.kind, made.after, answer.said)
        if last is None or share != last.share:
            mark = Mark(answer=answer, share=share, by_key=True, correction=made, why=made.why)
            made.changed.append(_again(answer.sitting, mark, by, now))
    made.save(update_fields=["changed", "judged"])
    exam = made.version.question.exam
    told = {"question": str(made.version.question_id), "version": made.version.number, "user": by.pk,
            "marked_again": len(made.changed)}  # fmt: skip
    tell(row("exam.corrected", f"correction:{made.pk}", now, told, content=exam.key))


def _again(sitting: Sitting, mark: Mark, by: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401
    before = (sitting.share, sitting.passed)
    mark.marked_by, mark.marked_at = by, now
    mark.save()
    settle(sitting, now=now, keeps_pass=True)
    share, passed = zip(before, (sitting.share, sitting.passed), strict=True)
    return {"sitting": str(sitting.pk), "share": list(share), "passed": list(passed)}


def _taken(sitting: Sitting, now: datetime) -> dict[str, Any]:
    told = {"score": sitting.share, "attempt": sitting.attempt, "user": sitting.user_id}
    outcome = "passed" if sitting.passed else "failed"
    made = _row("exam.taken", f"sitting:{sitting.pk}", sitting, sitting.told, now, told)
    return made | {"outcome": outcome}


def _answered(sitting: Sitting, answer: Answer, now: datetime) -> dict[str, Any]:
    marks, question = answer.marks.all(), str(answer.version.question_id)
    told = {"question": question, "share": marks[0].share, "attempt": sitting.attempt}
    record = f"sitting:{sitting.pk}:{question}"
    return _row("exam.answered", record, sitting, len(marks), now, told | {"user": sitting.user_id})


def _row(
    kind: str, record: str, sitting: Sitting, version: int, now: datetime, told: dict[str, Any]
) -> dict[str, Any]:
    """A row of a sitting: it happened when that was handed in, and is known now; newer ones carry an @."""
    made = row(kind, record, now, told, rep_id=sitting.user.rep_id, content=sitting.exam.key)
    newer = "" if version == 1 else f"@{version}"
    return made | {"occurred_at": sitting.handed_in_at, "source_ref": f"{made['source_ref']}{newer}"}
