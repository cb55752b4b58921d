"""Putting the first hour away, and noticing who has looked at the pages it leads to."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from quintet.kernel.access import needs
from quintet.site import first_hour
from quintet.site.access import asker

_FINE = 200


@needs(first_hour.CLOSES)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """POST /first-hour/close/: put the guide away for everybody."""
    first_hour.close(timezone.now(), asker(request))
    return redirect("home")


class FirstHourMiddleware:
    """Notes the first look at the funnel and at data health; a page that refused was not looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on, then note the look."""
        response = self.get_response(request)
        page = request.resolver_match.view_name if request.resolver_match else ""
        if page in first_hour.LOOKS and response.status_code == _FINE:
            first_hour.saw(page, timezone.now())
        return response
