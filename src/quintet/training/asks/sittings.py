"""Sittings asked: what a taker sees while it runs, and what is shown once it was marked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from quintet.training.models.exams import Answer, QuestionVersion, Sitting
from quintet.training.models.playbook import PageVersion, PlaybookPage
from quintet.training.terms.drawing import drawn, shuffled
from quintet.training.terms.exams import Asked, Choice, Marked
from quintet.training.terms.questions import CHOICES, rubric_text


def sitting_of(user: Any, sitting_id: UUID) -> Sitting | None:  # noqa: ANN401 -- somebody with an account
    """One's own sitting; None for anybody else's."""
    found = Sitting.objects.select_related("exam__module", "user")
    return found.filter(sitting_id=sitting_id, user=user).first()


def sittings_of(user: Any) -> list[Sitting]:  # noqa: ANN401
    """One's own sittings, newest first."""
    return list(Sitting.objects.filter(user=user).select_related("exam"))


def paper(sitting: Sitting) -> list[Asked]:
    """The questions of a sitting in its order, with what is kept of the answers; no keys."""
    versions = versions_asked(sitting)
    kept = {one.version_id: one for one in sitting.answers.all()}
    return [
        as_asked(versions[pk], number, shown, kept.get(pk))
        for number, (pk, shown) in enumerate(sitting.asked, start=1)
    ]


def drawn_paper(bank: Sequence[QuestionVersion], many: int, seed: int) -> list[Asked]:
    """A paper as this seed draws it; nothing is kept.

    Args:
        bank: the questions in use.
        many: how many are asked.
        seed: of the draw.
    """
    by_pk = {one.pk: one for one in bank}
    asked = enumerate(draw(bank, many, seed), start=1)
    return [as_asked(by_pk[pk], number, shown, None) for number, (pk, shown) in asked]


def draw(bank: Sequence[QuestionVersion], many: int, seed: int) -> list[tuple[int, list[str]]]:
    """Which questions are asked, each with the order of its options: by seed and bank alone.

    Args:
        bank: the questions in use.
        many: how many are asked.
        seed: of the draw.

    Returns:
        The id of each wording with the keys of its options, in the order they are asked and shown.
    """
    versions = {str(one.question_id): one for one in bank}
    return [
        (versions[key].pk, shuffled(seed, key, [one["key"] for one in versions[key].options]))
        for key in drawn(seed, versions, many)
    ]


def as_asked(version: QuestionVersion, number: int, shown: list[str], answer: Answer | None) -> Asked:
    """A question as it is shown.

    Args:
        version: the wording.
        number: its place, from 1.
        shown: keys of its options in the order of the sitting.
        answer: what is kept; None before the first save.
    """
    said = answer.said if answer else ""
    texts = {one["key"]: one["text"] for one in version.options}
    is_choice = version.kind in CHOICES
    choices = tuple(Choice(at, texts[key], key in said) for at, key in enumerate(shown)) if is_choice else ()
    return Asked(
        version.pk, number, version.kind, version.text, choices,
        "" if is_choice else str(said or ""), answer.revision if answer else 0,
    )  # fmt: skip


def versions_asked(sitting: Sitting) -> dict[int, QuestionVersion]:
    """The wordings a sitting asks, by id."""
    pks = [pk for pk, _ in sitting.asked]
    return QuestionVersion.objects.select_related("question", "page").in_bulk(pks)


def marked_paper(sitting: Sitting) -> list[Marked]:
    """The questions of a marked sitting with how right each was; keys only where the exam shows them."""
    if sitting.marked_at is None:
        return []
    versions = versions_asked(sitting)
    newest = {one.version_id: one.marks.all() for one in sitting.answers.prefetch_related("marks")}
    return [
        Marked(
            asked,
            marks[0].share,
            page_link(versions[asked.version].page),
            next((one.why for one in marks if not one.by_key and one.why), ""),
            _key(sitting, versions[asked.version]),
        )
        for asked in paper(sitting)
        if (marks := list(newest[asked.version]))
    ]


def to_read(papers: list[Marked]) -> list[tuple[str, str]]:
    """The playbook pages of the questions that were not right, each once: title and address."""
    return list(dict.fromkeys(one.page for one in papers if one.page and one.share < 1.0))


def right_text(version: QuestionVersion) -> str:
    """The key of a question in words, for those who may see it."""
    if version.kind == "graded":
        return rubric_text(version.right)
    if version.kind == "short":
        return " · ".join(version.right)
    return " · ".join(one["text"] for one in version.options if one["key"] in version.right)


def _key(sitting: Sitting, version: QuestionVersion) -> str | None:
    is_out_of_use = sitting.exam.retired_at is not None or version.question.retired_at is not None
    return right_text(version) if sitting.exam.shows_keys or is_out_of_use else None


def page_link(page: PlaybookPage | None) -> tuple[str, str] | None:
    """Title and address of a page."""
    if page is None:
        return None
    newest = PageVersion.objects.filter(page=page).first()
    return (newest.title if newest else page.key, reverse("training:playbook-page", args=[page.key]))
