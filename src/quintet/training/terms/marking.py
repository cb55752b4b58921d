"""How right an answer is, by its key."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from quintet.kernel.errors import BadInput

#: Kinds that a key can mark; the others wait for a person.
BY_KEY = frozenset({"one", "several", "short"})
#: Shares are sums of fractions: 8 of 10 passes at 0.8 whatever the last digit says.
_TOLERANCE = 1e-9
_DASHES = re.compile(r"[\u2010-\u2015\u2212-]+")
_MARKS = re.compile(r"[^\w%€$£+./ ]+")
_SPACES = re.compile(r"\s+")
_LEADING = re.compile(r"^(?:the|a|an) (?=.)")
_ENDING = re.compile(r"[./]+$")


def normalised(text: str) -> str:
    """A short answer without what does not matter: case, accents, spaces, marks, a leading article.

    "  The Budget-Holder! " and "budget holder" are the same.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in plain if not unicodedata.combining(one)).casefold()
    plain = _MARKS.sub("", _DASHES.sub(" ", plain))
    return _LEADING.sub("", _ENDING.sub("", _SPACES.sub(" ", plain).strip()))


def share_by_key(kind: str, right: Sequence[str], said: Any) -> float:  # noqa: ANN401 -- JSON: keys or a text
    """1.0 for a right answer, 0.0 for a wrong one; nothing in between, and nothing for no answer.

    Args:
        kind: one, several or short.
        right: keys of the right options, or the answers that are accepted.
        said: keys of the options chosen, or a text.

    Raises:
        BadInput: for a kind that a person marks.
    """
    if kind not in BY_KEY:
        raise BadInput(f"a key marks {', '.join(sorted(BY_KEY))}; {kind} is marked by a person")
    if not said:
        return 0.0
    if kind == "short":
        return float(normalised(str(said)) in {normalised(one) for one in right})
    return float(set(said) == set(right))


def share_by_rubric(rubric: Sequence[Mapping[str, Any]], points: Mapping[str, int]) -> float:
    """Points given over points there are.

    Args:
        rubric: items with their points.
        points: item → points given.

    Raises:
        BadInput: when an item has no points, or more than it is worth.
    """
    for one in rubric:
        given = points.get(one["item"])
        if given is None or not 0 <= given <= one["points"]:
            raise BadInput(f"{one['item']}: points lie in 0..{one['points']}, got {given}")
    return sum(points[one["item"]] for one in rubric) / sum(one["points"] for one in rubric)


def passes(share: float, pass_mark: float) -> bool:
    """Did a sitting reach the pass mark?"""
    return share + _TOLERANCE >= pass_mark
