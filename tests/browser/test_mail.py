"""The letter as a telephone shows it, and the pages about mail."""

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from browser_checks import assert_page_is_sound
from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.scope import Scope
from quintet.kernel.marks import filled
from quintet.management.asks import daily
from quintet.management.pages import mail as pages
from quintet.site.mail import outbox, subscriptions
from quintet.site.mail.models import Edition, Letter, LetterState, Subscription
from quintet.site.mail.outbox import Recipient
from quintet.site.models import User
from small_company import SmallCompany, small_company

__all__ = ["small_company"]


def letter_of(company: SmallCompany, scope: Scope) -> str:
    """A reader's copy, its pictures put in as a mail program does."""
    audience = daily.audience_of(company.facts, scope, "Mia")
    morning, calendar = date(2025, 9, 16), WorkingCalendar()
    letter = daily.letter(company.facts, audience, morning, calendar)
    made = pages.rendered(letter, "https://q.test")
    own = pages.own_part(letter, *daily.own_row(company.facts, audience, scope, morning, calendar))
    html = filled(made.html, own)
    for name, picture in made.pictures.items():
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    return html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_letter_fits_a_telephone_in_both_colours(theme, chromium: Browser, small_company: SmallCompany):
    """360 px wide: nothing sticks out, every picture is there with its words, and text can be read."""
    rep = min(small_company.team)
    everybody, own = Scope.everything(), Scope(frozenset({rep}), rep, "rep")
    for scope, pictures in ((everybody, 10), (own, 3)):
        context = chromium.new_context(color_scheme=theme, viewport={"width": 360, "height": 800})
        page = context.new_page()
        page.set_content(letter_of(small_company, scope))

        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        loaded = page.evaluate(
            "[...document.images].map(one => one.complete && one.naturalWidth > 0 && !!one.alt)"
        )
        assert loaded == [True] * pictures
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(242, 244, 247)"
        assert dark == (theme == "dark")
        context.close()


@pytest.fixture
def a_bad_morning(transactional_db) -> User:
    """An edition with a letter in doubt, one refused and one sent."""
    now = datetime.now(UTC)
    people = [User.objects.create(email=f"rep{at}@browser.test", role="rep") for at in range(3)]
    edition = Edition(
        kind="daily",
        day=now.date(),
        audience="one",
        label="Team North",
        subject="Sales",
        facts_version=1,
        prepared_at=now,
        seconds=1.2,
        expires_at=now + timedelta(hours=1),
    )
    outbox.post(edition, [Recipient(one, {}) for one in people], "q.test")
    said = "no reply after the whole text was sent: SMTPServerDisconnected: Connection unexpectedly closed"
    states = (LetterState.IN_DOUBT, LetterState.FAILED, LetterState.SENT)
    for person, state in zip(people, states, strict=True):
        Letter.objects.filter(user=person).update(state=state, last_error=said, size_bytes=62_000)
    Subscription.objects.create(
        user=people[1],
        refused_address=people[1].email,
        refused_reason="550 5.1.1 no such",
        refused_at=now,
    )
    return people[0]


def test_a_doubt_is_decided_and_the_mail_stopped_with_a_click(
    as_role, live_server, small_company, settings, a_bad_morning, stranger
):
    """Operations say that it arrived; the reader follows the link of the mail, without signing in."""
    settings.HOME, settings.EMAIL_HOST = small_company.home, "mail.example.test"
    page = as_role("operations")
    assert_page_is_sound(page, live_server.url + "/mail/")
    page.goto(live_server.url + "/mail/")
    page.get_by_role("button", name="It arrived").click()
    page.get_by_text("counts as sent").wait_for()
    assert Letter.objects.filter(state=LetterState.IN_DOUBT).count() == 0

    link = f"{live_server.url}/mail/unsubscribe/{subscriptions.token_of(a_bad_morning.pk)}/"
    assert_page_is_sound(stranger, link)
    stranger.goto(link)
    stranger.get_by_role("button", name="Stop the mails").click()
    stranger.get_by_role("heading", name="The mails are stopped").wait_for()
    assert not Subscription.objects.get(user=a_bad_morning).is_on
    assert_page_is_sound(as_role("rep"), live_server.url + "/account/mail/")
