"""A browser without a screen, signed in as a role, on the small company."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from small_company import SmallCompany

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def as_user(small_company: SmallCompany, settings: Any, db: None) -> Callable[..., Client]:
    """Sign in as a role: `as_user("manager", rep_id=7).post("/management/…/", {…})`."""
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
