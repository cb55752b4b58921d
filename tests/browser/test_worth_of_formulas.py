"""The worth of the formulas in a real browser: nothing known yet, then one number from hold-outs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from browser_checks import assert_page_is_sound
from quintet.kernel.plain import as_plain, text_of
from quintet.loop.actions.worth import renew, worth_shelf
from quintet.loop.worth import asks
from quintet.loop.worth.terms import Amount, Brought
from small_company import small_company

__all__ = ["small_company"]
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company; what is worked out goes again."""
    settings.HOME = small_company.home
    yield
    worth_shelf(small_company.home).clear()


def speaking(worth):
    """The same with a hold-out that speaks, in every period."""
    told = Brought(Amount(41, 12, 70), Amount(6200, 1700, 10_800), 240, "leads held out", 4300)
    spoken = {"customers": told.customers, "mrr": told.mrr, "adds": ("Lead score",), "missing": ()}
    periods = []
    for one in worth.periods:
        score = replace(one.parts[-1], now=told, so_far=told, why_not=None, why_not_now=None)
        names = ("drawn", "drawn_now", "wider", "wider_now")
        totals = {name: replace(getattr(one, name), **spoken) for name in names}
        periods += [replace(one, parts=(*one.parts[:-1], score), **totals)]
    other = replace(periods[0], period="2025Q2")
    return replace(worth, currency="USD", periods=(other, *periods))


def test_the_page_is_sound_before_and_after_a_hold_out_speaks(as_role, live_server, small_company):
    """No console error, axe clean in light and dark, nothing sticks out at 360 px."""
    facts = small_company.facts
    renew(facts, now=NOW)
    page, address = as_role("executive"), live_server.url + "/loop/worth/"
    assert_page_is_sound(page, address)

    shelf = worth_shelf(facts.home)
    told = text_of(as_plain(speaking(asks.worth(facts).worth)))
    shelf.use(shelf.put(told), NOW, shelf.uses()[-1].why)
    assert_page_is_sound(page, address)
    page.get_by_role("link", name="Open the cases since the start").click()
    page.get_by_role("link", name="Back to the number").click()
    page.get_by_text("41 customers more").first.wait_for()
