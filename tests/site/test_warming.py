"""The opening question is asked before anybody asks it."""

from builders import interaction, offered
from quintet.facts.refresh import rebuild
from quintet.facts.versions import current_version
from quintet.ledger.interactions import Interactions
from quintet.site.warming import opening_question, warm
from small_company import small_company

__all__ = ["small_company"]


def test_a_new_version_is_asked_once(small_company, settings):
    """A version nobody opened yet is asked, and not again while it is the newest."""
    settings.HOME = small_company.home
    asked = []

    version = warm(None, asked.append)

    assert version == current_version(small_company.home.facts)
    assert warm(version, asked.append) == version
    assert [facts.version for facts in asked] == [version]


def test_the_opening_question_is_that_of_the_page(small_company):
    """It has an answer on a company with data."""
    opening_question(small_company.facts)


def test_a_home_without_facts_is_left_alone(home, settings):
    """Before the first load there is nothing to ask."""
    settings.HOME = home

    assert warm(None) is None


def test_what_cannot_be_answered_is_no_fault_of_the_thread(home, settings, now):
    """A company without a single date: the page says what is missing, the thread goes on."""
    Interactions(home).append(offered(interaction("lead.created", lead="ann", detail='{"undated": true}')))
    rebuild(home, zone="UTC", now=now)
    settings.HOME = home

    assert warm(None) == current_version(home.facts)
