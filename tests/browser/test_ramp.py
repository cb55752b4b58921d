"""The ramp, what shortens it, and a drawn order of modules in a real browser."""

import pytest

from browser_checks import assert_page_is_sound
from hired_company import hired_company
from quintet.site.models import User
from quintet.training.actions.ramp import renew_ramp
from quintet.training.models.curriculum import Module
from quintet.training.terms.kept import ramp_shelf

__all__ = ["hired_company"]


@pytest.fixture(autouse=True)
def _of_the_company(hired_company, settings, transactional_db):
    """The site serves a company that hired forty reps; two modules are bound to steps."""
    settings.HOME = hired_company.facts.home
    author = User.objects.create_user("author@test.test", "enablement", "pass")
    for key, step in (("live_product_use", "demo"), ("company_history", "connected")):
        Module.objects.create(
            key=key, name=key.replace("_", " ").capitalize(), kind="class", moves=step,
            written_by=author, written_at="2025-01-01T00:00Z",
        )  # fmt: skip
    renew_ramp(hired_company.facts)
    yield
    ramp_shelf(hired_company.facts.home).clear()


def test_from_the_ramp_to_a_drawn_order(as_role, live_server):
    """Every page is sound; the unsettled module is drawn from the page that says it is not settled."""
    page, at = as_role("executive"), live_server.url
    for address in (
        "/training/ramp/",
        "/training/ramp/?by=module:live_product_use",
        "/training/ramp/reps/?ending=ramping",
        "/training/modules/effects/",
        "/training/modules/orders/",
    ):
        assert_page_is_sound(page, at + address)

    page.goto(f"{at}/training/modules/effects/")
    page.get_by_role("link", name="Draw who takes which first").click()
    page.get_by_label("Name").fill("What comes first?")
    page.get_by_role("button", name="Work out what it takes").click()
    page.get_by_role("heading", name="What it takes").wait_for()
    page.get_by_role("button", name="Start it").click()
    page.wait_for_url("**/modules/orders/*-*/")

    page.get_by_text("randomised").wait_for()
    assert_page_is_sound(page, page.url)
