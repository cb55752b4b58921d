"""The contract's pages in a real browser: on a counted contract with both sides' promises."""

from datetime import UTC, date, datetime

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company

__all__ = ["small_company"]

RULE = "all of\n  points >= 1\n  any of\n    segment in {small business, mid market}\n    did form: trial"


@pytest.fixture(autouse=True)
def _agreed(small_company, settings, transactional_db):
    """Both sides accepted a contract, the worker has counted it; a second version is proposed."""
    from quintet.demand.actions import contract as actions
    from quintet.demand.actions.contract_count import count_when_stale
    from quintet.demand.metrics.contract_store import counted_file
    from quintet.demand.terms.contract import Clauses
    from quintet.site.models import User

    settings.HOME = small_company.home
    now, today = datetime(2026, 3, 2, 12, tzinfo=UTC), date(2025, 9, 30)
    chief = User.objects.create_user("chief@browser.test", "executive")
    duties = Clauses(RULE, 300.0, zone="America/New_York", country="US")
    first = actions.propose(chief, "sales", duties, date(2025, 7, 1), today=today, now=now)
    for side in ("marketing", "sales"):
        actions.accept(chief, first, side, today=today, now=now)
    actions.propose(chief, "marketing", duties, date(2025, 10, 1), today=today, now=now, note="Once more")
    count_when_stale()
    yield
    counted_file(small_company.home).unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("executive", "/demand/contract/"),
        ("marketer", "/demand/contract/?on=2025-08-14&quota=9000"),
        ("executive", "/demand/contract/records/?what=late&on=2025-08-14"),
        ("manager", "/demand/contract/propose/"),
    ],
)
def test_page_is_sound(as_role, live_server, role, address):
    """No console error, no policy violation, axe clean in light and dark, nothing sticks out at 360 px."""
    assert_page_is_sound(as_role(role), live_server.url + address)


def test_a_manager_goes_from_a_broken_promise_to_its_leads(as_role, live_server):
    """The number of the table is the length of the list."""
    page = as_role("executive")
    page.goto(live_server.url + "/demand/contract/?on=2025-08-14")
    number = page.locator("#breaches a").nth(2)
    count = number.inner_text()
    number.click()

    assert page.locator(".record-count").inner_text().split(" of ")[1].split(" ")[0] == count


def test_the_other_side_accepts(as_role, live_server):
    """A marketer accepts the second version for marketing, and is not offered sales' yes."""
    page = as_role("marketer")
    page.goto(live_server.url + "/demand/contract/")
    assert page.get_by_role("button", name="for sales").count() == 0

    page.get_by_role("button", name="Accept version 2 for marketing").click()

    page.get_by_text("Marketing accepts Contract 2.").wait_for()
