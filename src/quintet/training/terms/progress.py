"""Where somebody stands with each module of a track."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """What may be said of somebody at a module."""

    DONE = "done"
    LATE = "late"
    OPEN = "open"
    LOCKED = "locked"


STATES = {State.DONE: "Done", State.LATE: "Late", State.OPEN: "Open", State.LOCKED: "Not yet open"}


@dataclass(frozen=True)
class Line:
    """One module of one person.

    Args:
        key: of the module.
        name: of the module.
        kind: of the module, one of MODULE_KINDS.
        finished_by: how it is finished, one of FINISHED_BY.
        is_required: does the track end with it done?
        state: where they stand.
        due_on: by when; None outside of a class. What is optional is never late.
        done_on: when they finished it; None while they have not.
        waits_for: names of the modules to take before.
        is_again: they had finished it; a certificate that ended asks for it again, without a date.
    """

    key: str
    name: str
    kind: str
    finished_by: str
    is_required: bool
    state: State
    due_on: date | None
    done_on: date | None
    waits_for: tuple[str, ...] = ()
    is_again: bool = False

    @property
    def is_open(self) -> bool:
        """May it be taken now?"""
        return self.state in {State.OPEN, State.LATE} and not self.waits_for


@dataclass(frozen=True)
class Progress:
    """One person in a track.

    Args:
        lines: the modules in order.
    """

    lines: tuple[Line, ...]

    @property
    def required(self) -> int:
        """How many modules the track ends with."""
        return sum(one.is_required for one in self.lines)

    @property
    def done(self) -> int:
        """Of these, how many are done."""
        return sum(one.is_required and one.state is State.DONE for one in self.lines)

    @property
    def late(self) -> tuple[Line, ...]:
        """What should be done by now, the longest due first."""
        late = [one for one in self.lines if one.state is State.LATE and one.due_on is not None]
        return tuple(sorted(late, key=lambda one: one.due_on or date.max))

    @property
    def next(self) -> Line | None:
        """What to take now: what is asked for again, else what is longest due, else the first open one."""
        ready = [one for one in self.lines if one.is_open]
        return min(ready, key=urgency, default=None)

    @property
    def is_over(self) -> bool:
        """Is everything done that is required?"""
        return bool(self.lines) and self.done == self.required


def urgency(line: Line) -> tuple[bool, date]:
    """What is smaller comes first: asked for again before new, then by when it is due."""
    return not line.is_again, line.due_on or date.max


def state_of(*, done: bool, locked: bool, due_on: date | None, today: date) -> State:
    """Where somebody stands: what is due by the end of a day is late the day after."""
    if done:
        return State.DONE
    if due_on is not None and due_on < today:
        return State.LATE
    return State.LOCKED if locked else State.OPEN
