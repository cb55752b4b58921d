"""The pages on sources, search terms and content in a real browser, with reports computed."""

import pytest

from browser_checks import assert_page_is_sound
from quintet.demand.actions.reports import renew
from small_company import small_company

__all__ = ["small_company"]


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company, and its reports are there."""
    settings.HOME = small_company.home
    renew(small_company.facts)


@pytest.mark.parametrize(
    "address",
    [
        "/demand/sources/",
        "/demand/terms/",
        "/demand/content/",
        "/demand/content/?outcome=won&segment=mid_market",
        "/demand/reports/records/?by=source&name=referral&reached=won",
    ],
)
def test_page_is_sound(as_role, live_server, address):
    """No console error, no policy violation, axe clean in light and dark, nothing sticks out at 360 px."""
    assert_page_is_sound(as_role("marketer"), live_server.url + address)


def test_a_marketer_compares_two_sources(as_role, live_server):
    """Pick two, press once, read the difference with its interval and probability."""
    page = as_role("marketer")
    page.goto(live_server.url + "/demand/sources/")

    page.get_by_label("This", exact=True).select_option("referral")
    page.get_by_label("Against").select_option("social")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**one=referral**")

    page.get_by_text("more become customers than from social").wait_for()
