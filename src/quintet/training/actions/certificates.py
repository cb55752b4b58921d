"""Granting certificates to those who have earned them, and taking them back when the playbook changes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from quintet.calendar.periods import after_months
from quintet.ledger.telling import row, tell
from quintet.training.actions.notices import notify
from quintet.training.asks.certificates import earned
from quintet.training.models.certificates import Certificate, Grant
from quintet.training.models.playbook import PageVersion, PlaybookPage


def reconsider(user: Any, *, now: datetime) -> list[Grant]:  # noqa: ANN401 -- somebody with an account
    """Grant somebody every certificate earned by now; called after each module and exam."""
    with transaction.atomic():
        return [_grant(user, one, now) for one in earned(user, now)]


def revoke(grant: Grant, because: str, *, now: datetime, address: str = "") -> bool:
    """Take a certificate back and tell the person; False where it had ended before."""
    with transaction.atomic():
        open_ones = Grant.objects.filter(pk=grant.pk, revoked_at=None)
        if not open_ones.update(revoked_at=now, revoked_because=because):
            return False
        name = grant.certificate.name
        notify(grant.user, f"Your certificate {name} has ended: {because}", now=now, address=address)
        told = {"user": grant.user_id, "reason": because}
        tell(_row("certificate.revoked", grant, now, told))
    return True


def unsettle(version: PageVersion, *, now: datetime) -> int:
    """Revoke every certificate that rests on an older version of the page; how many were."""
    page: PlaybookPage = version.page
    because = f"the playbook page {version.title} has changed. {version.why}".strip()
    resting = Grant.objects.filter(certificate__pages=page, revoked_at=None).select_related("certificate")
    return sum(
        revoke(grant, because, now=now)
        for grant in resting
        if grant.rests_on.get(page.key, 0) < version.number
    )


def _grant(user: Any, certificate: Certificate, now: datetime) -> Grant:  # noqa: ANN401
    newest = PageVersion.objects.filter(page__certificates=certificate).order_by("page", "number")
    grant = Grant.objects.create(
        certificate=certificate,
        user=user,
        granted_at=now,
        expires_on=None if certificate.months is None else after_months(now.date(), certificate.months),
        rests_on={one.page.key: one.number for one in newest.select_related("page")},
    )
    notify(user, f"You have earned the certificate {certificate.name}.", now=now)
    tell(_row("certificate.granted", grant, now, {"user": user.pk, "rests_on": grant.rests_on}))
    return grant


def _row(kind: str, grant: Grant, now: datetime, told: dict[str, Any]) -> dict[str, Any]:
    return row(kind, f"grant:{grant.pk}", now, told, rep_id=grant.user.rep_id, content=grant.certificate.key)
