from collections import Counter
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from quintet.site.mail import outbox
from quintet.site.mail.composing import composed
from quintet.site.mail.models import Letter, LetterState, Subscription
from quintet.site.mail.outbox import Recipient
from quintet.site.mail.sending import OFF, send_due
from quintet.site.models import User
from smtp_server import mail_server

pytestmark = pytest.mark.django_db


def states():
    """How many letters stand where."""
    return dict(Counter(Letter.objects.values_list("state", flat=True)))


@pytest.fixture
def serve(mailboxes, settings):
    """Open the server of the mailboxes, on the same port each time."""

    def opened():
        ours = mail_server(mailboxes, getattr(settings, "EMAIL_PORT", 0) if opened.port else 0)

        class Opened:
            def __enter__(self):
                opened.port = settings.EMAIL_PORT = ours.__enter__()

            def __exit__(self, *error):
                return ours.__exit__(*error)

        return Opened()

    opened.port = 0
    return opened


def test_every_letter_is_handed_over_once_with_what_is_its_own(post_to, mailboxes, serve, clock):
    """Three people, three letters; a second run has nothing to do."""
    post_to(3)

    with serve():
        assert send_due(clock) == "3 accepted"
        assert send_due(clock) == "nothing to send"

    message = message_from_bytes(mailboxes.to("rep001@example.test")[0], policy=default)
    assert message["To"] == "Rep 001 <rep001@example.test>"
    assert (
        message.get_body(("plain",)).get_content()
        == "Hello → row of Rep 001\r\n.a line that starts with a dot\r\n"
    )
    assert message.get_body(("html",)).get_content() == "<p>Hello &#8594; row of Rep 001 </p>\r\n"
    assert [part["Content-ID"] for part in message.walk() if part.get_content_type() == "image/png"] == [
        "<chart>"
    ]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<https://q.example.test/mail/unsubscribe/")
    assert Letter.objects.get(address="rep001@example.test").size_bytes == len(
        mailboxes.to("rep001@example.test")[0]
    )


def test_a_letter_is_the_same_text_whenever_it_is_written(post_to, mailboxes):
    """A second attempt carries the same Message-ID, boundaries and date, so a mailbox can tell."""
    post_to(1)
    letter = Letter.objects.get()

    assert composed(letter, "q@example.test") == composed(letter, "q@example.test")


def test_preparing_twice_makes_no_second_letter(post_to, make_edition):
    """Neither for the same audience nor for another one that the person moved to since."""
    (person,) = post_to(1)
    audiences = ("all", "else")
    again = [
        outbox.post(make_edition(audience=name), [Recipient(person, {})], "q.test") for name in audiences
    ]

    assert again == [0, 0]
    assert Letter.objects.count() == 1


def test_without_a_server_nothing_is_sent_and_it_says_so(post_to, mailboxes, settings, clock):
    """E-mail is off until somebody names a host."""
    post_to(1)
    settings.EMAIL_HOST = ""

    assert send_due(clock) == OFF
    assert states() == {"queued": 1}


@pytest.mark.parametrize(("moment", "count"), [("before_text", 60), ("in_text", 300)])
def test_a_server_that_dies_half_way_loses_and_doubles_nothing(
    moment, count, post_to, mailboxes, serve, clock
):
    """It dies in the middle, is away for a while, comes back; one address is broken all the time."""
    people = post_to(count)
    mailboxes.refused[people[40].email] = "550 5.1.1 no such mailbox"
    mailboxes.dies_after, mailboxes.dies_at = count // 2, moment

    with serve():
        said = send_due(clock)
    assert "server down" in said
    clock.forward(minutes=2)
    assert "server down" in send_due(clock), "nobody listens"
    clock.forward(minutes=3)
    with serve():
        send_due(clock)
        clock.forward(minutes=10)
        send_due(clock)

    arrived = Counter(address for address, _ in mailboxes.taken)
    assert arrived == {one.email: 1 for one in people if one is not people[40]}
    assert states() == {"sent": count - 1, "failed": 1}
    assert Letter.objects.get(user=people[40]).last_error == "550 5.1.1 no such mailbox"


def test_a_letter_without_a_reply_is_in_doubt_and_a_person_decides(post_to, mailboxes, serve, clock):
    """The server kept it and died before it said so: sending it again by itself would double it."""
    post_to(5)
    mailboxes.dies_after, mailboxes.dies_at = 3, "before_reply"

    with serve():
        send_due(clock)
    clock.forward(minutes=20)
    with serve():
        send_due(clock)
    assert len(mailboxes.taken) == 5
    assert states() == {"sent": 4, "in_doubt": 1}

    doubtful = Letter.objects.get(state=LetterState.IN_DOUBT)
    assert outbox.resolve(doubtful.pk, arrived=True, by="olu", now=clock())
    assert not outbox.resolve(doubtful.pk, arrived=False, by="olu", now=clock()), "it is decided"
    assert states() == {"sent": 5}


def test_a_letter_sent_again_after_a_doubt_keeps_its_message_id(post_to, mailboxes, serve, clock):
    """So that a mailbox which knows the first shows one."""
    (person,) = post_to(1)
    mailboxes.dies_after, mailboxes.dies_at = 0, "before_reply"
    with serve():
        send_due(clock)

    outbox.resolve(Letter.objects.get().pk, arrived=False, by="olu", now=clock())
    with serve():
        send_due(clock)

    assert len(set(mailboxes.to(person.email))) == 1
    assert len(mailboxes.to(person.email)) == 2


def test_a_sender_that_died_before_the_text_went_out_lost_nothing(post_to, mailboxes, serve, clock):
    """Its claim runs out and the letter goes; one whose text may have gone out is in doubt."""
    post_to(2)
    outbox.claim(clock())
    second = outbox.claim(clock())
    assert outbox.about_to(second, clock())

    with serve():
        assert send_due(clock) == "nothing to send"
        clock.forward(minutes=6)
        assert send_due(clock) == "1 accepted"

    assert states() == {"sent": 1, "in_doubt": 1}


def test_a_sender_that_was_asleep_does_not_send_what_another_took_over(post_to, clock):
    """Its claim ran out while it slept: it is told no right before the text would go out."""
    post_to(1)
    asleep = outbox.claim(clock())
    clock.forward(minutes=6)
    outbox.recover(clock())
    awake = outbox.claim(clock())

    assert not outbox.about_to(asleep, clock())
    assert outbox.about_to(awake, clock())


def test_two_senders_never_claim_the_same_letter(post_to, clock):
    """Each gets another one, and then there is none."""
    post_to(2)

    claimed = [outbox.claim(clock()) for _ in range(3)]

    assert len({one.pk for one in claimed[:2]}) == 2
    assert claimed[2] is None


def test_a_letter_put_off_is_tried_again_after_growing_pauses(post_to, mailboxes, serve, clock):
    """A greylisting server gets it a minute later; then it waits twice as long, a quarter hour at most."""
    people = post_to(2)
    mailboxes.later = {people[0].email}

    with serve():
        send_due(clock)
        assert states() == {"sent": 1, "queued": 1}
        clock.forward(seconds=59)
        assert send_due(clock) == "nothing to send"
        clock.forward(seconds=2)
        send_due(clock)

    assert states() == {"sent": 2}
    pauses = [outbox.pause_after(attempts) / timedelta(minutes=1) for attempts in range(6)]
    assert pauses == [1, 2, 4, 8, 15, 15]


def test_yesterdays_letter_is_never_sent(post_to, mailboxes, serve, clock):
    """The worker was down until after noon: the letter is too late, not late."""
    post_to(1)
    clock.forward(hours=5)

    with serve():
        assert send_due(clock) == "nothing to send"

    assert states() == {"expired": 1}


def test_who_stopped_the_mails_gets_not_even_the_one_that_waits(post_to, mailboxes, serve, clock):
    """Between seven o'clock and the letter's turn somebody may click."""
    people = post_to(3)
    Subscription.objects.create(user=people[1], is_on=False)
    User.objects.filter(pk=people[2].pk).update(is_active=False)

    with serve():
        send_due(clock)

    assert states() == {"sent": 1, "expired": 2}


def test_a_refused_address_is_left_alone_and_a_refused_relay_is_not_held_against_it(
    post_to, mailboxes, serve, clock
):
    """550 5.1.1 speaks of the mailbox; 554 5.7.1 of us: next morning the second is tried again."""
    people = post_to(2)
    mailboxes.refused = {
        people[0].email: "550 5.1.1 no such mailbox",
        people[1].email: "554 5.7.1 relay access denied",
    }

    with serve():
        send_due(clock)

    assert states() == {"failed": 2}
    assert [one.refused_address for one in Subscription.objects.all()] == [people[0].email]


@pytest.mark.parametrize(
    "address", ["jürgen@example.test", "a@b.test\nBcc: all@example.test", "ann@nowhere..invalid"]
)
def test_an_address_no_header_can_hold_fails_alone(address, post_to, mailboxes, serve, clock):
    """It fails with its reason, and the others go on."""
    people = post_to(3)
    Letter.objects.filter(user=people[1]).update(address=address)
    mailboxes.refused["ann@nowhere..invalid"] = "553 5.1.3 bad address"

    with serve():
        send_due(clock)

    assert states() == {"sent": 2, "failed": 1}
    assert Letter.objects.get(user=people[1]).last_error


def test_old_contents_are_thrown_away_and_what_happened_is_kept(post_to):
    """A year of mornings is not a year of pictures; after a year it is nobody's business any more."""
    post_to(2)

    assert outbox.forget(date(2026, 3, 10)) == 0
    assert outbox.forget(date(2026, 3, 11)) == 1
    assert Letter.objects.filter(own={}).count() == 2
    outbox.forget(date(2027, 3, 4))
    assert Letter.objects.count() == 0
