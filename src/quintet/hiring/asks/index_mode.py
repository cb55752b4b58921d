"""May the index advise?"""

from dataclasses import dataclass

from quintet.hiring.models.index import IndexMode
from quintet.hiring.terms.words import MODES

#: Until somebody switches: below its minimum of hires the index says "not yet" by itself.
_AT_FIRST = "advising"


@dataclass(frozen=True)
class Mode:
    """What the index is used for now.

    Args:
        mode: one of MODES.
        history: switches, newest first; empty before the first.
    """

    mode: str
    history: tuple[IndexMode, ...]

    @property
    def label(self) -> str:
        """As people say it."""
        return MODES[self.mode]

    @property
    def may_advise(self) -> bool:
        """May a candidate get an index?"""
        return self.mode != "descriptive"

    @property
    def other(self) -> str:
        """What a switch would turn it to."""
        return next(one for one in MODES if one != self.mode)


def index_mode() -> Mode:
    """What the index is used for now, and how that came."""
    history = tuple(IndexMode.objects.select_related("set_by"))
    return Mode(history[0].mode if history else _AT_FIRST, history)


def may_advise() -> bool:
    """May a candidate get an index? Where this says no, none is worked out and none is shown."""
    newest = IndexMode.objects.first()
    return newest is None or newest.mode != "descriptive"
