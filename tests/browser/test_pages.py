"""Every page in a real browser."""

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest

from browser_checks import (
    NARROW,
    assert_accessible,
    assert_no_overflow,
    assert_no_table_scrolls,
    assert_page_is_quiet,
    assert_page_is_sound,
)
from quintet.facts.refresh import refresh
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED

#: (role, address): a room adds its pages here, as the role that uses them.
PAGES = [
    ("executive", "/"),
    ("executive", "/data-health/"),
    ("operations", "/components/"),
    ("operations", "/exports/"),
    ("operations", "/jobs/"),
    ("operations", "/people/"),
    ("operations", "/people/invite/"),
    ("operations", "/people/erase/"),
    ("rep", "/account/password/"),
    ("rep", "/account/2fa/"),
    ("rep", "/account/logout/"),
    ("rep", "/account/reauthenticate/"),
]
#: Pages that Django's admin draws.
ADMIN = ["/admin/", "/admin/site/user/", "/admin/auditlog/logentry/", "/admin/site/company/add/"]


@pytest.mark.parametrize(("role", "address"), PAGES, ids=[f"{role}:{address}" for role, address in PAGES])
def test_page_is_sound(as_role, live_server, role, address):
    """No console error, no policy violation, axe clean in light and dark, nothing sticks out at 360 px."""
    assert_page_is_sound(as_role(role), live_server.url + address)


@pytest.mark.parametrize("address", ADMIN)
def test_admin_is_quiet(as_role, live_server, address):
    """The admin works under our content security policy."""
    assert_page_is_quiet(as_role("operations"), live_server.url + address)


@pytest.mark.parametrize("address", ["/", "/data-health/"])
def test_page_is_sound_with_data(as_role, live_server, home, settings, address):
    """The same once something is loaded: the banner, the tiles and the table of formulas are drawn."""
    settings.HOME = home
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    call = {"occurred_at": now, "recorded_at": now, "kind": "call.attempted", "lead_id": 1, "rep_id": 2}
    told = call | {"channel": "call", "source": "simulated", "source_ref": "call:1#call.attempted"}
    Interactions(home).append(pa.Table.from_pylist([told], schema=OFFERED))
    refresh(home)

    page = as_role("executive")
    assert_page_is_sound(page, live_server.url + address)

    assert page.get_by_text("Simulated data.").is_visible()


def test_a_person_is_erased_on_the_page(as_role, live_server, home, settings):
    """Named, looked at, confirmed: gone; the page with the plan is sound too."""
    settings.HOME = home
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    names = {"entity": ["lead"], "system": ["crm"], "namespace": ["email"], "ref": ["ann@example.com"]}
    Aliases(home).link(pa.table(names | {"entity_id": [7], "label": ["Ann Lee"]}), at=now)
    call = {"occurred_at": now, "recorded_at": now, "kind": "call.attempted", "lead_id": 7}
    told = call | {"source": "crm", "source_ref": "call:1#call.attempted"}
    Interactions(home).append(pa.Table.from_pylist([told], schema=OFFERED))
    page = as_role("operations")
    page.goto(f"{live_server.url}/people/erase/")

    page.get_by_label("Who", exact=True).fill("ann@example.com")
    page.get_by_role("button", name="Show what would go").click()
    page.get_by_role("heading", name="What would go of lead Ann Lee").wait_for()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert_accessible(page, f"the plan ({theme})")
    page.set_viewport_size(NARROW)
    assert_no_overflow(page, "the plan at 360 px")
    page.get_by_label("I know that this cannot be undone").check()
    page.get_by_role("button", name="Erase", exact=True).click()

    page.get_by_text("Erased: 1 interactions, 1 names").wait_for()
    assert [kind for (kind,) in kinds(home)] == ["person.erased"]


def kinds(home):
    """What the ledger holds, by kind."""
    return Interactions(home).relation(duckdb.connect()).project("kind").fetchall()


def test_login_page_is_sound(stranger, live_server):
    """The first page anybody sees."""
    assert_page_is_sound(stranger, live_server.url + "/account/login/")


def test_the_theme_is_remembered(as_role, live_server):
    """Dark stays dark on the next page, whatever the system prefers."""
    page = as_role("rep")
    page.goto(live_server.url)
    page.locator("[data-theme-toggle]:visible").click()

    page.goto(live_server.url + "/account/password/")

    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_menu_opens_on_a_phone(as_role, live_server):
    """At 360 px the sidebar is behind a button that works."""
    page = as_role("operations", width=360)
    page.goto(live_server.url)
    assert not page.locator("#sidebar").is_visible()

    page.get_by_role("button", name="Open the menu").click()
    page.locator("#sidebar.show").wait_for()
    page.locator("#sidebar").get_by_role("link", name="Jobs").click()

    page.wait_for_url("**/jobs/")


def test_a_table_is_a_stack_of_cards_on_a_phone(as_role, live_server):
    """Each cell stands beside the name of its column, rows can be sorted, and the check can fail."""
    page = as_role("operations", width=360)
    page.goto(live_server.url + "/components/")
    cell = page.locator(".record-table tbody td").nth(1)
    said = "(cell) => getComputedStyle(cell, '::before').content"

    assert cell.evaluate(said) == f'"{page.locator(".record-table thead th a").nth(1).inner_text()}"'
    assert_no_table_scrolls(page, page.url)
    page.evaluate(
        "document.querySelectorAll('.is-stackable').forEach(one => one.classList.remove('is-stackable'))"
    )
    with pytest.raises(AssertionError, match="scroll sideways"):
        assert_no_table_scrolls(page, page.url)

    page.reload()
    page.locator(".record-table thead th a").nth(1).click()
    page.wait_for_url("**_sort=**")


def test_progress_asks_until_it_is_done(as_role, live_server):
    """Htmx replaces the bar, step by step, and stops."""
    page = as_role("operations")
    page.goto(live_server.url + "/components/")

    page.locator(".job-progress.is-done").wait_for(timeout=20_000)

    assert "100%" in page.locator(".job-progress.is-done").inner_text()


def test_a_chart_is_drawn_and_has_its_table(as_role, live_server):
    """The picture appears once it is in view; the numbers stand below."""
    page = as_role("operations")
    page.goto(live_server.url + "/components/")
    figure = page.locator("figure.chart").first
    figure.scroll_into_view_if_needed()

    figure.locator("canvas").wait_for(timeout=20_000)
    figure.locator("summary").click()

    assert figure.locator("tbody tr").count() == 6


def test_signing_in_with_a_second_factor(as_role, stranger, live_server):
    """Set up an authenticator app, get recovery codes, and be asked for a code the next time."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = as_role("manager")
    page.goto(live_server.url + "/account/2fa/totp/activate/")
    page.fill("input[type=password]", "a long enough password")
    page.click("main button[type=submit]")
    page.wait_for_url("**/totp/activate/")
    assert_page_is_sound(page, page.url)
    secret = page.input_value("#authenticator_secret")
    _, counter, _ = yield_hotp_counters_from_time()  # it may run out meanwhile: it is good a step longer
    page.fill("[name=code]", format_hotp_value(hotp_value(secret, counter)))
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/**")
    codes = page.locator("textarea").input_value().split()

    stranger.goto(live_server.url + "/account/login/")
    stranger.fill("[name=login]", "manager@browser.test")
    stranger.fill("[name=password]", "a long enough password")
    stranger.click("button[type=submit]")
    stranger.wait_for_url("**/2fa/authenticate/**")
    assert_page_is_sound(stranger, stranger.url)
    stranger.fill("[name=code]", codes[0])
    stranger.get_by_role("button", name="Sign In").click()

    stranger.wait_for_url(live_server.url + "/")
