"""Asking candidates about themselves, and what they answer: of their own will, apart from the decision.

Nothing of it goes to the ledger: what lies there is read by every formula.
"""

import hashlib
import secrets
from datetime import datetime

from quintet.hiring.models.candidates import Candidate
from quintet.hiring.models.fairness import SelfIdentification
from quintet.hiring.terms.fairness import DECLINED, ETHNICITIES, SEXES
from quintet.kernel.errors import BadInput


def ask(candidate: Candidate, now: datetime) -> str:
    """A link of this candidate's own; returns its secret, which is kept nowhere.

    A link made earlier stops working; what was answered through it stays.
    """
    token = secrets.token_urlsafe(32)
    SelfIdentification.objects.update_or_create(
        candidate=candidate,
        defaults={"token_digest": _digest(token)},
        create_defaults={"token_digest": _digest(token), "asked_at": now},
    )
    return token


def is_known(token: str) -> bool:
    """Does this link belong to a candidate?"""
    return SelfIdentification.objects.filter(token_digest=_digest(token)).exists()


def answer(token: str, sex: str, ethnicity: str, now: datetime) -> None:
    """Keep what a candidate says; a later answer replaces an earlier one.

    Args:
        token: of the link.
        sex: one of SEXES, or DECLINED.
        ethnicity: one of ETHNICITIES, or DECLINED.
        now: the instant.

    Raises:
        BadInput: for a link nobody has, or an answer that is not offered.
    """
    for said, offered in ((sex, SEXES), (ethnicity, ETHNICITIES)):
        if said not in {*offered, DECLINED}:
            raise BadInput(f"the answer must be one of {', '.join(offered)} or {DECLINED}, got {said!r}")
    _set(token, sex=sex, ethnicity=ethnicity, answered_at=now)


def withdraw(token: str) -> None:
    """Forget what a candidate said; the sums follow with the next ten answers.

    Raises:
        BadInput: for a link nobody has.
    """
    _set(token, sex="", ethnicity="", answered_at=None)


def _set(token: str, **told: object) -> None:
    if not SelfIdentification.objects.filter(token_digest=_digest(token)).update(**told):
        raise BadInput("this link is not known any more: ask for a new one, or leave it, as nobody will know")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
