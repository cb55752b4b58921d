"""Certificates as they are written, and what one may say about who holds them."""

from dataclasses import dataclass
from datetime import date

from quintet.kernel.errors import BadInput

#: People are told so many days before a certificate expires.
WARN_DAYS = 14
MOST_MONTHS = 60


@dataclass(frozen=True)
class CertificateText:
    """A certificate as somebody writes it.

    Args:
        key: its address, which never changes.
        name: as people call it.
        lead_type: whom it opens: a segment or kind of lead; empty for no tie.
        months: it holds so long; None for good.
        modules: keys of the modules it takes.
        exams: keys of the exams it takes.
        pages: keys of the playbook pages it rests on.
    """

    key: str
    name: str
    lead_type: str = ""
    months: int | None = None
    modules: tuple[str, ...] = ()
    exams: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Certified:
    """Somebody who may be given leads of a type.

    Args:
        user_id: the account.
        rep_id: the rep in the facts; None where the account is no rep.
        name: as colleagues call them.
        certificate: what they hold.
        until: the last day it holds; None for good.
    """

    user_id: int
    rep_id: int | None
    name: str
    certificate: str
    until: date | None


def checked_certificate(text: CertificateText) -> CertificateText:
    """The certificate, if somebody could earn it.

    Raises:
        BadInput: naming what is missing.
    """
    if not text.name.strip():
        raise BadInput("a certificate needs a name: say what its holder may be trusted with")
    if not text.modules and not text.exams:
        raise BadInput(f"{text.name!r} takes nothing: name at least one module or exam")
    if text.months is not None and not 1 <= text.months <= MOST_MONTHS:
        raise BadInput(f"a certificate holds 1..{MOST_MONTHS} months, or for good, got {text.months}")
    return text
