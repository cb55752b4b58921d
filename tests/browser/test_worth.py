"""The page on what the score is worth in a real browser: spoken, not enough yet, switched off."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from browser_checks import assert_page_is_sound
from drawn_leads import HORIZON, TODAY, drawn
from quintet.demand.actions import score as job
from quintet.demand.actions import worth as worked_out
from quintet.demand.actions.routing import route
from quintet.demand.asks.stored_score import stored_score
from quintet.demand.formula.worth import fit_worth
from quintet.demand.metrics.holdout_order import drawn_file
from quintet.demand.models.routing import HoldoutShare
from quintet.kernel.plain import as_plain, text_of
from small_company import small_company

__all__ = ["small_company"]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company, and its score is there; what is drawn goes again."""
    settings.HOME = small_company.home
    if stored_score(small_company.facts) is None:
        job.fit(small_company.facts, judged={}, gut=None, now=NOW)
    yield
    (worked_out.shelf_of(small_company.home).folder / "log.jsonl").unlink(missing_ok=True)
    drawn_file(small_company.home).unlink(missing_ok=True)


def keep(small_company, answer):
    """As the worker keeps it."""
    shelf = worked_out.shelf_of(small_company.home)
    told = worked_out.StoredWorth(answer, small_company.facts.version, date(2026, 6, 30))
    shelf.use(shelf.put(text_of(as_plain(told))), NOW, "tests")


@pytest.mark.parametrize("leads", [12_000, 900])
def test_page_is_sound(as_role, live_server, small_company, leads):
    """Spoken and silent; no console error, axe clean in light and dark, nothing sticks out at 360 px."""
    keep(small_company, fit_worth(drawn(leads=leads), HORIZON, TODAY))

    assert_page_is_sound(as_role("operations"), live_server.url + "/demand/worth/")


def test_the_share_is_switched_off_and_the_page_says_what_is_lost(as_role, live_server):
    """Typed, kept with the reason, and said at the top."""
    page = as_role("executive")
    page.goto(live_server.url + "/demand/worth/")
    page.get_by_label("Per cent of new leads held out").fill("0")
    page.get_by_label("Why").fill("a short quarter")
    page.get_by_role("button", name="Set the share").click()
    page.get_by_text("switched off by", exact=False).wait_for()

    assert_page_is_sound(page, page.url)


def test_a_held_out_lead_is_worked_as_it_comes(as_role, live_server, small_company):
    """In the list without figures, and on its page with the reason why."""
    since = datetime(2025, 9, 1, tzinfo=UTC)
    HoldoutShare.objects.create(share=0.2, salt="pinch", since=since, set_at=since)
    assert "held out" in route(small_company.facts, NOW)
    page = as_role("marketer")
    page.goto(live_server.url + "/demand/")
    row = page.locator("tr", has_text="Hold-out: work it as it comes").first
    assert_page_is_sound(page, page.url)

    row.locator("a").first.click()
    page.wait_for_url("**/demand/leads/**")
    page.get_by_text("worked as it comes, by lot", exact=False).wait_for()
    assert_page_is_sound(page, page.url)
    assert np.all([word not in page.content() for word in ("Expected value", "adding up")])
