"""How an exam is held, where somebody stands with it, and what a taker sees of it: never a key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from quintet.kernel.errors import BadInput

MOST_DRAWN = 200
MOST_HOURS = 24 * 365
MOST_MINUTES = 24 * 60
LONGEST_ANSWER = 10_000


@dataclass(frozen=True)
class ExamText:
    """What is written of an exam.

    Args:
        name: how it is called.
        about: what it asks, said before it begins.
        module: key of the module that passing it finishes; empty for none.
        draws: how many questions of the bank each sitting asks.
        pass_mark: share that passes, 0 to 1.
        attempts: how often it may be taken.
        wait_hours: from one attempt to the next.
        minutes: time for a sitting; None for as long as it takes.
        shows_keys: after it was marked, the right answers are shown, although the bank is in use.
    """

    name: str
    about: str = ""
    module: str = ""
    draws: int = 10
    pass_mark: float = 0.8
    attempts: int = 3
    wait_hours: int = 0
    minutes: int | None = None
    shows_keys: bool = False

    def __post_init__(self) -> None:
        """Every figure within its bounds.

        Raises:
            BadInput: naming the one that is not.
        """
        bounds = (
            ("questions drawn", self.draws, 1, MOST_DRAWN),
            ("the pass mark", self.pass_mark, 0, 1),
            ("attempts", self.attempts, 1, 100),
            ("hours to wait", self.wait_hours, 0, MOST_HOURS),
            ("minutes", self.minutes, 1, MOST_MINUTES),
        )
        if not self.name.strip():
            raise BadInput("an exam needs a name")
        for what, value, least, most in bounds:
            if value is not None and not least <= value <= most:
                raise BadInput(f"{what} lies in {least}..{most}, got {value}")


@dataclass(frozen=True)
class Told:
    """What a taker says to one question.

    Args:
        version: id of the question's version.
        said: keys of the options chosen, or a text.
        revision: milliseconds since the sitting began at which it was said; an older one replaces nothing.
    """

    version: int
    said: list[str] | str
    revision: int


@dataclass(frozen=True)
class Choice:
    """An option as it is shown: its place among those shown stands for it, so that its name tells nothing."""

    place: int
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Asked:
    """A question as a taker sees it.

    Args:
        version: id of its version.
        number: 1 for the first.
        kind: one, several, short or graded.
        text: what is asked.
        choices: of a choice, in the order of this sitting.
        said: the text so far, of the other kinds.
        revision: of what is kept.
    """

    version: int
    number: int
    kind: str
    text: str
    choices: tuple[Choice, ...]
    said: str
    revision: int

    @property
    def is_answered(self) -> bool:
        """Is anything said?"""
        return bool(self.said.strip()) or any(one.is_chosen for one in self.choices)

    @property
    def as_json(self) -> dict[str, Any]:
        """What is kept of it, as the script on the page reads it."""
        chosen = [str(one.place) for one in self.choices if one.is_chosen]
        return {"version": self.version, "said": chosen if self.choices else self.said,
                "revision": self.revision}  # fmt: skip


@dataclass(frozen=True)
class Marked:
    """A question after it was marked, as its taker sees it.

    Args:
        asked: the question and what was said.
        share: how right, 0 to 1.
        page: title and address of the playbook page to read for it; None where it names none.
        words: what a person who marked it said.
        key: the right answer; None while the bank is in use and the exam does not show it.
    """

    asked: Asked
    share: float
    page: tuple[str, str] | None
    words: str
    key: str | None


@dataclass(frozen=True)
class Outcome:
    """What a sitting came to.

    Args:
        share: right, 0 to 1.
        passed: whether that is enough.
    """

    share: float
    passed: bool


#: Where somebody stands with an exam, in words.
STATES = {
    "open": "Open",
    "running": "Begun",
    "marking": "Waits to be marked",
    "passed": "Passed",
    "waiting": "Next attempt later",
    "used_up": "No attempt left",
    "before": "Not yet",
    "closed": "Closed",
}


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with an exam.

    Args:
        key: of the exam.
        name: of the exam.
        state: one of STATES.
        attempts_left: how many may still be begun.
        next_at: from when the next may begin; None for now, or for never.
        before: names of the modules that come first and are not finished.
        sitting: the one that runs, or else the last; None before the first.
        share: of the last one that was marked.
        questions: how many it asks.
        minutes: time for them; None for as long as it takes.
        pass_mark: share that passes.
    """

    key: str
    name: str
    state: str
    attempts_left: int
    next_at: datetime | None
    before: tuple[str, ...]
    sitting: UUID | None
    share: float | None
    questions: int
    minutes: int | None
    pass_mark: float

    @property
    def word(self) -> str:
        """The state in words."""
        return STATES[self.state]

    @property
    def may_start(self) -> bool:
        """Can it be begun or gone on with at once?"""
        return self.state in {"open", "running"}

    @property
    def why_not(self) -> str:
        """Why it cannot be begun now; empty where it can."""
        if self.state == "before":
            return f"First finish {' and '.join(self.before)}."
        if self.state == "waiting" and self.next_at is not None:
            return f"The next attempt is open from {self.next_at:%-d %b %Y, %H:%M} UTC."
        return _WHY_NOT.get(self.state, "")


_WHY_NOT = {
    "marking": "Your last attempt waits to be marked by a person.",
    "passed": "You have passed it. Another attempt is open when the certificate it counts for has ended.",
    "used_up": "No attempt is left: talk to who teaches it, who may give you one more.",
    "closed": "It is not held any more.",
}
