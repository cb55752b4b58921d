"""An exam of ten questions in a real browser: one loses the connection, one repeats it."""

import pytest

from browser_checks import assert_page_is_sound
from taking_exams import CHOICES, PHONE, SHORT, answer, begin, hand_in, play, says, sheet


@pytest.fixture(autouse=True)
def _with_a_home(home, settings):
    """Nothing is loaded yet: exams need no facts."""
    settings.HOME = home


def test_three_take_an_exam_of_ten_questions(as_role, live_server):
    """Written, taken on phones, marked by key and by a person, repeated, and a certificate at the end."""
    site, teacher = live_server.url, as_role("enablement")
    _write_the_exam(teacher, site)
    first = as_role("rep", width=PHONE)
    _take_it_at_once(first, site)
    second = _take_it_with_a_connection_that_fails(as_role("bdr", width=PHONE), site)
    third = as_role("manager", width=PHONE)
    _fail_it(third, site)
    _mark_the_role_plays(teacher, site)
    _see_what_it_came_to(first, second, third)
    _repeat_it(third, teacher, site)
    _correct_a_key(teacher, site)


def _write_the_exam(page, site):
    """A form, a sheet of nine questions, and a role play by hand; every page of it is sound."""
    _with_a_page_and_a_module()
    for address in ("exams/", "exams/new/", "marking/"):
        assert_page_is_sound(page, f"{site}/training/{address}")
    page.goto(f"{site}/training/exams/new/")
    page.get_by_label("Name", exact=True).fill("Qualifying")
    page.get_by_label("Finishes the module").select_option(label="Qualify")
    page.get_by_label("Passed from, in %").fill("80")
    page.get_by_label("Minutes").fill("30")
    page.get_by_role("button", name="Write it down").click()
    _write_the_questions(page)
    _with_a_certificate()
    for address in ("exams/", "exams/qualifying/", "exams/qualifying/preview/", "exams/qualifying/edit/"):
        assert_page_is_sound(page, f"{site}/training/{address}")


def _write_the_questions(page):
    page.get_by_role("link", name="From a spreadsheet").click()
    page.get_by_label("Paste from a spreadsheet").fill(sheet("qualifying"))
    assert_page_is_sound(page, page.url)
    page.get_by_label("Paste from a spreadsheet").fill(sheet("qualifying"))
    page.get_by_role("button", name="Add them").click()
    page.get_by_text("Added to the bank: 9.").wait_for()
    page.get_by_role("link", name="Role play with a rubric").click()
    assert_page_is_sound(page, page.url)
    page.get_by_label("Question", exact=True).fill("They say it is too expensive. Answer.")
    page.get_by_label("Rubric").fill("Asks compared with what: 3\nAgrees a next step: 2")
    page.get_by_role("button", name="Add it", exact=True).click()
    page.get_by_text("Added to the bank.").wait_for()


def _written():
    from django.utils import timezone

    from quintet.site.models import User

    return {"written_by": User.objects.get(role="enablement"), "written_at": timezone.now()}


def _with_a_page_and_a_module():
    """What the questions say to read, and what passing finishes."""
    from quintet.training.models.curriculum import Module
    from quintet.training.models.playbook import PageVersion, PlaybookPage

    one = PlaybookPage.objects.create(key="qualifying", section="process")
    PageVersion.objects.create(page=one, number=1, title="How we qualify", body="Ask.", **_written())
    Module.objects.create(key="qualify", name="Qualify", kind="class", **_written())


def _with_a_certificate():
    """It takes the exam and nothing else."""
    from quintet.training.models.certificates import Certificate
    from quintet.training.models.exams import Exam

    certificate = Certificate.objects.create(key="q", name="Qualifier", **_written())
    certificate.exams.add(Exam.objects.get())


def _take_it_at_once(page, site):
    """Everything right, on a phone, with targets a thumb can hit."""
    page.goto(f"{site}/training/exams/")
    page.get_by_role("link", name="Qualifying", exact=True).click()
    assert_page_is_sound(page, page.url)
    begin(page, site, "Qualifying")
    assert_page_is_sound(page, page.url)
    page.set_viewport_size({"width": PHONE, "height": 800})
    for number in (*CHOICES, *SHORT):
        answer(page, number)
    play(page, "Compared with what?")
    says(page, "Saved")
    assert page.get_by_role("button", name="Hand in", exact=True).bounding_box()["height"] >= 44
    assert not page.get_by_role("button", name="Save", exact=True).is_visible()
    page.get_by_text("10 of 10 answered").wait_for()
    hand_in(page)
    page.get_by_text("It waits to be marked").wait_for()


def _take_it_with_a_connection_that_fails(page, site):
    """Lost in the middle, the tab closed, opened again: all is back; a lost hand-in is sent again."""
    begin(page, site, "Qualifying")
    address, network = page.url, page.context
    for number in (1, 2, 3):
        answer(page, number)
    says(page, "Saved")
    network.set_offline(True)
    answer(page, 3, right=False)
    answer(page, 8)
    says(page, "Kept on this device")
    page.close()

    network.set_offline(False)
    page = network.new_page()
    page.goto(address)
    says(page, "Saved")
    assert page.get_by_label("Wrong 3", exact=True).is_checked()
    assert page.locator(".asked", has_text="Question 8?").locator("input").input_value() == " Word 8! "
    page.reload()
    page.get_by_label("Wrong 3", exact=True).and_(page.locator(":checked")).wait_for()
    page.get_by_text("4 of 10 answered").wait_for()

    _answer_on_two_devices(network, page, address)
    _hand_in_twice(page)
    return page


def _hand_in_twice(page):
    """The first one is lost on the way."""
    for number in (3, 4, 5, 6, 7, 8, 9):
        answer(page, number)
    play(page, "Compared with what, and whose budget is it?")
    says(page, "Saved")
    lost = []
    page.route("**/save/", lambda route: (lost.append(1), route.abort())[1], times=1)
    hand_in(page)
    assert lost == [1]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('sitting'))") == []


def _answer_on_two_devices(network, page, address):
    """What an older tab kept offline never undoes what was said later in another one."""
    old = network.new_page()
    old.goto(address)
    old.route("**/save/", lambda route: route.abort())
    answer(old, 4, right=False)
    says(old, "not saved yet")
    answer(page, 4)
    says(page, "Saved")
    old.unroute("**/save/")
    old.get_by_label("Right 4", exact=True).and_(old.locator(":checked")).wait_for(timeout=40_000)
    old.close()
    page.reload()
    page.get_by_label("Right 4", exact=True).and_(page.locator(":checked")).wait_for()


def _fail_it(page, site):
    """Half of it wrong and two left empty: said before it counts."""
    begin(page, site, "Qualifying")
    for number in (1, 2, 3):
        answer(page, number)
    for number in (4, 5, 6, 7, 8):
        answer(page, number, right=False)
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.get_by_text("What is left empty counts as wrong").wait_for()
    page.get_by_role("button", name="Hand in anyway").click()
    page.wait_for_url("**/result/", timeout=20_000)
    page.get_by_text("Not passed.").wait_for()
    page.get_by_role("heading", name="What to read").wait_for()
    page.get_by_text("You may try again now, 2 attempts left").wait_for()
    assert_page_is_sound(page, page.url)


def _mark_the_role_plays(page, site):
    """Two wait, without a name; each gets its points."""
    assert_page_is_sound(page, f"{site}/training/marking/")
    for at in range(2):
        page.goto(f"{site}/training/marking/")
        page.get_by_role("link", name="They say it is too expensive. Answer.").first.click()
        if at == 0:
            assert_page_is_sound(page, page.url)
        _give_points(page)


def _give_points(page):
    page.get_by_label("Asks compared with what").fill("3")
    page.get_by_label("Agrees a next step").fill("1")
    page.get_by_role("button", name="Mark it", exact=True).click()
    page.get_by_text("Every mark is kept").wait_for()


def _see_what_it_came_to(first, second, third):
    """Two have passed, with the module finished and the certificate; who failed has neither."""
    from quintet.training.models.certificates import Grant
    from quintet.training.models.curriculum import Completion

    for page in (first, second):
        page.reload()
        page.get_by_text("Passed.", exact=True).wait_for()
        page.get_by_text("98% right").or_(page.get_by_text("98 % right")).first.wait_for()
    assert_page_is_sound(first, first.url)
    assert {one.user.role for one in Grant.objects.all()} == {"rep", "bdr"}
    assert {one.user.role for one in Completion.objects.all()} == {"rep", "bdr"}
    third.reload()
    third.get_by_text("Not passed.").wait_for()


def _repeat_it(page, teacher, site):
    """The second attempt draws anew, is marked, and passes."""
    from quintet.training.models.certificates import Grant, Notice

    page.get_by_role("link", name="Try again").click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Attempt 2.").wait_for()
    for number in (*CHOICES, *SHORT):
        answer(page, number)
    play(page, "What would it cost to leave it as it is?")
    says(page, "Saved")
    hand_in(page)
    teacher.goto(f"{site}/training/marking/")
    teacher.get_by_role("link", name="They say it is too expensive. Answer.").first.click()
    _give_points(teacher)
    page.reload()
    page.get_by_text("Passed.", exact=True).wait_for()
    assert {one.user.role for one in Grant.objects.all()} == {"rep", "bdr", "manager"}
    assert Notice.objects.filter(user__role="manager", text__startswith="You have passed").exists()


def _correct_a_key(page, site):
    """The key of a question was wrong: everybody is marked again, and the page says what that changed."""
    page.goto(f"{site}/training/exams/qualifying/")
    page.get_by_text("Results only").wait_for()
    page.get_by_role("link", name="Question 1?").click()
    page.get_by_role("link", name="Rewrite").click()
    assert_page_is_sound(page, page.url)
    page.go_back()
    page.get_by_role("link", name="Correct the key of version 1").click()
    assert_page_is_sound(page, page.url)
    page.get_by_label("Right 1", exact=True).uncheck()
    page.get_by_label("Other 1", exact=True).check()
    page.get_by_label("What was wrong").fill("The product has changed.")
    page.get_by_role("button", name="Correct it, and mark again").click()
    page.get_by_text("4 answers were marked again").wait_for()
    assert_page_is_sound(page, page.url)
