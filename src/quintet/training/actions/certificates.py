"""Granting certificates to those who have earned them, and taking them back when the playbook changes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from quintet.calendar.periods import after_months
from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.actions.notices import notify
from quintet.training.actions.versions import tell_version
from quintet.training.asks.certificates import earned
from quintet.training.models.certificates import Certificate, Grant
from quintet.training.models.curriculum import Completion, Module
from quintet.training.models.exams import Exam
from quintet.training.models.playbook import PageVersion, PlaybookPage
from quintet.training.terms.certificates import WARN_DAYS, CertificateText, checked_certificate


def reconsider(user: Any, *, now: datetime) -> list[Grant]:  # noqa: ANN401 -- somebody with an account
    """Grant somebody every certificate earned by now; called after each module and exam."""
    with transaction.atomic():
        return [_grant(user, one, now) for one in earned(user, now)]


def revoke(
    grant: Grant, because: str, *, now: datetime, page: PlaybookPage | None = None, address: str = ""
) -> bool:
    """Take a certificate back and tell the person; False where it had ended before.

    Args:
        grant: whose.
        because: why, as the person reads it.
        now: when.
        page: the page of the playbook that changed; modules that teach it are to be taken again.
        address: where to read why; the page's own when left out.
    """
    with transaction.atomic():
        open_ones = Grant.objects.filter(pk=grant.pk, revoked_at=None)
        if not open_ones.update(revoked_at=now, revoked_because=because):
            return False
        again = _lapse(grant, now, page)
        said = f"Your certificate {grant.certificate.name} has ended: {because.rstrip('. ')}. {again}".strip()
        where = address or (f"playbook-page {page.key}" if page else "")
        notify(grant.user, said, now=now, address=where)
        told = {"user": grant.user_id, "reason": because}
        tell(_row("certificate.revoked", grant, now, told))
    return True


def unsettle(version: PageVersion, *, now: datetime) -> int:
    """Revoke every certificate that rests on an older version of the page; how many were."""
    page: PlaybookPage = version.page
    because = f"the playbook page {version.title} has changed. {version.why}".strip()
    resting = Grant.objects.filter(certificate__pages=page, revoked_at=None, expired_at=None)
    return sum(
        revoke(grant, because, now=now, page=page)
        for grant in resting.select_related("certificate", "user")
        if grant.rests_on.get(page.key, 0) < version.number
    )


def keep_up(now: datetime) -> str:
    """Tell people two weeks before a certificate expires and when it has; says how many were told.

    Harmless to repeat: each is told once.
    """
    today = now.date()
    dated = Grant.objects.filter(revoked_at=None, expired_at=None, expires_on__isnull=False)
    dated = dated.select_related("certificate", "user").order_by("pk")
    soon = dated.filter(
        warned_at=None, expires_on__gt=today, expires_on__lte=today + timedelta(days=WARN_DAYS)
    )
    warned, expired = list(soon), list(dated.filter(expires_on__lte=today))
    for grant in warned:
        _warn(grant, now)
    for grant in expired:
        _expire(grant, now)
    return f"{len(warned)} told that a certificate expires soon, {len(expired)} expired"


def write(text: CertificateText, *, by: Any, now: datetime) -> Certificate:  # noqa: ANN401 -- an account
    """Write a new certificate; who has done everything already earns it at once.

    Raises:
        BadInput: when it takes nothing, names what there is not, or there is one of that key.
    """
    if text.key in {"", "new", "certified"} or Certificate.objects.filter(key=text.key).exists():
        raise BadInput(f"a certificate needs a name of its own, got {text.name!r}")
    return _save(Certificate(key=text.key), text, by, now)


def change(text: CertificateText, *, by: Any, now: datetime) -> Certificate:  # noqa: ANN401
    """Change what a certificate takes; who holds it keeps it.

    Raises:
        BadInput: when it takes nothing, names what there is not, or there is no such certificate.
    """
    one = Certificate.objects.filter(key=text.key).first()
    if one is None:
        raise BadInput(f"there is no certificate {text.key!r}: write it first")
    return _save(one, text, by, now)


def retire(one: Certificate, *, by: Any, now: datetime) -> None:  # noqa: ANN401
    """Grant a certificate no more; who holds it keeps it until it expires."""
    with transaction.atomic():
        one.retired_at = now
        one.save(update_fields=["retired_at"])
        _tell_written(one, by, now)


def _save(one: Certificate, text: CertificateText, by: Any, now: datetime) -> Certificate:  # noqa: ANN401
    checked_certificate(text)
    rows = {
        name: _found(model, getattr(text, name))
        for name, model in (("modules", Module), ("exams", Exam), ("pages", PlaybookPage))
    }
    with transaction.atomic():
        one.name, one.lead_type, one.months = text.name.strip(), text.lead_type.strip(), text.months
        one.written_by, one.written_at = by, now
        one.save()
        for name, found in rows.items():
            getattr(one, name).set(found)
        _tell_written(one, by, now)
        for user in _learners(one):
            reconsider(user, now=now)
    return one


def _learners(certificate: Certificate) -> list[Any]:
    """People who have done something it takes: one of them may have done everything."""
    done = Q(completions__module__in=certificate.modules.all()) | Q(
        sittings__exam__in=certificate.exams.all()
    )
    return list(get_user_model().objects.filter(done, is_active=True).distinct())


def _found(model: Any, keys: Iterable[str]) -> list[Any]:  # noqa: ANN401 -- a model with a key
    rows = model.objects.in_bulk(list(keys), field_name="key")
    missing = [key for key in keys if key not in rows]
    if missing:
        raise BadInput(f"there is no {missing[0]!r}: write it first")
    return list(rows.values())


def _warn(grant: Grant, now: datetime) -> None:
    with transaction.atomic():
        if Grant.objects.filter(pk=grant.pk, warned_at=None).update(warned_at=now):
            said = f"Your certificate {grant.certificate.name} expires on {grant.expires_on:%-d %B %Y}."
            takes = ", ".join(one.name for one in grant.certificate.exams.filter(retired_at=None))
            again = f"To keep it, pass again: {takes}." if takes else ""
            notify(grant.user, f"{said} {again}".strip(), now=now)


def _expire(grant: Grant, now: datetime) -> None:
    with transaction.atomic():
        if not Grant.objects.filter(pk=grant.pk, expired_at=None).update(expired_at=now):
            return
        again = _lapse(grant, now, None)
        notify(grant.user, f"Your certificate {grant.certificate.name} has expired. {again}".strip(), now=now)
        tell(_row("certificate.expired", grant, now, {"user": grant.user_id}))
        reconsider(grant.user, now=now)


def _lapse(grant: Grant, now: datetime, page: PlaybookPage | None) -> str:
    """Ask again for what shows that somebody still can: exams, and modules that teach what changed.

    Where a certificate takes no exam and no module teaches the page, all its modules are asked for.

    Returns:
        What is to be done, for the person.
    """
    certificate = grant.certificate
    exams = list(certificate.exams.filter(retired_at=None))
    modules = list(certificate.modules.filter(retired_at=None, pages=page)) if page else []
    if not exams and not modules:
        modules = list(certificate.modules.filter(retired_at=None))
    Completion.objects.filter(user=grant.user, module__in=modules, lapsed_at=None).update(lapsed_at=now)
    names = [str(one) for one in (*modules, *exams)]
    return f"To earn it again: {', '.join(names)}." if names else ""


def _tell_written(one: Certificate, by: Any, now: datetime) -> None:  # noqa: ANN401
    takes = {
        name: sorted(getattr(one, name).values_list("key", flat=True))
        for name in ("modules", "exams", "pages")
    }
    detail = {"name": one.name, "lead_type": one.lead_type, "months": one.months, "by": by.pk, **takes}
    retired = {"retired": True} if one.retired_at else {}
    tell_version(row("certificate.written", f"certificate:{one.key}", now, detail | retired, content=one.key))


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
