"""Pay, contests and the organisation in a real browser: a plan proposed and accepted, every page sound."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company

__all__ = ["small_company"]


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company."""
    settings.HOME = small_company.home


def test_a_plan_is_replayed_accepted_and_pays(as_role, live_server, small_company):
    """From the form over the last year to a statement whose line opens its customer."""
    page = as_role("executive")
    page.goto(live_server.url + "/management/pay/plans/new/")
    page.get_by_label("Holds from", exact=True).fill("2025-01-01")
    page.get_by_label("Accelerators", exact=False).fill("100 % : 3")
    page.get_by_role("button", name="Replay the last year").click()
    page.get_by_text("It would have paid", exact=False).wait_for()
    page.get_by_role("button", name="Propose it").click()
    page.get_by_role("button", name="Accept Plan 1").click()
    page.get_by_text("Plan 1 is accepted", exact=False).wait_for()

    page.goto(live_server.url + "/management/pay/?on=2025-06-30")
    page.locator("#records tbody a").first.click()
    page.get_by_role("heading", name="Line by line").wait_for()
    statement = page.url
    page.locator("#records tbody tr", has_text="Commission").locator("a").first.click()
    page.get_by_role("heading", name="The record").wait_for()

    for address in (statement, page.url, "/management/pay/?on=2025-06-30", "/management/pay/plans/1/"):
        assert_page_is_sound(page, address if "://" in address else live_server.url + address)


def test_a_contest_and_its_records_are_sound(as_role, live_server, small_company):
    """A team's May with what behaviour did, the records of one figure, and who leads exercises."""
    from quintet.facts.scope import Scope
    from quintet.management.actions.contests import start
    from quintet.management.terms.contests import ContestTerms, Rule
    from quintet.site.models import User

    page = as_role("executive")
    team = tuple(sorted(small_company.team))
    terms = ContestTerms(Rule.STREAK, "attempts", date(2025, 5, 1), date(2025, 5, 30), team, Decimal(5), 3)
    one = start(
        User.objects.get(email="executive@browser.test"),
        Scope.everything(),
        "May",
        terms,
        team="Team 1",
        today=date(2025, 4, 28),
        now=datetime(2025, 4, 28, tzinfo=UTC),
    )

    for address in (
        "contests/",
        "contests/new/",
        f"contests/{one.pk}/",
        f"contests/{one.pk}/records/?rep={team[0]}",
    ):
        assert_page_is_sound(page, f"{live_server.url}/management/{address}")


@pytest.mark.parametrize(
    "address", ["organisation/", "organisation/observe/", "pay/", "pay/plans/", "pay/plans/new/"]
)
def test_page_is_sound(as_role, live_server, address):
    """Spans and evidence, the note, and pay before there is a plan."""
    assert_page_is_sound(as_role("executive"), f"{live_server.url}/management/{address}")
