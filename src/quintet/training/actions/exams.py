"""Writing exams and their banks: nothing that was asked is ever changed, a new wording is a new version."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.models.curriculum import Module
from quintet.training.models.exams import Exam, Question, QuestionVersion
from quintet.training.models.playbook import PlaybookPage
from quintet.training.terms.exams import ExamText
from quintet.training.terms.questions import CHOICES, QuestionText, checked

#: A word that is an address of its own.
_RESERVED = frozenset({"new", "items"})


def write_exam(told: ExamText, *, by: Any, now: datetime) -> Exam:  # noqa: ANN401 -- somebody with an account
    """Write an exam down; its key follows from its name and stays.

    Raises:
        BadInput: when there is one of that name, or its module is not there.
    """
    key = slugify(told.name)[:60]
    if not key or key in _RESERVED or Exam.objects.filter(key=key).exists():
        raise BadInput(f"there is an exam called {told.name!r} already, or it has no letters: choose another")
    with transaction.atomic():
        exam = Exam(key=key, written_by=by, written_at=now)
        _set(exam, told)
        _tell(exam, now, by, {"what": "written"})
    return exam


def change_exam(exam: Exam, told: ExamText, *, by: Any, now: datetime) -> None:  # noqa: ANN401
    """Change how an exam is held, for sittings that begin from now on."""
    with transaction.atomic():
        _set(exam, told)
        _tell(exam, now, by, {"what": "changed"})


def retire_exam(exam: Exam, *, by: Any, now: datetime) -> None:  # noqa: ANN401
    """Hold an exam no more; a sitting that runs goes on."""
    with transaction.atomic():
        if Exam.objects.filter(pk=exam.pk, retired_at=None).update(retired_at=now):
            _tell(exam, now, by, {"what": "retired"})


def write_question(exam: Exam, told: QuestionText, *, by: Any, now: datetime) -> Question:  # noqa: ANN401
    """Add a question to the bank of an exam."""
    return write_questions(exam, [told], by=by, now=now)[0]


def write_questions(exam: Exam, told: Sequence[QuestionText], *, by: Any, now: datetime) -> list[Question]:  # noqa: ANN401
    """Add questions to the bank of an exam, all or none.

    Raises:
        BadInput: when one of them cannot be asked or marked.
    """
    every = [checked(one) for one in told]
    with transaction.atomic():
        made = [Question.objects.create(exam=exam) for _ in every]
        for question, one in zip(made, every, strict=True):
            _version(question, one, 1, by=by, now=now)
    return made


def rewrite_question(
    question: Question,
    told: QuestionText,
    why: str,
    *,
    by: Any,  # noqa: ANN401
    now: datetime,
) -> QuestionVersion:
    """Give a question a new wording; sittings that were asked the old one keep it.

    Raises:
        BadInput: when it cannot be asked, or it was retired.
    """
    if question.retired_at is not None:
        raise BadInput("this question is asked no more: write a new one")
    with transaction.atomic():
        newest = QuestionVersion.objects.filter(question=question).first()
        number = newest.number + 1 if newest else 1
        return _version(question, checked(told), number, why=why, by=by, now=now)


def retire_question(question: Question, *, by: Any, now: datetime) -> None:  # noqa: ANN401
    """Ask a question no more; what was answered stays."""
    with transaction.atomic():
        if Question.objects.filter(pk=question.pk, retired_at=None).update(retired_at=now):
            _tell(question.exam, now, by, {"what": "question retired", "question": str(question.pk)})


def _set(exam: Exam, told: ExamText) -> None:
    exam.name, exam.about, exam.module = told.name.strip(), told.about.strip(), _module(told.module)
    exam.draws, exam.pass_mark, exam.attempts = told.draws, told.pass_mark, told.attempts
    exam.wait_hours, exam.minutes, exam.shows_keys = told.wait_hours, told.minutes, told.shows_keys
    exam.save()


def _module(key: str) -> Module | None:
    if not key:
        return None
    found = Module.objects.filter(key=key).first()
    if found is None:
        raise BadInput(f"there is no module {key!r}: choose one of the curriculum")
    return found


def _version(
    question: Question,
    told: QuestionText,
    number: int,
    *,
    why: str = "",
    by: Any,  # noqa: ANN401
    now: datetime,
) -> QuestionVersion:
    options, right = _stored(told)
    made = QuestionVersion.objects.create(
        question=question, number=number, kind=told.kind, text=told.text.strip(), options=options,
        right=right, page=_page(told.page), why=why.strip(), written_by=by, written_at=now,
    )  # fmt: skip
    what = "question written" if number == 1 else "question rewritten"
    _tell(question.exam, now, by, {"what": what, "question": str(question.pk), "version": number})
    return made


def _stored(told: QuestionText) -> tuple[list[dict[str, str]], list[Any]]:
    """Options and key as they are kept; the name of an option is a random word that tells nothing."""
    if told.kind == "short":
        return [], [one.strip() for one in told.right if one.strip()]
    if told.kind == "graded":
        return [], [{"item": one.item, "points": one.points} for one in told.rubric]
    assert told.kind in CHOICES  # noqa: S101 -- the kinds are these four
    options = [{"key": secrets.token_hex(4), "text": one.strip()} for one in (*told.right, *told.wrong)]
    return options, [one["key"] for one in options[: len(told.right)]]


def _page(key: str) -> PlaybookPage | None:
    if not key:
        return None
    found = PlaybookPage.objects.filter(key=key).first()
    if found is None:
        raise BadInput(f"there is no playbook page {key!r}: write its key as the playbook has it, or none")
    return found


def _tell(exam: Exam, now: datetime, by: Any, told: dict[str, Any]) -> None:  # noqa: ANN401
    place = "".join(f":{told[name]}" for name in ("what", "question", "version") if name in told)
    record = f"exam:{exam.pk}{place}:{now.isoformat()}"
    tell(row("exam.written", record.replace(" ", "-"), now, told | {"user": by.pk}, content=exam.key))
