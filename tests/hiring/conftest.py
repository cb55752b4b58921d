"""What the tests of the hiring room share: a loaded home, people and a process."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from builders import offered
from hired_company import hired_company
from hiring_process import people, process
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from signed_in import as_user
from small_company import small_company

__all__ = ["as_user", "hired_company", "people", "process", "small_company"]

FIRST = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def load(home: Home) -> Callable[..., Facts]:
    """Put interactions into the ledger, compute everything, and open it."""

    def loaded(*rows: dict[str, object]) -> Facts:
        Interactions(home).append(offered(*rows))
        rebuild(home, zone="UTC", now=datetime(2026, 3, 2, 12, tzinfo=UTC))
        return Facts.published(home)

    return loaded


@pytest.fixture
def author(db: None) -> Any:
    """Somebody who may have written it."""
    from quintet.site.models import User

    return User.objects.create_user("recruiter@hiring.test", "recruiter", "pass", name="Rae")


@pytest.fixture
def add_candidate(author: Any) -> Callable[..., Any]:
    """A candidate, decided, with an answer: `add_candidate(3, "hired", sex="female")`."""
    from quintet.hiring.models.candidates import Candidate, Decision
    from quintet.hiring.models.fairness import SelfIdentification
    from quintet.hiring.models.process import SalesRole

    def add(number: int, outcome: str = "", *, at: datetime | None = None, **told: Any) -> Candidate:
        role, _ = SalesRole.objects.get_or_create(
            key="ae", defaults={"name": "Account executive", "written_by": author, "written_at": FIRST}
        )
        when = at or FIRST + timedelta(days=number)
        one = Candidate.objects.create(
            candidate_id=7_000_000_000_000_000_000 + number,
            name=told.pop("name", f"Candidate {number}"),
            email=told.pop("email", ""),
            role=role,
            applied_on=date(2024, 12, 1),
            added_by=author,
            added_at=FIRST,
        )
        if outcome:
            Decision.objects.create(
                candidate=one, outcome=outcome, reason="as scored", decided_by=author, decided_at=when
            )
        if told:
            SelfIdentification.objects.create(
                candidate=one, token_digest=f"digest {number}", asked_at=FIRST, answered_at=when, **told
            )
        return one

    return add


@pytest.fixture
def recruiter(client: Any, home: Home, settings: Any, db: None) -> Any:
    """A recruiter's browser."""
    from quintet.site.models import User

    settings.HOME = home
    client.force_login(
        User.objects.create_user("r@x.test", "recruiter", "pass"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client
