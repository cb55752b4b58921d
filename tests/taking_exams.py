"""An exam of ten questions as a person takes it in a browser: seven choices, two words, a role play."""

PHONE = 360
CHOICES, SHORT = range(1, 8), (8, 9)


def _line(number, page):
    if number in SHORT:
        return f"short,Question {number}?,word {number},,"
    kind = "several" if number == 7 else "one"
    return f"{kind},Question {number}?,Right {number},Wrong {number}|Other {number},{page}"


def sheet(page):
    """Nine questions as a spreadsheet, seven of them choices with a page of the playbook to read."""
    lines = (_line(number, page) for number in (*CHOICES, *SHORT))
    return "\n".join(["kind,question,right,wrong,page", *lines])


def says(page, words):
    """Wait for what the paper says of itself."""
    page.locator("[data-state]", has_text=words).wait_for(timeout=20_000)


def answer(page, number, *, right=True):
    """Answer one question of the paper as a thumb does."""
    if number in CHOICES:
        option = page.get_by_label(f"{'Right' if right else 'Wrong'} {number}", exact=True)
        box = page.locator(".option", has=option).bounding_box()
        assert min(box["width"], box["height"]) >= 44, f"question {number}: {box}"
        option.check()
        return
    part = page.locator(".asked", has_text=f"Question {number}?")
    part.locator("input").fill(f" Word {number}! " if right else "no idea")


def play(page, words):
    """Answer the role play."""
    page.locator(".asked", has_text="too expensive").locator("textarea").fill(words)


def begin(page, site, exam):
    """From the list of exams to the paper."""
    page.goto(f"{site}/training/exams/")
    page.get_by_role("link", name=exam, exact=True).click()
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("10 answered").wait_for()


def hand_in(page):
    """The last tap."""
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.wait_for_url("**/result/", timeout=20_000)
