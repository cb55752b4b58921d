"""The sender: claims a letter, hands it over, notes what the server said, and goes on to the next."""

import smtplib
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone

from quintet.site.mail import outbox
from quintet.site.mail.composing import composed
from quintet.site.mail.models import Letter
from quintet.site.mail.smtp import Answer, Outcome, hand_over

_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_SECONDS = 20.0
OFF = "e-mail is off: QUINTET_MAIL_HOST is not set"


def is_on() -> bool:
    """Is there a mail server to hand letters to?"""
    return bool(settings.EMAIL_HOST)


@dataclass
class Line:
    """The connection to the mail server, opened when a letter needs it."""

    backend: Any = None
    letters: int = 0

    def server(self) -> smtplib.SMTP:
        """A connected server.

        Raises:
            OSError: when there is none to connect to; smtplib's errors are such errors, too.
        """
        if self.backend is None:
            backend: Any = get_connection(_BACKEND, fail_silently=False)
            backend.open()
            backend.connection.sock.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
            )  # the last dot is small
            self.backend, self.letters = backend, 0
        self.letters += 1
        return self.backend.connection

    def hang_up(self) -> None:
        """Close it, politely where it still stands."""
        if self.backend is not None:
            with suppress(smtplib.SMTPException, OSError):  # it may be gone already
                self.backend.close()
            self.backend = None


@dataclass
class Round:
    """One run of the sender.

    Args:
        clock: the present.
        line: to the server.
        counts: letters by outcome.
        said: what the server said last where something is wrong.
    """

    clock: Callable[[], datetime]
    line: Line = field(default_factory=Line)
    counts: Counter[str] = field(default_factory=Counter)
    said: str = ""

    def send(self, letter: Letter) -> bool:
        """Hand one claimed letter over; False when the server is down and the round is over."""
        size, answer = self._handed(letter)
        outbox.settle(letter, answer, self.clock(), size)
        self.counts[answer.outcome] += 1
        if answer.outcome is not Outcome.ACCEPTED:
            self.said = answer.said
        if answer.outcome not in {Outcome.SERVER_DOWN, Outcome.IN_DOUBT}:
            return True
        had_sent_before = self.line.letters > 1
        self.line.hang_up()
        return had_sent_before  # a server may end a long conversation; one that will not begin is down

    def _handed(self, letter: Letter) -> tuple[int | None, Answer]:
        sender = settings.DEFAULT_FROM_EMAIL
        try:
            message = composed(letter, sender)
        except (ValueError, IndexError) as error:  # both come from addresses no header can hold
            said = f"the letter cannot be written: {error}"
            return None, Answer(Outcome.REFUSED, said, is_bad_address=True)
        try:
            server = self.line.server()
        except OSError as error:
            return len(message), Answer(Outcome.SERVER_DOWN, f"{type(error).__name__}: {error}"[:500])
        return len(message), hand_over(
            server,
            message,
            parseaddr(sender)[1],
            letter.address,
            lambda: outbox.about_to(letter, self.clock()),
        )


def send_due(clock: Callable[[], datetime] = timezone.now, *, seconds: float = _SECONDS) -> str:
    """Hand over what is due, for so many seconds at most; says in a few words what became of it."""
    if not is_on():
        return OFF
    outbox.expire(clock())
    outbox.recover(clock())
    done, deadline = Round(clock), time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            letter = outbox.claim(clock())
            if letter is None or not done.send(letter):
                break
    finally:
        done.line.hang_up()
    return _summary(done)


def _summary(done: Round) -> str:
    if not done.counts:
        return "nothing to send"
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(done.counts.items()))
    return f"{counted}; {done.said}" if done.said else counted
