"""Training in a real browser: a page, a module, its exam, a class of three, a certificate, what ends it."""

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company
from taking_exams import CHOICES, SHORT, answer, begin, hand_in, play, says, sheet

__all__ = ["small_company"]

LEARNERS = ("rep", "bdr", "marketer")
TEXT = """
Say what it *ends*, not what it has.

| Before | After |
|---|--:|
| a day a week | an hour |

## Ask

- What does it cost you today?
"""


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company."""
    settings.HOME = small_company.home


def test_a_page_changes_and_the_rep_is_told(as_role, live_server, small_company):
    """From the playbook to the notice; every page on the way passes what every page must."""
    teacher, site = as_role("enablement"), f"{live_server.url}/training"
    learners = {role: as_role(role, rep_id=_rep(small_company, role)) for role in LEARNERS}
    _write_a_page(teacher, site)
    _build_a_module(teacher, site)
    _add_its_exam(teacher, site)
    _certify(teacher, site)
    _start_a_class(teacher, site)
    _take_the_exam(learners, teacher, live_server.url)
    _look_at_the_class(teacher, site)
    _see_the_certificate(learners["rep"], site)
    _change_the_page(teacher, site)
    _be_told(learners["rep"], site)
    _see_it_beside_the_work(as_role("executive"), live_server.url, small_company)


def _rep(company, role):
    return next(iter(sorted(company.team))) if role == "rep" else None


def _write_a_page(page, site):
    """The empty playbook offers examples; the first page is written from nothing."""
    for address in ("playbook/", "playbook/examples/", "playbook/new/", "mine/"):
        assert_page_is_sound(page, f"{site}/{address}")
    page.goto(f"{site}/playbook/new/")
    page.get_by_label("Title", exact=True).fill("What it ends")
    page.get_by_label("Section", exact=True).select_option(label="Value proposition")
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_label("The step it should move").select_option(label="Demo to won")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("heading", name="What it ends", exact=True).wait_for()
    page.get_by_role("cell", name="an hour").wait_for()
    assert_page_is_sound(page, f"{site}/playbook/what-it-ends/")


def _build_a_module(page, site):
    """A role play about the page, in a track."""
    for address in (
        "curriculum/",
        "curriculum/examples/",
        "curriculum/modules/new/",
        "curriculum/tracks/new/",
    ):
        assert_page_is_sound(page, f"{site}/{address}")
    page.goto(f"{site}/curriculum/modules/new/")
    page.get_by_label("Name", exact=True).fill("Say what it ends")
    page.get_by_label("Kind", exact=True).select_option(label="Role play")
    page.get_by_label("What it ends", exact=True).check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("have it signed off by who teaches it").wait_for()
    page.goto(f"{site}/curriculum/tracks/new/")
    page.get_by_label("Name of the track").fill("New reps")
    page.get_by_role("button", name="Name it").click()
    page.get_by_label("Module", exact=True).select_option(label="Say what it ends")
    page.get_by_label("Due on working day").fill("3")
    page.get_by_role("button", name="Put it in").click()
    page.get_by_text("Due on working day 3").wait_for()
    for address in ("curriculum/tracks/new-reps/", "curriculum/modules/say_what_it_ends/"):
        assert_page_is_sound(page, f"{site}/{address}")


def _certify(page, site):
    """It takes the module, rests on the page, and opens small business."""
    for address in ("certificates/", "certificates/new/"):
        assert_page_is_sound(page, f"{site}/{address}")
    page.goto(f"{site}/certificates/new/")
    page.get_by_label("Name", exact=True).fill("First calls")
    page.get_by_label("Opens leads of the type").fill("small_business")
    page.get_by_label("Holds so many months").fill("12")
    page.get_by_label("Say what it ends", exact=True).check()
    page.get_by_label("What it ends", exact=True).check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Nobody you may see, so far.").wait_for()


def _start_a_class(page, site):
    """Three people, from today on."""
    assert_page_is_sound(page, f"{site}/classes/new/")
    page.goto(f"{site}/classes/new/")
    page.get_by_label("Name of the class").fill("Spring")
    for name in LEARNERS:
        page.get_by_label(name.capitalize(), exact=True).check()
    page.get_by_role("button", name="Start it").click()
    page.get_by_text("3 people").wait_for()


def _add_its_exam(page, site):
    """Ten questions, nine of them from a sheet; passing it finishes the module."""
    page.goto(f"{site}/exams/new/")
    page.get_by_label("Name", exact=True).fill("The worth of it")
    page.get_by_label("Finishes the module").select_option(label="Say what it ends")
    page.get_by_label("Passed from, in %").fill("80")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("link", name="From a spreadsheet").click()
    page.get_by_label("Paste from a spreadsheet").fill(sheet("what-it-ends"))
    page.get_by_role("button", name="Add them").click()
    page.get_by_text("Added to the bank: 9.").wait_for()
    page.get_by_role("link", name="Role play with a rubric").click()
    page.get_by_label("Question", exact=True).fill("They say it is too expensive. Answer.")
    page.get_by_label("Rubric").fill("Asks what it ends: 3\nWaits: 2")
    page.get_by_role("button", name="Add it", exact=True).click()
    page.get_by_text("Added to the bank.").wait_for()


def _take_the_exam(learners, teacher, site):
    """One at once, one with a connection that is lost, one who fails and repeats it."""
    for role in ("rep", "bdr"):
        _sit(learners[role], site, loses_connection=role == "bdr")
    _mark(teacher, site, 2)
    page = learners["marketer"]
    begin(page, site, "The worth of it")
    for number in CHOICES:
        answer(page, number, right=number < 3)
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.get_by_role("button", name="Hand in anyway").click()
    page.get_by_text("Not passed.").wait_for()
    _sit(page, site)
    _mark(teacher, site, 1)


def _sit(page, site, *, loses_connection=False):
    begin(page, site, "The worth of it")
    for number in CHOICES:
        answer(page, number)
    says(page, "Saved")
    page.context.set_offline(loses_connection)
    for number in SHORT:
        answer(page, number)
    play(page, "What does it cost you today?")
    says(page, "Kept on this device" if loses_connection else "Saved")
    page.context.set_offline(False)
    says(page, "Saved")
    hand_in(page)
    page.get_by_text("It waits to be marked").wait_for()


def _mark(page, site, count):
    """Role plays, without a name."""
    for _ in range(count):
        page.goto(f"{site}/training/marking/")
        page.get_by_role("link", name="They say it is too expensive. Answer.").first.click()
        page.get_by_label("Asks what it ends").fill("3")
        page.get_by_label("Waits").fill("2")
        page.get_by_role("button", name="Mark it", exact=True).click()
        page.get_by_text("Every mark is kept").wait_for()


def _look_at_the_class(page, site):
    """All three are through, and certified."""
    from quintet.training.models.certificates import Grant

    assert {one.user.role for one in Grant.objects.filter(revoked_at=None)} == set(LEARNERS)
    page.goto(f"{site}/classes/")
    page.get_by_role("link", name="Spring").first.click()
    page.get_by_role("heading", name="Spring", exact=True).wait_for()
    assert_page_is_sound(page, page.url)
    for address in ("classes/", "certificates/", "certificates/first-calls/"):
        assert_page_is_sound(page, f"{site}/{address}")


def _see_the_certificate(page, site):
    """The rep holds it, and reads on what it rests."""
    assert_page_is_sound(page, f"{site}/mine/")
    page.goto(f"{site}/mine/")
    page.get_by_text("You have earned the certificate First calls.", exact=False).first.wait_for()
    card = page.locator("#certificates")
    card.get_by_text("holds", exact=True).wait_for()
    card.get_by_role("link", name="What it ends").wait_for()


def _change_the_page(page, site):
    """Something people have to learn anew."""
    assert_page_is_sound(page, f"{site}/playbook/what-it-ends/rewrite/")
    page.goto(f"{site}/playbook/what-it-ends/rewrite/")
    page.get_by_label("Text", exact=True).fill(TEXT.replace("cost you today", "cost you in a year"))
    page.get_by_label("What changed, and why").fill("A day sounded small")
    page.get_by_label("Who is certified on this page has to show it again").check()
    page.get_by_role("button", name="Write the new version").click()
    page.get_by_text("Who is certified on it was told.").wait_for()
    page.locator("#versions summary").click()
    page.locator("#versions ins", has_text="in a year").wait_for()
    assert_page_is_sound(page, f"{site}/playbook/what-it-ends/")


def _be_told(page, site):
    """The rep is told, finds the page, and what is next; read, it is gone."""
    page.goto(f"{site}/mine/")
    notice = page.locator("#notices li", has_text="First calls has ended")
    notice.get_by_text("A day sounded small").first.wait_for()
    page.locator("#certificates").get_by_text("ended", exact=True).wait_for()
    page.locator("#next").get_by_role("link", name="Say what it ends").wait_for()
    assert_page_is_sound(page, f"{site}/mine/")
    page.goto(f"{site}/mine/")
    notice.get_by_role("button").click()
    page.locator("#notices li", has_text="First calls has ended").wait_for(state="detached")
    page.locator("#next").wait_for()


def _see_it_beside_the_work(page, site, company):
    """Once every step has a page, the rep's own page says what the playbook says."""
    from datetime import UTC, datetime

    from quintet.site.models import User
    from quintet.training.actions.playbook import write
    from quintet.training.terms.playbook import PageText

    by = {"by": User.objects.get(role="enablement"), "now": datetime(2026, 3, 2, tzinfo=UTC)}
    for step in ("connected", "qualified", "demo"):
        write(PageText(f"at-{step}", "process", f"At {step}", "## Ask\n\n- Why now?", step), **by)
    rep = next(iter(sorted(company.team)))
    page.goto(f"{site}/management/rep/{rep}/")
    page.locator("#playbook").wait_for()
    assert_page_is_sound(page, f"{site}/management/rep/{rep}/")
