"""Answers as they come from a browser, in places and texts, and as they are kept, in keys and texts."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from quintet.kernel.errors import BadInput
from quintet.training.asks.sittings import paper
from quintet.training.models.exams import Sitting
from quintet.training.terms.exams import LONGEST_ANSWER, Asked, Told

_LATEST = 2**53


def read_answers(sitting: Sitting, told: Any) -> list[Told]:  # noqa: ANN401 -- JSON
    """Answers out of JSON: `[{"version": 7, "said": ["2"], "revision": 1500}]`.

    Raises:
        BadInput: for anything the page does not send.
    """
    if not isinstance(told, list):
        raise BadInput("answers are a list: reload the page")
    asked = {one.version: one for one in paper(sitting)}
    return [_answer(sitting, asked, one) for one in told]


def read_posted(sitting: Sitting, told: QueryDict, elapsed: int) -> tuple[list[Told], int]:
    """Answers out of a posted form, and how many were saved in another window after it was drawn.

    Those that differ from what is kept are new, but for those that were saved elsewhere meanwhile: they stay.

    Args:
        sitting: whose questions.
        told: `answer-<version>` for each, and `drawn`: when the form was made, in milliseconds since the
            beginning.
        elapsed: milliseconds since the beginning now.
    """
    since, fresh, kept = _whole(told.get("drawn"), "drawn"), [], 0
    for one in paper(sitting):
        values = told.getlist(f"answer-{one.version}")
        raw = values if one.choices else next(iter(values), "")
        said = _said(sitting, one, raw)
        if raw == one.as_json["said"] or (not one.choices and _text(raw) == one.said):
            continue
        if one.revision > since:
            kept += 1
        else:
            fresh.append(Told(one.version, said, elapsed))
    return fresh, kept


def _answer(sitting: Sitting, asked: Mapping[int, Asked], told: Any) -> Told:  # noqa: ANN401
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, int) or version not in asked:
        raise BadInput("this sitting does not ask that question: reload the page")
    one = asked[version]
    revision = _whole(told.get("revision"), "revision")
    return Told(one.version, _said(sitting, one, told.get("said")), revision)


def _said(sitting: Sitting, one: Asked, raw: Any) -> list[str] | str:  # noqa: ANN401
    if not one.choices:
        return _text(raw)
    if not isinstance(raw, list):
        raise BadInput("a choice is a list of places: reload the page")
    shown = dict(sitting.asked)[one.version]
    places = [_whole(place, "a place") for place in raw]
    if any(place >= len(shown) for place in places) or (one.kind == "one" and len(places) > 1):
        raise BadInput(f"question {one.number} has {len(shown)} options: reload the page")
    return sorted(shown[place] for place in set(places))


def _text(raw: Any) -> str:  # noqa: ANN401
    return str(raw or "")[:LONGEST_ANSWER].replace("\0", "").replace("\r\n", "\n")


def _whole(value: object, what: str) -> int:
    try:
        found = int(str(value))
    except ValueError:
        raise BadInput(f"{what} is a whole number, got {value!r}: reload the page") from None
    if not 0 <= found <= _LATEST:
        raise BadInput(f"{what} lies in 0..{_LATEST}, got {found}: reload the page")
    return found
