"""My training: what is next, what is due, which certificates hold, and what one is told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.training.actions.notices import read
from quintet.training.asks import mine as asks
from quintet.training.models.certificates import Notice
from quintet.training.pages.posted import asker
from quintet.training.terms.words import MODULE_KINDS


@needs("training.learn")
def overview(request: HttpRequest) -> HttpResponse:
    """GET /training/mine/: everything one should know of one's own training."""
    found = asks.mine(asker(request), timezone.now())
    context = {
        "mine": found,
        "notices": [(one, going_on(one.address)) for one in found.notices],
        "kinds": MODULE_KINDS,
    }
    return TemplateResponse(request, "training/mine.html", context)


def going_on(address: str) -> str:
    """The link of a notice: an address as it is, or a page of the room with its key; empty for none."""
    if not address or address.startswith("/"):
        return address
    page, *keys = address.split()
    try:
        return reverse(f"training:{page}", args=keys)
    except NoReverseMatch:
        return ""


@needs("training.learn")
@require_POST
def notice_read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """POST /training/mine/notices/<id>/read/: one has read it."""
    notice = get_object_or_404(Notice, pk=notice_id, user=asker(request))
    read(notice, now=timezone.now())
    return redirect("training:mine")
