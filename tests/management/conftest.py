"""The room's questions and pages are asked of one small simulated company."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.sources.files.load.load import load_tables
from quintet.sources.files.load.opening import opened
from quintet.sources.files.mapping.propose import propose
from small_company import SmallCompany, small_company

__all__ = ["small_company"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="session")
def crm_facts(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[Facts]:
    """The public CRM example, loaded as a company would load it."""
    home = Home.at(tmp_path_factory.mktemp("crm"))
    with opened([shared_data / "crm_sales_opportunities"]) as (con, tables):
        load_tables(home, con, tables, propose(con, tables).source, now=datetime(2026, 3, 2, 12, tzinfo=UTC))
    rebuild(home)
    facts = Facts.published(home)
    yield facts
    facts.close()


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
