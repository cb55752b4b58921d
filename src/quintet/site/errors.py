"""Error pages that say the next step."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from quintet.kernel.errors import NotEnoughData, QuintetError


def explained(request: HttpRequest, error: QuintetError) -> HttpResponse:
    """An error Quintet raised on purpose, as a page: the reason, and how much is missing if that is known."""
    template = "quintet/not_enough.html" if isinstance(error, NotEnoughData) else "quintet/error.html"
    context = {"error": error, "status": error.http_status, "title": "This did not work", "text": str(error)}
    return render(request, template, context, status=error.http_status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404."""
    return _page(
        request,
        HTTPStatus.NOT_FOUND,
        "There is no such page",
        "The address may be mistyped, or the record behind it was merged or erased.",
        "Go to the home page, or go back and open it from a list.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403."""
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        "Your role does not open this page",
        "You are signed in, but what you may see is decided by your role.",
        "If you need it for your work, ask operations to change your role.",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """400."""
    return _page(
        request,
        HTTPStatus.BAD_REQUEST,
        "This request could not be read",
        "Part of the address or of the form is not what this page expects.",
        "Go back, reload the page and try again.",
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403, when a form comes from a page that is too old or not ours."""
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        "This form is out of date",
        "You signed in or out in another tab since it was opened, or your browser blocks cookies.",
        "Go back, reload the page and send the form again. Nothing was changed.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return _page(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something broke on our side",
        "The fault is written down in the server's log. Your data is safe: nothing is changed halfway.",
        "Try again in a minute; if it stays, give operations the time and the address of this page.",
    )


def _page(request: HttpRequest, status: HTTPStatus, title: str, text: str, next_step: str) -> HttpResponse:
    """The page inside the shell; bare for strangers, and when the shell itself may be what broke."""
    context = {"status": int(status), "title": title, "text": text, "next_step": next_step}
    person = getattr(request, "user", None)
    is_ours = status == HTTPStatus.INTERNAL_SERVER_ERROR
    if is_ours or person is None or not person.is_authenticated:
        return HttpResponse(render_to_string("quintet/error_bare.html", context), status=status)
    return render(request, "quintet/error.html", context, status=status)
