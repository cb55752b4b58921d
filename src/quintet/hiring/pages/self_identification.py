"""What a candidate says of themselves: a page without a login, and the link to it.

The page never says whether, or what, was answered: whoever holds the link learns nothing from it.
"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from quintet.hiring.actions import fairness as actions
from quintet.hiring.forms.fairness import AnswerForm
from quintet.hiring.models.candidates import Candidate
from quintet.kernel.access import needs, public

HIRES = "hiring.hire"


@public
@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET or POST /hiring/about-you/<token>/: say it, decline, or take back what was said."""
    if not actions.is_known(token):
        raise Http404("no such link")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    done = ""
    if request.method == "POST" and request.POST.get("withdraw"):
        actions.withdraw(token)
        done = "withdrawn"
    elif request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        actions.answer(token, told["sex"], told["ethnicity"], timezone.now())
        done = "answered"
    context = {"form": form, "done": done}
    status = 400 if form.errors and not done else None
    return TemplateResponse(request, "hiring/about_you.html", context, status=status)


@needs(HIRES)
@never_cache
def link(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """GET or POST /hiring/candidates/<id>/about-you/: make a link to hand over; it is shown only now."""
    candidate = get_object_or_404(Candidate, pk=candidate_id)
    address = ""
    if request.method == "POST":
        token = actions.ask(candidate, timezone.now())
        address = settings.SITE_URL + reverse("hiring:self-identification", args=[token])
    context = {"candidate": candidate, "address": address}
    return TemplateResponse(request, "hiring/about_you_link.html", context)
