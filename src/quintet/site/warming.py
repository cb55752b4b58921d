"""The opening question, asked before anybody asks it: the first funnel of a new version costs seconds."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.urls import get_resolver

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.facts.versions import current_version
from quintet.kernel.errors import QuintetError
from quintet.management import asks, panels

_LOOK_EVERY_SECONDS = 5.0


def keep_warm() -> None:
    """Start the thread that asks the opening question of each new version of the facts; once a process."""
    threading.Thread(target=_watch, name="keep-warm", daemon=True).start()


def opening_question(facts: Facts) -> None:
    """What the first page of a reader who sees everybody asks, a rep's page from there, and data health."""
    get_resolver().url_patterns  # noqa: B018 -- imports every page, the slowest part of the first request
    everybody, filters = Scope.everything(), asks.Filters()
    facts.coverage()
    asks.choices(facts, everybody)
    asked = asks.question(facts, everybody, filters)
    team = asks.funnel(facts, everybody, asked, asks.reps_shown(facts, everybody, asked).rep_ids)
    step = panels.step_to_open(team, team.reps[0]) if team.reps else None
    if step is not None:
        asks.onion(facts, everybody, asked, team.reps[0].rep_id, step)


def warm(seen: int | None, ask: Callable[[Facts], None] = opening_question) -> int | None:
    """Ask if the facts are newer than those seen; returns the version seen now, None before a load."""
    version = current_version(settings.HOME.facts)
    if version is None or version == seen:
        return seen
    try:
        ask(Facts.published(settings.HOME))
    except QuintetError:
        return version  # whoever opens the page is told what is missing
    return version


def _watch() -> None:
    seen: int | None = None
    while True:
        try:
            seen = warm(seen)
        except Exception:  # the door of this thread: a page that is asked will show the fault, too
            logging.getLogger(__name__).exception("The opening question failed")
        time.sleep(_LOOK_EVERY_SECONDS)
