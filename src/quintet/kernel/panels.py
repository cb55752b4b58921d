"""What a room puts on the home page: a panel asks the room's own questions, and the site draws what it says.

Rooms offer theirs as `PANELS` in `<room>/home.py`; who sees which, in which order, stands in site/panels.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Urgency(IntEnum):
    """How soon something should be done; what is lower comes first."""

    LATE = 0
    TODAY = 1
    SOON = 2

    @property
    def is_late(self) -> bool:
        """Should it be done by now?"""
        return self is Urgency.LATE


@dataclass(frozen=True)
class Todo:
    """Something its reader should do now.

    Args:
        what: an order in a few words, e.g. "Score Ann Lee".
        url: where it is done.
        action: the words of the button there.
        why: one sentence; empty where `what` says it all.
        urgency: how soon.
    """

    what: str
    url: str
    action: str
    why: str = ""
    urgency: Urgency = Urgency.TODAY


@dataclass(frozen=True)
class Tile:
    """One number; see the component `metric_tile`."""

    label: str
    value: float | str | None
    unit: str = ""
    lo: float | None = None
    hi: float | None = None
    n: int | None = None
    level: float = 0.9
    note: str = ""
    url: str = ""

    @property
    def is_words(self) -> bool:
        """Is it said in words, and not as a number in a unit?"""
        return isinstance(self.value, str)


@dataclass(frozen=True)
class Share:
    """A rate with its interval; see the component `rate`. A `reason` stands where it is silent."""

    label: str
    value: float | None
    lo: float | None = None
    hi: float | None = None
    n: int | None = None
    converted: int | None = None
    baseline: float | None = None
    url: str = ""
    tone: str = ""
    is_young: bool = False
    top: float = 1.0
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a list: what it is, what is said of it, and a state in a word.

    Args:
        text: the row; a link where there is a `url`.
        told: a sentence below it.
        badge: a state in a word or two.
        tone: of the badge: good, warn or bad.
    """

    text: str
    url: str = ""
    told: str = ""
    badge: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart with its table; see the component `chart`."""

    title: str
    spec: Mapping[str, Any]
    columns: Sequence[Any]
    rows: Sequence[Any]
    caption: str = ""


@dataclass(frozen=True)
class Shown:
    """What a panel says to one reader, in the order it is drawn.

    Args:
        sentence: the answer in words.
        tiles: numbers side by side.
        shares: rates, one below the other.
        lines: a list.
        more: of that list, how many more there are on the page.
        picture: a chart.
        note: what to keep in mind.
        nothing: said where there is nothing to show, and no harm in it.
        todos: what to do about it, the most urgent first.
    """

    sentence: str = ""
    tiles: tuple[Tile, ...] = ()
    shares: tuple[Share, ...] = ()
    lines: tuple[Line, ...] = ()
    more: int = 0
    picture: Picture | None = None
    note: str = ""
    nothing: str = ""
    todos: tuple[Todo, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Is there nothing to show?"""
        return not (self.tiles or self.shares or self.lines or self.picture)


@dataclass(frozen=True)
class Panel:
    """One part of the home page.

    Args:
        key: `<room>.<name>`, as the site's list of who sees what names it.
        title: its heading.
        page: the name of its full page's address; only who may open that page sees the panel.
        link: the words of the link to it.
        ask: a request → what is said to whoever asks. It may raise a QuintetError: then the site says what is
            missing, or what failed, and the rest of the page stays.
        is_wide: it takes the whole width.
    """

    key: str
    title: str
    page: str
    link: str
    ask: Callable[[Any], Shown]
    is_wide: bool = False
