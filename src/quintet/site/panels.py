"""Who sees what on the home page, in which order, and what they should do first.

Rooms do not know each other; here they meet. Who may open the page of a panel sees it; nobody else does.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse

from quintet.kernel.errors import NotEnoughData, QuintetError
from quintet.kernel.panels import Panel, Shown, Todo
from quintet.site.access import may_open
from quintet.site.roles import Role

ROOMS = ("management", "training", "hiring", "demand", "loop", "sources.files", "site")
#: What each role sees, the most important first.
ORDER: Mapping[str, tuple[str, ...]] = {
    Role.EXECUTIVE: (
        "management.number", "loop.curves", "management.month", "loop.worth", "loop.decisions",
    ),
    Role.MANAGER: (
        "management.team_day", "management.plans", "management.month", "management.number",
    ),
    Role.REP: (
        "management.own_day", "demand.next_leads", "management.own_funnel", "management.plans",
        "management.own_pay", "training.mine",
    ),
    Role.BDR: ("demand.next_leads", "management.own_day", "management.plans", "training.mine"),
    Role.MARKETER: ("demand.contract", "demand.sources", "loop.decisions"),
    Role.RECRUITER: ("hiring.waiting",),
    Role.INTERVIEWER: ("hiring.forms",),
    Role.ENABLEMENT: ("training.to_mark", "training.classes", "training.stale"),
    Role.OPERATIONS: ("site.freshness", "site.jobs", "files.rejected", "loop.drift"),
    Role.AUDITOR: ("site.exported", "loop.decisions", "site.freshness"),
}  # fmt: skip
#: What comes below it, where it has something to say.
BESIDE: Mapping[str, tuple[str, ...]] = {
    Role.EXECUTIVE: ("hiring.forms",),
    Role.MANAGER: ("hiring.after_hire", "training.mine"),
    Role.RECRUITER: ("hiring.forms",),
}
#: The same of whoever also interviews.
ALSO_INTERVIEWS = ("hiring.forms",)
#: Seconds after which panels that were not asked yet are loaded after the page.
PATIENCE = 0.5
#: So many things to do stand below the first.
THEN = 3


@dataclass(frozen=True)
class Answered:
    """A panel, and what came of asking it: an answer, what is missing, what failed, or nothing so far.

    Args:
        panel: which.
        url: of its full page.
        shown: the answer.
        missing: too little data for one.
        failed: why there is none.
    """

    panel: Panel
    url: str
    shown: Shown | None = None
    missing: NotEnoughData | None = None
    failed: str = ""

    @property
    def is_to_come(self) -> bool:
        """Is it loaded after the page?"""
        return self.shown is None and self.missing is None and not self.failed

    @property
    def says_something(self) -> bool:
        """Is there more to it than that there is nothing?"""
        return self.shown is not None and not self.shown.is_empty

    @property
    def reason(self) -> str:
        """Why there is no answer, as a sentence."""
        text = self.failed or str(self.missing or "")
        return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return f"panel-{self.panel.key.replace('.', '-').replace('_', '-')}"


@dataclass(frozen=True)
class Agenda:
    """What one reader should do: one thing first, and a few that come after."""

    first: Todo | None
    then: tuple[Todo, ...]


@cache
def offered() -> Mapping[str, Panel]:
    """Every panel the rooms offer, by key."""
    places = [f"quintet.{room}.home" for room in ROOMS if find_spec(f"quintet.{room}")]
    found = (one for place in places if find_spec(place) for one in import_module(place).PANELS)
    return {one.key: one for one in found}


def panels_of(user: Any) -> tuple[Panel, ...]:  # noqa: ANN401 -- an account
    """What the role sees, in order."""
    return _opened(user, ORDER.get(user.role, ()))


def beside_of(user: Any) -> tuple[Panel, ...]:  # noqa: ANN401 -- an account
    """What stands below that where it has something to say: of the role, and of what they do besides."""
    also = ALSO_INTERVIEWS if getattr(user, "interviews", False) else ()
    mine = ORDER.get(user.role, ())
    keys = dict.fromkeys((*BESIDE.get(user.role, ()), *also))
    return _opened(user, [key for key in keys if key not in mine])


def home_of(
    request: HttpRequest,
    user: Any,  # noqa: ANN401 -- an account
    patience: float = PATIENCE,
) -> tuple[Answered, ...]:
    """Everything on one person's home page, asked."""
    own, besides = panels_of(user), beside_of(user)
    found = answered(request, (*own, *besides), patience=patience)
    return (*found[: len(own)], *(one for one in found[len(own) :] if one.says_something or one.is_to_come))


def answered(
    request: HttpRequest,
    panels: Iterable[Panel],
    *,
    clock: Callable[[], float] = time.perf_counter,
    patience: float = PATIENCE,
) -> tuple[Answered, ...]:
    """Ask panel after panel; once the patience is used up, leave the others for later."""
    until = clock() + patience
    return tuple(
        Answered(one, reverse(one.page)) if clock() > until else answer(request, one) for one in panels
    )


def answer(request: HttpRequest, panel: Panel) -> Answered:
    """Ask one panel; an error raised on purpose is its answer, and takes nothing else down."""
    url = reverse(panel.page)
    try:
        return Answered(panel, url, panel.ask(request))
    except NotEnoughData as error:
        return Answered(panel, url, missing=error)
    except QuintetError as error:
        return Answered(panel, url, failed=str(error))


def laid_out(found: Sequence[Answered]) -> tuple[tuple[Answered, bool], ...]:
    """Each panel with whether it takes the whole width: a narrow one with no other beside it does, too."""
    drawn: list[tuple[Answered, bool]] = []
    is_beside = False
    for place, one in enumerate(found):
        after = found[place + 1 : place + 2]
        is_alone = not is_beside and (not after or after[0].panel.is_wide)
        is_wide = one.panel.is_wide or is_alone
        drawn.append((one, is_wide))
        is_beside = not is_wide and not is_beside
    return tuple(drawn)


def agenda(found: Sequence[Answered]) -> Agenda:
    """What to do now: the most urgent first; of those alike, what stands higher on the page."""
    every = [todo for one in found if one.shown for todo in one.shown.todos]
    ranked = sorted(every, key=lambda one: one.urgency)
    return Agenda(ranked[0] if ranked else None, tuple(ranked[1 : THEN + 1]))


def _opened(user: Any, keys: Iterable[str]) -> tuple[Panel, ...]:  # noqa: ANN401
    """Of the panels named those that there are, and whose page this person may open."""
    every = offered()
    return tuple(every[key] for key in keys if key in every and _opens(user, every[key]))


def _opens(user: Any, panel: Panel) -> bool:  # noqa: ANN401
    try:
        return may_open(user, resolve(reverse(panel.page)).func)
    except NoReverseMatch:
        return False
