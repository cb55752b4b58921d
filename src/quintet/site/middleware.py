"""What happens around every page: who asks, what they may see, what goes wrong, what leaves the house."""

from collections.abc import Callable
from typing import Any

from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.functional import SimpleLazyObject

from quintet.kernel.errors import QuintetError
from quintet.site import errors, exports
from quintet.site.access import may_open
from quintet.site.context import company_name
from quintet.site.scope import scope_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class AuditMiddleware(AuditlogMiddleware):
    """Puts who and from where beside every change; believes a proxy only when one is configured."""

    @staticmethod
    def _get_remote_addr(request: HttpRequest) -> str | None:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        if settings.TRUSTED_PROXIES and len(forwarded) >= settings.TRUSTED_PROXIES:
            return forwarded[-settings.TRUSTED_PROXIES].strip() or None
        return request.META.get("REMOTE_ADDR")


class ScopeMiddleware:
    """Puts `request.scope`, the rows of facts this person may see, and `request.company`, whose they are.

    Both are worked out when first asked for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Attach both."""
        request.scope = SimpleLazyObject(lambda: scope_of(request.user))  # type: ignore[attr-defined]
        request.company = SimpleLazyObject(company_name)  # type: ignore[attr-defined]
        return self.get_response(request)


class AccessMiddleware:
    """Refuses every page its reader has no right to, and every page nobody decided about."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        page: Callable[..., Any],
        _args: object,
        _kwargs: object,
    ) -> HttpResponse | None:
        """Let in, send to the login page, or refuse."""
        if may_open(request.user, page):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied


class ErrorMiddleware:
    """Turns an error that Quintet raises on purpose into a page that says the next step."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer our own errors; let bugs crash."""
        return errors.explained(request, error) if isinstance(error, QuintetError) else None


class ExportMiddleware:
    """Gives every record list its CSV download, and writes down every file that leaves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Log the download, if it is one."""
        response = self.get_response(request)
        if exports.is_download(response) and request.user.is_authenticated:
            exports.log(request, response)
        return response

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        """Answer `?csv=<name>` with the record list of that name in the page's context."""
        return exports.as_csv(request, response) or response
