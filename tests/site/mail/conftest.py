"""An outbox of simple letters, a clock that moves when told, and a mail server on this machine."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from quintet.kernel.marks import mark
from quintet.site.mail import outbox
from quintet.site.mail.models import Edition, Kind
from quintet.site.mail.outbox import Recipient
from quintet.site.models import User
from smtp_server import Mailboxes

MORNING = datetime(2026, 3, 3, 7, tzinfo=UTC)
TODAY = MORNING.date()


class Clock:
    """The present, moved by hand."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """It is seven in the morning."""
    return Clock()


@pytest.fixture
def mailboxes(settings: Any) -> Mailboxes:
    """What the server on this machine keeps; nothing goes anywhere before a test opens it."""
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False
    settings.EMAIL_HOST_USER, settings.EMAIL_TIMEOUT = "", 5
    settings.DEFAULT_FROM_EMAIL, settings.SITE_URL = "Quintet <q@example.test>", "https://q.example.test"
    return Mailboxes()


@pytest.fixture
def post_to(db: None) -> Callable[..., list[User]]:
    """Put one edition with a letter for so many new people into the outbox."""

    def post(count: int, day: date = TODAY) -> list[User]:
        people = [
            User.objects.create(email=f"rep{number:03}@example.test", name=f"Rep {number:03}", role="rep")
            for number in range(count)
        ]
        outbox.post(edition(day), [Recipient(one, {"own": f"row of {one.name}"}) for one in people], "q.test")
        return people

    return post


@pytest.fixture
def make_edition() -> Callable[..., Edition]:
    """Another edition."""
    return edition


def edition(day: date = TODAY, audience: str = "all") -> Edition:
    """A small edition of that morning; it expires at noon."""
    at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    return Edition(
        kind=Kind.DAILY,
        day=day,
        audience=audience,
        label="Everybody",
        subject="Sales on Monday, 2 March",
        html=f"<p>Hello → {mark('own')} {mark('nothing')}</p>",
        text=f"Hello → {mark('own')}\n.a line that starts with a dot\n",
        pictures={"chart": "iVBORw0KGgo="},
        facts_version=1,
        prepared_at=at,
        seconds=0.1,
        expires_at=at + timedelta(hours=5),
    )
