"""The opening questions, asked before anybody asks them: the first funnel of a new version costs seconds."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.urls import get_resolver
from django.utils import timezone

from quintet.demand.actions.contract import in_force
from quintet.demand.asks import contract
from quintet.demand.asks.opening import fits_in_use, open_fits
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.facts.versions import current_version
from quintet.kernel.errors import QuintetError
from quintet.kernel.memory import settle
from quintet.management.asks import coaching
from quintet.management.asks import funnel as asks
from quintet.management.asks.commits import commits_told
from quintet.management.asks.pay import open_book
from quintet.management.asks.today import today
from quintet.management.pages import funnel_panels as panels

#: A version of the facts, and the fits in use.
Seen = tuple[int, tuple[tuple[str, int], ...]]
_LOOK_EVERY_SECONDS = 5.0
#: Everybody's funnel takes longest where there are many reps: the windows and three quarters are opened.
_PERIODS_OPENED = 6


def keep_warm() -> None:
    """Start the thread that asks the opening question of each new version of the facts; once a process."""
    threading.Thread(target=_watch, name="keep-warm", daemon=True).start()


def opening_question(facts: Facts) -> None:
    """What the first page of a reader who sees everybody asks, a rep's page from there, and data health."""
    get_resolver().url_patterns  # noqa: B018 -- imports every page, the slowest part of the first request
    facts.coverage()
    open_fits(facts)
    open_book(facts)
    commits_told(facts)
    offered = asks.choices(facts, Scope.everything())
    _open_funnel(facts, asks.Filters())
    for period in offered.periods[:_PERIODS_OPENED]:
        _open_funnel(facts, asks.Filters(team=asks.EVERYBODY, period=period.name))


def open_home(facts: Facts) -> None:
    """What home pages show that takes long the first time: everybody's day, coaching, and the contract."""
    everybody = Scope.everything()
    today(facts, everybody, timezone.localdate())
    coaching.proposals(facts, everybody, coaching.shown(facts, everybody).rep_ids)
    if in_force():
        contract.status(contract.counted_contract(facts.home))


def _open_funnel(facts: Facts, filters: asks.Filters) -> None:
    """A team's funnel, and its first rep's opened step."""
    everybody = Scope.everything()
    asked = asks.question(facts, everybody, filters)
    team = asks.funnel(facts, everybody, asked, asks.reps_shown(facts, everybody, asked).rep_ids)
    step = panels.step_to_open(team, team.reps[0]) if team.reps else None
    if step is not None:
        asks.onion(facts, everybody, asked, team.reps[0].rep_id, step)


def first_questions(facts: Facts) -> None:
    """All that is asked before anybody asks it; the thread's connection to the records is given back."""
    opening_question(facts)
    try:
        open_home(facts)
    finally:
        connection.close()


def warm(seen: Seen | None, ask: Callable[[Facts], None] = first_questions) -> Seen | None:
    """Ask if the facts or the fits are newer than those seen; gives what is seen now, None before a load."""
    home = settings.HOME
    version = current_version(home.facts)
    if version is None:
        return seen
    now = version, fits_in_use(home)
    if now == seen:
        return seen
    try:
        ask(Facts.published(home))
    except QuintetError:
        return now  # whoever opens the page is told what is missing
    settle()
    return now


def _watch() -> None:
    seen: Seen | None = None
    while True:
        try:
            seen = warm(seen)
        except Exception:  # the door of this thread: a page that is asked will show the fault, too
            logging.getLogger(__name__).exception("The opening question failed")
        time.sleep(_LOOK_EVERY_SECONDS)
