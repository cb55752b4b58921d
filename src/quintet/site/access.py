"""Who may open which page: reads the mark of the page, and the list of those that come in packages."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver

from quintet.kernel.access import PUBLIC, SIGNED_IN, access_of
from quintet.site.models import User

#: Mark of the API's addresses: they ask for a token themselves, see site/api.py.
BY_TOKEN = "by token"  # noqa: S105 -- a mark, not a secret

#: Pages of packages, by the package their code is in; the first that fits counts.
PACKAGES = (
    ("allauth.account.views.LoginView", PUBLIC),
    ("allauth.account.views.LogoutView", PUBLIC),  # also leaves a sign-in that is half done
    ("allauth.account.views.SignupView", PUBLIC),
    ("allauth.account.views.AccountInactiveView", PUBLIC),
    ("allauth.mfa.base.views.AuthenticateView", PUBLIC),  # the second step of signing in
    ("allauth.account.", SIGNED_IN),
    ("allauth.mfa.", SIGNED_IN),
    ("django.contrib.admin.", "site.use_admin"),
    ("django.contrib.contenttypes.views.shortcut", "site.use_admin"),  # the admin's way to a record
    ("django.views.generic.base.RedirectView", "site.use_admin"),  # addresses of the admin's older versions
    ("auditlog.", "site.use_admin"),
    ("quintet.site.admin.", "site.use_admin"),
)


def rule_of(page: Callable[..., Any]) -> str | None:
    """The permission a page asks for; None when nobody decided, and then nobody may open it."""
    mark = access_of(page) or access_of(getattr(page, "view_class", None) or page)
    return mark or next((rule for package, rule in PACKAGES if _address(page).startswith(package)), None)


def _address(page: Callable[..., Any]) -> str:
    code = getattr(page, "view_class", None) or getattr(page, "__wrapped__", page)
    return f"{code.__module__}.{getattr(code, '__qualname__', type(code).__name__)}"


def may_open(user: Any, page: Callable[..., Any]) -> bool:  # noqa: ANN401
    """May this person open that page?"""
    rule = rule_of(page)
    if rule in {PUBLIC, BY_TOKEN}:
        return True
    if rule is None or not user.is_authenticated or not user.is_active:
        return False
    return rule == SIGNED_IN or user.has_perm(rule)


def asker(request: HttpRequest) -> User:
    """Who asks, on a page that strangers do not reach."""
    return cast("User", request.user)


def pages(
    patterns: list[Any], prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every page of a URL configuration: its route, its name, and the code behind it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from pages(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), namespace + (pattern.name or ""), pattern.callback
