"""Modules and tracks as they are written: what comes before what, and by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from quintet.kernel.errors import BadInput
from quintet.training.terms.words import EVIDENCE, MODULE_KINDS, STEPS, TRACK_ROLES

MOST_HOURS = 200.0


@dataclass(frozen=True)
class ModuleText:
    """A module as somebody writes it.

    Args:
        key: its address, which never changes.
        name: as people call it.
        kind: one of MODULE_KINDS.
        sentence: what one can do after it.
        body: Markdown: what to read or to do.
        hours: it takes about so long.
        moves: the step it should move; empty for none.
        asks_for: figures a hands-on project has to reach, e.g. {"visits": 100}.
        pages: keys of the playbook pages it teaches.
        after: keys of the modules to take before.
    """

    key: str
    name: str
    kind: str
    sentence: str = ""
    body: str = ""
    hours: float = 1.0
    moves: str = ""
    asks_for: Mapping[str, int] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackStep:
    """A module in a track.

    Args:
        module: its key.
        due_day: working days after the start of a class.
        is_required: does the track end with it done?
    """

    module: str
    due_day: int
    is_required: bool = True


def checked_module(text: ModuleText) -> ModuleText:
    """The module, if somebody could take it.

    Raises:
        BadInput: naming what is missing or does not belong.
    """
    if not text.name.strip():
        raise BadInput("a module needs a name: say what one learns in it")
    if text.kind not in MODULE_KINDS:
        raise BadInput(f"kind must be one of {', '.join(MODULE_KINDS)}, got {text.kind!r}")
    if text.moves and text.moves not in STEPS:
        raise BadInput(f"the step it moves must be one of {', '.join(STEPS)}, got {text.moves!r}")
    if not 0 < text.hours <= MOST_HOURS:
        raise BadInput(f"hours lie in 0..{MOST_HOURS:.0f}, got {text.hours:g}: cut a longer module in two")
    _check_figures(text)
    return text


def _check_figures(text: ModuleText) -> None:
    if text.kind != "hands_on" and text.asks_for:
        raise BadInput("only a hands-on project asks for figures")
    if text.kind == "hands_on" and not text.asks_for:
        raise BadInput(f"a hands-on project ends with figures: say how many {' or '.join(EVIDENCE)} it takes")
    for name, figure in text.asks_for.items():
        if name not in EVIDENCE or figure < 1:
            raise BadInput(f"a project asks for at least 1 of {', '.join(EVIDENCE)}, got {name!r}: {figure}")


def checked_role(role: str) -> str:
    """A role a track may be for.

    Raises:
        BadInput: for another one.
    """
    if role not in TRACK_ROLES:
        raise BadInput(f"a track is for one of {', '.join(TRACK_ROLES)}, got {role!r}")
    return role


def refuse_circles(after: Mapping[str, Iterable[str]]) -> None:
    """Refuse modules that wait for each other: nobody could begin.

    Args:
        after: module → the modules to take before it.

    Raises:
        BadInput: naming the circle.
    """
    in_order(after)


def in_order(after: Mapping[str, Iterable[str]]) -> list[str]:
    """The modules so that each comes after those it builds on; otherwise as they were given.

    Raises:
        BadInput: when some wait for each other, naming them.
    """
    placed: dict[str, None] = {}
    for key in after:
        _place(key, after, placed, ())
    return [key for key in placed if key in after]


def _place(
    key: str, after: Mapping[str, Iterable[str]], placed: dict[str, None], way: tuple[str, ...]
) -> None:
    if key in placed:
        return
    if key in way:
        circle = " → ".join((*way[way.index(key) :], key))
        raise BadInput(f"modules wait for each other, so nobody could begin: {circle}. Leave one of them out")
    for before in after.get(key, ()):
        _place(before, after, placed, (*way, key))
    placed[key] = None


def checked_steps(steps: Iterable[TrackStep], after: Mapping[str, Iterable[str]]) -> tuple[TrackStep, ...]:
    """The steps of a track, if they can be taken in this order.

    Args:
        steps: in their order.
        after: module → the modules to take before it.

    Raises:
        BadInput: when a module comes twice, or before one it builds on.
    """
    told = tuple(steps)
    keys = [one.module for one in told]
    twice = next((key for at, key in enumerate(keys) if key in keys[:at]), None)
    if twice:
        raise BadInput(f"{twice!r} is in the track already")
    for at, one in enumerate(told):
        late = [key for key in after.get(one.module, ()) if key in keys[at:]]
        if late:
            raise BadInput(f"{one.module!r} builds on {late[0]!r}: put that one before it")
    return told


def reached(figures: Mapping[str, int], asks_for: Mapping[str, int]) -> bool:
    """Has a project shown everything it was asked for?"""
    return bool(asks_for) and all(figures.get(name, 0) >= figure for name, figure in asks_for.items())
