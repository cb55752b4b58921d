"""One letter, handed to a mail server: what the server said, and whether it can have the letter.

The conversation is spelled out here because the answer depends on how far it came: until the last dot of
the text has left this machine the server cannot have accepted the letter; after it, and without a reply,
nobody on this side can know.
"""

import re
import select
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

_OK = frozenset({250, 251})
_GO_AHEAD = 354
_CLOSING = 421
_REFUSED = 500
#: RFC 5321: mailbox unavailable, not local, name not allowed.
_ABOUT_THE_MAILBOX = frozenset({550, 551, 553})
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")
#: RFC 3463: 5.1 is about the address, 5.2 about the mailbox; 5.7 is policy, such as a relay not allowed.
_ABOUT_AN_ADDRESS = frozenset({"1", "2"})

#: How long a server that died over the text has to break off before the dot is sent.
_LISTEN_SECONDS = 0.01


class Outcome(StrEnum):
    """What became of a letter."""

    ACCEPTED = "accepted"
    POSTPONED = "postponed"
    REFUSED = "refused"
    SERVER_DOWN = "server down"
    IN_DOUBT = "in doubt"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Answer:
    """The end of one conversation.

    Args:
        outcome: what became of the letter.
        said: the server's words, or what broke.
        is_bad_address: the server says that there is no such mailbox, so no later letter can reach it.
    """

    outcome: Outcome
    said: str = ""
    is_bad_address: bool = False


def hand_over(
    server: smtplib.SMTP, message: bytes, sender: str, recipient: str, about_to: Callable[[], bool]
) -> Answer:
    """Hand one letter to a connected server.

    Args:
        server: connected and signed in.
        message: the letter, lines ended by CRLF.
        sender: address that bounces go to.
        recipient: one address.
        about_to: asked right before the text is sent; False withdraws the letter.
    """
    if not recipient.isascii():
        return Answer(Outcome.REFUSED, "the address has letters outside ASCII", is_bad_address=True)
    try:
        refused = _envelope(server, sender, recipient)
    except (smtplib.SMTPException, OSError) as error:
        return Answer(Outcome.SERVER_DOWN, _words(error))
    if refused is not None:
        return _ended(server, refused)
    return _text(server, message, about_to)


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> Answer | None:
    """Sender and recipient; None when the server takes both."""
    code, said = server.mail(sender)
    if code not in _OK:  # it does not want us, whoever the recipient is
        return Answer(Outcome.SERVER_DOWN, f"sender {sender}: {_reply(code, said)}")
    code, said = server.rcpt(recipient)
    if code in _OK:
        return None
    return _no(code, said, about_recipient=True)


def _text(server: smtplib.SMTP, message: bytes, about_to: Callable[[], bool]) -> Answer:
    if not about_to():
        return _ended(server, Answer(Outcome.WITHDRAWN, "somebody else took the letter over"))
    try:
        server.putcmd("data")
        code, said = server.getreply()
        if code != _GO_AHEAD:
            return _ended(server, _no(code, said))
        server.send(_with_dots_doubled(message))
        if _spoke_before_the_end(server):
            return _ended(server, _no(*server.getreply()))
        server.send(b".\r\n")
    except (smtplib.SMTPException, OSError) as error:
        return Answer(Outcome.SERVER_DOWN, _words(error))
    try:
        code, said = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Answer(Outcome.IN_DOUBT, f"no reply after the whole text was sent: {_words(error)}")
    return Answer(Outcome.ACCEPTED, _reply(code, said)) if code in _OK else _no(code, said)


def _with_dots_doubled(message: bytes) -> bytes:
    """The text as the wire wants it, up to the dot that ends it."""
    body = re.sub(rb"(?m)^\.", b"..", message)
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _spoke_before_the_end(server: smtplib.SMTP) -> bool:
    """Did the server answer, or hang up, before the dot? A short wait keeps most deaths out of doubt."""
    return server.sock is None or bool(select.select([server.sock], [], [], _LISTEN_SECONDS)[0])


def _no(code: int, said: bytes, *, about_recipient: bool = False) -> Answer:
    """A reply that is not yes."""
    words = _reply(code, said)
    if code == _CLOSING or code < 0:
        return Answer(Outcome.SERVER_DOWN, words)
    if code < _REFUSED:
        return Answer(Outcome.POSTPONED, words)
    return Answer(Outcome.REFUSED, words, is_bad_address=about_recipient and _is_bad_address(code, words))


def _is_bad_address(code: int, words: str) -> bool:
    """Does the refusal speak of the mailbox, and not of us or of policy?"""
    enhanced = _ENHANCED.search(words)
    return enhanced[1] in _ABOUT_AN_ADDRESS if enhanced else code in _ABOUT_THE_MAILBOX


def _ended(server: smtplib.SMTP, answer: Answer) -> Answer:
    """Clear the table for the next letter; a server that is gone says so at the next one."""
    try:
        server.rset()
    except (smtplib.SMTPException, OSError):
        server.close()
    return answer


def _reply(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"[:500]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
