"""The funnel pages in a real browser, on a company with reps, leads and planted weaknesses."""

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company

__all__ = ["small_company"]


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company."""
    settings.HOME = small_company.home


@pytest.mark.parametrize(
    "address",
    [
        "/management/",
        "/management/?period=2025Q3",
        "/management/rep/{rep}/",
        "/management/records/?stage=demo",
        "/management/today/",
        "/management/targets/",
    ],
)
def test_page_is_sound(as_role, live_server, small_company, address):
    """No console error, no policy violation, axe clean in light and dark, nothing sticks out at 360 px."""
    rep = min(small_company.team)

    assert_page_is_sound(as_role("executive"), live_server.url + address.format(rep=rep))


def test_a_manager_walks_from_the_funnel_to_the_records(as_role, live_server, small_company):
    """Sentence → rep → number → the list it counts: the way a manager checks a claim."""
    page = as_role("manager", rep_id=small_company.manager)
    page.goto(live_server.url + "/management/")

    page.locator(".reading-name").first.click()
    page.get_by_role("heading", name="Step by step, beside the peers").wait_for()
    tile = page.locator(".metric-value a").first
    count = tile.inner_text()
    tile.click()

    assert page.locator(".record-count").inner_text().split(" of ")[1].split(" ")[0] == count


def test_filters_change_the_page(as_role, live_server):
    """Another period shows other counts, and the choice stays chosen."""
    page = as_role("executive")
    page.goto(live_server.url + "/management/")
    before = page.locator(".metric-value").first.inner_text()

    page.get_by_label("Period").select_option("2025-02")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**period=2025-02**")

    assert page.locator(".metric-value").first.inner_text() != before
    assert page.get_by_label("Period").input_value() == "2025-02"
