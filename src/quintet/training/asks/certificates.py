"""What somebody has finished and passed, and which certificates that earns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from quintet.training.models.certificates import Certificate, Grant
from quintet.training.models.curriculum import Completion
from quintet.training.models.exams import Exam, Sitting
from quintet.training.models.playbook import PageVersion
from quintet.training.terms.certificates import WARN_DAYS, CertificateText, Certified


@dataclass(frozen=True)
class CertificateShown:
    """A certificate as the list shows it, with who holds it today."""

    record: Certificate
    holders: tuple[Grant, ...]


def finished(user: Any) -> frozenset[int]:  # noqa: ANN401 -- somebody with an account
    """Keys of the modules somebody has finished, those that a certificate asks for again left out."""
    counts = Completion.objects.filter(user=user, lapsed_at=None)
    return frozenset(counts.values_list("module_id", flat=True))


def passed(user: Any, since: datetime | None = None) -> frozenset[int]:  # noqa: ANN401
    """Keys of the exams somebody has passed, in a sitting begun after `since`."""
    sittings = Sitting.objects.filter(user=user, passed=True)
    if since is not None:
        sittings = sittings.filter(started_at__gt=since)
    return frozenset(sittings.values_list("exam_id", flat=True))


def holding(user: Any, now: datetime) -> list[Grant]:  # noqa: ANN401
    """Certificates somebody holds today: not expired, not revoked."""
    grants = Grant.objects.filter(user=user, revoked_at=None).select_related("certificate")
    return [one for one in grants if one.holds(now.date())]


def earned(user: Any, now: datetime) -> list[Certificate]:  # noqa: ANN401
    """Certificates somebody has done everything for, and does not hold.

    One that was revoked or has expired takes its exams again, and the modules that lapsed with it
    (`actions.certificates`). What takes neither a module nor an exam is earned by nobody.
    """
    held = {grant.certificate_id for grant in holding(user, now)}
    modules = finished(user)
    found = Certificate.objects.filter(retired_at=None).exclude(pk__in=held)
    return [one for one in found.prefetch_related("modules", "exams") if _has_done(one, user, modules, now)]


def _has_done(certificate: Certificate, user: Any, modules: frozenset[int], now: datetime) -> bool:  # noqa: ANN401
    takes = {one.pk for one in certificate.modules.all() if one.retired_at is None}
    exams = {one.pk for one in certificate.exams.all() if one.retired_at is None}
    if not takes and not exams:
        return False
    return takes <= modules and exams <= passed(user, ended(certificate, user, now))


def ended(certificate: Certificate, user: Any, now: datetime) -> datetime | None:  # noqa: ANN401
    """From when on exams count again: since it was revoked, or since it was known that it expires soon."""
    last = Grant.objects.filter(certificate=certificate, user=user).first()
    if last is None:
        return None
    if last.revoked_at is not None:
        return last.revoked_at
    if last.expires_on is None or last.expires_on > now.date():
        return None
    warned = datetime.combine(last.expires_on - timedelta(days=WARN_DAYS), time(), tzinfo=UTC)
    return max(warned, last.granted_at)


def certificates(now: datetime, *, retired: bool = False) -> tuple[CertificateShown, ...]:
    """Certificates by name, with who holds them today."""
    rows = Certificate.objects.filter(retired_at__isnull=not retired)
    held: dict[int, list[Grant]] = {}
    for grant in _valid(now).select_related("user"):
        held.setdefault(grant.certificate_id, []).append(grant)
    many = rows.prefetch_related("modules", "exams", "pages")
    return tuple(CertificateShown(one, tuple(held.get(one.pk, ()))) for one in many)


def certificate(key: str) -> Certificate | None:
    """One certificate, retired or not; None where there is none."""
    return Certificate.objects.filter(key=key).prefetch_related("modules", "exams", "pages").first()


def certified_for(lead_type: str, now: datetime) -> tuple[Certified, ...]:
    """Who may be given leads of a type: holders of a certificate for it, today, by name.

    Args:
        lead_type: segment or kind of lead, in the words of the certificates.
        now: certificates that have expired or were revoked by then do not count.

    Returns:
        One row per person and certificate; none where no certificate speaks of the type.
    """
    grants = _valid(now).filter(certificate__lead_type__iexact=lead_type, certificate__retired_at=None)
    return tuple(_certified(one) for one in _by_person(grants))


def lead_types() -> list[str]:
    """The types of leads that certificates speak of."""
    named = Certificate.objects.filter(retired_at=None).exclude(lead_type="")
    return sorted(set(named.values_list("lead_type", flat=True)))


def holders(now: datetime) -> tuple[tuple[str, Certified], ...]:
    """Lead type and who is certified for it, for every type: what routing goes by."""
    return tuple((kind, one) for kind in lead_types() for one in certified_for(kind, now))


def grants_of(user: Any) -> list[Grant]:  # noqa: ANN401
    """Every certificate somebody has or had, newest first."""
    return list(Grant.objects.filter(user=user).select_related("certificate"))


def text_of(one: Certificate) -> CertificateText:
    """What a certificate says, as it is written."""
    modules, exams, pages = (
        tuple(each.key for each in many.all()) for many in (one.modules, one.exams, one.pages)
    )
    return CertificateText(one.key, one.name, one.lead_type, one.months, modules, exams, pages)


def page_titles(one: Certificate) -> list[tuple[str, str]]:
    """Key and title of the pages a certificate rests on, as they stand today."""
    newest: dict[str, str] = {}
    for version in (
        PageVersion.objects.filter(page__certificates=one).select_related("page").order_by("number")
    ):
        newest[version.page.key] = version.title
    return list(newest.items())


def exam_choices() -> list[tuple[str, str]]:
    """The exams a certificate may take."""
    return list(Exam.objects.filter(retired_at=None).values_list("key", "name"))


def _valid(now: datetime) -> Any:  # noqa: ANN401 -- Django's QuerySet
    open_ones = Q(expires_on=None) | Q(expires_on__gt=now.date())
    return Grant.objects.filter(open_ones, revoked_at=None, user__is_active=True)


def _by_person(grants: Any) -> Iterable[Grant]:  # noqa: ANN401
    return sorted(grants.select_related("user", "certificate"), key=lambda one: str(one.user).lower())


def _certified(grant: Grant) -> Certified:
    until = None if grant.expires_on is None else grant.expires_on - timedelta(days=1)
    user = grant.user
    return Certified(user.pk, user.rep_id, str(user), grant.certificate.name, until)
