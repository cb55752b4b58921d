"""An edition and what is one reader's own in it, put together into the letter that goes over the wire."""

import base64
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, cast

from quintet.kernel.marks import filled
from quintet.site.mail.subscriptions import unsubscribe_url

if TYPE_CHECKING:
    from quintet.site.mail.models import Letter


#: What a mark leaves behind where it was alone and is filled with nothing.
_BLANK_LINES = re.compile(r"\n{3,}")


def composed(letter: "Letter", sender: str) -> bytes:
    """The letter as it goes over the wire: the same bytes however often it is asked for.

    Raises:
        ValueError: when an address or a subject cannot stand in a header.
    """
    edition, url = letter.edition, unsubscribe_url(letter.user_id)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = formataddr((letter.user.name, letter.address))
    message["Subject"] = edition.subject
    message["Date"] = format_datetime(edition.prepared_at)
    message["Message-ID"] = letter.message_id
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    own = letter.own | {"unsubscribe": url}
    text = _BLANK_LINES.sub("\n\n", filled(edition.text, own))
    message.set_content(text, cte="quoted-printable")
    _add_html(message, filled(edition.html, own), edition.pictures)
    _name_boundaries(message, letter.message_id)
    return message.as_bytes()


def _add_html(message: EmailMessage, html: str, pictures: dict[str, str]) -> None:
    """The HTML part, in plain ASCII so that it is not blown up on the wire, and its pictures."""
    ascii_only = html.encode("ascii", "xmlcharrefreplace").decode("ascii")
    message.add_alternative(ascii_only, subtype="html", cte="7bit")
    part = cast("EmailMessage", message.get_body(("html",)))
    for name, picture in pictures.items():
        part.add_related(
            base64.b64decode(picture),
            "image",
            "png",
            cid=f"<{name}>",
            disposition="inline",
            filename=f"{name}.png",
        )


def _name_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries drawn anew would make a second attempt another text."""
    name = re.sub(r"\W", "", message_id)[-32:]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{name}_{number}")
