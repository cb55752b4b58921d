"""Which formulas are in the loop: those the rooms bring."""

from importlib import import_module
from importlib.util import find_spec

from quintet.kernel.errors import BadInput
from quintet.stats.trials import Formula, Watching

ROOMS = ("hiring", "training", "management", "demand")


def formulas() -> tuple[Formula, ...]:
    """Every formula that joined, in the order of the rooms."""
    places = [f"quintet.{room}.in_loop" for room in ROOMS if find_spec(f"quintet.{room}")]
    return tuple(one for place in places if find_spec(place) for one in import_module(place).FORMULAS)


def watched_formulas() -> tuple[Formula, ...]:
    """Those that tell day by day what they promise; the others are scored by the turn alone."""
    return tuple(one for one in formulas() if isinstance(one, Watching))


def formula_named(name: str) -> Formula:
    """The formula of that name.

    Raises:
        BadInput: when none in the loop has it.
    """
    found = {one.name: one for one in formulas()}
    if name not in found:
        msg = f"the formula must be one of {', '.join(found) or 'none yet'}, got {name!r}"
        raise BadInput(msg)
    return found[name]
