import pytest
from django.test import Client
from django.urls import reverse

from quintet.site.mail import subscriptions
from quintet.site.mail.models import Kind, Letter, LetterState, Subscription
from quintet.site.models import User

pytestmark = pytest.mark.django_db


def link_of(user):
    """The path of the link in a person's mails."""
    return reverse("mail-unsubscribe", args=[subscriptions.token_of(user.pk)])


def who_reads(kind=Kind.DAILY):
    """The addresses a mail goes to."""
    return [one.email for one in subscriptions.readers(kind)]


def test_everybody_who_reads_funnels_gets_the_daily_mail_and_executives_the_weekly(people):
    """A recruiter reads no funnel; whoever may not sign in any more gets nothing."""
    User.objects.filter(pk=people.marketer.pk).update(is_active=False)

    assert who_reads() == [
        f"{role}@site.test" for role in ("auditor", "executive", "manager", "operations", "rep")
    ]
    assert who_reads(Kind.WEEKLY) == ["executive@site.test"]


def test_one_click_ends_the_mails_without_a_login_or_a_cookie(people):
    """As RFC 8058 has a mail program do it: a POST of one pair, from nobody in particular."""
    outside = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)

    answer = outside.post(link_of(people.rep), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert "rep@site.test" not in who_reads()


def test_looking_at_the_link_changes_nothing(people):
    """Scanners of mail open every link; only a POST counts."""
    answer = Client(SERVER_NAME="localhost").get(link_of(people.rep))

    assert "Stop the mails?" in answer.content.decode()
    assert "rep@site.test" in who_reads()


def test_a_link_that_was_not_made_here_opens_nothing(people):
    """Nobody can end the mails of somebody else by counting up."""
    forged = reverse("mail-unsubscribe", args=[f"{people.rep.pk}:forged"])

    assert Client(SERVER_NAME="localhost").post(forged).status_code == 404
    assert "rep@site.test" in who_reads()


def test_a_person_turns_the_mails_on_again(people, sign_in):
    """On one's own account page, also after the link."""
    mine = sign_in("rep")
    mine.post(reverse("account-mail"), {"is_on": "no"})
    assert "rep@site.test" not in who_reads()

    mine.post(reverse("account-mail"), {"is_on": "yes"})
    assert "rep@site.test" in who_reads()


def test_a_refused_address_gets_nothing_until_it_is_changed(people):
    """A new address is a new chance."""
    Subscription.objects.create(user=people.rep, refused_address="rep@site.test", refused_reason="550 no")
    assert "rep@site.test" not in who_reads()

    User.objects.filter(pk=people.rep.pk).update(email="new@site.test")
    assert "new@site.test" in who_reads()


def test_the_mail_page_shows_what_became_of_the_letters(post_to, clock, sign_in, mailboxes):
    """Counts by state, failures with their reason, doubts with the two decisions."""
    users = post_to(3)
    Letter.objects.filter(user=users[0]).update(state=LetterState.SENT, size_bytes=42_000)
    Letter.objects.filter(user=users[1]).update(state=LetterState.IN_DOUBT, last_error="no reply")
    Letter.objects.filter(user=users[2]).update(
        state=LetterState.FAILED, last_error="550 no such box", day="2126-03-03"
    )

    text = sign_in("operations").get(reverse("mail")).content.decode()

    for words in ("1 sent", "1 in doubt", "1 failed for good", "42.0", "550 no such box", "It arrived"):
        assert words in text
    assert "It arrived" not in sign_in("executive").get(reverse("mail")).content.decode()


def test_only_operations_decide_a_doubt(post_to, sign_in):
    """An executive sees it; operations send it again."""
    post_to(1)
    letter = Letter.objects.get()
    Letter.objects.update(state=LetterState.IN_DOUBT)
    page = reverse("mail-resolve", args=[letter.pk])

    assert sign_in("executive").post(page, {"decision": "again"}).status_code == 403
    sign_in("operations").post(page, {"decision": "again"})

    assert Letter.objects.get().state == LetterState.QUEUED


def test_the_mail_page_says_that_mail_is_off(sign_in, settings):
    """And what to set."""
    settings.EMAIL_HOST = ""

    assert "QUINTET_MAIL_HOST" in sign_in("operations").get(reverse("mail")).content.decode()
