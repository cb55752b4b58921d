"""Did the ledger since get anything that was known at the end of a period? If not, its turn stands."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from quintet.kernel.home import Home
from quintet.ledger.delta import connect
from quintet.ledger.interactions import Interactions


class News:
    """What came into the ledger since each period was last turned.

    Args:
        home: whose ledger.
        seen: period → version of the ledger its turn was last held against.
    """

    def __init__(self, home: Home, seen: Mapping[str, int]) -> None:
        """Nothing is read yet."""
        self._seen = seen
        self._version = Interactions(home).version()
        self._earliest = cache(lambda version: earliest_news(home, version))

    def reach(self, period: str, until: datetime) -> bool:
        """Is there a row, or an erasure, that changes what was known at `until`?"""
        seen = self._seen.get(period)
        if seen is None or seen > self._version:
            return True
        earliest = None if seen == self._version else self._earliest(seen)
        return earliest is not None and earliest <= until


def earliest_news(home: Home, version: int) -> datetime | None:
    """When the first of the rows was known that came after this version of the ledger.

    Returns:
        The instant; the beginning of time where a person was erased since; None where no row came.
    """
    interactions = Interactions(home)
    if interactions.erased_since(version + 1):
        return datetime.min.replace(tzinfo=UTC)
    rows = interactions.relation(connect(), after_batch=version, newest=False)
    found = rows.aggregate("epoch_us(min(recorded_at))").fetchall()[0][0]
    return None if found is None else datetime.fromtimestamp(found / 1e6, tz=UTC)
