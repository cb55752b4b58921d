"""The states of a letter, each change one statement: what docs/decisions/0012 promises stands here."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from quintet.site.mail.models import Edition, Letter, LetterState, Subscription
from quintet.site.mail.smtp import Answer, Outcome

#: A claim nobody finished for so long is of a process that is gone: longer than any conversation can last.
LEASE = timedelta(minutes=5)
_CONTENTS_KEPT, _KEPT = timedelta(days=7), timedelta(days=365)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)


@dataclass(frozen=True)
class Recipient:
    """Whom a letter goes to, and what is his alone in it.

    Args:
        user: the account.
        own: what replaces each mark of the edition, see `kernel.marks`.
    """

    user: Any
    own: dict[str, str]


@transaction.atomic
def post(edition: Edition, recipients: Iterable[Recipient], domain: str) -> int:
    """Put an edition and its letters into the outbox, both or neither; what is there already stays.

    Args:
        edition: rendered, not saved yet.
        recipients: who gets it.
        domain: right part of the Message-IDs.

    Returns:
        How many letters are new.
    """
    kept, _ = Edition.objects.get_or_create(
        kind=edition.kind, day=edition.day, audience=edition.audience, defaults=_values(edition)
    )
    before = kept.letters.count()
    letters = [_letter(kept, one, domain) for one in recipients]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    return kept.letters.count() - before


def _values(edition: Edition) -> dict[str, Any]:
    names = (
        "label",
        "subject",
        "html",
        "text",
        "pictures",
        "facts_version",
        "prepared_at",
        "seconds",
        "expires_at",
    )
    return {name: getattr(edition, name) for name in names}


def _letter(edition: Edition, recipient: Recipient, domain: str) -> Letter:
    return Letter(
        edition=edition,
        user=recipient.user,
        kind=edition.kind,
        day=edition.day,
        address=recipient.user.email,
        own=recipient.own,
        message_id=f"<{edition.kind}.{edition.day:%Y%m%d}.{secrets.token_hex(12)}@{domain}>",
        next_try_at=edition.prepared_at,
    )


def claim(now: datetime) -> Letter | None:
    """Take the next letter that is due, for this process alone; None when none is.

    One statement decides, so two workers cannot both get it.
    """
    token = secrets.token_hex(16)
    due = Letter.objects.filter(
        state=LetterState.QUEUED, next_try_at__lte=now, edition__expires_at__gt=now
    ).order_by("next_try_at", "pk")
    taken = Letter.objects.filter(pk__in=due.values("pk")[:1], state=LetterState.QUEUED).update(
        state=LetterState.SENDING, claimed_by=token, claimed_at=now, handed_at=None
    )
    return Letter.objects.select_related("edition", "user").get(claimed_by=token) if taken else None


def about_to(letter: Letter, now: datetime) -> bool:
    """Note that the text goes out now; False when the letter is not ours any more."""
    return bool(_ours(letter).update(handed_at=now))


def settle(letter: Letter, answer: Answer, now: datetime, size: int | None = None) -> None:
    """Note what became of a claimed letter."""
    tried = {"attempts": letter.attempts + 1, "last_error": answer.said, "size_bytes": size}
    match answer.outcome:
        case Outcome.ACCEPTED:
            change = {"state": LetterState.SENT, "sent_at": now} | tried | {"last_error": ""}
        case Outcome.REFUSED:
            change = {"state": LetterState.FAILED} | tried
        case Outcome.IN_DOUBT:
            change = {"state": LetterState.IN_DOUBT} | tried
        case Outcome.WITHDRAWN:
            return
        case _:
            again = now + pause_after(letter.attempts)
            change = {"state": LetterState.QUEUED, "next_try_at": again, "claimed_by": ""} | tried
    if _ours(letter).update(**change) and answer.is_bad_address:
        _remember_refusal(letter, answer.said, now)


def _ours(letter: Letter) -> Any:  # noqa: ANN401 -- a query set
    return Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, claimed_by=letter.claimed_by)


def _remember_refusal(letter: Letter, reason: str, now: datetime) -> None:
    refused = {"refused_address": letter.address, "refused_reason": reason, "refused_at": now}
    Subscription.objects.update_or_create(user=letter.user, defaults=refused)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many earlier attempts: one minute, doubled each time up to a quarter hour."""
    return min(_FIRST_PAUSE * 2 ** min(attempts, 10), _LONGEST_PAUSE)


def recover(now: datetime) -> tuple[int, int]:
    """Deal with letters whose process is gone: waiting again, or in doubt where the text may have gone out.

    Returns:
        How many wait again, and how many are in doubt.
    """
    gone = Letter.objects.filter(state=LetterState.SENDING, claimed_at__lt=now - LEASE)
    again = gone.filter(handed_at=None).update(state=LetterState.QUEUED, claimed_by="", next_try_at=now)
    doubtful = gone.exclude(handed_at=None).update(
        state=LetterState.IN_DOUBT, last_error="the sending process ended before the server's reply was noted"
    )
    return again, doubtful


def expire(now: datetime) -> int:
    """Give up letters whose morning is over, or whose reader has said no since; those in doubt stay so."""
    waiting = Letter.objects.filter(state=LetterState.QUEUED)
    unwanted = waiting.filter(Q(user__mail__is_on=False) | Q(user__is_active=False))
    said_no = unwanted.update(state=LetterState.EXPIRED, last_error="the reader stopped the mails before")
    late = waiting.filter(edition__expires_at__lte=now)
    return said_no + late.update(state=LetterState.EXPIRED)


def resolve(letter_id: int, *, arrived: bool, by: str, now: datetime) -> bool:
    """A person's decision on a letter in doubt: it arrived, or it is to be sent again.

    Returns:
        False when there is nothing in doubt any more.
    """
    doubtful = Letter.objects.filter(pk=letter_id, state=LetterState.IN_DOUBT)
    said = f"{by} decided on {now:%Y-%m-%d %H:%M} UTC: {'it arrived' if arrived else 'send it again'}"
    if arrived:
        return bool(doubtful.update(state=LetterState.SENT, sent_at=now, last_error=said))
    again = {"state": LetterState.QUEUED, "next_try_at": now, "claimed_by": "", "last_error": said}
    return bool(doubtful.update(**again))


def forget(today: date) -> int:
    """Throw away the contents of editions older than a week; who got which is kept for a year.

    Returns:
        How many editions lost their contents.
    """
    Edition.objects.filter(day__lt=today - _KEPT).delete()
    old = {"day__lt": today - _CONTENTS_KEPT}
    Letter.objects.filter(**old).exclude(own={}).update(own={})
    return Edition.objects.filter(**old).exclude(html="").update(html="", text="", pictures={})
