"""The API: by token only, with the rights of its owner, and with errors that say the next step."""

import pytest
from django.test import Client
from django.utils import timezone

from quintet.kernel.access import access_of
from quintet.site import tokens
from quintet.site.api import api, checked
from quintet.site.models import ApiToken

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/demand/experiments"


@pytest.fixture
def ask(people):
    """Ask the API as a role: `ask("marketer", "/api/v1/…")`."""

    def asked(role, address):
        text = tokens.issue(getattr(people, role), "a script", timezone.now())
        return Client(SERVER_NAME="localhost").get(address, headers={"Authorization": f"Bearer {text}"})

    return asked


def _operations():
    for _, router in api._routers:
        for path, views in router.path_operations.items():
            for operation in views.operations:
                yield path, operation


def test_every_operation_is_marked():
    """An operation nobody decided about fails here."""
    found = list(_operations())

    assert found
    assert [path for path, one in found if access_of(one.view_func) is None] == []


def test_without_a_token_nothing_is_answered(client):
    """A session is not enough: the API has no form that could be forged."""
    assert client.get(ADDRESS).status_code == 401


def test_a_session_does_not_open_the_api(sign_in):
    """Signed in on the pages, one still needs a token here."""
    assert sign_in("executive").get(ADDRESS).status_code == 401


def test_the_owner_gets_what_the_page_shows(ask):
    """The marketer reads experiments; a rep may not, as on the page."""
    assert ask("marketer", ADDRESS).json() == []
    refused = ask("rep", ADDRESS)
    assert refused.status_code == 403
    assert "ask operations" in refused.json()["message"]


def test_a_token_that_was_taken_back_opens_nothing(people):
    """At once, not when it would have expired."""
    text = tokens.issue(people.marketer, "a script", timezone.now())
    ApiToken.objects.update(revoked_at=timezone.now())

    assert tokens.owner_of(text, timezone.now()) is None


def test_the_token_of_somebody_who_left_opens_nothing(people):
    """Closing an account closes its scripts."""
    text = tokens.issue(people.marketer, "a script", timezone.now())
    people.marketer.is_active = False
    people.marketer.save()

    assert tokens.owner_of(text, timezone.now()) is None


def test_the_token_is_kept_as_a_digest(people):
    """Whoever reads the database cannot use it."""
    text = tokens.issue(people.marketer, "a script", timezone.now())

    assert text not in str(list(ApiToken.objects.values()))


def test_the_page_shows_a_token_once(sign_in):
    """It is in the answer to the form, and never again."""
    browser = sign_in("rep")
    answer = browser.post("/account/tokens/", {"purpose": "my dashboard"}).content.decode()
    again = browser.get("/account/tokens/").content.decode()

    assert "qt_" in answer
    assert "qt_" not in again
    assert "my dashboard" in again


def test_an_unmarked_operation_is_refused(people, rf):
    """Deny by default holds for the API too."""
    from django.core.exceptions import PermissionDenied

    request = rf.get("/")
    request.user = people.executive

    with pytest.raises(PermissionDenied):
        checked(lambda _: "secret")(request)


def test_the_schema_names_every_operation(sign_in):
    """What can be asked is written down where a tool can read it."""
    paths = sign_in("rep").get("/api/v1/openapi.json").json()["paths"]

    assert ADDRESS in paths
    assert len(paths) == len({path for path, _ in _operations()})
