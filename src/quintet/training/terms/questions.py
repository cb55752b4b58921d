"""A question as it is written down: its kind, what it asks, and its key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quintet.kernel.errors import BadInput
from quintet.training.terms.marking import normalised

MOST_OPTIONS = 12
LEAST_OPTIONS = 2
MOST_POINTS = 100
CHOICES = frozenset({"one", "several"})


@dataclass(frozen=True)
class RubricItem:
    """One thing an answer is marked by, and how many points it is worth."""

    item: str
    points: int


@dataclass(frozen=True)
class QuestionText:
    """What is written of a question.

    Args:
        kind: one, several, short or graded.
        text: what is asked.
        right: of a choice, the texts of the right options; of a short answer, every answer that is accepted.
        wrong: of a choice, the texts of the others.
        rubric: of a graded one, what it is marked by.
        page: key of the playbook page to read for it; empty for none.
    """

    kind: str
    text: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    rubric: tuple[RubricItem, ...] = ()
    page: str = ""


def checked(told: QuestionText) -> QuestionText:
    """The same question, if it can be asked and marked.

    Raises:
        BadInput: naming what is missing or doubled, and what to do.
    """
    if not told.text.strip():
        raise BadInput("a question needs a text: write what is asked")
    {"one": _choice, "several": _choice, "short": _short, "graded": _graded}[told.kind](told)
    return told


def _choice(told: QuestionText) -> None:
    every = [one.strip().casefold() for one in (*told.right, *told.wrong)]
    if told.kind == "one" and len(told.right) != 1:
        raise BadInput(f"one of several has one right option, got {len(told.right)}")
    if told.kind == "several" and not told.right:
        raise BadInput("at least one option must be right: mark it")
    if not LEAST_OPTIONS <= len(every) <= MOST_OPTIONS:
        raise BadInput(f"a choice has {LEAST_OPTIONS} to {MOST_OPTIONS} options, got {len(every)}")
    if len(set(every)) < len(every):
        raise BadInput("two options say the same: change one of them")


def _short(told: QuestionText) -> None:
    if not any(normalised(one) for one in told.right):
        raise BadInput("a short answer needs at least one answer that is accepted")


def _graded(told: QuestionText) -> None:
    if not told.rubric:
        raise BadInput("a role play needs a rubric: at least one item and its points")
    for one in told.rubric:
        if not 1 <= one.points <= MOST_POINTS:
            raise BadInput(f"{one.item}: points lie in 1..{MOST_POINTS}, got {one.points}")
    if len({one.item.casefold() for one in told.rubric}) < len(told.rubric):
        raise BadInput("two items of the rubric say the same: change one of them")


def rubric_of(text: str) -> tuple[RubricItem, ...]:
    """A rubric out of lines such as "Asks who decides: 3".

    Raises:
        BadInput: naming the line that has no points.
    """
    return tuple(_item(line) for line in text.splitlines() if line.strip())


def _item(line: str) -> RubricItem:
    item, mark, points = line.strip().rpartition(":")
    if not mark or not points.strip().isdigit() or not item.strip():
        raise BadInput(f"a line of the rubric is an item, a colon and its points, got {line.strip()!r}")
    return RubricItem(item.strip(), int(points))


def rubric_text(right: Sequence[Mapping[str, Any]]) -> str:
    """The lines a stored rubric was written as."""
    return "\n".join(f"{one['item']}: {one['points']}" for one in right)
