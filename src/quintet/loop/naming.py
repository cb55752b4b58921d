"""Terms of a formula that speak of a rep: by name, and only to who may see that rep."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from quintet.facts.scope import Scope
from quintet.loop.diff import TermDiff

_REP = re.compile(r"\brep (\d+)\b")


@dataclass(frozen=True)
class Named:
    """Reps by their names, where a formula says their numbers.

    Args:
        names: rep_id → name.
    """

    names: Mapping[int, str]

    def said(self, text: str) -> str:
        """The same with names; who has none stays a number."""
        return _REP.sub(lambda found: self.names.get(int(found[1]), found[0]), text)


@dataclass(frozen=True)
class Changes:
    """What changed between two versions, as one reader may read it.

    Args:
        shown: what changed most surely first, reps by name.
        hidden: how many terms speak of reps the reader may not see.
    """

    shown: tuple[TermDiff, ...]
    hidden: int


def as_read_by(scope: Scope, found: Iterable[TermDiff], names: Callable[[], Mapping[int, str]]) -> Changes:
    """Terms as one reader may read them.

    Args:
        scope: of the reader.
        found: every term.
        names: of the reps; asked for only where a term speaks of one.
    """
    every = tuple(found)
    about = [{int(rep) for rep in _REP.findall(one.name)} for one in every]
    mine = [one for one, reps in zip(every, about, strict=True) if all(scope.sees(rep) for rep in reps)]
    named = Named(names() if any(about) else {})
    shown = tuple(replace(one, name=named.said(one.name)) for one in mine)
    return Changes(shown, len(every) - len(mine))
