"""The same few people in every test of the site, and a home of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.site.models import User

MANAGER_REP, MEMBER_REP, OTHER_REP = 10, 11, 99
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class People:
    """Who asks: the owner of the company, a manager, a rep of theirs, operations, an auditor."""

    executive: User
    manager: User
    rep: User
    operations: User
    auditor: User
    recruiter: User
    marketer: User


@pytest.fixture
def people(db: None) -> People:
    """One person of each kind."""
    reps = {"manager": MANAGER_REP, "rep": MEMBER_REP}
    made = {
        role: User.objects.create_user(f"{role}@site.test", role, "pass", rep_id=reps.get(role))
        for role in People.__dataclass_fields__
    }
    return People(**made)


@pytest.fixture
def sign_in(people: People) -> Callable[[str], Client]:
    """A client signed in as somebody of a role; "stranger" is signed in as nobody."""

    def client_of(role: str) -> Client:
        client = Client(SERVER_NAME="localhost")
        if role != "stranger":
            client.force_login(getattr(people, role), backend=BACKEND)
        return client

    return client_of


@pytest.fixture(autouse=True)
def own_home(home: Home, settings: Any) -> Home:
    """Every test has an empty home."""
    settings.HOME = home
    return home


@pytest.fixture
def offer_calls(home: Home) -> Callable[..., None]:
    """Put calls of one source into the ledger: `offer_calls(3, source="hubspot")`."""

    def offer(count: int, source: str) -> None:
        now = datetime(2026, 3, 2, 12, tzinfo=UTC)
        rows = [
            {
                "occurred_at": now,
                "recorded_at": now,
                "kind": "call.attempted",
                "lead_id": number,
                "rep_id": MEMBER_REP,
                "channel": "call",
                "outcome": "connected",
                "source": source,
                "source_ref": f"call:{number}#call.attempted",
            }
            for number in range(count)
        ]
        Interactions(home).append(pa.Table.from_pylist(rows, schema=OFFERED))

    return offer
