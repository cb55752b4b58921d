"""The opening question is asked before anybody asks it."""

import gc
import weakref
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import interaction, offered
from quintet.facts.health import health
from quintet.facts.refresh import rebuild
from quintet.facts.scope import Scope
from quintet.facts.versions import current_version
from quintet.kernel.shelf import Shelf
from quintet.ledger.interactions import Interactions
from quintet.management.asks import coaching
from quintet.management.asks import funnel as asks
from quintet.management.models.coaching import CoachingPlan
from quintet.site.models import User
from quintet.site.warming import open_home, opening_question, warm
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


@pytest.mark.django_db
def test_whom_to_coach_is_asked_beforehand(small_company, settings, now, monkeypatch):
    """Where somebody was coached lately, his leads since are another question than the funnel's."""
    settings.HOME = small_company.home
    everybody, boss = Scope.everything(), User.objects.create_user("boss@warm.test", "manager", "pass")
    rep_ids = coaching.shown(small_company.facts, everybody).rep_ids
    plan = CoachingPlan.objects.create(
        rep_id=min(rep_ids), step="worked-connected", goal=0.5, proposed={}, review_on=now, opened_on=now,
        opened_by=boss,
    )  # fmt: skip
    lately = small_company.facts.as_of.date() - timedelta(days=60)
    plan.sessions.create(held_on=lately, practised="x", held_by=boss, logged_at=now)

    open_home(small_company.facts)

    monkeypatch.setattr(asks, "fit_funnel", lambda _: pytest.fail("fitted when a page is opened"))
    assert coaching.judged(small_company.facts).coached
    assert len(coaching.proposals(small_company.facts, everybody, rep_ids)) == len(rep_ids)


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
