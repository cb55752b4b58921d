"""Forecast and pipeline in a real browser: sound pages, and a commit from the form to its history."""

import shutil

import pytest

from browser_checks import assert_page_is_sound
from quintet.facts.published import Facts
from quintet.kernel.home import Home
from quintet.management.actions.forecast import renew
from small_company import small_company

__all__ = ["small_company"]


@pytest.fixture(scope="module")
def forecast_home(small_company, tmp_path_factory):
    """The small company with its forecast."""
    home = Home.at(shutil.copytree(small_company.home.path, tmp_path_factory.mktemp("forecast") / "company"))
    renew(Facts.published(home))
    return home


@pytest.fixture(autouse=True)
def _of_the_company(forecast_home, settings):
    """The site serves it."""
    settings.HOME = forecast_home


def test_a_rep_commits_and_finds_what_was_said(as_role, live_server, small_company):
    """Pages are sound for a manager; the figure stands in the table and in the history."""
    manager = as_role("manager", rep_id=small_company.manager)
    for address in ("/management/forecast/", "/management/pipeline/", "/management/pipeline/deals/"):
        assert_page_is_sound(manager, live_server.url + address)

    page = as_role("rep", rep_id=min(small_company.team))
    page.goto(live_server.url + "/management/forecast/")
    page.get_by_label("It will come to").fill("1234")
    page.get_by_role("button", name="Commit").click()
    page.get_by_text("What was said before stays below.").wait_for()

    assert page.get_by_role("cell", name="1,234").count() == 2
