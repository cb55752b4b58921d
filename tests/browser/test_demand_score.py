"""The pages on leads, the score and its points in a real browser, with a score fitted."""

from datetime import UTC, datetime

import pytest

from browser_checks import assert_page_is_sound
from builders import interaction, offered
from quintet.demand.actions import score as job
from quintet.demand.asks.stored_score import stored_score
from quintet.facts.refresh import rebuild
from quintet.ledger.interactions import Interactions
from small_company import small_company

__all__ = ["small_company"]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GUT = {"source": {"referral": 10.0}, "form: trial": {"ever": 5.0}}


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company, and its score is there; fitted once for the file."""
    settings.HOME = small_company.home
    if stored_score(small_company.facts) is None:
        job.fit(small_company.facts, judged={}, gut=GUT, now=NOW)


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("manager", "/demand/"),
        ("marketer", "/demand/"),
        ("marketer", "/demand/score/"),
        ("marketer", "/demand/points/"),
        ("executive", "/demand/records/?source=referral&stage=won"),
    ],
)
def test_page_is_sound(as_role, live_server, role, address):
    """No console error, no policy violation, axe clean in light and dark, nothing sticks out at 360 px."""
    assert_page_is_sound(as_role(role), live_server.url + address)


def test_a_lead_is_opened_from_the_list(as_role, live_server):
    """The most valuable lead: its reasons are drawn and add up in the table."""
    page = as_role("marketer")
    page.goto(live_server.url + "/demand/")
    page.locator("table a[href*='/demand/leads/']").first.click()
    page.wait_for_url("**/demand/leads/**")

    assert_page_is_sound(page, page.url)
    told = page.locator("figure.chart tbody tr").last.text_content()
    assert told is not None
    assert "together" in told
    assert "%" in told


def test_marketing_types_its_points_and_the_capacity(as_role, live_server):
    """Both are kept; the line follows from the capacity at once."""
    page = as_role("marketer")
    page.goto(live_server.url + "/demand/points/")
    page.get_by_label("Leads a week the team can work").fill("20")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_text("points on:", exact=False).or_(page.get_by_text("No line keeps")).first.wait_for()

    page.locator("summary").filter(has_text="source").first.click()
    page.get_by_label("Your points for source, referral").fill("12")
    page.get_by_role("button", name="Keep my points").click()
    page.get_by_text("Typed by", exact=False).first.wait_for()

    assert page.get_by_label("Your points for source, referral").input_value() == "12"
    assert_page_is_sound(page, page.url)


def test_pages_without_a_score_offer_the_fit(as_role, live_server, home, settings):
    """Before the first fit each page says so and offers the button."""
    settings.HOME = home
    Interactions(home).append(offered(interaction("lead.created", "2026-01-01", lead="ann")))
    rebuild(home)
    for address in ("/demand/", "/demand/score/", "/demand/points/"):
        page = as_role("marketer")
        assert_page_is_sound(page, live_server.url + address)
        assert page.get_by_role("button", name="Fit now").is_visible()
