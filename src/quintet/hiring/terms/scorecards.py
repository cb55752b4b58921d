"""What an interviewer's form holds while it is filled, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quintet.hiring.terms.words import HIGHEST, LOWEST
from quintet.kernel.errors import BadInput

LONGEST = 5000


@dataclass(frozen=True)
class Said:
    """Points on one criterion, and what was heard or seen that says so."""

    points: int | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Played:
    """A role play: homework, the score before coaching, the feedback given, the score after."""

    homework_points: int | None = None
    before: int | None = None
    feedback: str = ""
    after: int | None = None

    @property
    def gain(self) -> int | None:
        """Points gained by coaching; None while one of the two is missing."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Draft:
    """A form as far as it is filled.

    Args:
        scores: key of the criterion → what was said.
        overall: the verdict on the whole, 1 to 10.
        overall_why: its reason.
        played: the role play.
    """

    scores: Mapping[str, Said] = field(default_factory=dict)
    overall: int | None = None
    overall_why: str = ""
    played: Played = Played()


@dataclass(frozen=True)
class Asked:
    """What a form asks for.

    Args:
        scored: keys and names of the criteria to score.
        has_gain: a criterion is worked out of the role play: both of its scores and the feedback are needed.
        has_homework: homework was asked for.
    """

    scored: Mapping[str, str]
    has_gain: bool = False
    has_homework: bool = False


def read_draft(told: Mapping[str, Any], keys: frozenset[str]) -> Draft:
    """A draft out of JSON or a posted form.

    Raises:
        BadInput: for points off the scale, or a criterion the form does not ask for.
    """
    scores = told.get("scores") or {}
    played = told.get("role_play") or {}
    if not isinstance(scores, Mapping) or not isinstance(played, Mapping):
        raise BadInput("a draft holds scores and role_play by name: reload the form")
    stray = sorted(set(scores) - keys)
    if stray:
        raise BadInput(f"this form does not ask for {stray[0]!r}: reload it")
    return Draft(
        {key: _said(key, one) for key, one in scores.items()},
        _points("overall", told.get("overall")),
        _text(told.get("overall_why")),
        Played(
            _points("homework", played.get("homework_points")),
            _points("before coaching", played.get("before")),
            _text(played.get("feedback")),
            _points("after coaching", played.get("after")),
        ),
    )


def missing(draft: Draft, asked: Asked) -> tuple[str, ...]:
    """What a draft still needs before it can be submitted, in the order of the form."""
    without = [name for key, name in asked.scored.items() if draft.scores.get(key, Said()).points is None]
    played, needs = draft.played, []
    if asked.has_homework and played.homework_points is None:
        needs.append("the homework")
    if asked.has_gain or played.before is not None or played.after is not None:
        needs += [word for word, value in (
            ("the score before coaching", played.before),
            ("the feedback given", played.feedback.strip() or None),
            ("the score after coaching", played.after),
        ) if value is None]  # fmt: skip
    return (*without, *needs, *(["the overall verdict"] if draft.overall is None else []))


def _said(key: str, one: Any) -> Said:  # noqa: ANN401 -- JSON
    if not isinstance(one, Mapping):
        raise BadInput(f"{key} must hold points and evidence: reload the form")
    return Said(_points(key, one.get("points")), _text(one.get("evidence")))


def _points(what: str, value: Any) -> int | None:  # noqa: ANN401 -- JSON
    if value is None or value == "":
        return None
    try:
        points = int(str(value))
    except ValueError:
        raise BadInput(f"{what}: points are a whole number, got {value!r}") from None
    if not LOWEST <= points <= HIGHEST:
        raise BadInput(f"{what}: points lie in {LOWEST}..{HIGHEST}, got {points}")
    return points


def _text(value: Any) -> str:  # noqa: ANN401 -- JSON
    return str(value or "")[:LONGEST].replace("\0", "")
