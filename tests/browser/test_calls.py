"""Calls in a real browser: files handed in, one of them broken; searched, quoted and scored."""

import pytest

import written_calls as written
from browser_checks import assert_page_is_sound
from quintet.facts.asking import names_of_reps
from small_company import small_company

__all__ = ["small_company"]

PHONE = 360


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company."""
    settings.HOME = small_company.home


@pytest.fixture
def files(tmp_path, small_company):
    """A first call of a rep of the manager's team, and a file somebody has broken."""
    rep = names_of_reps(small_company.facts)[min(small_company.team)]
    said = [(a, b, rep if who == "Ines Falk" else who, text) for a, b, who, text in written.FIRST_CALL]
    good, bad = tmp_path / "first call.vtt", tmp_path / "broken.vtt"
    good.write_text(written.teams(said), encoding="utf-8")
    bad.write_text(written.teams(said).replace("00:00:16.750 -->", "00:00:76.750 -->"), encoding="utf-8")
    return [str(good), str(bad)]


def test_a_call_from_import_to_review(as_role, live_server, small_company, files):
    """Teach what to listen for, import, search, score with a quote; every page is sound."""
    site = f"{live_server.url}/training/calls/"
    teacher = as_role("enablement")
    _teach(teacher, site)
    manager = as_role("manager", rep_id=small_company.manager)
    for address in ("", "import/", "search/", "topics/", "scorecards/", "scorecards/first-call/"):
        assert_page_is_sound(manager, site + address)
    _import(manager, site, files)
    _search(manager, site)
    _score(as_role("manager", width=PHONE), site)
    for address in ("", "topics/", "topics/price/", "search/?q=price"):
        assert_page_is_sound(manager, site + address)
    _score_blind(teacher, site)


def _teach(page, site):
    """A topic and a scorecard with a question."""
    page.goto(f"{site}topics/")
    page.get_by_label("Name").fill("Price")
    page.get_by_label("Kind").select_option(label="Objection")
    page.get_by_label("Phrases").fill("your price\nexpensive")
    page.get_by_role("button", name="Add it and listen").click()
    page.get_by_role("heading", name="Price", exact=True).wait_for()
    page.goto(f"{site}scorecards/")
    page.get_by_label("Name").fill("First call")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Question").fill("Asked what it is worth?")
    page.get_by_label("1 point looks like").fill("Named a price at once")
    page.get_by_label("5 points look like").fill("The buyer said what it is worth")
    page.get_by_label("The step it should move").select_option(label="Qualified to demo")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("cell", name="Qualified to demo").wait_for()
    assert_page_is_sound(page, page.url)
    page.get_by_role("link", name="Word anew").click()
    assert_page_is_sound(page, page.url)


def _import(page, site, files):
    """The good file is kept; of the other one the line is named."""
    page.goto(f"{site}import/")
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_label("How everybody agreed").select_option(index=1)
    page.get_by_label("When the call began").fill("2025-06-03T14:00")
    page.get_by_label("Months to keep").fill("36")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="1 call kept").wait_for()
    page.get_by_text("broken.vtt, line 12: '00:00:76.750' is no time").wait_for()
    page.get_by_role("link", name="first call.vtt").click()
    page.get_by_text("Price · 1").wait_for()
    assert page.locator("mark.heard").inner_text() == "your price"
    assert_page_is_sound(page, page.url)


def _search(page, site):
    """A quote leads to its moment."""
    page.goto(site)
    page.get_by_label("Search what was said").fill("three spreadsheets")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="0:05").click()
    page.locator("#at-5000").wait_for()
    assert page.url.endswith("#at-5000")


def _score(page, site):
    """On a phone: points, a moment, and the quote stands in the call."""
    page.goto(site)
    page.get_by_role("link", name="first call.vtt").click()
    page.get_by_role("link", name="Score: First call").click()
    assert_page_is_sound(page, page.url)
    page.set_viewport_size({"width": PHONE, "height": 800})
    page.get_by_role("radio", name="5").check(force=True)
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("or write why there is none").wait_for()
    page.get_by_label("Moment: Asked what it is worth?").fill("0:17")
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("What would it be worth to have one list?").nth(1).wait_for()
    assert_page_is_sound(page, page.url)


def _score_blind(page, site):
    """The second rater sees that there is a review, and not what it says."""
    page.goto(site)
    page.get_by_role("link", name="first call.vtt").click()
    page.get_by_text("1 hidden until you have scored it").wait_for()
    assert page.get_by_role("cell", name="Asked what it is worth?").count() == 0
