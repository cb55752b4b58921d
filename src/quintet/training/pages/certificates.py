"""Pages of certificates: what each takes, who holds it, and who is certified for which leads."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.training.actions import certificates as actions
from quintet.training.asks import certificates as asks
from quintet.training.asks.classes import may_see
from quintet.training.forms.certificates import CertificateForm, RevokeForm
from quintet.training.models.certificates import Certificate, Grant
from quintet.training.pages.posted import asker, scope_of, status, taken
from quintet.training.terms.certificates import Certified

LEARNS, SEES, TEACHES = "training.learn", "training.see_classes", "training.teach"
_COLUMNS = [
    ("name", "Certificate", "link"),
    ("lead_type", "Opens leads", "text"),
    ("takes", "Takes", "text"),
    ("months", "Months", "number"),
    ("holders", "Hold it", "number"),
]
_CERTIFIED = [
    ("lead_type", "Lead type", "text"),
    ("name", "Person", "text"),
    ("certificate", "Certificate", "text"),
    ("until", "Until", "date"),
]
_GRANTS = [
    ("person", "Person", "text"),
    ("granted", "Earned", "date"),
    ("until", "Until", "date"),
    ("rests_on", "On the pages", "text"),
    ("state", "State", "text"),
]


@needs(LEARNS)
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/certificates/: every certificate, and who is certified for which leads."""
    now = timezone.now()
    found = asks.certificates(now)
    people = [one for one in asks.holders(now) if _is_shown(request, one[1])]
    context = {
        "records": {"columns": _COLUMNS, "rows": [_row(one) for one in found], "page_size": 50},
        "certified": {"columns": _CERTIFIED, "rows": [_holder(*one) for one in people], "page_size": 100},
        "total": len(found),
        "lead_types": asks.lead_types(),
        "sees_people": request.user.has_perm(SEES),
        "may_teach": request.user.has_perm(TEACHES),
    }
    return TemplateResponse(request, "training/certificates.html", context)


@needs(LEARNS)
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """GET /training/certificates/<key>/: what it takes, and who earned it."""
    return _detail(request, _certificate(key), None)


@needs(TEACHES)
def write(request: HttpRequest) -> HttpResponse:
    """GET or POST /training/certificates/new/: write a certificate."""
    form = CertificateForm(request.POST or None)
    made = taken(form, lambda: actions.write(form.text(), by=asker(request), now=timezone.now()))
    if made is not None:
        messages.success(request, "Written. Who has done everything for it already holds it.")
        return redirect("training:certificate", made.key)
    context = {"form": form, "one": None}
    return TemplateResponse(request, "training/certificate_form.html", context, status=status(form))


@needs(TEACHES)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """GET or POST /training/certificates/<key>/change/: change what it takes."""
    one = _certificate(key)
    form = CertificateForm(request.POST or None, record=one)
    made = taken(form, lambda: actions.change(form.text(key), by=asker(request), now=timezone.now()))
    if made is not None:
        messages.success(request, "Changed. Who holds it keeps it.")
        return redirect("training:certificate", key)
    context = {"form": form, "one": one}
    return TemplateResponse(request, "training/certificate_form.html", context, status=status(form))


@needs(TEACHES)
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """POST /training/certificates/<key>/retire/: grant it no more."""
    actions.retire(_certificate(key), by=asker(request), now=timezone.now())
    messages.success(request, "It is granted no more. Who holds it keeps it until it expires.")
    return redirect("training:certificates")


@needs(TEACHES)
@require_POST
def revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """POST /training/grants/<id>/revoke/: take it back from one person, with a reason they read."""
    grant = get_object_or_404(Grant.objects.select_related("certificate", "user"), pk=grant_id)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _detail(request, grant.certificate, form)
    actions.revoke(grant, form.cleaned_data["reason"], now=timezone.now())
    messages.success(request, f"Taken back. {grant.user} was told.")
    return redirect("training:certificate", grant.certificate.key)


def _detail(request: HttpRequest, one: Certificate, form: RevokeForm | None) -> HttpResponse:
    now, user, scope = timezone.now(), asker(request), scope_of(request)
    every = one.grants.select_related("user")
    grants = [grant for grant in every if may_see(user, scope, grant.user_id, grant.user.rep_id)]
    held = {grant.pk for shown in asks.certificates(now) for grant in shown.holders}
    names = asks.page_titles(one)
    context = {
        "one": one,
        "modules": one.modules.filter(retired_at=None),
        "exams": one.exams.filter(retired_at=None),
        "pages": names,
        "grants": {"columns": _GRANTS, "rows": [_grant(grant, held) for grant in grants], "page_size": 100},
        "holding": [grant for grant in grants if grant.pk in held],
        "form": form or RevokeForm(),
        "may_teach": request.user.has_perm(TEACHES),
    }
    refused = form is not None and form.errors
    return TemplateResponse(request, "training/certificate.html", context, status=400 if refused else None)


def _is_shown(request: HttpRequest, one: Certified) -> bool:
    return may_see(asker(request), scope_of(request), one.user_id, one.rep_id)


def _row(shown: asks.CertificateShown) -> dict[str, Any]:
    record = shown.record
    takes = [one.name for one in record.modules.all() if one.retired_at is None]
    takes += [one.name for one in record.exams.all() if one.retired_at is None]
    return {
        "name": record.name,
        "name_url": reverse("training:certificate", args=[record.key]),
        "lead_type": record.lead_type,
        "takes": ", ".join(takes),
        "months": record.months,
        "holders": len(shown.holders),
    }


def _holder(lead_type: str, one: Certified) -> dict[str, Any]:
    return {"lead_type": lead_type, "name": one.name, "certificate": one.certificate, "until": one.until}


def _grant(one: Grant, held: set[int]) -> dict[str, Any]:
    ended = f"revoked: {one.revoked_because}" if one.revoked_at else "expired"
    return {
        "person": str(one.user),
        "granted": one.granted_at.date(),
        "until": one.expires_on,
        "rests_on": ", ".join(f"{key} v{number}" for key, number in one.rests_on.items()),
        "state": "holds" if one.pk in held else ended,
    }


def _certificate(key: str) -> Certificate:
    found = asks.certificate(key)
    if found is None:
        raise Http404(f"no certificate {key}")
    return found
