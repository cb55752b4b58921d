"""The API: the same questions as the pages ask, by token. Each room brings its router in `<room>/api.py`.

    GET /api/v1/demand/experiments
    Authorization: Bearer <token>

A room marks each operation with `kernel.access.needs`, as it marks a page; one without a mark is refused.
"""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.security import HttpBearer

from quintet.kernel.access import access_of, signed_in
from quintet.kernel.errors import NotEnoughData, QuintetError
from quintet.site import tokens
from quintet.site.access import BY_TOKEN
from quintet.site.models import User

ROOMS = ("training", "management", "demand", "loop")
_FORBIDDEN = "your role does not open this: ask operations to change it"


class Token(HttpBearer):
    """Lets in whoever holds a token that was not taken back; what they may ask, their role decides."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The person behind a token."""
        person = tokens.owner_of(token, timezone.now())
        if person is not None:
            request.user = person
        return person


def checked(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse whoever lacks the permission an operation is marked with, and everybody where it has none."""

    @wraps(operation)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        rule = access_of(operation)
        if rule is None or not request.user.has_perm(rule):
            raise PermissionDenied(_FORBIDDEN)
        return operation(request, *args, **kwargs)

    return asked


def _api() -> NinjaAPI:
    made = NinjaAPI(
        title="Quintet",
        version="1",
        description="The questions the pages ask, scoped to the person the token belongs to.",
        docs_url=None,
        openapi_url=None,
        urls_namespace="api",
        auth=Token(),
    )
    made.add_decorator(checked, mode="operation")
    for room in ROOMS:
        if find_spec(f"quintet.{room}.api"):
            made.add_router(f"/{room}/", import_module(f"quintet.{room}.api").router)
    made.add_exception_handler(QuintetError, _explained)
    made.add_exception_handler(PermissionDenied, _refused)
    return made


def _explained(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    told: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    if isinstance(error, NotEnoughData):
        told |= {"have": error.have, "need": error.need, "unit": error.unit, "expected_on": error.expected_on}
    return JsonResponse(told, status=error.http_status)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401, ARG001
    return JsonResponse({"error": "PermissionDenied", "message": _FORBIDDEN}, status=403)


api = _api()


def urls() -> tuple[list[Any], str, str]:
    """The addresses of the operations, each marked as let in by token."""
    patterns, app_name, namespace = api.urls
    operations: list[Any] = [one for one in patterns if getattr(one, "name", "") != "api-root"]
    for one in operations:
        one.callback.access = BY_TOKEN
    return operations, app_name, namespace


@signed_in
def schema(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """GET /api/v1/openapi.json: what can be asked, and what comes back."""
    return JsonResponse(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
