"""The opening question is asked before anybody asks it."""

import gc
import weakref
from dataclasses import replace

from builders import interaction, offered
from quintet.facts.health import health
from quintet.facts.refresh import rebuild
from quintet.facts.scope import Scope
from quintet.facts.versions import current_version
from quintet.kernel.shelf import Shelf
from quintet.ledger.interactions import Interactions
from quintet.management.asks import funnel as asks
from quintet.site.warming import opening_question, warm
from small_company import small_company

__all__ = ["small_company"]


def test_a_new_version_is_asked_once(small_company, settings):
    """A version nobody opened yet is asked, and not again while it is the newest."""
    settings.HOME = small_company.home
    asked = []

    seen = warm(None, asked.append)

    assert seen == (current_version(small_company.home.facts), ())
    assert warm(seen, asked.append) == seen
    assert [facts.version for facts in asked] == [seen[0]]


def test_another_fit_in_use_is_opened(small_company, settings, now):
    """A score that was fitted since then is parsed before a reader waits for it."""
    settings.HOME = small_company.home
    asked = []
    seen = warm(None, asked.append)
    shelf = Shelf(small_company.home, "demand.something")
    shelf.use(shelf.put("{}"), now, "fitted")

    assert warm(seen, asked.append) != seen
    assert len(asked) == 2


def test_the_opening_question_is_that_of_the_page(small_company):
    """After it neither the first funnel nor data health asks the tables anything."""
    opening_question(small_company.facts)

    silent = replace(small_company.facts, engine=None)
    everybody = Scope.everything()
    for filters in (asks.Filters(), asks.Filters(team=asks.EVERYBODY, period="2025Q2")):
        team = asks.funnel(silent, everybody, asks.question(silent, everybody, filters))
        assert team.as_of == small_company.facts.as_of
    assert health(silent) == health(small_company.facts)


def test_what_a_version_brought_is_not_swept_while_a_page_is_made(small_company, settings):
    """After the first questions the collector has nothing old to walk; what the last version left is gone."""

    class Old:
        """Something in a circle, which only the collector can take away."""

    settings.HOME = small_company.home
    left = Old()
    left.again, gone = left, weakref.ref(left)
    try:
        gc.freeze()
        del left
        assert gone() is not None
        warm(None, lambda _: None)
        assert gone() is None
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_a_home_without_facts_is_left_alone(home, settings):
    """Before the first load there is nothing to ask."""
    settings.HOME = home

    assert warm(None) is None


def test_what_cannot_be_answered_is_no_fault_of_the_thread(home, settings, now):
    """A company without a single date: the page says what is missing, the thread goes on."""
    Interactions(home).append(offered(interaction("lead.created", lead="ann", detail='{"undated": true}')))
    rebuild(home, zone="UTC", now=now)
    settings.HOME = home

    assert warm(None) == (current_version(home.facts), ())
