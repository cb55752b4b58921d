"""Two versions of a formula side by side: what each term says, what changed, and how surely."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from quintet.stats.trials import Term

_Z90 = 1.6448536269514722
_SURE = 1.6448536269514722


class Change(StrEnum):
    """What became of a term."""

    NEW = "new"
    GONE = "gone"
    UP = "up"
    DOWN = "down"
    SAME = "within its doubt"


@dataclass(frozen=True)
class TermDiff:
    """One term in two versions.

    Args:
        name: of the term.
        before: in the older version; None where it had none.
        after: in the newer version; None where it has none.
        change: up and down only where the difference is larger than both versions' doubt explains.
        difference: after minus before; None where it is new or gone.
        more: units that showed it, newer minus older.
    """

    name: str
    before: Term | None
    after: Term | None
    change: Change
    difference: float | None
    more: int

    @property
    def rep_id(self) -> int | None:
        """The rep it speaks of; None where it speaks of nobody."""
        told = self.after or self.before
        return told.rep_id if told else None

    @property
    def points(self) -> str:
        """What a person says: “10 → 8”; empty where the formula has no points."""
        spoken = ["–" if one is None else one.spoken for one in (self.before, self.after)]
        return "" if None in spoken or not any(one != "–" for one in spoken) else _arrow(*spoken)

    @property
    def why(self) -> str:
        """What was counted behind it, in one sentence."""
        if self.before is None or self.after is None:
            one = self.after or self.before
            lead = "New" if self.before is None else "No longer told apart"
            return f"{lead}: {_counted(one)}." if one else ""
        if self.before.hits is None or self.after.hits is None:
            return f"Shown by {_arrow(f'{self.before.n:,}', f'{self.after.n:,}')}."
        return _counts(self.before, self.after)


def diff(before: Sequence[Term], after: Sequence[Term]) -> tuple[TermDiff, ...]:
    """Every term of either version, what changed most surely first.

    Versions share most of their data, so two estimates lie closer together than two independent ones would:
    what is called a change here is one, what is called "within its doubt" may still be one.
    """
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    found = [_term(name, old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old])]
    return tuple(sorted(found, key=lambda one: (-_weight(one), one.name)))


def _term(name: str, old: Term | None, new: Term | None) -> TermDiff:
    if old is None or new is None:
        told = new or old
        more = (new.n if new else 0) - (old.n if old else 0)
        change = Change.NEW if old is None else Change.GONE
        return TermDiff(name, old, new, change, None, more if told else 0)
    difference = new.estimate - old.estimate
    change = Change.SAME
    if abs(difference) > _SURE * _error(old, new):
        change = Change.UP if difference > 0 else Change.DOWN
    return TermDiff(name, old, new, change, difference, new.n - old.n)


def _counts(old: Term, new: Term) -> str:
    """What came since, where the newer version learned from all that the older one did; else both."""
    more, hits = new.n - old.n, (new.hits or 0) - (old.hits or 0)
    if more == 0 and hits == 0:
        return f"Nothing came since: {_counted(old)}."
    if 0 <= hits <= more:
        before = f"before {_share(old.hits or 0, old.n)} of {old.n:,}"
        return f"{more:,} more showed it, {hits:,} of them came true ({_share(hits, more)}; {before})."
    return f"It learned from {_counted(old)}; now from {_counted(new)}."


def _counted(one: Term) -> str:
    if one.hits is None:
        return f"{one.n:,}"
    return f"{one.n:,} that showed it, {one.hits:,} came true ({_share(one.hits, one.n)})"


def _share(hits: int, n: int) -> str:
    return f"{hits / n:.1%}".replace("%", " %") if n else "none"


def _arrow(before: object, after: object) -> str:
    return f"{before} → {after}" if before != after else f"{after}"


def _error(old: Term, new: Term) -> float:
    return math.hypot(old.hi - old.lo, new.hi - new.lo) / (2 * _Z90)


def _weight(one: TermDiff) -> float:
    """Sure changes first; then what moves what is said of many: a rare level that is new says little."""
    seen = max(term.n for term in (one.before, one.after) if term)
    if one.difference is None:
        known = one.after or one.before
        return abs(known.estimate) * math.sqrt(seen) if known else 0.0
    sure = 1e9 if one.change is not Change.SAME else 0.0
    return sure + abs(one.difference) * math.sqrt(seen)
