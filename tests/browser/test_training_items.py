"""Item analysis, readiness and mentors in a real browser."""

import os

import pytest

from browser_checks import assert_page_is_sound
from quintet.training.actions.items import renew_items
from quintet.training.actions.readiness import renew_readiness
from small_company import small_company
from taught_company import an_exam, sit

__all__ = ["small_company"]


@pytest.fixture
def _taught(small_company, settings, transactional_db):
    """An exam that the company and 160 strangers took, and what the worker says of it."""
    settings.HOME = small_company.home
    facts = sit(small_company, an_exam(), strangers=160)
    renew_items(facts)
    renew_readiness(facts)


@pytest.mark.usefixtures("_taught")
def test_from_questions_to_a_pair(as_role, live_server, small_company):
    """Who teaches reads the questions; a manager reads the team's readiness, and gives a rep a mentor."""
    teacher = as_role("enablement")
    teacher.set_default_timeout(90_000)
    for address in ("exams/items/", "exams/closing/items/"):
        assert_page_is_sound(teacher, f"{live_server.url}/training/{address}")
        _shoot(teacher, address)
    assert teacher.get_by_text("What comes first, 5?").is_visible()

    manager = as_role("manager", rep_id=small_company.manager)
    manager.set_default_timeout(90_000)
    assert_page_is_sound(manager, f"{live_server.url}/training/readiness/")
    _shoot(manager, "readiness")
    manager.goto(f"{live_server.url}/training/mentors/")
    names = {one["rep_id"]: one["name"] for one in small_company.reps}
    mentor, mentee = (names[one] for one in sorted(small_company.team)[:2])
    manager.get_by_label("Who learns").select_option(label=mentee)
    manager.get_by_label("From whom").select_option(label=mentor)
    manager.get_by_label("What", exact=True).select_option(label="Demo to won")
    manager.get_by_label("Why these two").fill("She asks for the next step, he waits.")
    manager.get_by_role("button", name="Start the pair", exact=True).click()
    manager.get_by_role("heading", name=f"{mentee} learns from {mentor}: demo to won").wait_for()
    assert_page_is_sound(manager, f"{live_server.url}/training/mentors/")
    _shoot(manager, "mentors")
    manager.get_by_label("Why it ends").fill("He asks now.")
    manager.get_by_role("button", name=f"End the pair of {mentee} and {mentor}").click()
    manager.get_by_text("He asks now.").wait_for()


def _shoot(page, name):
    folder = os.environ.get("SHOTS")
    if folder:
        for theme, width in (("light", 1280), ("dark", 1280), ("light", 360)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            page.reload()
            page.wait_for_timeout(1200)
            page.screenshot(
                path=f"{folder}/{name.strip('/').replace('/', '_')}_{theme}_{width}.png", full_page=True
            )
