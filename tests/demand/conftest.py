"""What the tests of the demand room share: a loaded home, the small company, and pages opened by role."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from builders import offered
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from small_company import SmallCompany, small_company

__all__ = ["small_company"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Load = Callable[..., Facts]


@pytest.fixture
def load(home: Home, now: datetime) -> Load:
    """Put interactions into the ledger, compute everything, and open it."""

    def loaded(*rows: dict[str, object]) -> Facts:
        Interactions(home).append(offered(*rows))
        rebuild(home, zone="UTC", now=now)
        return Facts.published(home)

    return loaded


@pytest.fixture
def as_user(small_company: SmallCompany, settings: Any, db: None) -> Callable[..., Client]:
    """A browser without a screen, signed in as a role: `as_user("marketer").post("/demand/…/", {…})`."""
    from quintet.site.models import User

    settings.HOME = small_company.home

    def signed_in(role: str, rep_id: int | None = None) -> Client:
        user = User.objects.create_user(
            f"{role}{User.objects.count()}@test.test", role, "pass", rep_id=rep_id
        )
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def visit(as_user: Callable[..., Client]) -> Callable[..., Any]:
    """Open an address of the site as somebody: `visit("marketer", "/demand/sources/")`."""

    def opened(role: str, address: str, rep_id: int | None = None) -> Any:
        return as_user(role, rep_id).get(address)

    return opened
