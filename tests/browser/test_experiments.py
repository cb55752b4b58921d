"""Experiments in a real browser: planned with the sample said first, run, ended."""

from datetime import UTC, datetime

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company

__all__ = ["small_company"]


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company."""
    settings.HOME = small_company.home


def test_from_the_plan_to_the_end(as_role, live_server, small_company):
    """A marketer is told what it takes, starts, sees the cells, and ends it with a reason."""
    from quintet.demand.actions.experiments import draw_new_leads, judge
    from quintet.demand.models.experiments import Experiment

    page = as_role("marketer")
    page.goto(live_server.url + "/demand/experiments/new/")
    page.get_by_label("Name", exact=True).fill("Case study first")
    page.get_by_label("Question", exact=True).fill("Does a case study bring more demos?")
    page.get_by_label("What is tried", exact=True).fill("case study")
    page.get_by_role("button", name="Work out what it takes").click()
    page.get_by_text("Leads a cell", exact=True).wait_for()
    page.get_by_role("button", name="Start it").click()
    page.get_by_role("heading", name="As it was planned").wait_for()

    one = Experiment.objects.get()
    one.started_at = datetime(2025, 5, 1, tzinfo=UTC)
    one.save()
    draw_new_leads(small_company.facts, one, datetime(2026, 1, 5, tzinfo=UTC))
    judge(small_company.facts, one)

    for address in ("", "leads/?cell=1"):
        assert_page_is_sound(page, f"{live_server.url}/demand/experiments/{one.pk}/{address}")
    page.goto(f"{live_server.url}/demand/experiments/{one.pk}/")
    page.get_by_label("Do not do it").check()
    page.get_by_label("Reason", exact=True).fill("It showed nothing and costs an hour a day.")
    page.get_by_role("button", name="End the experiment").click()
    page.get_by_text("It showed nothing and costs an hour a day.").wait_for()


@pytest.mark.parametrize("address", ["/demand/experiments/", "/demand/experiments/new/", "/account/tokens/"])
def test_page_is_sound(as_role, live_server, address):
    """The empty list, the form and the tokens: nothing sticks out, in light and dark, at 360 px."""
    assert_page_is_sound(as_role("marketer"), live_server.url + address)
