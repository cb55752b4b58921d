"""The first page everybody sees, in a real browser."""

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company
from stored_turns import stored_turns

__all__ = ["small_company"]


@pytest.fixture(autouse=True)
def _turned(small_company, tmp_path, settings):
    """The small company, whose formulas were turned for three quarters."""
    settings.HOME = stored_turns(small_company.home, tmp_path)


def test_home_is_sound_and_leads_to_the_work(as_role, live_server, small_company):
    """Light and dark, 1280 and 360 px; what to do now opens the page where it is done."""
    roles = {"rep": min(small_company.team), "executive": None, "operations": None}
    for role, rep in roles.items():
        assert_page_is_sound(as_role(role, rep_id=rep), live_server.url + "/")

    page = as_role("manager", rep_id=small_company.manager)
    assert_page_is_sound(page, live_server.url + "/")
    page.locator(".now .btn-primary").click()
    page.wait_for_url("**/management/**")
    assert page.locator("h1").count() == 1
