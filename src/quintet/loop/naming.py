"""Terms of a formula that speak of a rep: by name, and only to who may see that rep."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from quintet.facts.scope import Scope
from quintet.loop.diff import TermDiff
from quintet.stats.trials import Term

Speaking = TypeVar("Speaking", Term, TermDiff)


@dataclass(frozen=True)
class Changes:
    """What changed between two versions, as one reader may read it.

    Args:
        shown: what changed most surely first, reps by name.
        hidden: how many terms speak of reps the reader may not see.
    """

    shown: tuple[TermDiff, ...]
    hidden: int


def by_name(one: Speaking, names: Mapping[int, str]) -> Speaking:
    """The same with the name of the rep it speaks of; who has none stays a number."""
    if one.rep_id is None or one.rep_id not in names:
        return one
    return replace(one, name=one.name.replace(f"rep {one.rep_id}", names[one.rep_id]))


def as_read_by(scope: Scope, found: Sequence[TermDiff], names: Callable[[], Mapping[int, str]]) -> Changes:
    """Terms as one reader may read them.

    Args:
        scope: of the reader.
        found: every term.
        names: of the reps; asked for only where a term speaks of one.
    """
    known = names() if any(one.rep_id is not None for one in found) else {}
    mine = [one for one in found if one.rep_id is None or scope.sees(one.rep_id)]
    return Changes(tuple(by_name(one, known) for one in mine), len(found) - len(mine))
