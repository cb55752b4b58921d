"""What somebody has finished and passed, and which certificates that earns."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from quintet.training.models.certificates import Certificate, Grant
from quintet.training.models.curriculum import Completion
from quintet.training.models.exams import Sitting


def finished(user: Any) -> frozenset[int]:  # noqa: ANN401 -- somebody with an account
    """Keys of the modules somebody has finished."""
    return frozenset(Completion.objects.filter(user=user).values_list("module_id", flat=True))


def passed(user: Any, since: datetime | None = None) -> frozenset[int]:  # noqa: ANN401
    """Keys of the exams somebody has passed, in a sitting begun after `since`."""
    sittings = Sitting.objects.filter(user=user, passed=True)
    if since is not None:
        sittings = sittings.filter(started_at__gt=since)
    return frozenset(sittings.values_list("exam_id", flat=True))


def holding(user: Any, now: datetime) -> list[Grant]:  # noqa: ANN401
    """Certificates somebody holds today: not expired, not revoked."""
    valid = Q(expires_on=None) | Q(expires_on__gt=now.date())
    return list(Grant.objects.filter(valid, user=user, revoked_at=None).select_related("certificate"))


def earned(user: Any, now: datetime) -> list[Certificate]:  # noqa: ANN401
    """Certificates somebody has done everything for, and does not hold.

    One that was revoked or has expired takes its exams again; modules stay finished. What takes neither
    a module nor an exam is earned by nobody.
    """
    held = {grant.certificate_id for grant in holding(user, now)}
    modules = finished(user)
    found = Certificate.objects.filter(retired_at=None).exclude(pk__in=held)
    return [one for one in found.prefetch_related("modules", "exams") if _has_done(one, user, modules, now)]


def _has_done(certificate: Certificate, user: Any, modules: frozenset[int], now: datetime) -> bool:  # noqa: ANN401
    takes = {one.pk for one in certificate.modules.all()}
    exams = {one.pk for one in certificate.exams.all()}
    if not takes and not exams:
        return False
    return takes <= modules and exams <= passed(user, ended(certificate, user, now))


def ended(certificate: Certificate, user: Any, now: datetime) -> datetime | None:  # noqa: ANN401
    """When the last grant ended; exams passed before that do not count again."""
    last = Grant.objects.filter(certificate=certificate, user=user).first()
    if last is None:
        return None
    if last.revoked_at is not None:
        return last.revoked_at
    return last.granted_at if last.expires_on is not None and last.expires_on <= now.date() else None
