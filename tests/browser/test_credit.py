"""The attribution and lifetime pages in a real browser, on a company with touches and subscriptions."""

import pytest

from browser_checks import assert_page_is_sound
from quintet.demand.actions.credit import renew
from small_company import small_company

__all__ = ["small_company"]


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company, and the worker has done its part."""
    settings.HOME = small_company.home
    renew(small_company.facts)


@pytest.mark.parametrize(
    "address",
    [
        "/demand/attribution/",
        "/demand/attribution/?level=content&outcome=qualified&period=all",
        "/demand/attribution/?level=campaign&outcome=mrr&period=all",
        "/demand/attribution/records/?period=all&name=referral",
        "/demand/lifetime/",
        "/demand/lifetime/?by=rep",
        "/demand/lifetime/records/",
    ],
)
def test_page_is_sound(as_role, live_server, address):
    """No console error, no policy violation, axe clean in light and dark, nothing sticks out at 360 px."""
    assert_page_is_sound(as_role("executive"), live_server.url + address)
