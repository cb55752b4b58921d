"""The room's questions and pages are asked of one small simulated company."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from small_company import SmallCompany, small_company

__all__ = ["small_company"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def visit(small_company: SmallCompany, settings: Any, db: None) -> Callable[..., Any]:
    """Open an address of the site as somebody: `visit("manager", "/management/", rep_id=7)`."""
    from quintet.site.models import User

    settings.HOME = small_company.home

    def open_address(role: str, address: str, rep_id: int | None = None) -> Any:
        user = User.objects.create_user(
            f"{role}{User.objects.count()}@test.test", role, "pass", rep_id=rep_id
        )
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend=BACKEND)
        return client.get(address)

    return open_address
