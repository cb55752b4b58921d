"""Each morning's editions: due from seven to noon where the team works, rendered once an audience."""

import base64
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
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
from quintet.site.mail.news import with_news
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
        renderers: kind of mail → how it is made.
    """

    facts: "Facts"
    now: datetime
    renderers: Mapping[str, "Renderer"] = field(default_factory=lambda: RENDERERS)

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


class EditionsFailed(Exception):
    """Some editions could not be made; the others were."""


def prepare(
    now: datetime, *, seconds: float = _SECONDS, renderers: "Mapping[str, Renderer] | None" = None
) -> str:
    """Put the editions and letters that are due into the outbox, for so many seconds at most.

    Harmless to repeat: who has a letter of this morning gets no other. An edition that cannot be made holds
    up no other one; it is tried again at the next run.

    Returns:
        What happened in a few words, for the page.

    Raises:
        EditionsFailed: at the end, saying which and why, and what was prepared beside them.
    """
    if not sending.is_on():
        return sending.OFF
    facts = published_facts()
    if facts is None:
        return "nothing loaded"
    morning, deadline = Morning(facts, now, renderers or RENDERERS), time.monotonic() + seconds
    runs = [_prepared(morning, kind, deadline) for kind in morning.due()]
    told = "; ".join(run.said for run in runs)
    failed = [problem for run in runs for problem in run.failed]
    if failed:
        raise EditionsFailed(f"{told}; not made: {'; '.join(failed)}")
    return told or "no mail is due: it goes out on working days from 7:00 to noon, where the team works"


@dataclass
class _Run:
    """What one run did of one kind of mail."""

    kind: str
    editions: int = 0
    letters: int = 0
    failed: list[str] = field(default_factory=list)
    waits: str = ""
    is_cut_short: bool = False

    @property
    def said(self) -> str:
        """In a few words."""
        if not self.editions and not self.is_cut_short:
            idle = "none made" if self.failed else "done for today"
            return f"{self.kind}: {f'waits until noon, for {self.waits}' if self.waits else idle}"
        told = f"{self.kind}: {self.editions} editions, {self.letters} letters"
        told += f", others wait until noon, for {self.waits}" if self.waits else ""
        return told + (", more to come" if self.is_cut_short else "")


def _prepared(morning: Morning, kind: str, deadline: float) -> _Run:
    run = _Run(kind)
    try:
        every = audiences(morning, kind, waiting(morning, kind))
    except NotEnoughData as problem:
        return _Run(kind, waits=str(problem))
    for readers in every:
        if time.monotonic() > deadline:
            run.is_cut_short = True
            break
        _post(morning, readers, run)
    return run


def _post(morning: Morning, readers: Readers, run: _Run) -> None:
    """One edition; what stops it is noted, and stops no other."""
    try:
        run.letters += post(morning, run.kind, readers)
        run.editions += 1
    except NotEnoughData as problem:
        run.waits = str(problem)
    except Exception as problem:  # the door of one edition: the readers of others are owed theirs
        name = readers.audience.label or "everybody"
        logging.getLogger(__name__).exception("The %s mail for %s failed", run.kind, name)
        run.failed.append(f"the {run.kind} mail for {name}, {type(problem).__name__}: {problem}")


def waiting(morning: Morning, kind: str) -> list["User"]:
    """Readers who have no letter of this morning yet."""
    have = set(Letter.objects.filter(kind=kind, day=morning.local.date()).values_list("user_id", flat=True))
    return [user for user in subscriptions.readers(kind) if user.pk not in have]


def audiences(morning: Morning, kind: str, people: Iterable["User"]) -> list[Readers]:
    """The readers by what they may see: who may see the same reads the same edition."""
    found: dict[str, Readers] = {}
    for user in people:
        scope = scope_of(user, morning.facts)
        audience = morning.renderers[kind].audience(morning, scope, str(user))
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
    rendering, own = morning.renderers[kind].render(morning, readers)
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
        with_news(
            pages.own_part(letter, *daily.own_row(morning.facts, audience, scope, today, calendar)),
            user,
            settings.SITE_URL,
            morning.now,
        )
        for user, scope in readers.people
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
