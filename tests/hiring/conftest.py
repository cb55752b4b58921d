"""What the tests of the hiring room share: a loaded home, people and a process."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from builders import offered
from hiring_process import people, process
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions
from signed_in import as_user
from small_company import small_company

__all__ = ["as_user", "people", "process", "small_company"]


@pytest.fixture
def load(home: Home) -> Callable[..., Facts]:
    """Put interactions into the ledger, compute everything, and open it."""

    def loaded(*rows: dict[str, object]) -> Facts:
        Interactions(home).append(offered(*rows))
        rebuild(home, zone="UTC", now=datetime(2026, 3, 2, 12, tzinfo=UTC))
        return Facts.published(home)

    return loaded
