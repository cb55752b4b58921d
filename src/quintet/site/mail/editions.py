"""Each morning's editions: due from seven to noon where the team works, rendered once an audience."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as clock_time
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from quintet.calendar.working_time import WorkingCalendar
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.management.asks import daily, weekly
from quintet.management.asks.working_days import working_days
from quintet.management.pages import mail as pages
from quintet.management.pages import weekly_mail as weekly_pages
from quintet.site.loaded import published_facts
from quintet.site.mail import outbox, sending, subscriptions
from quintet.site.mail.models import Edition, Kind, Letter
from quintet.site.mail.outbox import Recipient
from quintet.site.scope import scope_of

if TYPE_CHECKING:
    from quintet.facts.published import Facts
    from quintet.management.terms.daily import Audience, Rendering
    from quintet.site.models import User

BEGINS, ENDS = clock_time(7), clock_time(12)
_SECONDS = 10.0


@dataclass(frozen=True)
class Morning:
    """One working morning of the company.

    Args:
        facts: the published version.
        now: the present.
    """

    facts: "Facts"
    now: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        """Where the team works, as the facts have it."""
        return ZoneInfo(self.facts.manifest.zone)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The company's working days."""
        return working_days(self.facts)

    @cached_property
    def local(self) -> datetime:
        """The clock on the team's wall."""
        return self.now.astimezone(self.zone)

    @property
    def noon(self) -> datetime:
        """When the letters of this morning are too late."""
        return datetime.combine(self.local.date(), ENDS, self.zone)

    def due(self) -> tuple[str, ...]:
        """The kinds of mail that go out now; the weekly one on the first working day of a week."""
        today = self.local.date()
        if not self.calendar.is_working_day(today) or not BEGINS <= self.local.time() < ENDS:
            return ()
        before = daily.reported_day(today, self.calendar)
        is_first = before.isocalendar()[:2] != today.isocalendar()[:2]
        return (Kind.DAILY, Kind.WEEKLY) if is_first else (Kind.DAILY,)


@dataclass
class Readers:
    """The readers of one edition: an audience, and what each sees of his own."""

    audience: "Audience"
    people: list[tuple["User", Scope]] = field(default_factory=list)


def prepare(now: datetime, *, seconds: float = _SECONDS) -> str:
    """Put the editions and letters that are due into the outbox, for so many seconds at most.

    Harmless to repeat: who has a letter of this morning gets no other.

    Returns:
        What happened in a few words, for the page.
    """
    if not sending.is_on():
        return sending.OFF
    facts = published_facts()
    if facts is None:
        return "nothing loaded"
    morning, deadline = Morning(facts, now), time.monotonic() + seconds
    told = [_prepared(morning, kind, deadline) for kind in morning.due()]
    return (
        "; ".join(told)
        or "no mail is due: it goes out on working days from 7:00 to noon, where the team works"
    )


def _prepared(morning: Morning, kind: str, deadline: float) -> str:
    letters = editions = 0
    try:
        for readers in audiences(morning, kind, waiting(morning, kind)):
            if time.monotonic() > deadline:
                return f"{kind}: {editions} editions, {letters} letters, more to come"
            letters += post(morning, kind, readers)
            editions += 1
    except NotEnoughData as problem:
        return f"{kind}: waits until noon, for {problem}"
    return f"{kind}: {editions} editions, {letters} letters" if editions else f"{kind}: done for today"


def waiting(morning: Morning, kind: str) -> list["User"]:
    """Readers who have no letter of this morning yet."""
    have = set(Letter.objects.filter(kind=kind, day=morning.local.date()).values_list("user_id", flat=True))
    return [user for user in subscriptions.readers(kind) if user.pk not in have]


def audiences(morning: Morning, kind: str, people: Iterable["User"]) -> list[Readers]:
    """The readers by what they may see: who may see the same reads the same edition."""
    found: dict[str, Readers] = {}
    for user in people:
        scope = scope_of(user, morning.facts)
        audience = RENDERERS[kind].audience(morning, scope, str(user))
        found.setdefault(key_of(audience), Readers(audience)).people.append((user, scope))
    return list(found.values())


def key_of(audience: "Audience") -> str:
    """A name for an audience: the same for the same team and rights."""
    scope = audience.scope
    rows = None if scope.rep_ids is None else sorted(scope.rep_ids)
    words = f"{audience.team}|{audience.rep_ids}|{rows}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def post(morning: Morning, kind: str, readers: Readers) -> int:
    """Render one audience's edition and put its letters into the outbox; how many are new."""
    began = time.monotonic()
    rendering, own = RENDERERS[kind].render(morning, readers)
    edition = Edition(
        kind=kind,
        day=morning.local.date(),
        audience=key_of(readers.audience),
        label=rendering.label[:200],
        subject=rendering.subject,
        html=rendering.html,
        text=rendering.text,
        pictures=in_base64(rendering.pictures),
        facts_version=morning.facts.version,
        prepared_at=morning.now,
        seconds=time.monotonic() - began,
        expires_at=morning.noon,
    )
    recipients = [Recipient(user, part) for (user, _), part in zip(readers.people, own, strict=True)]
    return outbox.post(edition, recipients, parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2])


def in_base64(pictures: dict[str, bytes]) -> dict[str, str]:
    """As a database keeps them in JSON."""
    return {name: base64.b64encode(picture).decode() for name, picture in pictures.items()}


@dataclass(frozen=True)
class Renderer:
    """How one kind of mail is made.

    Args:
        audience: whose letter a reader gets.
        render: the edition, and each reader's own part in the order of the readers.
    """

    audience: Callable[[Morning, Scope, str], "Audience"]
    render: Callable[[Morning, Readers], tuple["Rendering", list[dict[str, str]]]]


def _daily(morning: Morning, readers: Readers) -> tuple["Rendering", list[dict[str, str]]]:
    today, calendar, audience = morning.local.date(), morning.calendar, readers.audience
    letter = daily.letter(morning.facts, audience, today, calendar)
    own = [
        pages.own_part(letter, *daily.own_row(morning.facts, audience, scope, today, calendar))
        for _, scope in readers.people
    ]
    return pages.rendered(letter, settings.SITE_URL), own


def _daily_audience(morning: Morning, scope: Scope, name: str) -> "Audience":
    return daily.audience_of(morning.facts, scope, name)


def _weekly(morning: Morning, readers: Readers) -> tuple["Rendering", list[dict[str, str]]]:
    letter = weekly.letter(morning.facts, morning.local.date(), morning.calendar)
    return weekly_pages.rendered(letter, settings.SITE_URL), [{} for _ in readers.people]


def _everybody(morning: Morning, _scope: Scope, _name: str) -> "Audience":
    return daily.audience_of(morning.facts, Scope.everything())


RENDERERS: dict[str, Renderer] = {
    Kind.DAILY: Renderer(_daily_audience, _daily),
    Kind.WEEKLY: Renderer(_everybody, _weekly),
}
