"""Tokens for the API: shown once, kept as a digest, taken back at any time."""

import secrets
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import signed_in
from quintet.site.access import asker
from quintet.site.actions import digest
from quintet.site.models import ApiToken, User

_PREFIX = "qt_"


class TokenForm(forms.Form):
    """What a token is for."""

    purpose = forms.CharField(max_length=100, help_text="Which script or tool will hold it.")


def issue(person: User, purpose: str, now: datetime) -> str:
    """A new token of a person; returns its text, which is kept nowhere."""
    text = _PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=person, purpose=purpose, digest=digest(text), issued_at=now)
    return text


def owner_of(text: str, now: datetime) -> User | None:
    """Whose token it is, if it was not taken back and its owner may still sign in."""
    found = ApiToken.objects.select_related("user").filter(digest=digest(text), revoked_at=None).first()
    if found is None or not found.user.is_active:
        return None
    ApiToken.objects.filter(pk=found.pk).update(used_at=now)
    return found.user


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """GET or POST /account/tokens/: one's own tokens, and a new one."""
    form = TokenForm(request.POST or None)
    text = ""
    if request.method == "POST" and form.is_valid():
        text = issue(asker(request), form.cleaned_data["purpose"], timezone.now())
        form = TokenForm()
    mine = ApiToken.objects.filter(user=asker(request), revoked_at=None)
    return TemplateResponse(request, "quintet/tokens.html", {"form": form, "tokens": mine, "text": text})


@signed_in
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """POST /account/tokens/<id>/revoke/: it opens nothing any more."""
    found = get_object_or_404(ApiToken, pk=token_id, user=asker(request), revoked_at=None)
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    messages.success(request, f"The token for {found.purpose} opens nothing any more.")
    return redirect("api-tokens")
