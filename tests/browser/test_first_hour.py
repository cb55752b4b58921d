"""A new company's first hour in a real browser: from nothing to the first funnel and the first turn."""

import random
from datetime import date, timedelta

import pytest
from django.urls import get_resolver

from browser_checks import assert_page_is_sound
from quintet.kernel.home import Home
from quintet.site.jobs.worker import run_one_task

REPS = ("Ann Lee", "Bob Day", "Cy Fox")


def export():
    """A small export in no CRM's own words: deals of two quarters, and who leads whom."""
    draw = random.Random(4)
    lines = ["Deal No,Owner,Phase,Opened,Closed,Value"]
    for number in range(60):
        opened = date(2025, 1, 6) + timedelta(days=3 * number)
        won = draw.random() < 0.5
        closed = opened + timedelta(days=draw.randrange(5, 20))
        lines.append(
            f"{number},{REPS[number % 3]},{'Won' if won else 'Lost'},{opened},{closed},{500 + number}"
        )
    lines.append(f"60,{REPS[0]},Won,2025-06-01,soon,1")  # no date: a row to be rejected
    team = ["Owner,Team lead", *(f"{rep},Mia Boss" for rep in REPS)]
    return {"deals.csv": "\n".join(lines), "team.csv": "\n".join(team)}


@pytest.fixture(autouse=True)
def own_home(tmp_path, settings):
    """Every test has an empty home."""
    settings.HOME = Home.at(tmp_path)


def work():
    """Let the worker do all that waits."""
    while run_one_task("worker-1"):
        pass


class Walk:
    """Somebody on their way through the guide, who counts what they press."""

    def __init__(self, page, home):
        self.page, self.home, self.clicks = page, home, 0

    def press(self, role, name):
        """Press one button or link."""
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).click()

    def guide(self):
        """Back home; what the guide says there."""
        self.page.goto(self.home)
        return self.page.locator(".first-hour").inner_text()

    def load(self):
        """Hand the export in, look at the proposal, load it."""
        self.press("link", "Import files")
        self.page.locator("input[type=file]").set_input_files(
            [
                {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
                for name, text in export().items()
            ]
        )
        self.press("button", "Upload and look")
        self.let_work("Ready: 63 rows would be loaded, 1 rejected")
        assert "Who sold it" in self.page.locator(".trial-feeds").inner_text()
        self.press("button", "Load")
        self.let_work("all lines accounted for")

    def let_work(self, then):
        """Wait for the worker, and for what the page says when it is done."""
        self.page.locator(".job-progress").wait_for()
        work()
        self.page.get_by_text(then).wait_for()


def test_from_nothing_to_the_first_turn(as_role, live_server):
    """Each step leads to the next by one button of the guide, and its state is what has happened."""
    get_resolver().url_patterns  # noqa: B018 -- imports every page: a server that runs has done so
    walk = Walk(as_role("operations"), live_server.url + "/")
    assert "0 of 7 done" in walk.guide()
    assert_page_is_sound(walk.page, walk.home)
    walk.load()

    assert "63 rows became" in walk.guide()
    walk.press("link", "Open the rep funnels")
    walk.page.get_by_text("Each rep in one sentence").wait_for()
    assert "Somebody has opened it" in walk.guide()
    walk.press("link", "Open data health")
    walk.page.get_by_text("To mend it:").first.wait_for()
    assert "Nothing to turn yet" not in walk.guide()
    walk.press("button", "Turn it now")
    walk.let_work("turned through 2025Q2.")

    assert "The first hour is over" in walk.guide()
    assert_page_is_sound(walk.page, walk.home)
    walk.press("button", "Put away")
    walk.page.get_by_text("All pages, and what each answers").wait_for()
    assert walk.page.locator(".first-hour").count() == 0
    assert walk.clicks == 7
