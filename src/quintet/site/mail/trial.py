"""One short letter, to see whether the mail server takes ours."""

import secrets
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings

from quintet.kernel.errors import BadInput
from quintet.site.mail.sending import Line
from quintet.site.mail.smtp import Answer, Outcome, hand_over


def send_trial(address: str, now: datetime) -> Answer:
    """Hand a letter to the server, past the outbox, and return what it said.

    Raises:
        BadInput: when the address cannot stand in a header.
    """
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"] = sender, address
    except (ValueError, IndexError) as error:
        raise BadInput(f"an address is like ann@example.com, got {address!r}: {error}") from error
    message["Subject"] = "Quintet can send mail"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<trial.{secrets.token_hex(12)}@{domain}>"
    message.set_content(f"This is the letter that was asked for on {now:%-d %B %Y at %H:%M} UTC.\n")
    line = Line()
    try:
        return hand_over(line.server(), message.as_bytes(), parseaddr(sender)[1], address, lambda: True)
    except OSError as error:
        return Answer(Outcome.SERVER_DOWN, f"{type(error).__name__}: {error}")
    finally:
        line.hang_up()
