from collections.abc import Callable

import pytest
import rules
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from quintet.kernel.access import PUBLIC, SIGNED_IN, access_of, needs
from quintet.site.access import BY_TOKEN, may_open, pages, rule_of

ALL = sorted(pages(get_resolver().url_patterns), key=lambda one: one[0])
PUBLIC_PAGES = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "mfa_authenticate",
    "welcome",
    "mail-unsubscribe",  # the signed link in a mail, without a login
    "hiring:self-identification",  # the link of a candidate, who has no account
    "healthz",
    "metrics",
}
ROLES = ("executive", "manager", "rep", "operations", "auditor", "recruiter", "marketer")
OPENS = {
    "home": set(ROLES),
    "data-health": {"executive", "manager", "operations", "auditor"},
    "components": {"operations"},
    "exports": {"operations", "auditor"},
    "jobs": {"operations", "auditor"},
    "mail": {"executive", "operations", "auditor"},
    "people": {"operations", "auditor"},
    "people-invite": {"operations"},
    "admin:index": {"operations"},
    "account_change_password": set(ROLES),
    "mfa_index": set(ROLES),
}


@pytest.mark.parametrize(("route", "name", "view"), ALL, ids=[one[0] or "/" for one in ALL])
def test_every_page_has_a_rule(route: str, name: str, view: Callable[..., HttpResponse]):
    """A page nobody decided about fails here; its rule is a permission that some rule gives."""
    rule = rule_of(view)

    assert rule is not None, f"{route} has no access rule: mark it with needs, signed_in or public"
    assert rule in {PUBLIC, SIGNED_IN, BY_TOKEN} or rules.perm_exists(rule), (
        f"{route} asks for {rule}, which no rule gives"
    )


def test_public_pages_are_the_known_ones():
    """Making a page public takes a change of this list."""
    found = {name for _, name, page in ALL if rule_of(page) == PUBLIC}

    assert found == PUBLIC_PAGES


def test_a_page_without_a_rule_is_refused_to_everybody(people):
    """Deny by default: operations too."""

    def forgotten(request):
        return HttpResponse("secret")

    assert not any(may_open(getattr(people, role), forgotten) for role in ROLES)


def test_the_middleware_refuses_a_page_without_a_rule(people, rf: RequestFactory):
    """The refusal happens before the page runs."""
    from django.core.exceptions import PermissionDenied

    from quintet.site.middleware import AccessMiddleware

    request = rf.get("/")
    request.user = people.executive

    with pytest.raises(PermissionDenied):
        AccessMiddleware(lambda _: HttpResponse()).process_view(request, lambda _: HttpResponse(), (), {})


@pytest.mark.parametrize("name", sorted(OPENS))
@pytest.mark.parametrize("role", [*ROLES, "stranger"])
def test_who_opens_what(sign_in, role: str, name: str):
    """Each role opens its pages; others get 403; a stranger is sent to the login page."""
    from django.urls import reverse

    response = sign_in(role).get(reverse(name))

    expected = 302 if role == "stranger" else 200 if role in OPENS[name] else 403
    assert response.status_code == expected


def test_every_page_that_needs_an_account_sends_strangers_to_login(client, db):
    """Nothing but the login page answers somebody who is not signed in."""
    for route, name, page in ALL:
        if rule_of(page) in {PUBLIC, BY_TOKEN} or "<" in route or "(?P" in route:
            continue
        response = client.get("/" + route.replace("^", "").replace("$", ""))
        assert response.status_code in {302, 301}, f"{route} ({name}) answered {response.status_code}"


def test_a_closed_account_opens_nothing(people):
    """Leaving the company ends every right at once."""
    people.operations.is_active = False

    assert not may_open(people.operations, needs("site.see_jobs")(lambda _: None))
    assert not may_open(people.operations, needs(SIGNED_IN)(lambda _: None))


def test_a_mark_is_readable_on_the_page():
    """needs() changes nothing but the mark."""
    page = needs("site.see_jobs")(lambda _: "answer")

    assert access_of(page) == "site.see_jobs"
    assert page(None) == "answer"
