"""What the tests of the hiring room share: a loaded home."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from builders import offered
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions


@pytest.fixture
def load(home: Home) -> Callable[..., Facts]:
    """Put interactions into the ledger, compute everything, and open it."""

    def loaded(*rows: dict[str, object]) -> Facts:
        Interactions(home).append(offered(*rows))
        rebuild(home, zone="UTC", now=datetime(2026, 3, 2, 12, tzinfo=UTC))
        return Facts.published(home)

    return loaded
