"""Each morning's editions of a small company: when, for whom, once, and never a day late."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from html import unescape

import pytest

from quintet.calendar.days_off import DaysOff
from quintet.kernel.errors import NotEnoughData
from quintet.site.mail import editions
from quintet.site.mail.models import Edition, Letter
from quintet.site.mail.preview import write
from quintet.site.mail.sending import OFF, send_due
from quintet.site.mail.trial import send_trial
from quintet.site.models import User
from small_company import small_company
from smtp_server import mail_server

__all__ = ["small_company"]

pytestmark = pytest.mark.django_db

#: Seven in the morning of a Tuesday, by UTC, where the small company works.
TUESDAY = datetime(2025, 9, 16, 7, tzinfo=UTC)


@pytest.fixture
def team(small_company, settings, mailboxes):
    """A manager and two of his reps have accounts; so have an executive and a recruiter."""
    settings.HOME = small_company.home
    made = {
        f"rep{at}": User.objects.create(email=f"rep{at}@example.test", role="rep", rep_id=rep)
        for at, rep in enumerate(sorted(small_company.team)[:2])
    }
    made["manager"] = User.objects.create(
        email="mia@example.test", name="Mia", role="manager", rep_id=small_company.manager
    )
    for role in ("executive", "recruiter"):
        made[role] = User.objects.create(email=f"{role}@example.test", role=role)
    return made


def letters():
    """Address → edition's label."""
    return {one.address: one.edition.label for one in Letter.objects.select_related("edition")}


def test_a_morning_has_one_edition_an_audience_and_one_letter_a_reader(team):
    """Two reps share theirs; the manager and the executive have their own; the recruiter gets none."""
    said = editions.prepare(TUESDAY, seconds=600)

    assert said == "daily: 3 editions, 4 letters"
    assert sorted(Counter(letters().values()).values()) == [1, 1, 2]
    assert letters()["mia@example.test"] == "the team of Mia"
    assert editions.prepare(TUESDAY, seconds=600) == "daily: done for today"
    assert Letter.objects.count() == 4


def test_a_worker_that_is_interrupted_goes_on_where_it_was(team):
    """With no time left it makes none and says so; the next run makes the rest, and nobody gets two."""
    assert "more to come" in editions.prepare(TUESDAY, seconds=-1)
    editions.prepare(TUESDAY, seconds=600)

    assert Letter.objects.count() == 4


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (datetime(2025, 9, 16, 6, 59, tzinfo=UTC), "before seven"),
        (datetime(2025, 9, 16, 12, 0, tzinfo=UTC), "after noon"),
        (datetime(2025, 9, 14, 8, 0, tzinfo=UTC), "on a Sunday"),
    ],
)
def test_nothing_is_prepared(team, now, why):
    """Neither early nor late, nor on a day off."""
    assert editions.prepare(now).startswith("no mail is due"), why
    assert Edition.objects.count() == 0


def test_a_public_holiday_is_no_morning(team, settings):
    """3 October in Germany."""
    settings.HOLIDAYS = DaysOff("DE")
    found = editions.Morning(editions.published_facts(), datetime(2025, 10, 3, 8, tzinfo=UTC))

    assert found.due() == ()


def test_after_a_night_without_a_worker_the_letter_still_comes_the_same_morning(team):
    """At half past eleven it is late, but of today; its end is noon."""
    editions.prepare(datetime(2025, 9, 16, 11, 30, tzinfo=UTC), seconds=600)

    assert {one.expires_at for one in Edition.objects.all()} == {datetime(2025, 9, 16, 12, tzinfo=UTC)}


def test_seven_is_seven_where_the_team_works(team):
    """By the zone of the facts: it is UTC here; in Tokyo that hour is four in the afternoon."""
    from zoneinfo import ZoneInfo

    morning = editions.Morning(editions.published_facts(), TUESDAY)

    assert morning.local == TUESDAY.astimezone(ZoneInfo("UTC"))
    assert morning.noon == datetime(2025, 9, 16, 12, tzinfo=UTC)


def test_the_weekly_mail_comes_on_the_first_working_day_and_to_executives(team):
    """On Monday both come; on Tuesday the daily one alone."""
    editions.prepare(datetime(2025, 9, 15, 7, 30, tzinfo=UTC), seconds=600)

    weekly = Letter.objects.filter(kind="weekly")
    assert [one.address for one in weekly] == ["executive@example.test"]
    assert Letter.objects.filter(kind="daily").count() == 4


def test_a_letter_waits_for_data_that_are_not_loaded_yet(team):
    """It says what it waits for, and nothing is sent meanwhile."""
    said = editions.prepare(datetime(2025, 10, 21, 7, tzinfo=UTC))

    assert "waits until noon" in said
    assert "load what is new" in said
    assert Letter.objects.count() == 0


def test_an_edition_that_cannot_be_made_holds_up_no_other_and_is_said(team):
    """The manager's fails: the reps and the executive have theirs, and the next run makes the one left."""
    usual = editions.RENDERERS["daily"]

    def broken(morning, readers):
        if readers.audience.label == "the team of Mia":
            raise ZeroDivisionError("a chart without days")
        return usual.render(morning, readers)

    with pytest.raises(editions.EditionsFailed) as problem:
        editions.prepare(TUESDAY, seconds=600, renderers={"daily": editions.Renderer(usual.audience, broken)})

    assert str(problem.value) == (
        "daily: 2 editions, 3 letters; "
        "not made: the daily mail for the team of Mia, ZeroDivisionError: a chart without days"
    )
    assert sorted(Counter(letters().values()).values()) == [1, 2]
    assert editions.prepare(TUESDAY, seconds=600) == "daily: 1 editions, 1 letters"


def test_an_edition_that_waits_for_data_lets_the_others_go(team):
    """It is no error: it waits until noon, and says for what."""
    usual = editions.RENDERERS["daily"]

    def waiting(morning, readers):
        if readers.audience.label == "the team of Mia":
            raise NotEnoughData("ten leads", have=3, need=10, unit="leads")
        return usual.render(morning, readers)

    renderers = {"daily": editions.Renderer(usual.audience, waiting)}
    said = editions.prepare(TUESDAY, seconds=600, renderers=renderers)

    assert said == "daily: 2 editions, 3 letters, others wait until noon, for ten leads"


def test_without_a_mail_server_nothing_is_rendered(team, settings):
    """No mountain of letters waits for the day mail is turned on."""
    settings.EMAIL_HOST = ""

    assert editions.prepare(TUESDAY) == OFF


def test_three_hundred_readers_get_their_own_row_over_smtp(team, mailboxes, settings, small_company):
    """Rendered once, handed over 300 times; each copy is called its reader's, and is below 100 kB."""
    reps = sorted(small_company.team)
    names = {one["rep_id"]: one["name"] for one in small_company.reps}
    many = {f"many{at:03}@example.test": reps[at % len(reps)] for at in range(300)}
    User.objects.bulk_create([User(email=email, role="rep", rep_id=rep) for email, rep in many.items()])

    editions.prepare(TUESDAY, seconds=600)
    with mail_server(mailboxes) as settings.EMAIL_PORT:
        send_due(lambda: TUESDAY, seconds=600)

    assert Edition.objects.count() == 3
    everybody = [*many, *(one.email for one in team.values() if one.role != "recruiter")]
    assert Counter(address for address, _ in mailboxes.taken) == dict.fromkeys(everybody, 1)
    for address, rep in many.items():
        (text,) = mailboxes.to(address)
        assert len(text) < 100_000
        html = unescape(message_from_bytes(text, policy=default).get_body(("html",)).get_content())
        assert set(re.findall(r"You: ([^<]*)<", html)) == {names[rep]}
    assert max(len(text) for _, text in mailboxes.taken) < 100_000


def test_a_preview_is_written_and_not_sent(team, tmp_path):
    """HTML that finds its pictures beside it, and the text."""
    written = write(tmp_path / "out", on=TUESDAY)

    html = (tmp_path / "out" / "letter.html").read_text()
    pictures = set(re.findall(r'src="([^"]*)"', html))
    assert {path.name for path in written} == pictures | {"letter.html", "letter.txt"}
    assert Letter.objects.count() == 0


def test_the_newest_preview_is_of_the_morning_after_the_data(team):
    """They end on Tuesday, 30 September."""
    from quintet.site.mail.preview import newest_morning

    assert newest_morning(editions.Morning(editions.published_facts(), TUESDAY)) == date(2025, 10, 1)


def test_a_trial_letter_says_what_the_server_said(team, mailboxes, settings):
    """Taken, refused with the reason, or nobody there."""
    mailboxes.refused["nobody@example.test"] = "550 5.1.1 no such mailbox"

    with mail_server(mailboxes) as settings.EMAIL_PORT:
        taken = send_trial("ann@example.test", TUESDAY)
        refused = send_trial("nobody@example.test", TUESDAY)
    gone = send_trial("ann@example.test", TUESDAY)

    assert [one.outcome for one in (taken, refused, gone)] == ["accepted", "refused", "server down"]
    assert refused.said == "550 5.1.1 no such mailbox"
