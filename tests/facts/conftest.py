"""What the tests of the facts share: a loaded home, and its tables as plain rows."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from builders import offered
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

Load = Callable[..., Facts]


@pytest.fixture
def load(home: Home, now: datetime) -> Iterator[Load]:
    """Put interactions into the ledger, compute everything, and open it."""
    opened: list[Facts] = []

    def loaded(*rows: dict[str, object], zone: str = "UTC") -> Facts:
        Interactions(home).append(offered(*rows))
        rebuild(home, zone=zone, now=now)
        opened.append(Facts.published(home))
        return opened[-1]

    yield loaded
    for facts in opened:
        facts.close()
